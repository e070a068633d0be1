import type pg from 'pg';
import { currentDeadline } from '../deadline.ts';
import { LazyAbort } from '../lazy-abort.ts';
import type { Canceller } from './canceller.ts';
import type { ConnectionPlace, Connections } from './connections.ts';
import type { Paces } from './paces.ts';
import type { PreparedStatements } from './prepared-statements.ts';
import { RowBytesClient } from './row-bytes.ts';
import { type Columns, NotRunError, type RowStatement } from './row-query.ts';

/**
 * Statements that are asked for in one turn of the event loop go out together: one connection, one message and one answer for all of them.
 * The last waits for the first, so it is for those that are quick.
 */
export interface StatementsTogether {
  /** Gives the place back when the connection is free again. Throws a `NotRunError` when the statement has to be asked by itself. */
  ask(statement: RowStatement, place: ConnectionPlace): Promise<Columns>;
}

interface Member {
  readonly statement: RowStatement;
  readonly place: ConnectionPlace;
  readonly ended: LazyAbort | undefined;
  /** Tells the statement that its request has ended. */
  readonly stop: () => void;
}

interface Ways {
  readonly connections: Connections;
  readonly prepared: PreparedStatements;
  readonly canceller: Canceller;
  readonly paces: Paces;
}

const MOST = 8;

export function createStatementsTogether({ connections, prepared, canceller, paces }: Ways): StatementsTogether {
  let waiting: Member[] = [];
  let underWay = 0;

  /** Those that are still wanted. One that the connection does not know is left to itself: to plan it takes longer than to run it. */
  const nameAll = (client: pg.PoolClient, members: readonly Member[]): Member[] =>
    members.filter(({ statement, ended }) => {
      if (ended?.isAborted === true) return false;
      statement.name = prepared.knownNameOf(client, statement.text);
      if (statement.name === undefined) statement.fail(new NotRunError());
      return statement.name !== undefined;
    });
  const run = async (client: pg.PoolClient, all: readonly Member[]): Promise<void> => {
    if (!(client instanceof RowBytesClient)) throw new Error('a connection of the pool is of another class');
    const members = nameAll(client, all);
    if (members.length === 0) return;
    // Only when nobody waits any more: the server cannot be told which of them it is to cancel.
    const ended = new LazyAbort();
    const requests = new Set(members.map((member) => member.ended));
    let left = requests.size;
    const leave = (): void => {
      left--;
      if (left === 0) ended.abort();
    };
    for (const request of requests) request?.follow(leave);
    const unwatch = canceller.watch(ended, client);
    const taken = paces.begin();
    try {
      await client.rowsOf(members.map(({ statement }) => statement));
    } finally {
      const each = taken() / members.length;
      for (const request of requests) request?.unfollow(leave);
      for (const { statement } of members) paces.note(statement, each);
      const cancelling = unwatch();
      if (cancelling !== undefined) await cancelling;
    }
  };
  const send = (members: readonly Member[]): void => {
    const end = (): void => {
      underWay--;
      for (const { ended, stop } of members) ended?.unfollow(stop);
    };
    const failed = (error: unknown): void => {
      for (const { statement } of members) statement.fail(error);
      end();
    };
    underWay++;
    const places = members.map(({ place }) => place);
    connections.use(places, (client) => run(client, members)).then(end, failed);
  };
  const sendAll = (): void => {
    const members = waiting;
    waiting = [];
    if (members.length > 0) send(members);
  };

  return {
    ask: (statement, place) => {
      const ended = currentDeadline()?.ended;
      const stop = (): void => statement.fail(ended?.reason);
      ended?.follow(stop);
      const count = waiting.push({ statement, place, ended, stop });
      // Nobody waits for others to come: what is asked for in the same turn is there when it is over.
      if (underWay === 0 || count === MOST) sendAll();
      else if (count === 1) setImmediate(sendAll);
      return statement.answered;
    },
  };
}
