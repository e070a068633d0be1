import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { apartFromRequest } from '../../platform/deadline.ts';
import { UnavailableError } from '../../platform/errors.ts';
import type { Check } from '../access/check.ts';
import { type Author, bySystem } from '../author.ts';
import type { Catalog } from '../model.ts';
import { beginWriting } from '../transaction.ts';
import { failureOf, type Refusal, recordChanged, recordRefusals, recordUnchanged } from './record-audit.ts';
import { noteEverything, recordChanges, recordChangesTogether, sealChanges } from './record-changes.ts';

export type { Refusal } from './record-audit.ts';

/** One of several requests that a transaction has done. */
export interface DoneRequest {
  readonly by: Author;
  /** What it has changed. */
  readonly objectIds: readonly string[];
}

/** Records what the write pipeline does. */
export interface History {
  /**
   * Records the changes of a transaction and their audit records: its last step, under the write lock. `asked`: uids of the
   * objects that the request was about; all that have changed, unless given.
   */
  record(
    connection: Queryable,
    by: Author,
    verb: string,
    checks?: readonly Check[],
    asked?: readonly string[],
  ): Promise<void>;
  /**
   * The same for a transaction that has done several requests, each of which has changed objects of one kind, and not
   * made or deleted any; throws when anything else has changed.
   */
  recordTogether(
    connection: Queryable,
    verb: string,
    requests: readonly DoneRequest[],
    checks: readonly Check[],
  ): Promise<void>;
  /** Records refused writes, in a transaction of its own. */
  recordRefusals(by: Author, refusals: readonly Refusal[]): Promise<void>;
  /** Records an act that changes no object. */
  act(by: Author, verb: string): Promise<void>;
  /** Records objects that were stored before changes were recorded, as created by the system. */
  adopt(): Promise<void>;
  /** Records that a request failed with this error: once, and not when the database cannot be reached. */
  fail(by: Author, verb: string, error: unknown): Promise<void>;
}

/** Records of so many refusals are written by one statement. */
const AT_ONCE = 1_000;

export function createHistory(catalog: Catalog, database: Database): History {
  const noted = new WeakSet<object>();
  return {
    record: async (connection, by, verb, checks = [], asked) => {
      const range = await recordChanges(catalog, connection);
      if (range === undefined) return recordUnchanged(connection, by, verb);
      await recordChanged(catalog, connection, verb, [{ by, ...range }], checks, asked);
      await sealChanges(connection, [{ by, ...range }]);
    },
    recordTogether: async (connection, verb, requests, checks) => {
      const ids = requests.map(({ objectIds }) => objectIds);
      const found = await recordChangesTogether(catalog, connection, ids);
      const ranges = found.flatMap(({ request, ...range }) => {
        const by = requests[request]?.by;
        return by === undefined ? [] : [{ by, ...range }];
      });
      if (ranges.length > 0) {
        await recordChanged(catalog, connection, verb, ranges, checks);
        await sealChanges(connection, ranges);
      }
      const changed = new Set(found.map(({ request }) => request));
      const unchanged = requests.filter((_, index) => !changed.has(index));
      for (const { by } of unchanged) await recordUnchanged(connection, by, verb);
    },
    recordRefusals: async (by, refusals) => {
      for (let start = 0; start < refusals.length; start += AT_ONCE) {
        const some = refusals.slice(start, start + AT_ONCE);
        await apartFromRequest(() => recordRefusals(catalog, database, by, some));
      }
    },
    act: (by, verb) => apartFromRequest(() => recordUnchanged(database, by, verb)),
    adopt: () =>
      database.transaction(async (connection) => {
        await beginWriting(connection);
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
