import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { binding, doc, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
const named = (name: string) => ({ name });
const inFra1 = { clusterRef: named('fra1'), siteRef: named('fra1'), role: 'Leaf' };
const placed = (rack: string, startUnit: number) => ({ placement: { rackRef: named(rack), startUnit, unitHeight: 1 } });
const device = (name: string, rack: string, unit: number, labels = {}) =>
  doc('NetworkDevice', name, { ...inFra1, ...placed(rack, unit) }, { labels });
const port = (name: string, on: string) =>
  doc('Port', name, { deviceRef: { kind: 'NetworkDevice', name: on }, type: 'Optical', name });
const asset = (device: string, more: object) =>
  doc('Asset', device, { deviceRef: { kind: 'NetworkDevice', name: device }, manufacturer: 'Acme', ...more });

beforeAll(async () => {
  app = await startApp();
  const plant = [
    doc('Region', 'eu', { displayName: 'Europe' }),
    doc('Site', 'fra1', { displayName: 'Frankfurt West', regionRef: named('eu'), type: 'Datacenter' }),
    doc('Cluster', 'fra1', { displayName: 'West', controlPlaneSiteRef: named('fra1'), role: 'Compute', provider: 'x' }),
    doc('Rack', 'r1', { siteRef: named('fra1'), heightU: 42, name: 'A14' }),
    doc('Rack', 'r2', { siteRef: named('fra1'), heightU: 42 }),
    device('spine-1', 'r1', 1, { tier: 'gold' }),
    device('leaf-spine-2', 'r1', 2),
    device('leaf-3', 'r2', 3),
    asset('spine-1', { serial: 'SN-00A7', assetTag: 'tag 1' }),
    port('spine-1-eth0', 'spine-1'),
    port('leaf-3-eth0', 'leaf-3'),
    doc('Provider', 'carrier', { displayName: 'Carrier', type: 'Transit', contract: { contractID: 'C-77/4' } }),
  ];
  const rights = [
    doc('User', 'una', { email: 'una@example.com' }),
    doc('User', 'nemo', { email: 'nemo@example.com' }),
    role('looks', 'inv/racks.get inv/networkdevices.get inv/ports.get catalog/assets.get'),
    binding('una', 'Rack/r1', 'looks', userOf('una')),
  ];
  expect((await app.apply([...plant, ...rights].join(''))).userErrors).toEqual([]);
});
afterAll(() => app.close());

const SEARCH = `query ($text: String!, $kinds: [String!], $first: Int, $after: String, $last: Int, $before: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after, last: $last, before: $before) {
    totalCount totalCountCapped
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { match field value pieces { text isMatch } object { kind name } } } }`;

interface Node {
  readonly match: string;
  readonly field: string;
  readonly pieces: readonly { readonly text: string; readonly isMatch: boolean }[];
  readonly object: { readonly kind: string; readonly name: string };
}
const inOneLine = ({ match, field, pieces, object }: Node): string => {
  const marked = pieces.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join('');
  return `${object.kind}/${object.name} ${field} ${marked} ${match}`;
};
const searchAs = async (who: Pick<TestApp, 'execute'>, text: string, more: object = {}) =>
  (await who.execute(SEARCH, { text, ...more })).data.search;
const found = async (text: string, more: object = {}, who: Pick<TestApp, 'execute'> = app): Promise<string[]> =>
  (await searchAs(who, text, more)).nodes.map(inOneLine);

test('what begins with the text comes first, then what has words of it, then parts of things', async () => {
  const [first, second, ...rest] = await found('Spine');
  expect([first, second].sort()).toEqual([
    'Asset/spine-1 name [spine]-1 BEGINNING',
    'NetworkDevice/spine-1 name [spine]-1 BEGINNING',
  ]);
  expect(rest).toEqual([
    'NetworkDevice/leaf-spine-2 name leaf-[spine]-2 WORDS',
    'Port/spine-1-eth0 name [spine]-1-eth0 BEGINNING',
  ]);
});

test('objects are found by labels, display names, printed labels, serial numbers, tags and contracts', async () => {
  expect(await found('gold')).toEqual(['NetworkDevice/spine-1 labels.tier tier=[gold] WORDS']);
  expect(await found('west frank')).toEqual(['Site/fra1 spec.displayName [Frank]furt [West] WORDS']);
  expect(await found('a14')).toEqual(['Rack/r1 spec.name [A14] BEGINNING']);
  expect(await found('sn-00')).toEqual(['Asset/spine-1 spec.serial [SN-00]A7 BEGINNING']);
  expect(await found('TAG 1')).toEqual(['Asset/spine-1 spec.assetTag [tag 1] BEGINNING']);
  expect(await found('c-77/4')).toEqual(['Provider/carrier spec.contract.contractID [C-77/4] BEGINNING']);
});

test('where little fits, what is written much like it is found; parts of things are not', async () => {
  expect(await found('frankfrut')).toEqual(['Site/fra1 spec.displayName Frankfurt West SIMILAR']);
  expect(await found('lef-3-eth', { kinds: ['Port'] })).toEqual([]);
});

test('only kinds that are named are looked for, and those that say who may do what only when they are named', async () => {
  expect(await found('spine', { kinds: ['ports'] })).toEqual(['Port/spine-1-eth0 name [spine]-1-eth0 BEGINNING']);
  expect(await found('looks')).toEqual([]);
  expect(await found('looks', { kinds: ['role'] })).toEqual(['Role/looks name [looks] BEGINNING']);
  const { errors } = await app.execute(SEARCH, { text: 'x', kinds: ['rak'] });
  expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining("'rak'")]);
});

test.each(['%', '_', "'", '\\', "' & !", ':*', '((', '"', '.*', '|', '\u0000x', '💥', '\u{10ffff}'])(
  'a text of signs means those signs: %j',
  async (text) => {
    expect((await app.execute(SEARCH, { text })).errors?.map(({ extensions }) => extensions.code) ?? []).toEqual(
      text.includes('\u0000') ? ['BAD_USER_INPUT'] : [],
    );
  },
);

test('a text that is blank or endless is refused', async () => {
  for (const text of ['', '   ', 'x'.repeat(201)]) {
    const { errors } = await app.execute(SEARCH, { text });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  }
});

test('pages go on where the one before ended, in both directions; a cursor is for its own search', async () => {
  const all = await found('l');
  const { pageInfo, nodes, totalCount } = await searchAs(app, 'l', { first: 2 });
  expect([nodes.map(inOneLine), totalCount, pageInfo.hasNextPage]).toEqual([all.slice(0, 2), all.length, true]);
  const next = await searchAs(app, 'l', { first: 1, after: pageInfo.endCursor });
  expect(next.nodes.map(inOneLine)).toEqual(all.slice(2, 3));
  expect(next.pageInfo.hasPreviousPage).toBe(true);
  const back = await searchAs(app, 'l', { last: 1, before: next.pageInfo.startCursor });
  expect(back.nodes.map(inOneLine)).toEqual(all.slice(1, 2));
  const end = await searchAs(app, 'l', { last: 2 });
  expect(end.nodes.map(inOneLine)).toEqual(all.slice(-2));
  const { errors } = await app.execute(SEARCH, { text: 'lea', after: pageInfo.endCursor });
  expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('another order or filter')]);
});

test('what is searched follows the objects: changed, unchanged and deleted', async () => {
  const one = (labels: object) => device('passing', 'r2', 9, labels);
  // By which service something derived is of, which each object of it has as a label, nobody finds anything.
  await app.apply(one({ mood: 'blue', 'services.miloapis.com/service': 'ochre.example.com' }));
  expect(await found('ochre')).toEqual([]);
  expect(await found('blue')).toEqual(['NetworkDevice/passing labels.mood mood=[blue] WORDS']);
  await app.apply(one({ mood: 'green' }));
  expect([await found('blue'), await found('green')]).toEqual([
    [],
    ['NetworkDevice/passing labels.mood mood=[green] WORDS'],
  ]);
  const rows = () =>
    app.database.cells(
      sql`select field, xmin::text from search_entry where value in ('passing', 'mood=green') order by 1`,
    );
  const before = await rows();
  await app.apply(doc('NetworkDevice', 'passing', { ...inFra1, ...placed('r2', 12) }, { labels: { mood: 'green' } }));
  expect([before.length, await rows()]).toEqual([2, before]);
  await app.execute('mutation { deleteNetworkDevice(input: {name: "passing"}) { userErrors { message } } }');
  expect([await found('passing'), await rows()]).toEqual([[], []]);
});

test('nobody finds, counts or pages over what they may not see, also when a great deal of that fits better', async () => {
  const una = app.as('una');
  expect(await searchAs(app.as('nemo'), 'spine')).toMatchObject({ totalCount: 0, nodes: [] });
  expect(await found('leaf', {}, una)).toEqual(['NetworkDevice/leaf-spine-2 name [leaf]-spine-2 BEGINNING']);
  expect(await searchAs(una, 'l', { first: 1 })).toMatchObject({ totalCount: 1, pageInfo: { hasNextPage: false } });
  const hidden = (kind: string, isPart: boolean) => sql`
    insert into search_entry (object_id, field, kind, is_part, value, folded)
    select gen_random_uuid(), 'name', ${kind}, ${isPart}, t.name, t.name from (select 'l' || i || '-spine' as name from generate_series(1, 20050) i) t`;
  await app.database.execute(hidden('NetworkDevice', false));
  await app.database.execute(hidden('Port', true));
  expect(await found('l', {}, una)).toEqual(['NetworkDevice/leaf-spine-2 name [l]eaf-spine-2 BEGINNING']);
  expect(await found('spine', { kinds: ['port'] }, una)).toEqual(['Port/spine-1-eth0 name [spine]-1-eth0 BEGINNING']);
  const { data } = await una.execute(SEARCH, { text: 'spine' });
  expect(data.search.nodes.map(({ object }: Node) => `${object.kind}/${object.name}`).sort()).toEqual([
    'Asset/spine-1',
    'NetworkDevice/leaf-spine-2',
    'NetworkDevice/spine-1',
    'Port/spine-1-eth0',
  ]);
  await app.database.execute(sql`delete from search_entry where value like '%-spine' and folded like 'l%'`);
});

test('a search costs a few statements, however much is found, and asks OpenFGA for nothing', async () => {
  const explained = async (text: string, first: number, who: Pick<TestApp, 'execute'> = app) => {
    await who.execute(SEARCH, { text, first });
    const { extensions } = await who.execute(SEARCH, { text, first }, { 'x-catalog-explain': 'true' });
    return [extensions?.explain.statements, extensions?.explain.openfgaCalls];
  };
  // What is found, and one statement for each kind of it on the page.
  expect(await explained('spine', 1)).toEqual([2, 0]);
  expect(await explained('spine', 50)).toEqual([4, 0]);
});

test('what is a draft is found by those who may see it, by nobody else', async () => {
  const service = (phase: string) =>
    doc('Service', 'hush', {
      serviceName: 'hush.example.com',
      displayName: 'Hush',
      phase,
      owner: { producerProjectRef: named('p') },
    });
  const { userErrors } = await app.apply(
    [
      doc('Organization', 'acme', { type: 'Standard' }),
      doc('Project', 'p', { ownerRef: { kind: 'Organization', name: 'acme' } }),
      service('Draft'),
    ].join(''),
  );
  expect(userErrors).toEqual([]);
  expect(await found('hush')).toEqual(['Service/hush name [hush] BEGINNING']);
  expect(await found('hush', {}, app.as('nemo'))).toEqual([]);
  await app.apply(service('Published'));
  expect(await found('hush', {}, app.as('nemo'))).toEqual(['Service/hush name [hush] BEGINNING']);
});
