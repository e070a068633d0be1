import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { connectOpenFga } from '../../src/platform/openfga/client.ts';
import { tallied } from '../../src/platform/tally.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';
import { openShell, type Shell } from '../kit/command.ts';

let app: TestApp;
let shell: Shell;
beforeAll(async () => {
  app = await startApp({ metrics: { host: '127.0.0.1', port: 0 } });
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  shell = await openShell(app.url, await app.token('test-admin'));
});
afterAll(async () => {
  await shell.remove();
  await app.close();
});

const iam = (kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata: { name, namespace: 'milo-system' }, spec })}\n`;
const binding = iam('PolicyBinding', 'in-step', {
  roleRef: { name: 'plant-viewer', namespace: 'milo-system' },
  subjects: [{ kind: 'User', name: 'outsider' }],
  resourceSelector: { resourceRef: { apiGroup: 'inventory.miloapis.com', kind: 'Site', name: 'iad1' } },
});
const sites = async (headers: Record<string, string> = {}): Promise<number> =>
  (await app.as('outsider').execute('{ sites { totalCount } }', {}, headers)).data.sites.totalCount;

test('a write says that its effect on rights is in force, and a read can wait for it', async () => {
  expect(await sites()).toBe(0);
  const { data } = await app.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { authorization { state revision } userErrors { message } } }',
    { input: { manifests: [{ content: binding }] } },
  );
  expect(data.apply).toEqual({ authorization: { state: 'IN_FORCE', revision: expect.any(String) }, userErrors: [] });
  const after = { 'x-catalog-after-revision': data.apply.authorization.revision };
  expect(await sites(after)).toBe(1);
  const wrong = await app.execute('{ sites { totalCount } }', {}, { 'x-catalog-after-revision': 'soon' });
  expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
});

/** A sample of /metrics. */
async function sample(name: string): Promise<number> {
  const shown = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  const line = shown.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

test('many bindings at once take the statements and checks of few, and their tuples are written five hundred at a time', async () => {
  const rack = (index: number): string =>
    JSON.stringify({
      apiVersion: 'inventory.miloapis.com/v1alpha1',
      kind: 'Rack',
      metadata: { name: `bound-${index}` },
      spec: { siteRef: { name: 'iad1' }, heightU: 4 },
    });
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
  const applied = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
  const inStep = () =>
    expect.poll(() => sample('catalog_outbox_entries{state="waiting"}'), { timeout: 60_000 }).toBe(0);
  const cost = async (from: number, to: number) => {
    const bindings = range(from, to).map((index) =>
      iam('PolicyBinding', `bound-${index}`, {
        roleRef: { name: 'plant-viewer', namespace: 'milo-system' },
        subjects: [{ kind: 'User', name: 'auditor' }],
        resourceSelector: {
          resourceRef: { apiGroup: 'inventory.miloapis.com', kind: 'Rack', name: `bound-${index}` },
        },
      }),
    );
    await inStep();
    const before = await sample('catalog_openfga_calls_total{method="Write",outcome="ok"}');
    const { statements, openfgaCalls } = await tallied(() => applied(bindings.join('')));
    await inStep();
    const writes = (await sample('catalog_openfga_calls_total{method="Write",outcome="ok"}')) - before;
    // Whether its effect is in force is asked again and again.
    return { statements: statements.filter((one) => !one.sql.includes('"authz_outbox"')).length, openfgaCalls, writes };
  };
  await applied(range(0, 180).map(rack).join('\n---\n'));
  const [few, many] = [await cost(0, 5), await cost(5, 180)];
  // Three of each: the grant's role, its place, and who holds it.
  expect([few.writes, many.writes]).toEqual([1, Math.ceil((175 * 3) / 500)]);
  expect(many).toMatchObject({ statements: few.statements, openfgaCalls: few.openfgaCalls });
  expect(
    (await app.as('auditor').execute('{ racks(where: { name: { startsWith: "bound-" } }) { totalCount } }')).data,
  ).toEqual({
    racks: { totalCount: 180 },
  });
});

test('a write waits for its own effect on rights, not for that of others', async () => {
  const write = async (kind: string, name: string, spec: object): Promise<string> => {
    const content = JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind, metadata: { name }, spec });
    const { data } = await app.execute(
      'mutation ($input: ApplyInput!) { apply(input: $input) { authorization { state } userErrors { message } } }',
      { input: { manifests: [{ content }] } },
    );
    expect(data.apply.userErrors).toEqual([]);
    return data.apply.authorization.state;
  };
  const rack = (heightU: number) => ({ siteRef: { name: 'iad1' }, heightU });
  expect(await write('Rack', 'stands', rack(4))).toBe('IN_FORCE');
  await app.database.transaction(async (connection) => {
    // As long as somebody else holds this lock, nothing reaches OpenFGA.
    await connection.rows(sql`select pg_advisory_xact_lock(${advisoryLocks.outbox}::bigint)`);
    expect(await write('Rack', 'waits', rack(4))).toBe('PENDING');
    expect(await write('Rack', 'stands', rack(5))).toBe('IN_FORCE');
  });
});

test('authz verify finds what was changed behind the catalog’s back, rebuild puts it right', async () => {
  const clean = await shell.run(['authz', 'verify']);
  expect(clean).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ tuples, no difference\n$/) });
  const [row] = await app.database.rows<{ value: string }>(sql`select value from setting where name = 'openfga-store'`);
  const { storeId, modelId } = JSON.parse(row?.value ?? '{}') as { storeId: string; modelId: string };
  const server = connectOpenFga({ apiUrl: inject('openfgaUrl'), token: inject('openfgaToken') });
  const [outsider] = await app.database.rows<{ id: string }>(sql`select id from user_account where name = 'outsider'`);
  const [grant] = await app.database.rows<{ id: string; role_id: string }>(
    sql`select g.id, g.role_id from grant_edge g join scope s on s.id = g.scope_id where s.kind = 'Platform'`,
  );
  const foreign = { object: `grant:${grant?.id}`, relation: 'assignee', user: `principal:${outsider?.id}` };
  const missing = { object: `grant:${grant?.id}`, relation: 'role', user: `role:${grant?.role_id}` };
  await server.store(storeId, modelId).write({ writes: [foreign], deletes: [missing] });
  const drifted = await shell.run(['authz', 'verify']);
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain(`foreign ${foreign.object}#assignee@${foreign.user}\n`);
  expect(drifted.stdout).toContain(`missing ${missing.object}#role@${missing.user}\n`);
  // A busy machine may not write a new model in time; then it says to try again.
  await expect
    .poll(() => shell.run(['authz', 'rebuild']), { timeout: 50_000 })
    .toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ tuples, no difference\n$/) });
  expect(await sites()).toBe(1);
  const outside = await app.as('outsider').execute('{ authorizationStatus { tuples } }');
  expect(outside.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
