import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { fullAccess } from '../../src/catalog/access/access.ts';
import { derivedLabelsOf } from '../../src/catalog/read/label-routes.ts';
import { derivedLabels } from '../../src/catalog/read/labels.ts';
import { orderOptions } from '../../src/catalog/read/order.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, binding, doc, role, userOf } from '../authz/world.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { random } from '../mutations/random.ts';
import { catalog } from '../schema/catalog-schema.ts';

/*
 * A list by what its rows refer to is found from there where few fit, and by asking each row otherwise: both give the same,
 * to whoever asks. `asking` follows nothing at all. Where no index leads to the rows, so many are looked through at most: `narrow`
 * looks through MOST.
 */

const SEEDS = (process.env.LEADS_SEEDS ?? '1,2').split(',').map(Number);
const MOST = 20;
const CALLERS = ['administrator', 'network-operator', 'project-viewer', 'of-one-rack'];

let app: TestApp & { readonly localIssuer: { signToken(subject: string): Promise<string> } };
let asking: App;
let narrow: App;
const tokens = new Map<string, string>();
/** Values that derived labels have in the world. */
const valuesOf = new Map<string, readonly string[]>();
const labelled = catalog.kinds.flatMap((kind) => {
  const labels = derivedLabelsOf(kind).map(([label]) => label);
  return labels.length === 0 ? [] : [{ kind, labels }];
});

const lists: Readonly<Record<string, string>> = {
  region: 'regions',
  site: 'sites',
  rack: 'racks',
  cluster: 'clusters',
  'organization-name': 'organizations',
  'project-name': 'projects',
};
/** Ports on a rack, and a cable that leads from one facility to another. */
const end = (rack: string): string[] =>
  ['1', '2'].map((name) =>
    doc('Port', `across-${rack}-${name}`, {
      deviceRef: { kind: 'Rack', name: rack },
      type: 'Optical',
      name: `across ${name}`,
    }),
  );
const across = (from: string, to: string): string =>
  doc('Cable', `${from}-to-${to}`, {
    endpoints: [{ name: `across-${from}-1` }, { name: `across-${to}-2` }],
    media: 'FiberSMF',
  });

beforeAll(async () => {
  app = await startExampleWorld();
  asking = await app.replica({ mostFollowed: 0 });
  narrow = await app.replica({ mostLookedThrough: MOST });
  await applyAll(
    app,
    doc('User', 'of-one-rack', { email: 'of-one-rack@example.com' }) +
      role('reads-a-rack', 'inv/racks.get inv/networkdevices.get inv/ports.get inv/cables.get') +
      binding('one-rack', 'Rack/fra1-a01', 'reads-a-rack', userOf('of-one-rack')) +
      ['fra1-a01', 'fra2-a01', 'iad1-a01'].flatMap(end).join('') +
      across('fra1-a01', 'fra2-a01') +
      across('iad1-a01', 'fra1-a01'),
  );
  tokens.set('administrator', await app.token('test-admin'));
  for (const subject of CALLERS.slice(1)) {
    await app.as(subject).execute('{ __typename }');
    tokens.set(subject, await app.localIssuer.signToken(subject));
  }
  const places = Object.values(lists).map((list) => `${list}(first: 500) { nodes { name } }`);
  const { data } = await ask(app, `{ ${places.join(' ')} }`);
  for (const [list, { nodes }] of Object.entries<{ nodes: { name: string }[] }>(data))
    valuesOf.set(
      list,
      nodes.map(({ name }) => name),
    );
});
afterAll(async () => {
  await asking.close();
  await narrow.close();
  await app.close();
});

async function send({ url }: Pick<App, 'url'>, query: string, variables: object = {}, by = 'administrator') {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-catalog-explain': 'true',
      authorization: `Bearer ${tokens.get(by) ?? ''}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

async function ask(service: Pick<App, 'url'>, query: string, variables: object = {}, by = 'administrator') {
  const { data, errors, extensions } = await send(service, query, variables, by);
  expect(errors).toBeUndefined();
  return { data, sql: (extensions?.explain?.sql ?? []) as string[] };
}

const namesFor = (label: string): readonly string[] =>
  label.endsWith('/site-type')
    ? ['Edge', 'Datacenter', 'DATACENTER', 'CoreDatacenter']
    : (valuesOf.get(lists[label.slice(label.indexOf('/') + 1)] ?? '') ?? []);

/** Of cables, whether the caller sees all that the label follows from is asked once. */
const callersOf = (list: string): readonly string[] => (list === 'cables' ? CALLERS : ['administrator']);

test.each(labelled.map(({ kind, labels }) => [kind.listField, kind, labels] as const))(
  '%s: what a derived label selects is what shows it',
  async (list, _kind, labels) => {
    const query = `query ($s: String) { ${list}(labelSelector: $s, first: 1000) { totalCount nodes { uid labels { key value } } } }`;
    for (const by of callersOf(list)) {
      const { data: all } = await ask(app, query, {}, by);
      const shown = all[list].nodes as { uid: string; labels: { key: string; value: string }[] }[];
      expect(shown).toHaveLength(all[list].totalCount);
      for (const label of labels) {
        const values = new Set([
          ...namesFor(label),
          ...shown.flatMap((one) => one.labels.filter(({ key }) => key === label).map(({ value }) => value)),
        ]);
        for (const wanted of [...[...values].map((value) => [value]), [...values].slice(0, 20)]) {
          if (wanted.length === 0) continue;
          const selector = `${label} in (${wanted.join(',')})`;
          const fitting = shown.filter((one) =>
            one.labels.some(({ key, value }) => key === label && wanted.includes(value)),
          );
          tokens.set('administrator', await app.token('test-admin'));
          for (const subject of CALLERS.slice(1)) {
            await app.as(subject).execute('{ __typename }');
            tokens.set(subject, await app.localIssuer.signToken(subject));
          }
          for (const service of list === 'cables' ? [app, asking] : [app]) {
            const { data } = await ask(service, query, { s: selector }, by);
            expect(data[list].nodes, `${by}: ${selector}`).toEqual(fitting);
            expect(data[list].totalCount).toBe(fitting.length);
          }
        }
      }
    }
  },
);

/** Conditions of a `where` on what rows refer to. */
const wheres: Readonly<Record<string, readonly object[]>> = {
  ports: [
    { device: { name: { startsWith: 'fra1' } } },
    { device: { networkDevice: { name: { contains: 'router' } } } },
    { and: [{ device: { name: { contains: 'a01' } } }, { type: { ne: 'POWER' } }] },
    { not: { device: { name: { startsWith: 'fra1' } } } },
    { or: [{ device: { name: { endsWith: '1' } } }, { name: { contains: 'et' } }] },
    { device: { networkDevice: { rack: { name: { eq: 'fra1-a01' } } } } },
    { device: {} },
  ],
  cables: [
    { endpoints: { some: { device: { name: { contains: 'router' } } } } },
    { endpoints: { some: { name: { contains: '1' } }, none: { device: { name: { contains: 'a02' } } } } },
    { endpoints: { some: {} } },
    { endpoints: { none: { device: { name: { contains: 'router' } } } } },
  ],
  links: [
    { endpoints: { some: { name: { startsWith: 'fra' } } } },
    { endpoints: { some: { site: { name: { eq: 'fra1' } } } } },
  ],
  portMappings: [{ frontPort: { device: { name: { startsWith: 'fra1' } } } }],
  virtualMachines: [{ host: { site: { name: { eq: 'fra1' } } } }],
};

test.each(SEEDS)(
  'what is followed and what is asked of each row give the same, to whoever asks (seed %d)',
  async (seed) => {
    const { pick, next, upTo } = random(seed);
    const chance = (share: number): boolean => next() < share;
    let followed = 0;
    for (let round = 0; round < 120; round++) {
      const { kind, labels } = pick(labelled);
      const list = chance(0.5) ? kind.listField : pick(Object.keys(wheres));
      const own = labelled.find((one) => one.kind.listField === list)?.labels ?? labels;
      const requirement = (): string => {
        const label = pick(own);
        const names = namesFor(label);
        const some = names.length === 0 ? ['nothing'] : Array.from({ length: 1 + upTo(3) }, () => pick(names));
        return pick([
          `${label}=${some[0]}`,
          `${label} in (${some.join(',')})`,
          `${label} notin (${some.join(',')})`,
          label,
          `!${label}`,
        ]);
      };
      const selector = Array.from({ length: upTo(4) }, requirement).join(',');
      const where = wheres[list] === undefined || chance(0.3) ? undefined : pick(wheres[list]);
      const order = pick(['NAME_ASC', 'NAME_DESC', 'CREATED_AT_DESC']);
      const page = pick(['first: 3', 'last: 3', 'first: 500']);
      const query = `query ($s: String, $w: ${list === kind.listField ? kind.type : catalog.kinds.find((one) => one.listField === list)?.type}Where, $c: String) {
      ${list}(labelSelector: $s, where: $w, orderBy: [${order}], ${page}, ${page.startsWith('last') ? 'before' : 'after'}: $c) {
        totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } nodes { uid } } }`;
      const by = pick(CALLERS);
      let cursor: string | null = null;
      for (let turn = 0; turn < 2; turn++) {
        const variables: object = { s: selector, w: where, c: cursor };
        const [led, asked] = await Promise.all([ask(app, query, variables, by), ask(asking, query, variables, by)]);
        expect(led.data, `${by}: ${query} ${JSON.stringify(variables)}`).toEqual(asked.data);
        if (led.sql.some((text) => text.includes('(way, id) as materialized'))) followed++;
        cursor = led.data[list].pageInfo[page.startsWith('last') ? 'startCursor' : 'endCursor'];
        if (cursor === null) break;
      }
    }
    expect(followed).toBeGreaterThan(20);
  },
  300_000,
);

/** Lists that there are of one kind alone, with what they can be ordered by. */
const ordersOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  catalog.kinds.map((kind) => [
    kind.listField,
    orderOptions(kind).flatMap(({ name }) => [`${name}_ASC`, `${name}_DESC`]),
  ]),
);

/** The rule by which a list is refused, if it is. */
const refusalOf = ({ errors }: GraphqlAnswer) =>
  (errors?.[0]?.extensions.violations as { rule: string }[] | undefined)?.[0];

const ports = '$w: PortWhere, $o: [PortOrder!], $s: String, $c: String';
const page = 'where: $w, orderBy: $o, labelSelector: $s, after: $c';

test('an order without an index is refused where more rows would have to be sorted than may be looked through', async () => {
  const query = `query (${ports}) { ports(first: 2, ${page}) { nodes { name } } }`;
  const bySpeed = { o: ['SPEED_ASC'] };
  const refused = await send(narrow, query, bySpeed);
  expect(refused.data).toEqual({ ports: null });
  expect(refused.errors).toMatchObject([{ path: ['ports'] }]);
  expect(refusalOf(refused)).toMatchObject({
    rule: 'TOO_EXPENSIVE',
    path: 'orderBy',
    message: 'more than 20 objects of kind Port would have to be looked through: no index leads to what is asked for',
    accepted: expect.stringMatching(
      /^a condition that narrows the list: on id, name, createdAt, .*device.*; orders without such a condition: NAME, CREATED_AT$/,
    ),
  });
  for (const narrowed of [
    { ...bySpeed, w: { device: { name: { startsWith: 'fra1' } } } },
    { ...bySpeed, w: { name: { startsWith: 'fra1' } } },
    { ...bySpeed, s: 'topology.inventory.miloapis.com/rack=fra1-a01' },
    { ...bySpeed, s: 'env=prod' },
    { o: ['NAME_DESC'] },
    { o: ['CREATED_AT_ASC'] },
  ]) {
    const [led, whole] = await Promise.all([ask(narrow, query, narrowed), ask(app, query, narrowed)]);
    expect(led.data, JSON.stringify(narrowed)).toEqual(whole.data);
  }
  // What leads to too many rows leads nowhere.
  const replica = await app.replica({ mostLookedThrough: MOST, mostFollowed: 0 });
  const led = await send(replica, query, { ...bySpeed, s: 'topology.inventory.miloapis.com/rack=fra1-a01' });
  await replica.close();
  expect(refusalOf(led)?.rule).toBe('TOO_EXPENSIVE');
});

test('a condition without an index is refused where the rows that may be looked through do not fill the page', async () => {
  const query = `query (${ports}, $n: Int) { ports(first: $n, ${page}) { nodes { name } pageInfo { endCursor } } }`;
  const isEthernet = { w: { type: { ne: 'POWER' } } };
  const [few, all] = [
    await ask(narrow, query, { ...isEthernet, n: 5 }),
    await ask(app, query, { ...isEthernet, n: 500 }),
  ];
  expect(few.data.ports.nodes).toEqual(all.data.ports.nodes.slice(0, 5));
  expect(refusalOf(await send(narrow, query, { ...isEthernet, n: 100 }))?.rule).toBe('TOO_EXPENSIVE');
  expect(refusalOf(await send(narrow, query, { w: { name: { contains: 'nothing' } }, n: 1 }))?.rule).toBe(
    'TOO_EXPENSIVE',
  );
  // The next page begins where this one ended, and may look through as many again.
  const behind = { ...isEthernet, n: 5, c: few.data.ports.pageInfo.endCursor };
  expect((await ask(narrow, query, behind)).data.ports.nodes).toEqual(all.data.ports.nodes.slice(5, 10));
  // An index leads to the rows of a name.
  const named = { w: { name: { eq: all.data.ports.nodes.at(-1).name }, type: { ne: 'POWER' } }, n: 5 };
  expect((await ask(narrow, query, named)).data.ports.nodes).toEqual([all.data.ports.nodes.at(-1)]);
  // Not where a row may fit for another reason.
  const either = { w: { or: [{ name: { eq: 'nothing' } }, { name: { contains: 'nothing' } }] }, n: 5 };
  expect(refusalOf(await send(narrow, query, either))?.rule).toBe('TOO_EXPENSIVE');
});

/** Names of ports by which of them are few or many; `eth` is in none of them. */
const beginnings = ['', 'fra1', 'fra1-a0', 'fra1-a01', 'fra1-a01-', 'i', 'eth', 'fr\u0061\u0301'];

test('names that begin alike are the same few or many: each page forwards and back, counted, to whoever asks', async () => {
  const query = `query (${ports}, $n: Int) { ports(first: $n, ${page}) { totalCount nodes { name } pageInfo { endCursor hasNextPage } } }`;
  const backwards = query.replace('first: $n', 'last: $n').replace('after:', 'before:');
  let many = 0;
  for (const by of CALLERS) {
    const { data: whole } = await ask(app, query, { n: 1_000 }, by);
    const names: string[] = whole.ports.nodes.map(({ name }: { name: string }) => name);
    expect(names).toHaveLength(whole.ports.totalCount);
    for (const startsWith of beginnings) {
      const fitting = names.filter((name) => name.startsWith(startsWith));
      if (fitting.length > MOST) many++;
      for (const service of [app, narrow]) {
        const found: string[] = [];
        let cursor: string | null = null;
        do {
          const variables = { n: 60, w: { name: { startsWith } }, c: cursor };
          const { data } = await ask(service, query, variables, by);
          for (const { name } of data.ports.nodes) found.push(name);
          expect(data.ports.totalCount).toBe(fitting.length);
          cursor = data.ports.pageInfo.hasNextPage ? data.ports.pageInfo.endCursor : null;
        } while (cursor !== null);
        expect(found, `${by}: ${startsWith}`).toEqual(fitting);
        const { data: last } = await ask(service, backwards, { n: 60, w: { name: { startsWith } } }, by);
        expect(last.ports.nodes.map(({ name }: { name: string }) => name)).toEqual(fitting.slice(-60));
      }
    }
  }
  expect(many).toBeGreaterThan(4);
});

test('nor may more rows of several kinds be looked through, but for kinds of which there is little', async () => {
  const query = '{ objects(first: 1, where: { name: { contains: "nothing" } }) { nodes { name } } }';
  expect((await ask(app, query)).data).toEqual({ objects: { nodes: [] } });
  expect(refusalOf(await send(narrow, query))?.rule).toBe('TOO_EXPENSIVE');
});

test('what is refused is not counted, and of what cannot be counted no row is looked through', async () => {
  const { errors, extensions } = await send(
    narrow,
    '{ ports(first: 1, where: { name: { contains: "nothing" } }) { totalCount nodes { name } } }',
  );
  const [statement = ''] = extensions?.explain?.sql.filter((text: string) => text.includes('from "port" r')) ?? [];
  expect(errors).toHaveLength(1);
  const places = (text: string): number[] => [...statement.matchAll(RegExp(text, 'g'))].map(({ index }) => index);
  const [isRefused = 0] = places('c where not \\(\\(select is_refused from refused_rows\\)\\)\\) n on true');
  const [isUncounted = 0] = places('u where not \\(\\(select too_many from "f0_many"\\)\\)\\) t on true');
  expect(isRefused).toBeGreaterThan(0);
  expect(isUncounted).toBeGreaterThan(isRefused);
  // Whether they are too many is found out once.
  expect(places('"f0_many" as materialized')).toHaveLength(1);
});

test('where enough are counted it is not asked of any kind whether all of its rows were looked through', async () => {
  const query = '{ objects(first: 1, where: { name: { contains: "nothing" } }) { totalCount nodes { name } } }';
  const { extensions } = await send(narrow, query, {}, 'of-one-rack');
  const statement = extensions?.explain?.sql.find((text: string) => text.includes('_all_count')) ?? '';
  const asked = [...statement.matchAll(/(.{60})case when \(select is_all from "f\d+_all_count"\)/g)];
  expect(asked.length).toBeGreaterThan(1);
  for (const [, before] of asked) expect(before).toMatch(/case when coalesce\(n\.total, 0\) > \$\d+ then false else $/);
});

test('several kinds share what one list may look through', async () => {
  const query = `query ($kinds: [String!]) { objects(first: 1, kinds: $kinds, where: { name: { contains: "nothing" } }) {
    totalCount nodes { name } } }`;
  const { data } = await ask(app, '{ ports { totalCount } cables { totalCount } }');
  const replica = await app.replica({ mostLookedThrough: data.ports.totalCount });
  const [alone, besideCables] = [
    await send(replica, query, { kinds: ['Port'] }),
    await send(replica, query, { kinds: ['Port', 'Cable'] }),
  ];
  await replica.close();
  expect(data.cables.totalCount).toBeGreaterThan(0);
  expect(alone.data).toEqual({ objects: { totalCount: 0, nodes: [] } });
  expect(refusalOf(besideCables)).toMatchObject({
    rule: 'TOO_EXPENSIVE',
    message: expect.stringContaining('objects of several kinds would have to be looked through'),
  });
});

test('of several kinds those have a part in the statement whose objects can have a label', async () => {
  const list = (selector: string, kinds = '') =>
    ask(app, `{ objects(first: 500, labelSelector: "${selector}"${kinds}) { totalCount nodes { name } } }`);
  const label = 'topology.inventory.miloapis.com/rack';
  const tablesIn = ({ sql }: { sql: readonly string[] }): string[] =>
    catalog.kinds.flatMap(({ table }) => (sql.some((text) => text.includes(`from "${table}" r`)) ? [table] : []));
  const able = catalog.kinds.filter((kind) => derivedLabelsOf(kind).some(([one]) => one === label));
  const [given, absent] = [await list(`${label}=fra1-a01`), await list(`!${label}`)];
  expect(tablesIn(given).sort()).toEqual(able.map(({ table }) => table).sort());
  expect(given.data.objects.totalCount).toBeGreaterThan(0);
  expect(tablesIn(absent)).toContain('project');
  expect((await list(`${label}=fra1-a01`, ', kinds: ["Project", "Role"]')).data.objects).toEqual({
    totalCount: 0,
    nodes: [],
  });
});

/** As the database compares names in which numbers count; what has none is greater than all. */
const naturally = new Intl.Collator('und', { numeric: true });
const comparing = (one: string | undefined, other: string | undefined): number => {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return naturally.compare(one, other);
};

test.each([
  ['networkDevices', 'rack', 'RACK'],
  ['networkDevices', 'site', 'SITE'],
  ['racks', 'site', 'SITE'],
])('%s are in the order of the names of their %s, as far as the caller knows them', async (list, member, order) => {
  for (const by of CALLERS)
    for (const direction of ['ASC', 'DESC']) {
      const page = async (args: string) => {
        const asked = `${list}(orderBy: [${order}_${direction}], ${args})`;
        const { data, sql } = await ask(
          app,
          `{ ${asked} { nodes { uid ${member} { name } } pageInfo { endCursor } } }`,
          {},
          by,
        );
        expect(sql.some((text) => text.includes('o0 on o0.id'))).toBe(true);
        return data[list];
      };
      const { nodes } = await page('first: 500');
      const { data: all } = await ask(app, `{ ${list} { totalCount } }`, {}, by);
      expect(nodes).toHaveLength(all[list].totalCount);
      const names = nodes.map((node: Record<string, { name: string } | null>) => node[member]?.name);
      const sorted = [...names].sort(comparing);
      expect(names, `${by} ${direction}`).toEqual(direction === 'ASC' ? sorted : sorted.reverse());
      const paged: object[] = [];
      for (let after = 'first: 7'; ; ) {
        const { nodes: some, pageInfo } = await page(after);
        paged.push(...some);
        if (some.length < 7) break;
        after = `first: 7, after: "${pageInfo.endCursor}"`;
      }
      expect(paged, `${by} ${direction}`).toEqual(nodes);
    }
});

test('whoever sees few rows may have them looked through in any order', async () => {
  const query = `query (${ports}) { ports(first: 5, ${page}) { totalCount nodes { name } } }`;
  const asked = { o: ['SPEED_DESC'], w: { name: { contains: '1' } } };
  const seen = await ask(app, query, {}, 'of-one-rack');
  const few = await app.replica({ mostLookedThrough: seen.data.ports.totalCount });
  const fewer = await app.replica({ mostLookedThrough: seen.data.ports.totalCount - 1 });
  expect((await ask(few, query, asked, 'of-one-rack')).data).toEqual(
    (await ask(app, query, asked, 'of-one-rack')).data,
  );
  expect(refusalOf(await send(few, query, asked))?.rule).toBe('TOO_EXPENSIVE');
  expect(refusalOf(await send(fewer, query, asked, 'of-one-rack'))?.rule).toBe('TOO_EXPENSIVE');
  await Promise.all([few.close(), fewer.close()]);
});

test('what has one of the names of a label is few as long as these are: nothing is looked through otherwise', async () => {
  const query = `query ($s: String) { networkDevices(first: 5, labelSelector: $s) { totalCount nodes { name } } }`;
  const selector = 'topology.inventory.miloapis.com/site in (fra1,iad1)';
  const replica = await app.replica({ mostFollowed: 1 });
  const [few, many] = [await ask(app, query, { s: selector }), await ask(replica, query, { s: selector })];
  await replica.close();
  // Devices by which ports have the label are not named by it.
  const portsOf = '{ ports(labelSelector: "topology.inventory.miloapis.com/site=fra1") { totalCount } }';
  const following = await app.replica({ mostFollowed: 5 });
  const [all, led] = [await ask(app, portsOf), await ask(following, portsOf)];
  await following.close();
  expect(led.data).toEqual(all.data);
  const looksThrough = ({ sql }: { sql: readonly string[] }): boolean =>
    sql.some((text) => text.includes('too_many from "f0_many"'));
  expect([looksThrough(few), looksThrough(many)]).toEqual([false, true]);
  expect(few.data.networkDevices.totalCount).toBeGreaterThan(0);
  expect(few.data).toEqual(many.data);
});

test('of cables of a facility its scopes are found once, and so is whether all in it is seen', async () => {
  const selector = 'topology.inventory.miloapis.com/site=fra1';
  const query = `{ cables(first: 5, labelSelector: "${selector}") { totalCount nodes { name } } }`;
  const { data, sql } = await ask(app, query, {}, 'of-one-rack');
  expect(data.cables.totalCount).toBe(0);
  const statement = sql.find((text) => text.includes('from "cable" r')) ?? '';
  const times = (text: string): number => statement.split(text).length - 1;
  expect(times('from scope_closure i where i.ancestor_id in')).toBe(1);
  expect(times('join scope_closure j on')).toBeGreaterThan(0);
  expect(times('from "port" x join scope_closure j on')).toBe(1);
});

const pages: readonly (readonly [what: string, query: string, isSorted: boolean])[] = [
  ['a list at the root', '{ ports(first: 5) { nodes { name cable { name } } } }', false],
  [
    'a list of one',
    '{ networkDevices(first: 1) { nodes { ports(first: 5) { nodes { name cable { name } } } } } }',
    false,
  ],
  [
    'lists of many',
    '{ networkDevices(first: 5) { nodes { ports(first: 5) { nodes { name cable { name } } } } } }',
    true,
  ],
];
test.for(pages)(
  'what is joined to the rows of a single page leaves them in the order of an index: %s',
  async ([, query, isSorted]) => {
    const { sql: statements } = await ask(app, query);
    const statement = statements.find((text) => text.includes('from "port" r')) ?? '';
    const database = new pg.Client({ connectionString: app.databaseUrl });
    await database.connect();
    // As it plans where tables are large.
    for (const way of ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'])
      await database.query(`set enable_${way} = off`);
    const { rows } = await database.query(`explain (generic_plan, format json) ${statement}`);
    await database.end();
    const plan = JSON.stringify(rows);
    expect(plan).toContain('"Relation Name":"cable"');
    expect(plan.includes('Sort')).toBe(isSorted);
  },
);

test('each end of a cable is looked up once for a label of the cable', async () => {
  const cable = catalog.kinds.find(({ kind }) => kind === 'Cable');
  const [[, label] = []] = cable === undefined ? [] : derivedLabels(cable, sql`r`, fullAccess);
  const database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  const { rows } = await database.query(`explain (format json) select ${label?.text} from cable r`);
  await database.end();
  const lookUps = [...JSON.stringify(rows).matchAll(/"Relation Name":"(\w+)"/g)].map(([, table]) => table);
  expect(lookUps.filter((table) => table === 'port')).toHaveLength(1);
});

test('a number is refused where only some of the rows were looked through', async () => {
  const count = `query (${ports}) { ports(${page}) { totalCount } }`;
  const [{ data }, counted] = [await ask(app, '{ ports { totalCount } }'), await ask(narrow, count)];
  expect(counted.data).toEqual(data);
  expect(refusalOf(await send(narrow, count, { w: { type: { ne: 'POWER' } } }))?.rule).toBe('TOO_EXPENSIVE');
  expect((await ask(narrow, count, { o: ['SPEED_ASC'] })).data).toEqual(data);
});

/** Different instants at which objects of a list were created. */
async function instantsOf(list: string): Promise<string[]> {
  const { data } = await ask(app, `{ ${list}(first: 500) { nodes { createdAt } } }`);
  return [...new Set<string>(data[list].nodes.map(({ createdAt }: { createdAt: string }) => createdAt))];
}

test.each(SEEDS)('what is not refused is what there is, in every list and order (seed %d)', async (seed) => {
  const { pick, upTo } = random(seed);
  const outcomes = { same: 0, refused: 0 };
  const kinds = catalog.kinds.filter(({ listField }) => listField in ordersOf);
  const ports = kinds.find((one) => one.kind === 'Port') ?? pick(kinds);
  const ofAllKinds = { type: 'CatalogObject', listField: 'objects' };
  const createdAt = await instantsOf('ports');
  for (let round = 0; round < 150; round++) {
    const { type, listField } = pick([pick(kinds), pick(kinds), ports, ports, ports, ofAllKinds]);
    const where = pick([
      undefined,
      { name: { contains: pick(['1', 'fra', 'e']) } },
      { not: { name: { endsWith: '2' } } },
      { name: { startsWith: pick(['', 'f', 'fra1', 'x']) } },
      { name: { startsWith: 'fra' }, createdAt: { lte: pick(createdAt) } },
      { createdAt: { [pick(['eq', 'lt', 'gte'])]: pick(createdAt) } },
      { createdAt: { in: [pick(createdAt), pick(createdAt)] } },
    ]);
    const orders = ordersOf[listField] ?? ['NAME_DESC', 'CREATED_AT_ASC', 'UPDATED_AT_ASC'];
    const variables = { w: where, o: Array.from({ length: upTo(3) }, () => pick(orders)) };
    const size = pick(['first: 2', 'first: 100', 'last: 3']);
    const query = `query ($w: ${type}Where, $o: [${type}Order!]) { ${listField}(${size}, where: $w, orderBy: $o) {
      ${pick(['totalCount', ''])} nodes { __typename name } } }`;
    const by = pick(CALLERS);
    const [limited, whole] = await Promise.all([send(narrow, query, variables, by), ask(app, query, variables, by)]);
    const refusal = refusalOf(limited);
    if (refusal === undefined) expect(limited.data, `${by}: ${query} ${JSON.stringify(variables)}`).toEqual(whole.data);
    else expect(refusal.rule).toBe('TOO_EXPENSIVE');
    outcomes[refusal === undefined ? 'same' : 'refused']++;
    if (refusal === undefined) continue;
    const { data } = await ask(app, `{ ${listField} { totalCount } }`, {}, by);
    expect(data[listField].totalCount, `${by}: ${query}`).toBeGreaterThan(MOST);
  }
  expect(Math.min(outcomes.same, outcomes.refused)).toBeGreaterThan(10);
});

test('cables of a cluster are found by the scopes of its devices; where these are too many, by their labels', async () => {
  const many = Array.from({ length: 501 }, (_, at) => `wide-${at}`);
  const device = (name: string, rack: string, cluster: string): string =>
    doc('NetworkDevice', name, {
      siteRef: { name: 'fra1' },
      clusterRef: { name: cluster },
      role: 'Leaf',
      placement: { rackRef: { name: rack }, startUnit: 1, unitHeight: 1, face: 'Front' },
    }) + doc('Port', name, { deviceRef: { kind: 'NetworkDevice', name }, type: 'Optical', name: 'p1' });
  const cable = (...ends: string[]): string =>
    doc('Cable', ends.join('-to-'), { endpoints: ends.map((name) => ({ name })), media: 'FiberSMF' });
  const cluster = (name: string): string =>
    doc('Cluster', name, { displayName: name, controlPlaneSiteRef: { name: 'fra1' }, role: 'Compute', provider: 'x' });
  await applyAll(
    app,
    ['wide', 'narrow-one', 'narrow-two'].map(cluster).join('') +
      [...many, 'thin-0', 'thin-1', 'thin-2', 'thin-3', 'thin-4']
        .map((name) => doc('Rack', name, { siteRef: { name: 'fra1' }, heightU: 42 }))
        .join('') +
      many.map((name) => device(`${name}-d`, name, 'wide')).join('') +
      ['thin-0', 'thin-1', 'thin-3', 'thin-4'].map((name) => device(`${name}-d`, name, 'narrow-one')).join('') +
      device('thin-2-d', 'thin-2', 'narrow-two') +
      cable('wide-0-d', 'wide-500-d') +
      cable('wide-1-d', 'thin-0-d') +
      cable('thin-1-d', 'thin-2-d') +
      cable('thin-3-d', 'thin-4-d'),
  );
  const cablesOf = (selector: string) =>
    ask(
      app,
      `{ cables(first: 500, labelSelector: "topology.inventory.miloapis.com/cluster ${selector}") {
      totalCount nodes { name } } }`,
    );
  for (const [selector, names] of [
    ['in (wide)', ['wide-0-d-to-wide-500-d']],
    ['in (narrow-one)', ['thin-3-d-to-thin-4-d']],
    // Ends in one each do not agree.
    ['in (narrow-one, narrow-two)', ['thin-3-d-to-thin-4-d']],
    ['in (narrow-one, wide)', ['thin-3-d-to-thin-4-d', 'wide-0-d-to-wide-500-d']],
  ] as const) {
    const { data, sql } = await cablesOf(selector);
    expect(data.cables, selector).toEqual({ totalCount: names.length, nodes: names.map((name) => ({ name })) });
    expect(sql.some((text) => text.includes('from candidate c'))).toBe(true);
  }
});
