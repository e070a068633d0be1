import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { createDatabase, type Database, type Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { doc, role } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { type HeldTransaction, holdTransaction } from '../kit/held-transaction.ts';
import { pace } from '../kit/pace.ts';

/*
 * A large batch of new objects is stored while the write before it, which is held by the test, records:
 *
 *   held by the test ────────────────────────────── released
 *   first   ── lock ─ store ─ record …               ┴─ … record ─ commit
 *   second  ── prepare ─────── store, in a transaction of its own ┴─ lock ─ judge ─ record ─ commit
 */
const MANY = 1_000;
const STORED = 'insert into "port"';
const TAKES_LOCK = 'pg_try_advisory_xact_lock';

let app: TestApp;
let database: Database;
/** Each test has ports of its own names. */
let run = 0;

const node = (name: string): string =>
  doc('Node', name, {
    siteRef: { name: 'fra1' },
    hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
  });
const portName = (prefix: string, number: number): string => `${prefix}${run}-${number}`;
const ports = (prefix: string, of: string, count = MANY): string =>
  Array.from({ length: count }, (_, number) => {
    const name = portName(prefix, number);
    return doc('Port', name, { deviceRef: { kind: 'Node', name: of }, type: 'Ethernet', name });
  }).join('');

beforeAll(async () => {
  app = await startApp();
  database = createDatabase(app.databaseUrl, { poolSize: 1 });
  const site = doc('Site', 'fra1', { displayName: 'fra1', regionRef: { name: 'eu' }, type: 'Edge' });
  const nodes = Array.from({ length: 20 }, (_, number) => node(`n${number}`)).join('');
  expect((await app.apply(doc('Region', 'eu', { displayName: 'EU' }) + site + nodes)).userErrors).toEqual([]);
});
afterAll(async () => {
  await database.close();
  await app.close();
});
beforeEach(() => {
  run++;
});

const APPLY = `mutation ($content: String!, $try: Boolean, $id: ID) { apply(input: {
  manifests: [{ content: $content }], validateOnly: $try, clientRequestId: $id
}) { applied counts { created updated unchanged refused } userErrors { code subject } } }`;

interface Applied {
  readonly applied: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly codes: readonly string[];
  /** How often its objects were stored, and whether that was before its turn at first. */
  readonly stored: number;
  readonly isAhead: boolean;
}

async function apply(content: string, variables: object = {}): Promise<Applied> {
  const headers = { 'x-catalog-explain': 'true' };
  const { data, errors, extensions } = await app.execute(APPLY, { content, ...variables }, headers);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const { sql: texts = [] } = extensions?.explain ?? {};
  const { userErrors, ...rest } = data.apply;
  return {
    ...rest,
    codes: [...new Set((userErrors as { code: string }[]).map(({ code }) => code))],
    stored: texts.filter((text) => text.includes(STORED)).length,
    isAhead: texts.some((text) => text.includes(TAKES_LOCK)),
  };
}

const applied = (created: number, stored: number, isAhead = true): Applied => ({
  applied: true,
  counts: { created, updated: 0, unchanged: 0, refused: 0 },
  codes: [],
  stored,
  isAhead,
});

/** Until a statement of the service gives true. */
const until = (statement: ReturnType<typeof sql>): Promise<void> =>
  expect.poll(() => database.cells(statement), { timeout: 20_000 }).toEqual([[true]]);
const waiting = sql`select count(*)::int > 0 from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction' and query like ${`%${STORED}%`}`;
const noneWaiting = sql`select count(*)::int = 0 from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction' and query like ${`%${STORED}%`}`;

/** Holds the first one where it records; `also`: something else that the test's transaction does. */
async function whileRecording<Result>(
  first: string,
  work: (held: HeldTransaction, first: Promise<Applied>) => Promise<Result>,
  also: (connection: Queryable) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly first: Applied; readonly result: Result }> {
  const held = await holdTransaction(app.databaseUrl, (connection) =>
    connection.execute(sql`lock table change in share mode`),
  );
  const before = apply(first);
  before.catch(() => undefined);
  try {
    await held.untilWaitedFor();
    const result = await work(held, before);
    return { first: await before, result };
  } finally {
    await held.commit(also);
  }
}

/** Whether each object of the test's batches has the instant that history says, and those follow each other. */
async function requireInstants(): Promise<void> {
  const [row] = await database.cells(sql`
    with own as (
      select c.commit, s.at, p.created_at from change c join change_set s on s.first_position = c.commit
      join port p on p.id = c.object_id where p.name ~ ${`^[a-z]${run}-`}
    ), sets as (select commit, min(at) as at from own group by commit)
    select (select count(*)::int from own where created_at <> at),
      (select count(*)::int from sets a join sets b on a.commit < b.commit and a.at >= b.at)`);
  expect(row).toEqual([0, 0]);
}

test('a large batch is stored while the one before it records, once, and not seen before it has its turn', async () => {
  const { first, result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const second = apply(ports('b', 'n1', 2 * MANY));
    await until(waiting);
    const seen = sql`select count(*)::int from port where name = any(${[portName('a', 0), portName('b', 0)]})`;
    expect(await database.cells(seen)).toEqual([[0]]);
    await held.commit();
    return second;
  });
  expect(first).toEqual(applied(MANY, 1, false));
  expect(result).toEqual(applied(2 * MANY, 2));
  await requireInstants();
  await until(noneWaiting);
});

test('of many that come at once each is stored once', async () => {
  const several = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((prefix) => apply(ports(prefix, 'n0'))));
  expect(several.map(({ applied: isApplied, stored }) => ({ isApplied, stored }))).toEqual(
    several.map(() => ({ isApplied: true, stored: 1 })),
  );
  await requireInstants();
});

test('only the one that is next is stored', async () => {
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const small = app.apply(ports('s', 'n1', 1));
    await expect.poll(() => app.pipeline.waiting).toBe(1);
    const large = apply(ports('b', 'n1'));
    await expect.poll(() => app.pipeline.waiting).toBe(2);
    await held.commit();
    expect((await small).userErrors).toEqual([]);
    return large;
  });
  expect(result).toEqual(applied(MANY, 1, false));
});

test('what comes before it under one of its names is what it means, and is not waited for with a connection', async () => {
  const noneHeldUp = sql`select count(*)::int = 0 from pg_stat_activity
    where datname = current_database() and state <> 'idle' and query like ${`%${STORED}%`} and pid <> pg_backend_pid()`;
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const second = apply(ports('a', 'n0') + ports('b', 'n0', 1));
    await expect.poll(() => app.pipeline.waiting).toBe(1);
    await pace(1_000); // It is stored, finds the names taken, and gives up.
    await until(noneHeldUp);
    await held.commit();
    return second;
  });
  expect(result).toMatchObject({ applied: true, counts: { created: 1, unchanged: MANY, updated: 0, refused: 0 } });
});

test('when something of a name that it has looked for comes before it, all is looked up once more', async () => {
  const { result } = await whileRecording(ports('a', 'n0') + node(portName('b', 3)), async (held) => {
    const second = apply(ports('b', 'n1'));
    await until(waiting);
    await held.commit();
    return second;
  });
  expect(result).toEqual(applied(MANY, 2));
});

test('what a rule finds under the lock is said, and nothing is kept', async () => {
  // The name on the device is taken by the batch before it, that of the object is not.
  const labelled = (prefix: string): string => `"type":"Ethernet","name":"${portName(prefix, 7)}"`;
  const twice = ports('b', 'n2').replace(labelled('b'), labelled('a'));
  expect(twice).toContain(labelled('a'));
  const { result } = await whileRecording(ports('a', 'n2'), async (held) => {
    const second = apply(twice);
    await until(waiting);
    await held.commit();
    return second;
  });
  expect(result).toMatchObject({ applied: false, codes: ['PORT_NAME_TAKEN'], isAhead: true });
  expect(await database.cells(sql`select count(*)::int from port where name = ${portName('b', 0)}`)).toEqual([[0]]);
});

/** Another program, which asks for the lock now and has it after the first one. */
async function otherWriter(work: (connection: Queryable) => Promise<unknown>) {
  const other = createDatabase(app.databaseUrl, { poolSize: 1 });
  const write = async (): Promise<void> => {
    try {
      await other.transaction(async (connection) => {
        await beginWriting(connection);
        await work(connection);
      });
    } finally {
      await other.close();
    }
  };
  const done = write();
  done.catch(() => undefined);
  const asked = sql`select count(*)::int > 0 from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
  await until(asked);
  return { done };
}

test('another program that needs what it holds has it, and is never taken for one that blocks others', async () => {
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const second = apply(ports('b', 'n3'));
    await until(waiting);
    const other = await otherWriter(async (connection) => {
      // It finds sooner than any other that two wait for each other, and would be the one that fails.
      await connection.execute(sql`set local deadlock_timeout = '200ms'`);
      const rows = await connection.rows(sql`select id from node where name = 'n3' for update`);
      expect(rows).toHaveLength(1);
    });
    await held.commit();
    await other.done;
    return second;
  });
  expect(result).toEqual(applied(MANY, 2));
  await requireInstants();
});

test('while another program waits for the lock nothing is stored before its turn', async () => {
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const other = await otherWriter(() => Promise.resolve());
    const second = apply(ports('b', 'n3'));
    await expect.poll(() => app.pipeline.waiting).toBe(1);
    await held.commit();
    await other.done;
    return second;
  });
  expect(result).toEqual(applied(MANY, 1, false));
});

test('whoever goes away while it waits leaves nothing behind', async () => {
  await whileRecording(ports('a', 'n0'), async (held) => {
    const gone = new AbortController();
    const second = fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('test-admin')}` },
      body: JSON.stringify({ query: APPLY, variables: { content: ports('b', 'n5') } }),
      signal: gone.signal,
    });
    second.catch(() => undefined);
    await until(waiting);
    gone.abort();
    await until(noneWaiting);
    // The next one is stored in its place.
    const third = apply(ports('c', 'n5'));
    await until(waiting);
    await held.commit();
    expect(await third).toEqual(applied(MANY, 1));
  });
  expect(await database.cells(sql`select count(*)::int from port where name ~ ${`^b${run}-`}`)).toEqual([[0]]);
});

test('a connection that is lost while it waits costs it what was stored', async () => {
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const second = apply(ports('b', 'n6'));
    await until(waiting);
    await database.cells(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction' and query like ${`%${STORED}%`}`);
    await until(noneWaiting);
    await held.commit();
    return second;
  });
  expect(result).toMatchObject({ applied: true, counts: { created: MANY }, stored: 2 });
  await requireInstants();
});

test('it is kept when the one before it fails', async () => {
  const second = whileRecording(ports('a', 'n0'), async (held, first) => {
    const later = apply(ports('b', 'n7'));
    await until(waiting);
    await database.cells(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    await expect(first).rejects.toThrow();
    await held.commit();
    expect(await later).toEqual(applied(MANY, 1));
  });
  await expect(second).rejects.toThrow();
  expect(await database.cells(sql`select count(*)::int from port where name ~ ${`^[ab]${run}-`}`)).toEqual([[MANY]]);
});

test('a trial is stored as well, and not kept; the same request again is answered with what came of it', async () => {
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const trial = apply(ports('b', 'n8'), { try: true });
    await until(waiting);
    await held.commit();
    return trial;
  });
  expect(result).toMatchObject({ applied: false, stored: 1, isAhead: true });
  expect(await database.cells(sql`select count(*)::int from port where name ~ ${`^b${run}-`}`)).toEqual([[0]]);
  const id = `again-${run}`;
  const both = await Promise.all([apply(ports('c', 'n8'), { id }), apply(ports('c', 'n8'), { id })]);
  expect(both.map(({ applied: isApplied, codes }) => ({ isApplied, codes }))).toEqual([
    { isApplied: true, codes: [] },
    { isApplied: true, codes: [] },
  ]);
  expect(await database.cells(sql`select count(*)::int from port where name ~ ${`^c${run}-`}`)).toEqual([[MANY]]);
});

test('rows of which triggers make anything but notes and what they are found by are not stored before their turn', async () => {
  const { kinds } = catalog();
  const firing = await database.cells(sql`
    select distinct t.tgrelid::regclass::text from pg_trigger t
    where not t.tgisinternal and t.tgtype::int & 4 > 0 and t.tgname !~ '_(noted|searched)$'`);
  const tables = new Set(firing.map(([table]) => String(table)));
  const others = kinds.filter(({ isOwnScope, phase }) => !isOwnScope && phase === undefined);
  const found = others.filter(({ table, references }) =>
    [table, ...references.flatMap(({ field }) => (field.type === 'refs' ? [field.table] : []))].some((one) =>
      tables.has(one),
    ),
  );
  expect(found.filter(({ makesAccess }) => makesAccess !== true).map(({ kind }) => kind)).toEqual([]);
  const declared = kinds.filter(({ makesAccess }) => makesAccess === true).map(({ kind }) => kind);
  expect(found.map(({ kind }) => kind)).toEqual(declared);
});

// One of the last: from then on the clock is behind, and each instant the least that is later than the one before.
test('a write with a later instant comes first: it is stored once more, after that', async () => {
  const later = (connection: Queryable) =>
    connection.execute(sql`update change_head set at = at + interval '1 minute'`);
  const { result } = await whileRecording(ports('a', 'n0'), async (held) => {
    const second = apply(ports('b', 'n4'));
    await until(waiting);
    await held.commit(later);
    return second;
  });
  expect(result).toEqual(applied(MANY, 2));
  const [row] = await database.cells(sql`select count(*)::int from port p join change c on c.object_id = p.id
    join change_set s on s.first_position = c.commit where p.name ~ ${`^b${run}-`} and p.created_at <> s.at`);
  expect(row).toEqual([0]);
});

// The very last: whoever comes right after has to find out first what is permitted now.
test('roles are not stored before their turn', async () => {
  const roles = Array.from({ length: MANY }, (_, number) => role(portName('r', number), 'inv/ports.get')).join('');
  const { result } = await whileRecording(ports('a', 'n9'), async (held) => {
    const second = apply(roles);
    const [now] = await database.cells(sql`select clock_timestamp()::text`);
    // Ports would be stored by then.
    await until(sql`select clock_timestamp() > ${now?.[0]}::timestamptz + interval '1 second'`);
    await held.commit();
    return second;
  });
  expect(result).toEqual(applied(MANY, 0, false));
});
