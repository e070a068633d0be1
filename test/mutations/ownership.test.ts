import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { batch, codes, mutate } from './mutate.ts';

/*
 * Region eu ◄─ Site s1, s2 … : each test has its own site, applied by several managers.
 * Region us has no site, so that its state can be any.
 */
let app: TestApp;
const site = (name: string, spec: object, metadata: object = {}): string =>
  `---\n${JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind: 'Site', metadata: { name, ...metadata }, spec })}\n`;
const whole = (more: object = {}) => ({ displayName: 'One', regionRef: { name: 'eu' }, type: 'Datacenter', ...more });

beforeAll(async () => {
  app = await startApp();
  const region = (name: string) =>
    `---\n${JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind: 'Region', metadata: { name }, spec: { displayName: name } })}\n`;
  expect((await app.apply(region('eu') + region('us'))).userErrors).toEqual([]);
});
afterAll(() => app.close());

const apply = (manager: string, content: string, more: object = {}) => app.apply(content, { manager, ...more });
const specOf = async (name: string) => {
  const { data } = await app.execute(`{ site(name: "${name}") { manifest(format: JSON, bare: true) revision } }`);
  const { metadata, spec } = JSON.parse(data.site.manifest);
  return { ...spec, ...(metadata.labels && { labels: metadata.labels }) };
};
const ownersOf = async (name: string) => {
  const { rows } = await app.database.pool.query<{ manager: string; paths: string[] }>(
    'select manager, paths from field_owner f join site s on s.id = f.object_id where s.name = $1 order by manager',
    [name],
  );
  return Object.fromEntries(
    rows.map(({ manager, paths }) => [manager, paths.map((path) => path.split('.').slice(1).join('.'))]),
  );
};

test('managers own what they say; an incomplete manifest leaves the rest as it is', async () => {
  expect(await apply('plant', site('s1', whole({ address: 'Here 1' })))).toMatchObject({ applied: true });
  const second = await apply('portal', site('s1', { displayName: 'One' }, { labels: { tier: 'gold' } }));
  expect(second.userErrors).toEqual([]);
  expect(second.results).toMatchObject([{ outcome: 'UPDATED', changes: [{ path: 'metadata.labels.tier' }] }]);
  expect(await specOf('s1')).toEqual({ ...whole({ address: 'Here 1' }), labels: { tier: 'gold' } });
  expect(await ownersOf('s1')).toEqual({
    plant: ['address', 'displayName', 'regionRef', 'type'],
    portal: ['labels.tier', 'displayName'],
  });
  expect(
    (await apply('portal', site('s1', { displayName: 'One' }, { labels: { tier: 'gold' } }))).results,
  ).toMatchObject([{ outcome: 'UNCHANGED' }]);
});

test('an object says who owns its fields', async () => {
  await apply('plant', site('s0', whole()));
  await apply('portal', site('s0', { displayName: 'One' }));
  const { data } = await app.execute(
    '{ sites(where: {name: {eq: "s0"}}) { nodes { fieldManagers { manager fields } } } }',
  );
  expect(data.sites.nodes).toEqual([
    {
      fieldManagers: [
        { manager: 'plant', fields: ['spec.displayName', 'spec.regionRef', 'spec.type'] },
        { manager: 'portal', fields: ['spec.displayName'] },
      ],
    },
  ]);
});

test('a different value of another’s field is a conflict that names both; force takes the field over', async () => {
  await apply('plant', site('s2', whole({ address: 'Here 2' })));
  const refused = await apply('portal', site('s2', { displayName: 'Two', address: 'There 2' }));
  expect(refused.applied).toBe(false);
  expect(refused.userErrors.map(({ code, message, field }) => [code, field, message])).toEqual([
    ['FIELD_CONFLICT', 'spec.displayName', 'spec.displayName is managed by plant, for whom it is "One"'],
    ['FIELD_CONFLICT', 'spec.address', 'spec.address is managed by plant, for whom it is "Here 2"'],
  ]);
  expect(refused.userErrors[0]).toMatchObject({ subject: 'Site/s2', source: 'test.yaml', line: 2 });
  const forced = await apply('portal', site('s2', { displayName: 'Two' }), { force: true });
  expect(forced.userErrors).toEqual([]);
  expect(await ownersOf('s2')).toEqual({ plant: ['address', 'regionRef', 'type'], portal: ['displayName'] });
  // Now it is plant that is in conflict, until it leaves the field out.
  expect((await apply('plant', site('s2', whole({ address: 'Here 2' })))).userErrors).toMatchObject([
    { code: 'FIELD_CONFLICT', field: 'spec.displayName' },
  ]);
  const { displayName: _, ...rest } = whole({ address: 'Here 3' });
  expect((await apply('plant', site('s2', rest))).userErrors).toEqual([]);
  expect(await specOf('s2')).toEqual(whole({ displayName: 'Two', address: 'Here 3' }));
});

test('a field that is said no longer is released: cleared by its only owner, kept for another', async () => {
  await apply('plant', site('s3', whole({ address: 'Here' }), { labels: { a: '1', b: '2' } }));
  await apply('portal', site('s3', { address: 'Here' }, { labels: { b: '2' } }));
  const released = await apply('plant', site('s3', whole(), { labels: {} }));
  expect(released.results[0]?.changes.map(({ path }) => path)).toEqual(['metadata.labels.a']);
  expect(await specOf('s3')).toEqual(whole({ address: 'Here', labels: { b: '2' } }));
  expect((await apply('portal', site('s3', {}))).results[0]?.changes.map(({ path }) => path)).toEqual([
    'metadata.labels.b',
    'spec.address',
  ]);
  expect(await specOf('s3')).toEqual(whole());
  expect(Object.keys(await ownersOf('s3'))).toEqual(['plant']);
  // What the object cannot do without is not released.
  const { type: _, ...rest } = whole();
  expect((await apply('plant', site('s3', rest))).userErrors).toMatchObject([{ code: 'REQUIRED', field: 'spec.type' }]);
});

test('a mutation takes over what it changes, with a warning; the manager’s next apply is in conflict with it', async () => {
  await apply('plant', site('s4', whole({ address: 'Here' })));
  const updated = await mutate(app, 'updateSite', { name: 's4', changes: { displayName: 'Mine', address: 'Here' } });
  expect(updated.userErrors).toEqual([]);
  expect(updated.warnings.map(({ code }) => code)).toEqual(['FIELD_TAKEN']);
  const owners = await ownersOf('s4');
  expect(owners.plant).toEqual(['address', 'regionRef', 'type']);
  const [me = ''] = Object.keys(owners).filter((name) => name.startsWith('api:'));
  expect(owners[me]).toEqual(['displayName']);
  const next = await apply('plant', site('s4', whole({ address: 'Here' })));
  expect(next.userErrors.map(({ message }) => message)).toEqual([
    `spec.displayName is managed by ${me}, for whom it is "Mine"`,
  ]);
  expect((await apply('plant', site('s4', whole({ address: 'Here' })), { force: true })).applied).toBe(true);
  expect(Object.keys(await ownersOf('s4'))).toEqual(['plant']);
});

test('an object that no manager has applied is nobody’s: the first one adopts it, and only what it says', async () => {
  await app.apply(site('s5', whole({ address: 'Here' })));
  expect(await ownersOf('s5')).toEqual({});
  expect((await apply('plant', site('s5', { displayName: 'Five' }))).applied).toBe(true);
  expect(await specOf('s5')).toEqual(whole({ displayName: 'Five', address: 'Here' }));
  expect((await apply('plant', site('s5', {}))).userErrors).toMatchObject([{ code: 'REQUIRED' }]);
  // Without a manager a manifest stands for the whole object, as ever.
  expect((await app.apply(site('s5', whole()))).applied).toBe(true);
  expect(await specOf('s5')).toEqual(whole());
  const gone = await mutate(app, 'deleteSite', { name: 's5' });
  expect(gone.changed).toBe(true);
  await app.apply(site('s5', whole()));
  expect(await ownersOf('s5')).toEqual({});
});

test('managers apply in batches, in trials, and with defaults; odd names are refused', async () => {
  const port = (spec: object) =>
    `---\n${JSON.stringify({ apiVersion: 'catalog.miloapis.com/v1alpha1', kind: 'RegionState', metadata: { name: 'us' }, spec: { regionRef: { name: 'us' }, ...spec } })}\n`;
  expect((await apply('a', port({ state: 'Closed' }))).userErrors).toEqual([]);
  expect((await apply('a', port({}), { validateOnly: true })).results[0]?.changes).toEqual([
    { path: 'spec.state', before: '"Closed"', after: '"Planned"' },
  ]);
  expect((await apply('a', port({}))).results[0]?.outcome).toBe('UPDATED');
  const mixed = await batch(app, [
    { apply: { manager: 'a', manifests: [{ content: port({ state: 'Open' }) }] } },
    { createSite: { name: 's6', displayName: 'Six', region: { name: 'eu' }, type: 'DATACENTER' } },
  ]);
  expect(mixed.results.map(({ outcome }) => outcome)).toEqual(['UPDATED', 'CREATED']);
  const conflict = await batch(app, [
    { apply: { manager: 'b', manifests: [{ content: port({ state: 'Planned' }) }] } },
  ]);
  expect(codes(conflict)).toEqual(['FIELD_CONFLICT ']);
  await expect(apply('api:me', site('s7', whole()))).rejects.toThrow('MANAGER_INVALID');
  await expect(app.apply(site('s7', whole()), { force: true })).rejects.toThrow('MANAGER_REQUIRED');
});

test('the number of statements does not depend on the number of documents', async () => {
  const statements = async (prefix: string, count: number) => {
    const many = (spec: object) => Array.from({ length: count }, (_, i) => site(`${prefix}${i}`, spec)).join('');
    const run = async (manager: string, content: string, more: object = {}) => {
      const document = 'mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { message } } }';
      const input = { manager, manifests: [{ content }], ...more };
      await app.execute('{ sites { totalCount } }'); // What the caller may do has been worked out.
      const answer = await app.execute(document, { input }, { 'x-catalog-explain': 'true' });
      expect(answer.data.apply).toEqual({ applied: true, userErrors: [] });
      return answer.extensions?.explain.statements;
    };
    return [
      await run('a', many(whole())),
      await run('b', many({ address: 'There' })),
      await run('b', many({ displayName: 'B' }), { force: true }),
      await run('a', many(whole({ displayName: 'B' }))),
    ];
  };
  expect(await statements('many', 30)).toEqual(await statements('one', 1));
});
