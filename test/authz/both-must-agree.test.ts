import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import type { Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import type { Tuple } from '../../src/platform/openfga/client.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { createPassage, type Passage } from '../kit/passage.ts';
import { applyAll, binding, doc, groupNamed, role, SYSTEM, userOf } from './world.ts';

/*
 *   eu ── s1 ── 60 racks          wim writes racks of s1
 *               (r0 … r59)        mia sees them as a member of the group watch
 */
const racks = Array.from({ length: 60 }, (_, index) => `r${index}`);
const rack = (name: string, row?: string): string =>
  doc('Rack', name, { siteRef: { name: 's1' }, heightU: 42, ...(row !== undefined && { row }) });

let app: TestApp;
let toOpenfga: Passage;
beforeAll(async () => {
  toOpenfga = await createPassage(new URL(inject('openfgaUrl')));
  await toOpenfga.open();
  const apiUrl = `http://127.0.0.1:${toOpenfga.port}`;
  app = await startApp({
    metrics: { host: '127.0.0.1', port: 0 },
    openfga: { apiUrl, token: inject('openfgaToken'), storeName: 'both must agree' },
  });
  await applyAll(
    app,
    [
      doc('Region', 'eu', { displayName: 'E' }),
      doc('Site', 's1', { displayName: 'S', regionRef: { name: 'eu' }, type: 'Edge' }),
      ...racks.map((name) => rack(name)),
      role('sees', 'inv/sites.get inv/racks.get'),
      role('writes', 'inv/sites.get inv/racks.get inv/racks.create inv/racks.update inv/racks.delete'),
      ...['wim', 'mia'].map((name) => doc('User', name, { email: `${name}@example.com` })),
      doc('Group', 'watch', {}, SYSTEM),
      binding('wim', 'Site/s1', 'writes', userOf('wim')),
      binding('watch', 'Site/s1', 'sees', groupNamed('watch')),
    ].join(''),
  );
});
afterAll(async () => {
  await app.close();
  toOpenfga.close();
});

const tupleOf = async (person: string): Promise<Tuple> => {
  const [row] = await app.database.cells(sql`
    select a.grant_id, u.id from user_account u join grant_assignee a on a.principal_id = u.id where u.name = ${person}`);
  return { object: `grant:${row?.[0]}`, relation: 'assignee', user: `principal:${row?.[1]}` };
};

const applied = async (content: string): Promise<string[]> => {
  const { data } = await app
    .as('wim')
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code subject } } }', {
      input: { manifests: [{ source: 'a.yaml', content }] },
    });
  const refused = data.apply.userErrors.map(
    ({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`,
  );
  return data.apply.applied ? ['applied'] : refused;
};
const removed = async (name: string): Promise<string[]> => {
  const { data } = await app
    .as('wim')
    .execute('mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { code } } }', {
      input: { objects: [{ kind: 'Rack', name }] },
    });
  return data.delete.deleted ? ['applied'] : data.delete.userErrors.map(({ code }: { code: string }) => code);
};
const stored = () => app.database.cells(sql`select name, "row", revision from rack order by name`);

test('what OpenFGA denies is refused though the rights worked out before allow it, and nothing is stored', async () => {
  // His rights are worked out now, and stand until the access version rises.
  expect((await app.as('wim').execute('{ racks { totalCount } }')).data).toEqual({ racks: { totalCount: 60 } });
  const tuple = await tupleOf('wim');
  const before = await stored();
  await app.authorization.openfga().write({ writes: [], deletes: [tuple] });

  expect(await applied(rack('new'))).toEqual(['FORBIDDEN Rack/new']);
  // What is asked once for several objects is said of each.
  expect(await applied(rack('new') + rack('newer'))).toEqual(['FORBIDDEN Rack/new', 'FORBIDDEN Rack/newer']);
  const denied = await app.database.cells(sql`
    select distinct resource_name from audit_record where outcome = 'DENIED' and decision ? 'checks' order by 1`);
  expect(denied).toEqual([['new'], ['newer']]);
  expect(await applied(rack('r1', '7'))).toEqual(['FORBIDDEN Rack/r1']);
  expect(await removed('r1')).toEqual(['FORBIDDEN']);
  // Many scopes, for which the right is asked once, where it is held.
  expect(await applied(racks.map((name) => rack(name, '7')).join(''))).toEqual(
    racks.map((name) => `FORBIDDEN Rack/${name}`),
  );
  expect(await stored()).toEqual(before);

  await app.authorization.openfga().write({ writes: [tuple], deletes: [] });
  expect(await applied(rack('r1', '7'))).toEqual(['applied']);
  expect(await applied(racks.map((name) => rack(name, '8')).join(''))).toEqual(['applied']);
  const elsewhere = await app.database.cells(sql`
    select count(*)::int, count(*) filter (where decision #>> '{checks,0,scope}' is distinct from resource_id::text)::int
    from audit_record where actor_name = 'wim' and outcome = 'SUCCESS' and verb = 'update'`);
  expect(elsewhere).toEqual([[racks.length + 1, 0]]);
  expect(await removed('r1')).toEqual(['applied']);
  await applyAll(app, rack('r1'));
});

/** Answers that OpenFGA has given to checks. */
async function checksAnswered(): Promise<number> {
  const shown = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  return Number(/^catalog_openfga_calls_total\{[^}]*method="BatchCheck",outcome="ok"\} (\d+)$/m.exec(shown)?.[1] ?? 0);
}

/** Changes a rack as wim, while another program holds the write lock until `meanwhile` is done; and how often OpenFGA was asked. */
async function changedMeanwhile(
  row: string,
  meanwhile: () => Promise<unknown>,
  inItsTransaction?: (connection: Queryable) => Promise<unknown>,
): Promise<{ readonly errors: string[]; readonly stored: unknown; readonly checks: number }> {
  const before = await checksAnswered();
  const gate = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.write}::bigint)`),
  );
  try {
    const changing = app
      .as('wim')
      .execute(
        'mutation ($row: String) { updateRack(input: {name: "r3", changes: {row: $row}}) { userErrors { code } } }',
        {
          row,
        },
      );
    await gate.untilWaitedFor();
    // It does not have the lock yet.
    await expect.poll(checksAnswered).toBe(before + 1);
    await meanwhile();
    await gate.commit(inItsTransaction);
    const errors = (await changing).data.updateRack.userErrors.map(({ code }: { code: string }) => code);
    const rows = await app.database.cells(sql`select "row" from rack where name = 'r3'`);
    return { errors, stored: rows[0]?.[0], checks: (await checksAnswered()) - before };
  } finally {
    await gate.commit();
  }
}

test('OpenFGA is asked about a small write before the write finds its object, and again when rights have changed since', async () => {
  const nothing = async () => undefined;
  await app.as('wim').execute('{ racks { totalCount } }'); // His rights are worked out.
  const risen = (connection: Queryable) => connection.execute(sql`update access_version set version = version + 1`);
  expect(await changedMeanwhile('a', nothing)).toEqual({ errors: [], stored: 'a', checks: 1 });
  expect(await changedMeanwhile('b', nothing, risen)).toEqual({ errors: [], stored: 'b', checks: 2 });

  const tuple = await tupleOf('wim');
  const withdraw = () => app.authorization.openfga().write({ writes: [], deletes: [tuple] });
  expect(await changedMeanwhile('c', withdraw, risen)).toMatchObject({ errors: ['NOT_FOUND'], stored: 'b' });
  await app.authorization.openfga().write({ writes: [tuple], deletes: [] });
  await app.database.transaction(risen);
});

test('rights worked out while a membership’s end has not reached OpenFGA yet do not outlive it', async () => {
  const count = async (): Promise<number> =>
    (await app.as('mia').execute('{ racks { totalCount } }')).data.racks.totalCount;
  await applyAll(
    app,
    doc('GroupMembership', 'mia', { userRef: { name: 'mia' }, groupRef: { name: 'watch', ...SYSTEM } }, SYSTEM),
  );
  expect(await count()).toBe(60);
  const accessVersion = async () => (await app.database.cells(sql`select version from access_version`))[0]?.[0];
  // Nor is the writer's own right anything that has to be worked out first.
  await app.execute('{ racks { totalCount } }');
  const before = await accessVersion();

  const gate = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.outbox}::bigint)`),
  );
  try {
    const leaving = app.execute(
      `mutation { delete(input: {objects: [{kind: "GroupMembership", name: "mia", namespace: "milo-system"}]}) {
        deleted userErrors { message } } }`,
    );
    await expect.poll(accessVersion).not.toEqual(before);
    // The access version has risen, and the outbox is not applied yet: rights worked out now are the old ones.
    expect(await count()).toBe(60);
    await gate.commit();
    expect((await leaving).data.delete).toEqual({ deleted: true, userErrors: [] });
  } finally {
    await gate.commit();
  }
  expect(await app.authorization.flush()).toBe(true);
  expect(await count()).toBe(0);
});

test.for(['{ racks(first: 3) { nodes { name } } }', '{ racks(first: 3) { nodes { name } pageInfo { hasNextPage } } }'])(
  'a list that waits for its table while a right ends is read again without it: %s',
  async (query) => {
    const member = { userRef: { name: 'mia' }, groupRef: { name: 'watch', ...SYSTEM } };
    await applyAll(app, doc('GroupMembership', 'mia', member, SYSTEM));
    const racks = async (): Promise<number> => (await app.as('mia').execute(query)).data.racks.nodes.length;
    expect(await racks()).toBe(3);
    const gate = await holdTransaction(app.databaseUrl, (connection) =>
      connection.execute(sql`lock table rack in access exclusive mode`),
    );
    try {
      const reading = racks();
      await gate.untilWaitedFor();
      const { data } = await app.execute(
        `mutation { delete(input: {objects: [{kind: "GroupMembership", name: "mia", namespace: "milo-system"}]}) { deleted } }`,
      );
      expect(data.delete).toEqual({ deleted: true });
      await gate.commit();
      expect(await reading).toBe(0);
    } finally {
      await gate.commit();
    }
  },
);

test('writes one after another ask OpenFGA over the same connection', async () => {
  await applied(rack('r2', 'a'));
  const before = toOpenfga.taken;
  for (const row of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'])
    expect(await applied(rack('r2', row))).toEqual(['applied']);
  // Whether it is still there is asked over others, now and then.
  expect(toOpenfga.taken - before).toBeLessThan(5);
});
