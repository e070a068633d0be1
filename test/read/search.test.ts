import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import { type Access, fullAccess } from '../../src/catalog/access/access.ts';
import { findHits } from '../../src/catalog/search/find-hits.ts';
import { highlight } from '../../src/catalog/search/highlight.ts';
import { seenKinds } from '../../src/catalog/search/own-objects.ts';
import { bestEntries, type Entry, FEW_OBJECTS, type Found, MOST_OBJECTS } from '../../src/catalog/search/search-sql.ts';
import type { AskValue } from '../../src/catalog/walk.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { binding, doc, role, userOf } from '../authz/world.ts';
import { accessBelow } from '../kit/access.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { randomFrom } from '../plant/random-plant.ts';

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

test('words are marked where words begin', () => {
  const marked = highlight('leaf-spine2-x2-2', '2 spine').map(({ text, isMatch }) => (isMatch ? `[${text}]` : text));
  expect(marked.join('')).toBe('leaf-[spine]2-x2-[2]');
});

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
  // It comes to a rack of which una sees everything, and goes away again; none of its texts changes.
  const una = app.as('una');
  expect(await found('passing', {}, una)).toEqual([]);
  await app.apply(device('passing', 'r1', 12, { mood: 'green' }));
  expect(await found('passing', {}, una)).toEqual(['NetworkDevice/passing name [passing] BEGINNING']);
  expect(await found('passnig', {}, una)).toEqual(['NetworkDevice/passing name passing SIMILAR']);
  await app.apply(device('passing', 'r2', 12, { mood: 'green' }));
  expect(await found('passing', {}, una)).toEqual([]);
  expect(await found('passnig', {}, una)).toEqual([]);
  await app.execute('mutation { deleteNetworkDevice(input: {name: "passing"}) { userErrors { message } } }');
  expect([await found('passing'), await rows()]).toEqual([[], []]);
});

test('nobody finds, counts or pages over what they may not see, also when a great deal of that fits better', async () => {
  const una = app.as('una');
  expect(await searchAs(app.as('nemo'), 'spine')).toMatchObject({ totalCount: 0, nodes: [] });
  expect(await found('leaf', {}, una)).toEqual(['NetworkDevice/leaf-spine-2 name [leaf]-spine-2 BEGINNING']);
  expect(await searchAs(una, 'l', { first: 1 })).toMatchObject({ totalCount: 1, pageInfo: { hasNextPage: false } });
  const hidden = (kind: string, isPart: boolean) => sql`
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id)
    select gen_random_uuid(), 'name', ${kind}, ${isPart}, t.name, t.name, gen_random_uuid() from (select 'l' || i || '-spine' as name from generate_series(1, 20050) i) t`;
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

test('who holds a role on every device finds what is on them, beside what is in a rack', async () => {
  const rights = [
    doc('User', 'kim', { email: 'kim@example.com' }),
    binding('kim-rack', 'Rack/r1', 'looks', userOf('kim')),
    binding('kim-devices', 'NetworkDevice/*', 'looks', userOf('kim')),
  ];
  expect((await app.apply(rights.join(''))).userErrors).toEqual([]);
  expect(await found('leaf-3', {}, app.as('kim'))).toEqual([
    'NetworkDevice/leaf-3 name [leaf-3] BEGINNING',
    'Port/leaf-3-eth0 name [leaf-3]-eth0 BEGINNING',
    'NetworkDevice/leaf-spine-2 name [leaf]-spine-2 SIMILAR',
  ]);
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
  // Who reads everything in all projects and may change nothing there sees what is a draft as little, by whatever scope it is in.
  const version = (phase: string) =>
    doc('ServiceVersion', 'hush.v1', { serviceRef: named('hush'), version: 'v1', phase });
  const rights = [
    doc('User', 'bill', { email: 'bill@example.com' }),
    role('bills', 'catalog/serviceversions.get'),
    binding('bills', 'Project/*', 'bills', userOf('bill')),
  ];
  expect((await app.apply([version('Draft'), ...rights].join(''))).userErrors).toEqual([]);
  const only = { kinds: ['ServiceVersion'] };
  const seen = async () => [await found('hush', only), await found('hush', only, app.as('bill'))];
  const published = ['ServiceVersion/hush.v1 name [hush].v1 BEGINNING'];
  expect(await seen()).toEqual([published, []]);
  expect((await app.apply(version('Published'))).userErrors).toEqual([]);
  expect(await seen()).toEqual([published, published]);
});

const { kinds } = makeCatalog();
const wantedOf = (text: string) => ({ text, words: text.split(/[^a-z0-9]+/).filter((word) => word !== '') });
const foundBy = async (statement: Sql): Promise<Found> =>
  (await app.database.cells(sql`select ${statement}`))[0]?.[0] as Found;
/** The ways to search that callers have: from what they see, from what fits, and from both. */
const waysToSearch = {
  'from what is seen': (text: string, access: Access) =>
    bestEntries(wantedOf(text), seenKinds(access, kinds), FEW_OBJECTS),
  'from what fits': (text: string, access: Access) => bestEntries(wantedOf(text), seenKinds(access, kinds), 0),
  'from what fits alone': (text: string, access: Access) =>
    bestEntries(wantedOf(text), seenKinds(access, kinds), undefined),
  'from both': (text: string, access: Access) =>
    bestEntries(wantedOf(text), seenKinds(access, kinds), MOST_OBJECTS, true),
};

const SEEDS = (process.env.SEARCH_SEEDS ?? '1,2,3').split(',').map(Number);

test(`each way to search finds what a naive one does, of what the caller sees (seeds ${SEEDS.join(', ')})`, async () => {
  const random = randomFrom(SEEDS[0] ?? 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const word = () =>
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(['x', 'y', '7', 'xy', 'q'])).join('');
  const used = new Set<string>();
  const fresh = (): string => {
    for (;;) {
      const name = Array.from({ length: 1 + Math.floor(random() * 3) }, word).join(pick(['-', '.', '-x']));
      if (!used.has(name)) {
        used.add(name);
        return name;
      }
    }
  };
  const sites = Array.from({ length: 3 }, fresh);
  const labels = (): Record<string, string> => (random() < 0.5 ? {} : { [pick(['x', 'y'])]: word() });
  const racks = Array.from({ length: 5 }, () => ({ name: fresh(), site: pick(sites) }));
  const devices = Array.from({ length: 25 }, (_, index) => ({
    name: fresh(),
    rack: pick(racks),
    startUnit: index + 1,
    labels: labels(),
  }));
  const placedIn = ({ name, startUnit, labels: own }: (typeof devices)[number], rack: (typeof racks)[number]) =>
    doc(
      'NetworkDevice',
      name,
      {
        clusterRef: named('xcluster'),
        siteRef: named(rack.site),
        role: 'Leaf',
        placement: { rackRef: named(rack.name), startUnit, unitHeight: 1 },
      },
      { labels: own },
    );
  const ports = Array.from({ length: 60 }, () => ({ name: fresh(), device: pick(devices) }));
  const documents = [
    doc('Region', 'xregion', { displayName: 'X 7' }),
    ...sites.map((name) =>
      doc('Site', name, { displayName: `${word()} ${word()}`, regionRef: named('xregion'), type: 'Edge' }),
    ),
    doc('Cluster', 'xcluster', {
      displayName: 'q',
      controlPlaneSiteRef: named(sites[0] ?? ''),
      role: 'Compute',
      provider: 'x',
    }),
    ...racks.map(({ name, site }) =>
      doc('Rack', name, { siteRef: named(site), heightU: 60, name: `${word()}/${word()}` }),
    ),
    ...devices.map((one) => placedIn(one, one.rack)),
    ...ports.map(({ name, device: on }) =>
      doc(
        'Port',
        name,
        { deviceRef: { kind: 'NetworkDevice', name: on.name }, type: 'Optical', name },
        { labels: labels() },
      ),
    ),
    ...Array.from({ length: 25 }, (_, index) => [ports[2 * index], ports[2 * index + 1]]).map((ends) =>
      doc('Cable', fresh(), {
        endpoints: ends.map((end) => named(end?.name ?? '')),
        media: 'FiberSMF',
        label: `${word()} ${word()}`,
      }),
    ),
    doc('Provider', 'yprovider', { displayName: 'Y', type: 'Transit' }),
    ...sites.map((name, index) =>
      doc('Circuit', fresh(), {
        providerRef: named('yprovider'),
        type: 'Transit',
        circuitID: `${word()}-${word()}-${index}`,
        aEnd: { kind: 'Site', name },
        zEnd: { kind: 'Site', name: sites[(index + 1) % 3] ?? '' },
      }),
    ),
  ];
  expect((await app.apply(documents.join(''))).userErrors).toEqual([]);

  const isPart = new Map(kinds.map((model) => [model.kind, model.isPart === true]));
  const rankOf = ({ kind, value }: Omit<Entry, 'rank'>, text: string): number | undefined => {
    const folded = value.toLowerCase();
    const base = isPart.get(kind) ? 2 : 0;
    if (folded.startsWith(text)) return base;
    const there = folded.split(/[^a-z0-9]+/).filter((each) => each !== '');
    const { words } = wantedOf(text);
    const hasAll = words.every((each) =>
      there.some((other) => (each.length === 1 ? other === each : other.startsWith(each))),
    );
    return words.length > 0 && hasAll ? base + 1 : undefined;
  };
  const lines = (all: readonly Entry[]): string[] =>
    all.map(({ rank, value, objectId, field }) => `${rank} ${value.toLowerCase()} ${objectId} ${field}`);

  const scopes = async (): Promise<string[]> =>
    (
      await app.database.cells(sql`select id from scope where id in (
        select id from site union select id from rack union select id from region union select id from network_device)`)
    ).map(([id]) => String(id));
  /** Compares with what a naive search finds of the objects that the kinds' own conditions let through. */
  const compare = async (seed: number, rounds: number): Promise<number> => {
    const next = randomFrom(seed);
    const of = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
    const entries = (await app.database.cells(sql`select object_id, kind, field, value from search_entry`)).map(
      ([objectId, kind, field, value]) => ({ objectId, kind, field, value }) as Omit<Entry, 'rank'>,
    );
    const all = await scopes();
    let compared = 0;
    for (let round = 0; round < rounds; round++) {
      const part = of(entries).value.toLowerCase();
      const text = of([part, part.slice(0, 1 + Math.floor(next() * 3)), 'x', 'xy 7', 'q-', 'x=', 'spine'])
        .trim()
        .replace(/^$/, 'x');
      const access = of([
        fullAccess,
        ...[1, 1, 2, 3].map((count) => accessBelow(Array.from({ length: count }, () => of(all)))),
        accessBelow([of(all)], [of(['NetworkDevice', 'Circuit', 'Cable'])]),
      ]);
      const seen = new Set<unknown>();
      for (const { kind, condition } of seenKinds(access, kinds)) {
        const rows = sql`select id from ${sql.ident(kind.table)} seen_row where ${condition ?? sql`true`}`;
        for (const [id] of await app.database.cells(rows)) seen.add(id);
      }
      const expected = lines(
        entries.flatMap((entry) => {
          const rank = seen.has(entry.objectId) ? rankOf(entry, text) : undefined;
          return rank === undefined ? [] : [{ ...entry, rank }];
        }),
      ).sort();
      for (const [way, statement] of Object.entries(waysToSearch)) {
        const found = (await foundBy(statement(text, access))).entries;
        expect(lines(found).sort(), `${way}: ${text} (round ${round} of seed ${seed})`).toEqual(expected);
        const order = lines(found).map((line) => line.slice(0, line.lastIndexOf(' ')));
        expect(order, `${way}: order of ${text} (round ${round} of seed ${seed})`).toEqual([...order].sort());
        compared += found.length;
      }
    }
    return compared;
  };
  /** The scopes that entries tell: all are those of their objects. */
  const told = async (): Promise<readonly string[]> => {
    const perKind = kinds.map(({ table, scope }) => {
      const others = 'also' in scope ? sql`t.other_scope_ids` : sql`null::uuid[]`;
      return sql`select e.object_id, e.scope_id, e.other_scope_ids, e.scope_id = t.scope_id and e.other_scope_ids is not distinct from ${others} as is_right
        from search_entry e join ${sql.ident(table)} t on t.id = e.object_id`;
    });
    const rows = await app.database.cells(
      sql`select object_id, scope_id, other_scope_ids, is_right from (${sql.join(perKind, ' union all ')}) e`,
    );
    const [[all] = []] = await app.database.cells(sql`select count(*)::int from search_entry`);
    expect([rows.length, rows.filter(([, , , isRight]) => isRight !== true)]).toEqual([all, []]);
    return rows.map((row) => JSON.stringify(row));
  };

  let compared = 0;
  for (const seed of SEEDS) compared += await compare(seed, 10);
  const before = new Set(await told());
  // Objects come into other scopes with no text of theirs changed: they are moved with what is on them, and become scopes by a grant.
  const moved = devices.flatMap((one) => {
    const others = racks.filter(({ name, site }) => site === one.rack.site && name !== one.rack.name);
    return others.length === 0 || random() < 0.5 ? [] : [placedIn(one, pick(others))];
  });
  const granted = devices
    .slice(0, 4)
    .map(({ name }, index) => binding(`granted-${index}`, `NetworkDevice/${name}`, 'looks', userOf('una')));
  expect((await app.apply([...moved, ...granted].join(''))).userErrors).toEqual([]);
  expect((await told()).filter((row) => !before.has(row)).length).toBeGreaterThan(20);
  for (const seed of SEEDS) compared += await compare(seed + 1000, 6);
  expect(compared).toBeGreaterThan(100);
});

/** How many entries a statement looks at. */
async function lookedAt(statement: Sql): Promise<number> {
  const [[plan] = []] = await app.database.cells(sql`explain (analyze, format json) select ${statement}`);
  interface Node {
    readonly 'Relation Name'?: string;
    readonly 'Actual Rows': number;
    readonly 'Actual Loops': number;
    readonly 'Rows Removed by Filter'?: number;
    readonly Plans?: readonly Node[];
  }
  const count = (node: Node): number =>
    (node['Relation Name'] === 'search_entry'
      ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      : 0) + (node.Plans ?? []).reduce((sum, inner) => sum + count(inner), 0);
  return count((plan as { Plan: Node }[])[0]?.Plan as Node);
}

test('how much somebody sees is asked once, for all kinds as for some', async () => {
  const [[rack] = []] = await app.database.cells(sql`select id from rack where name = 'r1'`);
  const access = accessBelow([String(rack)]);
  const asked: boolean[] = [];
  const ask: AskValue = async (expression) => {
    if (!expression.text.includes('similar_search_entries')) asked.push(expression.text.includes('own_count'));
    return (await app.database.cells(sql`select ${expression}`))[0]?.[0];
  };
  const searched = (few: number, of = kinds) => findHits(ask, access, { text: 'r1', kinds: of, few });
  const hits = await searched(1_000);
  expect(hits.length).toBeGreaterThan(0);
  const racks = kinds.filter(({ kind }) => kind === 'Rack');
  expect(await searched(0)).toEqual(hits);
  expect(await searched(0)).toEqual(hits);
  expect(await searched(0, racks)).toEqual(hits.filter(({ kind }) => kind === 'Rack'));
  // They see few: asked again, since nobody has found them to see much. They see more than none: once.
  expect(asked).toEqual([true, true, false, true]);
});

test('whoever sees little is searched from that, whoever sees all from what fits; neither looks at all that does', async () => {
  const hidden = (kind: string, isPart: boolean, count: number) => sql`
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id)
    select gen_random_uuid(), 'name', ${kind}, ${isPart}, t.name, t.name, gen_random_uuid()
    from (select 'many-' || lpad(i::text, 5, '0') || '-odd' as name from generate_series(1, ${count}::int) i) t`;
  await app.database.execute(hidden('NetworkDevice', false, 25_000));
  await app.database.execute(hidden('Port', true, 41_000));
  await app.database.execute(sql`analyze search_entry`);
  const [[rack] = []] = await app.database.cells(sql`select id from rack where name = 'r1'`);
  const narrow = accessBelow([String(rack)]);
  const { 'from what is seen': fromSeen, 'from what fits': fromFits, 'from both': fromBoth } = waysToSearch;
  for (const text of ['many', 'odd', 'many odd']) {
    expect((await foundBy(fromSeen(text, narrow))).isPartial).toBe(false);
    expect(await lookedAt(fromSeen(text, narrow)), text).toBeLessThan(1000);
    // Who sees everything is given the first thousand.
    const all = (await foundBy(fromSeen(text, fullAccess))).entries;
    expect([all.length, all[0]?.value, all.at(-1)?.value], text).toEqual([1000, 'many-00001-odd', 'many-01000-odd']);
    expect(await lookedAt(fromSeen(text, fullAccess)), text).toBeLessThan(30_000);
    // Who sees too much to begin with that, and little of what fits, is told that this was not all.
    expect(await foundBy(fromFits(text, narrow))).toMatchObject({ entries: [], isPartial: true, isNarrow: false });
    expect(await lookedAt(fromFits(text, narrow)), text).toBeLessThan(200_000);
  }
  // So it is by how texts begin, where no words are looked for.
  const beginning = bestEntries({ text: 'many', words: [] }, seenKinds(narrow, kinds), 0);
  expect(await foundBy(beginning)).toMatchObject({ entries: [], isPartial: true });
  // One scope is few, and what is in it more than three.
  const many = await foundBy(bestEntries(wantedOf('odd'), seenKinds(narrow, kinds), 3));
  expect(many).toMatchObject({ isPartial: true, isNarrow: false });
  const seen = (await foundBy(fromBoth('odd', narrow))).entries;
  expect(seen).toEqual([]);
  await app.database.execute(sql`delete from search_entry where value like 'many-%-odd'`);
});
