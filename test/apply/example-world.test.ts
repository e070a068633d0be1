import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';
import { rareKinds } from '../mutations/rare-kinds.ts';
import { randomFrom } from '../plant/random-plant.ts';
import { wholePlant } from '../plant/whole-plant.ts';

const SEEDS = (process.env.PLANT_SEEDS ?? '1,2').split(',').map(Number);

let app: TestApp;
let world: string;
beforeAll(async () => {
  app = await startApp();
  world = await exampleWorld();
});
afterAll(() => app.close());

test('the example world applies in any order, and applying it twice changes nothing', async () => {
  const reversed = world.split(/^---$/m).reverse().join('\n---\n');
  const first = await app.apply(reversed);
  expect(first.userErrors).toEqual([]);
  expect(first.applied).toBe(true);
  const second = await app.apply(world);
  expect(second.counts).toEqual({ created: 0, updated: 0, unchanged: first.counts.created, refused: 0 });
});

test('what was applied is what is exported, and the export applies unchanged', async () => {
  const texts = await exported(app);
  const again = await app.apply(texts.join('---\n'));
  expect(again.userErrors).toEqual([]);
  expect(again.counts).toMatchObject({ created: 0, updated: 0, refused: 0 });
  expect(again.counts.unchanged).toBe(texts.length);
});

/** Everything there is, or what is of some kinds, each object as its manifest. */
async function exported(from: TestApp, kinds?: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await from.execute(
      'query ($after: String, $kinds: [String!]) { objects(first: 500, after: $after, kinds: $kinds) { nodes { manifest(bare: true) } pageInfo { hasNextPage endCursor } } }',
      { after, kinds },
    );
    texts.push(...data.objects.nodes.map((node: { manifest: string }) => node.manifest));
    if (!data.objects.pageInfo.hasNextPage) return texts;
    after = data.objects.pageInfo.endCursor;
  }
}

const plantKinds = makeCatalog()
  .kinds.filter(({ domain }) => domain === 'inventory')
  .map(({ kind }) => kind);
const kindOf = (document: string): string =>
  /^kind: (\w+)$|^\{"apiVersion":"[^"]*","kind":"(\w+)"/m.exec(document)?.slice(1).find(Boolean) ?? '';
const isOfPlant = (document: string): boolean => plantKinds.includes(kindOf(document));

test(`the plant of the world, of the rare kinds and of whole plants at random is in another catalog what it was (seeds ${SEEDS.join(', ')})`, async () => {
  const rare = rareKinds.split(/^---$/m).filter(isOfPlant);
  const plants = [...rare, ...SEEDS.flatMap((seed) => wholePlant(randomFrom(seed), `p${seed}`))];
  expect((await app.apply(plants.join('\n---\n'))).userErrors).toEqual([]);
  const texts = await exported(app, plantKinds);
  expect(plantKinds.filter((kind) => !texts.some((text) => kindOf(text) === kind))).toEqual([]);
  const rest = world.split(/^---$/m).filter((document) => !isOfPlant(document));
  const other = await startApp();
  try {
    const copy = await other.apply([...texts, ...rest].join('\n---\n'));
    expect(copy.userErrors).toEqual([]);
    expect((await exported(other, plantKinds)).toSorted()).toEqual(texts.toSorted());
    for (const content of [texts, plants]) {
      const again = await other.apply(content.join('\n---\n'));
      expect(again.userErrors).toEqual([]);
      expect(again.results.filter(({ outcome }) => outcome !== 'UNCHANGED')).toEqual([]);
    }
  } finally {
    await other.close();
  }
}, 300_000);

/** The same numbers everywhere: beyond each type, at its edges, between its steps. */
const absurd = [-1, 0, 0.3, 2_147_483_647, -2_147_483_648, 9_007_199_254_740_991, 1e300, 5e-324];

/** Copies of a document, each with another one of its numbers replaced; a number in quotes stays in quotes. */
function withAbsurd(document: object, number: number): { readonly path: string; readonly copy: object }[] {
  const found: { path: string; copy: object }[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    const isText = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
    if (typeof value === 'number' || isText) {
      const copy = structuredClone(document) as Record<string | number, unknown>;
      const parent = path.slice(0, -1).reduce<Record<string | number, unknown>>((at, step) => at[step] as never, copy);
      parent[path.at(-1) ?? ''] = isText ? String(number) : number;
      found.push({ path: path.join('.'), copy });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  walk((document as { spec?: unknown }).spec, ['spec']);
  return found;
}

test('an absurd number in any field of the plant is taken or refused at its path, never an error of the service', async () => {
  const plant = wholePlant(randomFrom(3), 'absurd');
  expect((await app.apply(plant.join(''))).userErrors).toEqual([]);
  // Of each kind and path one object; several of a kind go into one batch when they are different objects.
  const documents = plant.map((text) => JSON.parse(text.slice(4)) as { kind: string; metadata: { name: string } });
  const refused = new Set<string>();
  const asked = new Set<string>();
  for (const number of absurd) {
    const rounds: Map<string, object>[] = [];
    const seen = new Set<string>();
    for (const document of documents) {
      for (const { path, copy } of withAbsurd(document, number)) {
        const place = `${document.kind} ${path.replaceAll(/\.\d+/g, '')}`;
        if (seen.has(place)) continue;
        seen.add(place);
        asked.add(place);
        const object = `${document.kind}/${document.metadata.name}`;
        const round = rounds.find((one) => !one.has(object)) ?? rounds[rounds.push(new Map()) - 1];
        round?.set(object, copy);
      }
    }
    for (const round of rounds) {
      const content = [...round.values()].map((copy) => `---\n${JSON.stringify(copy)}\n`).join('');
      const { userErrors } = await app.apply(content, { validateOnly: true });
      for (const { code, subject, field, message } of userErrors) {
        expect(code, message).not.toMatch(/INTERNAL|UNAVAILABLE/);
        expect(field, `${code} ${subject}: ${message}`).toMatch(/^spec/);
        refused.add(`${subject?.split('/')[0]} ${field?.replaceAll(/\[\d+\]/g, '')}`);
      }
    }
  }
  expect(asked.size).toBeGreaterThan(40);
  // Texts that happen to be digits are the only ones that may be anything.
  const texts = ['DeviceSlot spec.slot', 'DeviceType spec.frontPorts.name', 'DeviceType spec.moduleBays.position'];
  const free = [...asked].filter((place) => !refused.has(place)).toSorted();
  expect(free).toEqual([...texts, 'ModuleBay spec.position']);
}, 300_000);

test('one query walks facility, rack, device, port, cable, far port, device, circuit, provider', async () => {
  const { data, errors, extensions } = await app.execute(
    `{ site(name: "fra1") { racks(where: {name: {eq: "fra1-a01"}}) { nodes { devices(where: {name: {eq: "fra1-a01-router"}}) { nodes { name
        ... on NetworkDevice { ports(where: {name: {in: ["fra1-a01-router-et1", "fra1-a01-router-et4"]}}) { nodes {
          label speed { text value } cable { name } farPort { label device { name } } circuits { nodes { circuitId bandwidthMbps provider { displayName } zSite { name } } } } } } } } } } } }`,
    {},
    { 'x-catalog-explain': 'true' },
  );
  expect(errors).toBeUndefined();
  expect(data.site.racks.nodes[0].devices.nodes[0].ports.nodes).toEqual([
    {
      label: 'Ethernet1/1',
      speed: { text: '100G', value: '100000000000' },
      cable: { name: 'fra1-a01-uplink1' },
      farPort: { label: 'Uplink1', device: { name: 'fra1-a01-leaf' } },
      circuits: { nodes: [] },
    },
    {
      label: 'Ethernet4/1',
      speed: { text: '100G', value: '100000000000' },
      cable: null,
      farPort: null,
      circuits: {
        nodes: [
          {
            circuitId: 'DLF-0001',
            bandwidthMbps: '100000',
            provider: { displayName: 'Deepline Fiber' },
            zSite: { name: 'iad1' },
          },
        ],
      },
    },
  ]);
  expect(extensions?.explain.statements).toBe(5);
});

test('topology labels are derived and can be selected by', async () => {
  const selector = 'topology.inventory.miloapis.com/site=fra1,topology.inventory.miloapis.com/rack in (fra1-a01)';
  const { data } = await app.execute(
    'query ($s: String) { ports(labelSelector: $s, first: 0) { totalCount } virtualMachines(labelSelector: $s) { nodes { name } } }',
    { s: selector },
  );
  expect(data.ports.totalCount).toBeGreaterThan(30);
  expect(data.virtualMachines.nodes).toEqual([{ name: 'vm-001' }, { name: 'vm-002' }]);
});

const printed = buildSchema(readFileSync('graphql/schema.graphql', 'utf8'));
const fieldsOf = (name: string): Readonly<Record<string, GraphQLField<unknown, unknown>>> =>
  (printed.getType(name) as GraphQLObjectType).getFields();

/** What is asked of an object of today (`now`) and of the past, for the answers to be alike. */
function alike(past: string, now: string): { readonly was: string; readonly now: string } {
  const parts = Object.values(fieldsOf(past)).map(({ name, type }) => {
    const of = getNamedType(type);
    const same = fieldsOf(now)[name];
    if (same === undefined) throw new Error(`${now} has no field ${name}, which its past has`);
    if (isLeafType(of)) return { was: name, now: name };
    if (of.name === 'NamedObject') {
      const isMany = getNamedType(same.type).name.endsWith('Connection');
      return {
        was: `${name} { kind }`,
        now: isMany ? `${name}(first: 50) { nodes { kind } }` : `${name} { ... on CatalogObject { kind } }`,
      };
    }
    const inner = alike(of.name, getNamedType(same.type).name);
    return { was: `${name} { ${inner.was} }`, now: `${name} { ${inner.now} }` };
  });
  return { was: parts.map(({ was }) => was).join(' '), now: parts.map(({ now: one }) => one).join(' ') };
}

/** Lists of what is referred to, without their pages. */
const withoutPages = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, inner) => (Array.isArray(inner?.nodes) ? inner.nodes : inner));

test('each object, whatever its kind, has the same typed fields as it is and as it was', async () => {
  const compared = new Map<string, number>();
  for (const { kind, type, listField } of makeCatalog().kinds) {
    const { was, now } = alike(`${type}Fields`, type);
    const { data, errors } = await app.execute(`{ ${listField}(first: 100) { nodes { uid ${now} } } }`);
    expect(errors).toBeUndefined();
    const past = await app.execute(
      `query ($at: MomentInput!, $kind: String!) { catalogAsOf(at: $at) { objects(kind: $kind, first: 200) {
        nodes { uid fields { ... on ${type}Fields { ${was} } } } } } }`,
      { kind, at: { time: new Date().toISOString() } },
    );
    expect(past.errors).toBeUndefined();
    type Past = { readonly uid: string; readonly fields: object };
    const states = past.data.catalogAsOf.objects.nodes.map(({ uid, fields }: Past) => ({ uid, ...fields }));
    const live = withoutPages(data[listField].nodes) as { readonly uid: string }[];
    expect(live.map(({ uid }) => states.find((state: Past) => state.uid === uid))).toEqual(live);
    compared.set(kind, live.length);
  }
  expect([...compared].filter(([, count]) => count > 0).length).toBeGreaterThan(60);
});

test('people and registrations have a name, and the configuration that counts is asked for', async () => {
  const stated = `apiVersion: quota.miloapis.com/v1alpha1
kind: ResourceRegistration
metadata: { name: stated-by-hand }
spec:
  consumerType: { apiGroup: resourcemanager.miloapis.com, kind: Project }
  type: Entity
  resourceType: hand.example.com/zones
  baseUnit: zone
  displayUnit: zone
  unitConversionFactor: 1
  claimingResources: [{ apiGroup: hand.example.com, kind: Zone }]
`;
  expect((await app.apply(stated)).userErrors).toEqual([]);
  const { data, errors } = await app.execute(`{
    users(first: 100) { nodes { displayName givenName familyName email } }
    resourceRegistrations(first: 100) { nodes { displayName resourceType annotations { key value } } }
    all: serviceConfigurations(first: 100) { nodes { name isActive inForce } }
    active: serviceConfigurations(first: 100, where: { isActive: { eq: true } }) { nodes { name } }
    inForce: serviceConfigurations(first: 100, where: { inForce: { ne: true } }) { nodes { name } } }`);
  expect(errors).toBeUndefined();
  type User = Readonly<Record<'displayName' | 'givenName' | 'familyName' | 'email', string | null>>;
  const users: User[] = data.users.nodes;
  expect(users.map(({ displayName }) => displayName)).toEqual(
    users.map(({ givenName, familyName, email }) => [givenName, familyName].filter(Boolean).join(' ') || email),
  );
  type Registration = Readonly<Record<'displayName' | 'resourceType', string>> & {
    readonly annotations: readonly { readonly key: string; readonly value: string }[];
  };
  const registrations: Registration[] = data.resourceRegistrations.nodes;
  const isNamed = ({ annotations }: Registration) =>
    annotations.find(({ key }) => key === 'kubernetes.io/display-name');
  expect(registrations.map(({ displayName }) => displayName)).toEqual(
    registrations.map((one) => isNamed(one)?.value ?? one.resourceType),
  );
  expect(new Set(registrations.map((one) => isNamed(one) !== undefined))).toEqual(new Set([true, false]));
  type Configuration = { readonly name: string; readonly isActive: boolean; readonly inForce: boolean };
  const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const all: Configuration[] = data.all.nodes;
  expect(named(data.active.nodes)).toEqual(named(all.filter(({ isActive }) => isActive)));
  expect(named(data.inForce.nodes)).toEqual(named(all.filter(({ inForce }) => !inForce)));
  expect(new Set(all.map(({ isActive }) => isActive)).size).toBe(2);
});
