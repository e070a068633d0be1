import type { Database, Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { apartFromRequest } from '../../platform/deadline.ts';
import { UnavailableError } from '../../platform/errors.ts';
import type { Check } from '../access/check.ts';
import { type Author, bySystem } from '../author.ts';
import type { Catalog, KindModel } from '../model.ts';
import { writeTransaction } from '../transaction.ts';
import { type Decisions, decisionsOf } from './decision.ts';
import { failureOf, type Refusal, recordChanged, recordRefusals, recordUnchanged } from './record-audit.ts';
import {
  noteEverything,
  type RequestRange,
  recordChanges,
  recordChangesTogether,
  sealChanges,
} from './record-changes.ts';

export type { Refusal } from './record-audit.ts';

/** One of several requests that a transaction has done. */
export interface DoneRequest {
  readonly by: Author;
  /** What it has changed. */
  readonly objectIds: readonly string[];
}

/** What is recorded with the changes of a transaction. */
export interface Recording {
  readonly verb: string;
  /** The permission checks, once they are `settled`. */
  readonly checks?: readonly Check[];
  /** Waits until what the transaction does is known to be allowed; false: it is not, and nothing more is recorded. */
  readonly settled?: () => Promise<boolean>;
  /** What the very last statement selects besides. */
  readonly conclusion?: Sql;
}

/** What the last statement has selected; nothing where nothing has changed, and there was no such statement. */
export type Concluded = readonly unknown[] | 'nothing has changed' | 'refused';

/** Records what the write pipeline does. */
export interface History {
  /**
   * Records the changes of a transaction and their audit records: its last step, under the write lock. `asked`: uids of the
   * objects that the request was about; all that have changed, unless given.
   */
  record(connection: Queryable, by: Author, recording: Recording, asked?: readonly string[]): Promise<Concluded>;
  /**
   * The same for a transaction that has done several requests, each of which has changed objects of this one kind, and not
   * made or deleted any, nor what is a draft; where anything else has changed, a single request is recorded all the same,
   * and of several it throws.
   */
  recordTogether(
    connection: Queryable,
    kind: KindModel,
    requests: readonly DoneRequest[],
    recording: Recording,
  ): Promise<Concluded>;
  /** Records refused writes, in a transaction of its own. */
  recordRefusals(by: Author, refusals: readonly Refusal[]): Promise<void>;
  /** Records an act that changes no object. */
  act(by: Author, verb: string): Promise<void>;
  /** Records objects that were stored before changes were recorded, as created by the system. */
  adopt(): Promise<void>;
  /** Records that a request failed with this error: once, and not when the database cannot be reached. */
  fail(by: Author, verb: string, error: unknown): Promise<void>;
}

/** Something has changed that none of the requests of a transaction is about. */
class StrayChangeError extends Error {}

/** Records of so many refusals are written by one statement. */
const AT_ONCE = 1_000;

export function createHistory(catalog: Catalog, database: Database): History {
  const noted = new WeakSet<object>();
  /** Waits until it is known that what is recorded was allowed, and says how; undefined when it was not. */
  const decided = async ({ settled, checks = [] }: Recording): Promise<Decisions | undefined> =>
    settled === undefined || (await settled()) ? decisionsOf(checks) : undefined;

  /** The audit log and the feed: neither needs the other's answer. */
  const end = async (
    connection: Queryable,
    ranges: readonly RequestRange[],
    { verb, conclusion }: Recording,
    decisions: Decisions,
    asked?: readonly string[],
  ): Promise<Concluded> => {
    const [, concluded] = await Promise.all([
      recordChanged(catalog, connection, verb, ranges, decisions, asked),
      sealChanges(connection, ranges, conclusion),
    ]);
    return concluded;
  };

  const record: History['record'] = async (connection, by, recording, asked) => {
    const deciding = decided(recording);
    deciding.catch(() => undefined); // An error is met once no statement is on its way any more.
    const range = await recordChanges(catalog, connection);
    const decisions = await deciding;
    if (decisions === undefined) return 'refused';
    if (range === undefined) {
      await recordUnchanged(connection, by, recording.verb);
      return 'nothing has changed';
    }
    return end(connection, [{ by, ...range }], recording, decisions, asked);
  };

  return {
    record,
    recordTogether: async (connection, kind, requests, recording) => {
      const ids = requests.map(({ objectIds }) => objectIds);
      const found = await recordChangesTogether(kind, connection, ids);
      if (found === 'others have changed') {
        const [only, another] = requests;
        if (only === undefined || another !== undefined) throw new StrayChangeError();
        return record(connection, only.by, recording, only.objectIds);
      }
      const decisions = await decided(recording);
      if (decisions === undefined) return 'refused';
      const ranges = found.flatMap(({ request, ...range }) => {
        const by = requests[request]?.by;
        return by === undefined ? [] : [{ by, ...range }];
      });
      const changed = new Set(found.map(({ request }) => request));
      const unchanged = requests.filter((_, index) => !changed.has(index));
      for (const { by } of unchanged) await recordUnchanged(connection, by, recording.verb);
      if (ranges.length === 0) return 'nothing has changed';
      return end(connection, ranges, recording, decisions);
    },
    recordRefusals: async (by, refusals) => {
      for (let start = 0; start < refusals.length; start += AT_ONCE) {
        const some = refusals.slice(start, start + AT_ONCE);
        await apartFromRequest(() => recordRefusals(catalog, database, by, some));
      }
    },
    act: (by, verb) => apartFromRequest(() => recordUnchanged(database, by, verb)),
    adopt: () =>
      writeTransaction(database, 'many', async (connection) => {
        const [head] = await connection.cells(sql`select position = 0 from change_head`);
        if (head?.[0] !== true || (await noteEverything(catalog, connection)) === 0) return;
        const range = await recordChanges(catalog, connection);
        if (range !== undefined) await sealChanges(connection, [{ by: bySystem, ...range }]);
      }),
    fail: async (by, verb, error) => {
      if (typeof error === 'object' && error !== null) {
        if (noted.has(error)) return;
        noted.add(error);
      }
      // A request that was ended is noted all the same.
      const refusals = [{ verb, violations: [failureOf(error)] }];
      await apartFromRequest(() => recordRefusals(catalog, database, by, refusals)).catch((another: unknown) => {
        if (!(another instanceof UnavailableError)) throw another;
      });
    },
  };
}
