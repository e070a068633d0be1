import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { binding, doc, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { holdTransaction } from '../kit/held-transaction.ts';

/*
 * A large batch of new objects is prepared while another write has the lock:
 *
 *   held by the test ─────────── released
 *   first   ── waits for the lock ──┴─ write ─┐
 *   large   ── read, prepare, wait for its turn ┴─ goes on from there, or does it anew
 */
const named = (name: string) => ({ name });
const MANY = 1_000;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const site = (name: string): string => doc('Site', name, { displayName: name, regionRef: named('eu'), type: 'Edge' });
const node = (name: string, rack = 'r1', labels = {}): string => {
  const placement = { rackRef: named(rack), startUnit: 1 + Number(name.slice(1)), unitHeight: 1 };
  const spec = {
    siteRef: named('fra1'),
    hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    placement,
  };
  return doc('Node', name, spec, { labels });
};
const ports = (prefix: string, of: string, count = MANY): string =>
  numbers(count)
    .map((n) =>
      doc('Port', `${prefix}${n}`, { deviceRef: { kind: 'Node', name: of }, type: 'Ethernet', name: `${prefix}${n}` }),
    )
    .join('');
const machine = (name: string, host: string, project: string): string =>
  doc('VirtualMachine', name, {
    hostRef: named(host),
    projectRef: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project', name: project },
    allocation: { vcpus: 2, memoryBytes: 512 },
  });

let app: TestApp;
let database: Database;
beforeAll(async () => {
  app = await startApp();
  database = createDatabase(app.databaseUrl, { poolSize: 1 });
  const world =
    doc('Region', 'eu', { displayName: 'EU' }) +
    site('fra1') +
    ['r1', 'r2'].map((name) => doc('Rack', name, { siteRef: named('fra1'), heightU: 42 })).join('') +
    ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((name) => node(name)).join('') +
    doc('Organization', 'acme', { type: 'Standard' }) +
    ['p1', 'p2'].map((name) => doc('Project', name, { ownerRef: { kind: 'Organization', name: 'acme' } })).join('') +
    doc('User', 'ben', { email: 'ben@example.com' }) +
    role('wirer', 'inv/ports.get inv/ports.create inv/nodes.get') +
    binding('ben-wires', 'Site/fra1', 'wirer', userOf('ben'));
  expect((await app.apply(world)).userErrors).toEqual([]);
});
afterAll(async () => {
  await database.close();
  await app.close();
});

const APPLY = `mutation ($content: String!) { apply(input: { manifests: [{ content: $content }] }) {
  applied counts { created updated unchanged refused } userErrors { code subject } } }`;

/** What comes of a batch, and whether it went on from where it was prepared. */
interface Applied {
  readonly applied: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly userErrors: readonly { readonly code: string; readonly subject: string }[];
  readonly wentOn: boolean;
  readonly statements: number;
}

async function apply(content: string, as = 'test-admin'): Promise<Applied> {
  const { data, extensions } = await app.as(as).execute(APPLY, { content }, { 'x-catalog-explain': 'true' });
  const { sql: texts = [], statements = 0 } = extensions?.explain ?? {};
  // Stored objects are looked for under the lock alone, which locks them.
  return { ...data.apply, wentOn: !texts.some((text) => text.includes('for update of')), statements };
}

/** Applies a large batch that is prepared while another write, which comes before it, waits for the lock. */
async function behind(first: () => Promise<unknown>, large: string, as?: string): Promise<Applied> {
  await app.as(as ?? 'test-admin').execute('{ __typename }'); // Whoever asks is known.
  const held = await holdTransaction(app.databaseUrl, beginWriting);
  const before = first();
  try {
    await held.untilWaitedFor();
    const [row] = await database.cells(sql`select clock_timestamp()::text`);
    const after = apply(large, as);
    const prepared = sql`select count(*)::int > 0 from pg_stat_activity
      where datname = current_database() and query = 'commit' and state = 'idle' and query_start > ${row?.[0]}::timestamptz`;
    await expect.poll(() => database.cells(prepared), { timeout: 20_000 }).toEqual([[true]]);
    await held.commit();
    await before;
    return await after;
  } finally {
    await held.commit();
  }
}

const applied = (created: number, wentOn = true) =>
  expect.objectContaining({
    applied: true,
    userErrors: [],
    wentOn,
    counts: { created, updated: 0, unchanged: 0, refused: 0 },
  });
const done = async (content: string): Promise<void> => {
  expect((await app.apply(content)).userErrors).toEqual([]);
};
const remove = (kind: string, name: string, namespace?: string): Promise<unknown> =>
  app.execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code message } } }', {
    input: { objects: [{ kind, name, ...(namespace !== undefined && { namespace }) }] },
  });

test('objects of a large batch are looked up before it has the lock, and not once more', async () => {
  expect(await apply(ports('few', 'n0', MANY - 1))).toEqual(applied(MANY - 1, false));
  const one = await apply(ports('many', 'n0'));
  expect(one).toEqual(applied(MANY));
  // Each further thousand is stored by one statement more.
  const three = await apply(ports('more', 'n0', 3 * MANY));
  expect(three).toEqual(applied(3 * MANY));
  expect(three.statements - one.statements).toBe(2);
  // What is there already is found under the lock, as ever.
  const again = await apply(ports('many', 'n0'));
  expect(again).toMatchObject({ applied: true, wentOn: false, counts: { created: 0, unchanged: MANY } });
});

test('what is written before it and touches nothing that it has looked up leaves it as it was prepared', async () => {
  expect(await behind(() => done(ports('a', 'n0', 50)), ports('b', 'n0'))).toEqual(applied(MANY));
  expect(await behind(() => done(node('n1', 'r1', { env: 'prod' })), ports('c', 'n2'))).toEqual(applied(MANY));
});

test('of several that come at once each is prepared', async () => {
  const several = await Promise.all(['p', 'q', 'r', 's'].map((prefix) => apply(ports(prefix, 'n0'))));
  expect(several).toEqual(several.map(() => applied(MANY)));
});

test('an object that comes before it under one of its names is the one that it means', async () => {
  const first = () => done(ports('d', 'n0', 1));
  const { wentOn, counts } = await behind(first, ports('d', 'n0'));
  expect({ wentOn, counts }).toEqual({
    wentOn: false,
    counts: { created: MANY - 1, updated: 0, unchanged: 1, refused: 0 },
  });
});

test('what it refers to and what goes before it is missing', async () => {
  const gone = await behind(() => remove('Node', 'n3'), ports('e', 'n3'));
  expect(gone).toMatchObject({ applied: false, wentOn: false });
  expect(new Set(gone.userErrors.map(({ code }) => code))).toEqual(new Set(['REFERENCE_NOT_FOUND']));
});

test('what it refers to and what moves before it takes its objects along', async () => {
  expect(await behind(() => done(node('n4', 'r2')), ports('f', 'n4'))).toEqual(applied(MANY, false));
  const [row] = await database.cells(
    sql`select count(*)::int from port p join rack r on r.id = p.scope_id where r.name = 'r2'`,
  );
  expect(row).toEqual([MANY]);
});

test('a project that is suspended before it takes none of its objects', async () => {
  const machines = (prefix: string, project: string): string =>
    numbers(MANY)
      .map((n) => machine(`${prefix}${n}`, 'n6', project))
      .join('');
  const suspended = doc('ProjectSuspension', 'stop', {
    projectRef: named('p2'),
    reason: 'Fraud',
    reinstateAuthority: 'Operator',
  });
  expect(await behind(() => done(ports('j', 'n0', 1)), machines('k', 'p1'))).toEqual(applied(MANY));
  const refused = await behind(() => done(suspended), machines('l', 'p2'));
  expect(refused.applied).toBe(false);
  expect(new Set(refused.userErrors.map(({ code }) => code))).toEqual(new Set(['PROJECT_SUSPENDED']));
});

test('of what is wrong with it everything is said, as of any batch', async () => {
  const wrong = ports('m', 'n0', MANY) + ports('o', 'nowhere', 2) + ports('m', 'n0', 1);
  const { applied: isApplied, userErrors } = await apply(wrong);
  expect({ isApplied, userErrors }).toEqual({
    isApplied: false,
    userErrors: [
      { code: 'REFERENCE_NOT_FOUND', subject: 'Port/o0' },
      { code: 'REFERENCE_NOT_FOUND', subject: 'Port/o1' },
      { code: 'DUPLICATE_IN_BATCH', subject: 'Port/m0' },
    ],
  });
});

test('whoever loses the right to it before it is refused', async () => {
  expect(await behind(() => done(ports('g', 'n0', 1)), ports('h', 'n5'), 'ben')).toEqual(applied(MANY));
  const first = () => remove('PolicyBinding', 'ben-wires', 'milo-system');
  const refused = await behind(first, ports('i', 'n5'), 'ben');
  expect(refused.applied).toBe(false);
  expect(new Set(refused.userErrors.map(({ code }) => code))).toEqual(new Set(['FORBIDDEN']));
});
