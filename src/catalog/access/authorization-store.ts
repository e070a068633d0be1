import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { UnavailableError } from '../../platform/errors.ts';
import type { OpenFga, OpenFgaServer, Tuple } from '../../platform/openfga/client.ts';
import { authorizationModel } from './model.ts';
import { applyOperations, type Operation } from './outbox.ts';

/** Everything OpenFGA holds for this catalog: one store, derived from PostgreSQL and rebuildable from it. */
export interface AuthorizationStore {
  /** The store with the model in force. */
  openfga(): OpenFga;
  /** The model's relations of permissions. */
  relations(permissions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Learns of a store or a model that another replica has put in force. */
  refresh(): Promise<void>;
  /** Applies what the outbox holds, in order; false when something is left because OpenFGA cannot be reached. */
  flush(): Promise<boolean>;
  /** Whether everything up to a position of the outbox is in force, waiting for it at most so long. */
  settled(seq: bigint, withinMs: number): Promise<boolean>;
  /** Fills a new store from PostgreSQL and puts it in force in one step; how many tuples it holds. */
  rebuild(): Promise<number>;
  /** Differences between OpenFGA and what PostgreSQL says; outstanding work of the outbox is none. */
  verify(): Promise<Differences>;
  /**
   * Forgets operations that were applied more than a day ago, and accesses that were worked out for positions gone by;
   * how many rows. The worker does so every hour.
   */
  prune(): Promise<number>;
  close(): Promise<void>;
}

export interface Differences {
  readonly tuples: number;
  /** Not in OpenFGA though they should be. */
  readonly missing: readonly Tuple[];
  /** In OpenFGA though they should not be. */
  readonly foreign: readonly Tuple[];
  /** Refused by OpenFGA for what they are. */
  readonly failed: readonly (Tuple & { readonly error: string })[];
}

interface InForce {
  readonly storeId: string;
  readonly modelId: string;
  /** How many permissions the model has; none ever goes or changes its relation. */
  readonly permissions: number;
}

const SETTING = 'openfga-store';
const APPLY_LOCK = sql`select pg_advisory_xact_lock(${advisoryLocks.outbox}::bigint)`;
const BATCH = 2_000;
const PAUSE_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const CHUNK = 5_000;

const keyOf = ({ object, relation, user }: Tuple): string => `${object}#${relation}@${user}`;
/** Of a row `f` that was refused: a later one has settled what becomes of its tuple. */
const superseded = sql`exists (select from authz_outbox n
  where n.order_key = f.order_key and n.seq > f.seq and n.tuple = f.tuple and n.applied_at is not null)`;

export async function openAuthorizationStore({
  database,
  server,
  storeName,
  report,
}: {
  readonly database: Database;
  readonly server: OpenFgaServer;
  readonly storeName: string;
  readonly report: (problem: unknown) => void;
}): Promise<AuthorizationStore> {
  let inForce: InForce | undefined;
  let isClosed = false;
  let running: Promise<boolean> | undefined;
  let asked = false;
  /** Relations by permission; what is known once never changes. */
  const relations = new Map<string, string>();

  const readInForce = async (connection: Queryable): Promise<InForce | undefined> => {
    const [row] = await connection.rows<{ value: string }>(sql`select value from setting where name = ${SETTING}`);
    return row === undefined ? undefined : (JSON.parse(row.value) as InForce);
  };
  const putInForce = async (connection: Queryable, next: InForce): Promise<void> => {
    await connection.execute(sql`
      insert into setting (name, value) values (${SETTING}, ${JSON.stringify(next)})
      on conflict (name) do update set value = excluded.value`);
    inForce = next;
  };
  const relationsOf = async (connection: Queryable): Promise<string[]> =>
    (await connection.cells(sql`select relation from permission order by relation`)).map(([name]) => String(name));

  /** Dead letters: rows that OpenFGA refuses for what they are. The others go on; somebody has to look. */
  const putAside = async (connection: Queryable, refused: ReadonlyMap<bigint, string>): Promise<void> => {
    if (refused.size === 0) return;
    for (const error of refused.values()) report(new Error(`OpenFGA refuses a tuple for good: ${error}`));
    await connection.execute(sql`
      update authz_outbox o set applied_at = null, failed_at = now(), attempts = attempts + 1, last_error = r.error
      from unnest(${[...refused.keys()]}::bigint[], ${[...refused.values()]}::text[]) r (seq, error) where o.seq = r.seq`);
  };

  /** Applies one batch of the outbox; how many rows it took. Also puts a model in force that has every permission. */
  const applyBatch = async (connection: Queryable): Promise<number> => {
    await connection.rows(APPLY_LOCK);
    const rows = await connection.rows<Operation>(sql`
      select seq, operation, tuple from authz_outbox where applied_at is null and failed_at is null order by seq limit ${BATCH}`);
    const present = await readInForce(connection);
    if (present === undefined) throw new Error('no authorization store is in force');
    inForce = present;
    if (rows.length === 0) return 0;
    const [known] = await connection.cells(sql`select count(*)::int from permission`);
    if (known?.[0] !== present.permissions) {
      const relations = await relationsOf(connection);
      const modelId = await server.writeModel(present.storeId, authorizationModel(relations));
      await putInForce(connection, { storeId: present.storeId, modelId, permissions: relations.length });
    }
    const failed = await applyOperations(server.store(inForce.storeId, inForce.modelId), rows);
    await connection.execute(sql`
      update authz_outbox set applied_at = now(), attempts = attempts + 1
      where seq = any(${rows.filter(({ seq }) => !failed.has(seq)).map(({ seq }) => seq)}::bigint[])`);
    await putAside(connection, failed);
    // Only these change which grants a caller is behind; the rest is SQL's own knowledge.
    const changesCallers = rows.some(({ tuple }) => tuple.relation === 'assignee' || tuple.relation === 'member');
    if (changesCallers) await connection.execute(sql`update access_position set position = position + 1`);
    return rows.length;
  };

  const applyAll = async (): Promise<boolean> => {
    try {
      for (;;) {
        asked = false;
        const taken = await database.transaction(applyBatch);
        if (taken < BATCH && !asked) return true;
      }
    } catch (error) {
      if (!(error instanceof UnavailableError)) report(error);
      return false;
    } finally {
      // At once: whoever asks from here on has not been looked after.
      running = undefined;
    }
  };
  /** The work of whoever writes at the time, so no one request is told of its statements. */
  const apart = AsyncLocalStorage.snapshot();
  const flush = (): Promise<boolean> => {
    asked = true;
    running ??= apart(applyAll);
    return running;
  };

  const rebuild = async (): Promise<number> => {
    const before = await readInForce(database);
    const relations = await relationsOf(database);
    const storeId = await server.createStore(storeName);
    const modelId = await server.writeModel(storeId, authorizationModel(relations));
    const store = server.store(storeId, modelId);
    const [snapshot] = await database.rows<{ seq: bigint; tuples: [string, string, string][] }>(sql`
      select (select coalesce(max(seq), 0) from authz_outbox) as seq,
        (select coalesce(jsonb_agg(jsonb_build_array(object, relation, subject)), '[]') from authz_tuple) as tuples`);
    if (snapshot === undefined) throw new Error('the authorization tuples cannot be read');
    const rows = snapshot.tuples.map(([object, relation, user]) => ({
      seq: 0n,
      operation: 'write' as const,
      tuple: { object, relation, user },
    }));
    const failed = await applyOperations(store, rows);
    if (failed.size > 0) throw new Error(`OpenFGA refuses tuples: ${[...failed.values()].join('; ')}`);
    await database.transaction(async (connection) => {
      await connection.rows(APPLY_LOCK);
      // What was committed meanwhile, before anybody asks the new store.
      const later = await connection.rows<Operation>(
        sql`select seq, operation, tuple from authz_outbox where seq > ${snapshot.seq} order by seq`,
      );
      const refused = await applyOperations(store, later);
      await connection.execute(
        sql`update authz_outbox set applied_at = now(), failed_at = null where applied_at is null and seq <= ${later.at(-1)?.seq ?? snapshot.seq}`,
      );
      await putAside(connection, refused);
      await putInForce(connection, { storeId, modelId, permissions: relations.length });
      await connection.execute(sql`update access_position set position = position + 1`);
    });
    await flush();
    if (before !== undefined && before.storeId !== storeId) {
      await server.deleteStore(before.storeId).catch(() => undefined);
    }
    return rows.length;
  };

  const compare = async (): Promise<Differences> => {
    await flush();
    const held = new Map<string, Tuple>();
    const store = server.store(inForce?.storeId ?? '', inForce?.modelId ?? '');
    for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
      const page = await store.read(next);
      for (const tuple of page.tuples) held.set(keyOf(tuple), tuple);
      next = page.next;
    }
    const rows = await database.cells(sql`select object, relation, subject from authz_tuple`);
    const wanted = rows.map(([object, relation, user]) => ({
      object: String(object),
      relation: String(relation),
      user: String(user),
    }));
    const missing = wanted.filter((tuple) => !held.delete(keyOf(tuple)));
    const failed = await database.rows<{ tuple: Tuple; last_error: string }>(sql`
      select f.tuple, f.last_error from authz_outbox f
      where f.applied_at is null and f.failed_at is not null and not ${superseded} order by f.seq`);
    return {
      tuples: wanted.length,
      missing,
      foreign: [...held.values()],
      failed: failed.map(({ tuple, last_error: error }) => ({ ...tuple, error })),
    };
  };

  const prune = async (): Promise<number> => {
    await database.execute(sql`
      update authz_outbox f set applied_at = now() where f.applied_at is null and f.failed_at is not null and ${superseded}`);
    let total = 0;
    for (const statement of [
      sql`delete from authz_outbox where seq in (
        select seq from authz_outbox where applied_at < now() - interval '1 day' order by seq limit ${CHUNK}::int)`,
      // No statement is answered with an access of an earlier position.
      sql`delete from access_set where id in (
        select s.id from access_set s, access_position p
        where s.position < p.position and s.created_at < now() - interval '1 minute' limit ${CHUNK}::int)`,
    ]) {
      for (let gone = CHUNK; gone === CHUNK; total += gone) gone = await database.execute(statement);
    }
    return total;
  };

  inForce = await readInForce(database);
  if (inForce === undefined || !(await server.storeExists(inForce.storeId))) await rebuild();
  await flush();
  let prunedAt = Number.NEGATIVE_INFINITY;
  let pruning: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    if (isClosed) return;
    void flush();
    if (performance.now() < prunedAt + PRUNE_EVERY_MS) return;
    prunedAt = performance.now();
    pruning = prune().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) report(error);
    });
  }, PAUSE_MS);
  timer.unref();

  return {
    openfga: () => {
      if (inForce === undefined) throw new Error('no authorization store is in force');
      return server.store(inForce.storeId, inForce.modelId);
    },
    relations: async (permissions) => {
      if (!permissions.every((name) => relations.has(name))) {
        const rows = await database.cells(sql`select name, relation from permission`);
        for (const [name, relation] of rows) relations.set(String(name), String(relation));
      }
      return relations;
    },
    refresh: async () => {
      inForce = (await readInForce(database)) ?? inForce;
    },
    flush,
    settled: async (seq, withinMs) => {
      const until = performance.now() + withinMs;
      const isDone = await Promise.race([flush(), sleep(withinMs)]);
      if (isDone === true) return true;
      // Another replica may have done it.
      const isOpen = sql`select exists (select from authz_outbox where seq <= ${seq} and applied_at is null and failed_at is null)`;
      for (;;) {
        const [row] = await database.cells(isOpen).catch(() => []);
        if (row?.[0] === false) return true;
        if (performance.now() > until) return false;
        await Promise.all([Promise.race([flush(), sleep(50)]), sleep(50)]);
      }
    },
    rebuild,
    verify: async () => {
      const first = await compare();
      if (first.missing.length + first.foreign.length === 0) return first;
      // What others write meanwhile is on its way: only what is still so at a second look counts.
      const second = await compare();
      const again = new Set([...first.missing, ...first.foreign].map(keyOf));
      const isThere = (tuple: Tuple): boolean => again.has(keyOf(tuple));
      return { ...second, missing: second.missing.filter(isThere), foreign: second.foreign.filter(isThere) };
    },
    prune,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await running;
      await pruning;
    },
  };
}
