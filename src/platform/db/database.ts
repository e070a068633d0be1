import type { Compilable } from 'kysely';
import pg from 'pg';
import { carried } from '../carried.ts';
import { currentDeadline } from '../deadline.ts';
import { kept } from '../kept.ts';
import { createPlacesInTurn, type PlacesInTurn } from '../places-in-turn.ts';
import { note } from '../tally.ts';
import { type Metrics, noMetrics } from '../telemetry/metrics.ts';
import { createResultCounter } from '../telemetry/result-counter.ts';
import type { Slot } from '../telemetry/series.ts';
import { inSpan } from '../telemetry/spans.ts';
import { createCanceller } from './canceller.ts';
import { BrokenConnectionError, createConnections } from './connections.ts';
import { catalogError } from './database-errors.ts';
import { createPaces, type Paces } from './paces.ts';
import { createPreparedStatements } from './prepared-statements.ts';
import { RowBytesClient } from './row-bytes.ts';
import { type Columns, NotRunError, RowStatement } from './row-query.ts';
import { type ColumnFormat, RowSet, type TakenRows } from './row-set.ts';
import { Sql } from './sql.ts';
import { createStatementsTogether } from './statements-together.ts';
import { typeNumbers } from './type-numbers.ts';

export type Row = Record<string, unknown>;

/** SQL written by hand, or a query on `tables`, which knows its rows. */
export type Query<T = unknown> = Sql | Compilable<T>;

/** One connection or the whole pool: where statements can be run. */
export interface Queryable {
  /** Rows as objects by column name. */
  rows<T = Row>(query: Query<T>): Promise<T[]>;
  /** Rows as arrays of cells, in the order of the select list. */
  cells(statement: Sql): Promise<unknown[][]>;
  /** Rows as PostgreSQL sends them. */
  rowSet(statement: Sql): Promise<RowSet>;
  /** Number of rows written. */
  execute(query: Query): Promise<number>;
}

export interface Database extends Queryable {
  /**
   * One transaction on one connection; rolled back when `work` throws, and when its result says that it is not to be
   * kept. With `preparesAll`, statements whose rows come as objects are kept prepared as well: only for work of which one
   * plan for all values is a good one. `opening`: statements without values that go out together with its begin; each sees
   * what has been committed until then. `work` is given the rows of the last of them.
   */
  transaction<T>(
    work: (connection: Queryable, opened: readonly Row[]) => Promise<T>,
    options?: {
      readonly isKept?: (result: T) => boolean;
      readonly preparesAll?: boolean;
      readonly opening?: readonly string[];
    },
  ): Promise<T>;
  /** Rows as PostgreSQL sends them, to whoever takes them as they come: another one each time that they are asked for. */
  takeRows<Rows extends TakenRows>(statement: Sql, make: () => Rows): Promise<Rows>;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

// 64-bit numbers as BigInt, instants as RFC 3339 text to the microsecond, json parsed; the rest as pg does it.
const toInstant = (text: string): string =>
  text.replace(' ', 'T').replace(/([+-]\d\d)(:?\d\d)?$/, (zone) => (/^[+-]00(:?00)?$/.test(zone) ? 'Z' : zone));
const readTexts = pg.types.getTypeParser(typeNumbers.texts as number, 'text') as (text: string) => unknown;
// A list in which nothing is quoted and nothing may be null has its texts between commas: most have, and are read at once.
const toTexts = (text: string): unknown => {
  if (text === '{}') return [];
  return /["\\[]|\bnull\b|^\{\{/i.test(text) ? readTexts(text) : text.slice(1, -1).split(',');
};
const parsers = new Map<number, (text: string) => unknown>([
  [typeNumbers.texts, toTexts],
  [typeNumbers.int8, BigInt],
  [typeNumbers.timestamptz, toInstant],
]);
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format as 'text'),
};
/** What `pg` has for types that it does not know. */
const UNKNOWN: number = 0;
const asItIs = pg.types.getTypeParser(UNKNOWN, 'text');
const formatOf = ({ dataTypeID: type }: pg.FieldDef): ColumnFormat => {
  const parse = types.getTypeParser(type, 'text');
  return { type, parse, isText: parse === asItIs };
};

const newRowSet = (): RowSet => new RowSet();

const formatsOf = kept((fields: readonly pg.FieldDef[]) => fields.map(formatOf));

/** A statement's text with its values in the order of their places. */
function textOf(query: Query): { readonly text: string; readonly values: readonly unknown[] } {
  if (query instanceof Sql) return query;
  const { sql, parameters } = query.compile();
  return { text: sql, values: parameters };
}

const PREPARED_STATEMENTS = 256;
/** The service cancels what takes too long; when it hangs or is cut off, PostgreSQL ends it so much later. */
const GRACE_MS = 5_000;

/** Begins a transaction that PostgreSQL ends when its time is over, whatever becomes of the service. */
function beginning(graceMs: number, opening: readonly string[]): string {
  const left = currentDeadline()?.leftMs;
  const most = left === undefined ? 0 : Math.ceil(left + graceMs);
  return ['begin; set local statement_timeout = 0', `set local transaction_timeout = ${most}`, ...opening].join('; ');
}

/** Every statement raises these. */
const slotsOf = ({ slot }: Metrics) => ({
  wait: slot('catalog_database_connection_wait_seconds', {}),
  answered: slot('catalog_database_statements_total', { outcome: 'ok' }),
  failed: slot('catalog_database_statements_total', { outcome: 'error' }),
  duration: slot('catalog_database_statement_duration_seconds', {}),
});

const LONGEST_WAIT_MS = 10_000;

/** A statement as a connection is asked for it; with a name it stays prepared. */
interface NamedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string | undefined;
}

type UseConnection = <T>(work: (client: pg.PoolClient) => Promise<T>) => Promise<T>;

const plannedAsUsual: Sql['planning'] = {};
const JOINS_TOGETHER = 3;

/** How a statement is sent, and what comes of it. */
interface Asking<Client extends pg.PoolClient, Answer> {
  /** Whether the connection keeps it prepared. */
  readonly isPrepared: boolean;
  ask(client: Client, statement: NamedStatement): Promise<Answer>;
  /** Undefined when it has failed. */
  rowsIn(answer: Answer | undefined): number;
}

const withPg = (isPrepared: boolean, rowMode?: 'array'): Asking<pg.PoolClient, pg.QueryResult> => ({
  isPrepared,
  ask: (client, { text, values, name }) => {
    const query = { text, values: [...values], ...(rowMode && { rowMode }), ...(name !== undefined && { name }) };
    return client.query(query);
  },
  rowsIn: (answer) => answer?.rows.length ?? 0,
});
const objects = withPg(false);
const preparedObjects = withPg(true);
const arrays = withPg(true, 'array');
/** A statement whose rows go to whoever takes them. */
function statementInto(rows: TakenRows, { text, values }: Pick<Sql, 'text' | 'values'>): RowStatement {
  const statement = new RowStatement(text, values, (chunk, at) => {
    if (rows.length === 0) rows.columns = formatsOf(statement.columns ?? []);
    rows.add(chunk, at);
  });
  return statement;
}
/** Rows that are taken as bytes, as they come. */
const asRows = (rows: TakenRows, paces: Paces): Asking<RowBytesClient & pg.PoolClient, Columns> => ({
  isPrepared: true,
  ask: async (client, { text, values, name }) => {
    const statement = statementInto(rows, { text, values });
    statement.name = name;
    const taken = paces.begin();
    await client.rowsOf([statement]);
    paces.note(statement, taken());
    return statement.outcome;
  },
  rowsIn: () => rows.length,
});

const LONGEST_IN_SPAN = 8_192;

/** By the conventions for databases; the text has places for its values, never the values. */
const inStatementSpan = <T>(text: string, work: () => Promise<T>): Promise<T> => {
  if (carried().span === undefined) return work();
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'STATEMENT';
  return inSpan(operation, work, {
    kind: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text.slice(0, LONGEST_IN_SPAN),
    },
  });
};

export interface DatabaseOptions {
  /** Connections at most. */
  readonly poolSize: number;
  /** How many of them one caller may use at a time; the service's own tasks may use all. */
  readonly connectionsPerCaller?: number;
  /** How long whoever wants one waits for it. */
  readonly waitMs?: number;
  /**
   * How long a statement may take that is no part of a transaction; unlimited when undefined. A transaction may take what
   * is left of its request's time; one of the service's own may take as long as it needs.
   */
  readonly statementMs?: number;
  /** So much longer PostgreSQL waits than the service, before it ends a statement or a transaction by itself. */
  readonly graceMs?: number;
  /** Statements that each connection keeps prepared: those used last. */
  readonly preparedStatements?: number;
  readonly metrics?: Metrics;
}

function watchPool(pool: pg.Pool, turns: PlacesInTurn, { watch }: Metrics): void {
  watch('catalog_database_connections', () => [
    { labels: { state: 'used' }, value: pool.totalCount - pool.idleCount },
    { labels: { state: 'idle' }, value: pool.idleCount },
  ]);
  watch('catalog_database_connections_max', () => [{ labels: {}, value: pool.options.max }]);
  watch('catalog_database_connections_waiting', () => [{ labels: {}, value: turns.waiting }]);
}

export function createDatabase(connectionString: string, options: DatabaseOptions): Database {
  const { statementMs, graceMs = GRACE_MS } = options;
  const timeout = statementMs === undefined ? 0 : statementMs + graceMs;
  const pool = new pg.Pool({
    connectionString,
    Client: RowBytesClient,
    max: options.poolSize,
    types,
    connectionTimeoutMillis: 3_000,
    // A statement whose client is gone ends by itself within a second.
    options: `-c timezone=UTC -c jit=off -c random_page_cost=1.1 -c client_connection_check_interval=1000 -c statement_timeout=${timeout}`,
  });
  pool.on('error', () => undefined); // An idle connection that is lost is replaced on the next use.
  const { metrics = noMetrics } = options;
  const turns = createPlacesInTurn(options.poolSize, options.connectionsPerCaller);
  watchPool(pool, turns, metrics);
  const slots = slotsOf(metrics);
  const prepared = createPreparedStatements(
    options.preparedStatements ?? PREPARED_STATEMENTS,
    createResultCounter(metrics, 'catalog_database_prepared_statements_total'),
  );
  const canceller = createCanceller(connectionString);
  const connections = createConnections(pool, turns, options.waitMs ?? LONGEST_WAIT_MS, slots.wait);
  const paces = createPaces();
  const together = createStatementsTogether({ connections, prepared, canceller, paces });

  const send = async <Answer>(client: pg.PoolClient, ask: () => Promise<Answer>): Promise<Answer> => {
    const ended = currentDeadline()?.ended;
    ended?.throwIfAborted();
    const leave = ended && canceller.watch(ended, client);
    try {
      return await ask();
    } catch (error) {
      ended?.throwIfAborted(); // The error of a cancelled statement says nothing.
      throw catalogError(error);
    } finally {
      const cancelling = leave?.();
      if (cancelling !== undefined) await cancelling;
    }
  };
  const sendText = (client: pg.PoolClient, text: string): Promise<unknown> => send(client, () => client.query(text));
  /** With as few joins planned together. It is no statement of the caller's, and not counted. */
  const withFewJoins = async <T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> => {
    await sendText(client, `set join_collapse_limit = ${JOINS_TOGETHER}`);
    let failure: unknown;
    try {
      return await work();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A connection that kept it would plan other statements worse.
      await client.query('reset join_collapse_limit').catch((error: unknown) => {
        throw new BrokenConnectionError('', { cause: failure ?? error });
      });
    }
  };
  /** A statement is told of, however it is asked for; one that has not been run is not. */
  const told = async <Answer>(
    text: string,
    ask: () => Promise<Answer>,
    rowsIn: (answer: Answer | undefined) => number,
  ): Promise<Answer> => {
    const startedAt = performance.now();
    const tell = (outcome: Slot, answer?: Answer): void => {
      const ms = performance.now() - startedAt;
      note((tally) => {
        tally.statements.push({ sql: text, ms });
        tally.rows += rowsIn(answer);
      });
      outcome.add(1);
      slots.duration.add(ms / 1_000);
    };
    try {
      const answer = await ask();
      tell(slots.answered, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof NotRunError)) tell(slots.failed);
      throw error;
    }
  };
  const run = <Client extends pg.PoolClient, Answer>(
    client: Client,
    query: Query,
    { isPrepared, ask, rowsIn }: Asking<Client, Answer>,
  ): Promise<Answer> => {
    const { text, values } = textOf(query);
    const { isByValues, hasManyJoins } = query instanceof Sql ? query.planning : plannedAsUsual;
    const name = isPrepared && isByValues !== true ? prepared.nameOf(client, text) : undefined;
    const asked = (): Promise<Answer> =>
      inStatementSpan(text, () => send(client, () => ask(client, { text, values, name })));
    return told(text, () => (hasManyJoins === true ? withFewJoins(client, asked) : asked()), rowsIn);
  };
  const takeRowsOn = <Rows extends TakenRows>(using: UseConnection, statement: Sql, make: () => Rows): Promise<Rows> =>
    using(async (client) => {
      if (!(client instanceof RowBytesClient)) throw new Error('a connection of the pool is of another class');
      const rows = make();
      rows.columns = formatsOf(await run(client, statement, asRows(rows, paces)));
      return rows;
    });
  /** Statements one after another, each on the connection that `using` gives it. */
  const on = (using: UseConnection, preparesAll = false): Queryable => ({
    rows: async <T>(query: Query<T>) =>
      (await using((client) => run(client, query, preparesAll ? preparedObjects : objects))).rows as T[],
    cells: async (statement) => (await using((client) => run(client, statement, arrays))).rows as unknown[][],
    rowSet: (statement) => takeRowsOn(using, statement, newRowSet),
    execute: async (query) =>
      (await using((client) => run(client, query, preparesAll ? preparedObjects : objects))).rowCount ?? 0,
  });
  const withConnection: UseConnection = (work) => {
    const place = connections.place();
    return place instanceof Promise
      ? place.then((later) => connections.use([later], work))
      : connections.use([place], work);
  };
  const alone = on(withConnection);
  const isForTogether = ({ text, planning: { isByValues, hasManyJoins } }: Sql): boolean =>
    isByValues !== true && hasManyJoins !== true && paces.isQuick(text);
  const takeTogether = async <Rows extends TakenRows>(asked: Sql, make: () => Rows): Promise<Rows> => {
    const { text } = asked;
    const rows = make();
    const statement = statementInto(rows, asked);
    const taken = connections.place();
    const place = taken instanceof Promise ? await taken : taken;
    const ask = (): Promise<Columns> => inStatementSpan(text, () => together.ask(statement, place));
    try {
      rows.columns = formatsOf(await told(text, ask, () => rows.length));
      return rows;
    } catch (error) {
      if (error instanceof NotRunError) return takeRowsOn(withConnection, asked, make);
      currentDeadline()?.ended.throwIfAborted();
      throw catalogError(error);
    }
  };

  const takeRows: Database['takeRows'] = (statement, make) =>
    isForTogether(statement) ? takeTogether(statement, make) : takeRowsOn(withConnection, statement, make);

  return {
    ...alone,
    rowSet: (statement) => takeRows(statement, newRowSet),
    takeRows,
    pool,
    transaction: (work, { isKept = () => true, preparesAll, opening = [] } = {}) =>
      withConnection(async (client) => {
        try {
          // Of several statements there are several results.
          const begun = await sendText(client, beginning(graceMs, opening));
          const opened = Array.isArray(begun) ? (begun.at(-1) as pg.QueryResult<Row>).rows : [];
          const result = await work(
            on((statement) => statement(client), preparesAll),
            opened,
          );
          await sendText(client, isKept(result) ? 'commit' : 'rollback');
          return result;
        } catch (error) {
          await client.query('rollback').catch(() => {
            throw new BrokenConnectionError('', { cause: error });
          });
          throw error;
        }
      }),
    close: async () => {
      await pool.end();
      await canceller.close();
    },
  };
}
