import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { derivedLabelsOf } from '../../src/catalog/read/label-routes.ts';
import { applyAll, binding, doc, role, userOf } from '../authz/world.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { random } from '../mutations/random.ts';
import { catalog } from '../schema/catalog-schema.ts';

/*
 * A list by what its rows refer to is found from there where few fit, and by asking each row otherwise: both give the same,
 * to whoever asks. `asking` follows nothing at all.
 */

const SEEDS = (process.env.LEADS_SEEDS ?? '1,2').split(',').map(Number);
const CALLERS = ['administrator', 'network-operator', 'project-viewer', 'of-one-rack'];

let app: TestApp & { readonly localIssuer: { signToken(subject: string): Promise<string> } };
let asking: App;
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
beforeAll(async () => {
  app = await startExampleWorld();
  asking = await app.replica({ mostFollowed: 0 });
  await applyAll(
    app,
    doc('User', 'of-one-rack', { email: 'of-one-rack@example.com' }) +
      role('reads-a-rack', 'inv/racks.get inv/networkdevices.get inv/ports.get inv/cables.get') +
      binding('one-rack', 'Rack/fra1-a01', 'reads-a-rack', userOf('of-one-rack')),
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
  await app.close();
});

async function ask({ url }: Pick<App, 'url'>, query: string, variables: object = {}, by = 'administrator') {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-catalog-explain': 'true',
      authorization: `Bearer ${tokens.get(by) ?? ''}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors, extensions } = (await response.json()) as GraphqlAnswer;
  expect(errors).toBeUndefined();
  return { data, sql: (extensions?.explain?.sql ?? []) as string[] };
}

const namesFor = (label: string): readonly string[] =>
  label.endsWith('/site-type')
    ? ['Edge', 'Datacenter', 'DATACENTER', 'CoreDatacenter']
    : (valuesOf.get(lists[label.slice(label.indexOf('/') + 1)] ?? '') ?? []);

test.each(labelled.map(({ kind, labels }) => [kind.listField, kind, labels] as const))(
  '%s: what a derived label selects is what shows it',
  async (list, _kind, labels) => {
    const query = `query ($s: String) { ${list}(labelSelector: $s, first: 1000) { totalCount nodes { uid labels { key value } } } }`;
    const { data: all } = await ask(app, query);
    const shown = all[list].nodes as { uid: string; labels: { key: string; value: string }[] }[];
    expect(shown).toHaveLength(all[list].totalCount);
    for (const label of labels) {
      const values = new Set([
        ...namesFor(label),
        ...shown.flatMap((one) => one.labels.filter(({ key }) => key === label).map(({ value }) => value)),
      ]);
      for (const value of values) {
        const fitting = shown.filter((one) => one.labels.some((have) => have.key === label && have.value === value));
        tokens.set('administrator', await app.token('test-admin'));
        for (const subject of CALLERS.slice(1)) {
          await app.as(subject).execute('{ __typename }');
          tokens.set(subject, await app.localIssuer.signToken(subject));
        }
        const { data } = await ask(app, query, { s: `${label}=${value}` });
        expect(data[list].nodes, `${label}=${value}`).toEqual(fitting);
        expect(data[list].totalCount).toBe(fitting.length);
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
        if (led.sql.some((text) => text.includes('as materialized'))) followed++;
        cursor = led.data[list].pageInfo[page.startsWith('last') ? 'startCursor' : 'endCursor'];
        if (cursor === null) break;
      }
    }
    expect(followed).toBeGreaterThan(20);
  },
  300_000,
);
