import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { random } from '../mutations/random.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const tenancy = 'resourcemanager.miloapis.com';
  await app.apply(
    document(tenancy, 'Organization', 'fjord', { type: 'Standard' }) +
      document(tenancy, 'Project', 'maker', { ownerRef: { kind: 'Organization', name: 'fjord' } }),
  );
});
afterAll(() => app.close());

const document = (group: string, kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name }, spec })}\n`;

interface Meaning {
  readonly unit: string;
  readonly kind: string;
  readonly dimensions: readonly string[];
}
type Stated = Readonly<Record<string, Meaning>>;

/** What a service's documents come to, worked out one step after the other and without a database. */
interface Model {
  readonly configurations: Map<string, { phase: string; stated: Stated; isMeters: boolean }>;
  /** Meters that stand on their own: by object name. */
  readonly alone: Map<string, { phase: string; meter: string; meaning: Meaning }>;
  active: string | undefined;
  /** The last configuration that was active and stated a name. */
  readonly statedBy: Map<string, string>;
  /** Names that were published, whatever became of them. */
  readonly published: Set<string>;
}

const isCurrent = (phase: string | undefined): boolean => phase === 'Published' || phase === 'Deprecated';
const names = ['m', 'n', 'o'];
const next: Readonly<Record<string, string>> = { Draft: 'Published', Published: 'Deprecated', Deprecated: 'Retired' };

const configurationOf = (
  service: string,
  name: string,
  { phase, stated, isMeters }: { phase: string; stated: Stated; isMeters: boolean },
) => {
  const type = `${service}.t.example/A`;
  const meters = Object.entries(stated).map(([meter, { unit, kind, dimensions }]) => {
    const full = `${service}.t.example/${meter}`;
    if (!isMeters) return { name: full, unit, kind, dimensions };
    const measurement = { unit, aggregation: kind === 'Gauge' ? 'Latest' : 'Sum' };
    return {
      name: full,
      measurement,
      billing: { consumedUnit: unit, pricingUnit: unit },
      monitoredResourceTypes: [type],
    };
  });
  const metrics = {
    metrics: meters,
    billing: { consumerDestinations: [{ monitoredResourceType: type, metrics: meters.map((one) => one.name) }] },
  };
  return document('services.miloapis.com', 'ServiceConfiguration', name, {
    serviceRef: { name: service },
    phase,
    monitoredResourceTypes: [{ type, gvk: { group: `${service}.example`, kind: 'A' } }],
    ...(isMeters ? { meters } : metrics),
  });
};

const aloneOf = (
  service: string,
  name: string,
  { phase, meter, meaning }: { phase: string; meter: string; meaning: Meaning },
) =>
  document('services.miloapis.com', 'MeterDefinition', name, {
    meterName: `${service}.t.example/${meter}`,
    phase,
    displayName: meter,
    owner: { service: `${service}.t.example` },
    measurement: {
      unit: meaning.unit,
      aggregation: meaning.kind === 'Gauge' ? 'Latest' : 'Sum',
      dimensions: meaning.dimensions,
    },
    billing: { consumedUnit: meaning.unit, pricingUnit: meaning.unit },
  });

/** The names in force by the model. */
const inForceBy = ({ configurations, alone, statedBy }: Model): string[] =>
  [
    ...[...statedBy].filter(([, by]) => isCurrent(configurations.get(by)?.phase)).map(([name]) => name),
    ...[...alone.values()].filter(({ phase }) => isCurrent(phase)).map(({ meter }) => meter),
  ].sort();

/** What is told of each name by its key: it is there, or was deleted; null if it never was. */
const toldBy = ({ alone, statedBy, published }: Model): (string | null)[] => {
  const own = [...alone.values()].flatMap(({ phase, meter }) => (phase === 'Draft' ? [] : [meter]));
  return names.map((name) => {
    if (!published.has(name)) return null;
    return statedBy.has(name) || own.includes(name) ? 'there' : 'deleted';
  });
};

function restate(model: Model): void {
  const { active, configurations, statedBy, alone, published } = model;
  for (const name of Object.keys(configurations.get(active ?? '')?.stated ?? {})) {
    statedBy.set(name, active ?? '');
    published.add(name);
    // A retired meter of this name goes on as what the configuration states.
    for (const [object, { meter }] of alone) if (meter === name) alone.delete(object);
  }
}

const METER = 'id meterName measurement { unit aggregation dimensions } billing { consumedUnit pricingUnit }';
interface Read {
  readonly id: string;
  readonly meterName: string;
  readonly measurement: { readonly unit: string; readonly aggregation: string; readonly dimensions: readonly string[] };
  readonly billing: object;
}

/** What billing reads in bulk, by key, and as of now: one and the same. */
async function readInForce(service: string): Promise<Map<string, Read>> {
  const prefix = `${service}.t.example/`;
  const head = await app.database.pool.query<{ position: string }>('select position::text from change_head');
  const { data } = await app.execute(
    `query ($now: BigInt!) { bulk: meterDefinitions(first: 100, where: { inForce: { eq: true }, meterName: { startsWith: "${prefix}" } }) { nodes { ${METER} } }
      ${names.map((name) => `${name}: meterDefinition(meterName: "${prefix}${name}") { inForce ${METER} }`).join(' ')}
      catalogAsOf(at: { position: $now }) { meterDefinitions(where: { inForce: true, keys: [${names.map((name) => `"${prefix}${name}"`).join(', ')}] }) { nodes { spec } } } }`,
    { now: head.rows[0]?.position },
  );
  const bulk = new Map((data.bulk.nodes as Read[]).map((one) => [one.meterName.slice(prefix.length), one]));
  const byKey = names.flatMap((name) => {
    const { inForce, ...rest } = data[name] ?? {};
    return inForce === true ? [[name, rest]] : [];
  });
  expect(Object.fromEntries(byKey)).toEqual(Object.fromEntries(bulk));
  const past = (
    data.catalogAsOf.meterDefinitions.nodes as { spec: { meterName: string; measurement: { unit: string } } }[]
  )
    .map(({ spec }) => [spec.meterName.slice(prefix.length), spec.measurement.unit])
    .sort();
  expect(past).toEqual([...bulk].map(([name, { measurement }]) => [name, measurement.unit]).sort());
  return bulk;
}

const NAME = `fragment Name on PublishedName { canonicalName is uid phase inForce displayName publishedAt deprecatedAt retiredAt
  revisionNumber deletedAt replacedBy serviceName serviceDisplayName servicePhase aggregation metricKind unit dimensions consumedUnit pricingUnit
  conversion conversionFactor isBillable resourceTypeNames resourceGroup resourceKind declaredLabels { name } }`;
interface Name {
  readonly canonicalName: string;
  readonly is: string;
  readonly uid: string;
  readonly inForce: boolean;
  readonly deletedAt: string | null;
}
interface Event {
  readonly type: string;
  readonly uid: string | null;
  readonly object: { readonly publishedName: Name | null } | null;
}

/** One who has read everything once and follows the feed since. */
interface Follower {
  cursor: string | undefined;
  readonly known: Map<string, Name>;
}

/** What was read at a position: in force, and by key. */
interface Reading {
  readonly position: string;
  readonly inForce: readonly Name[];
  readonly byKey: readonly (Name | null)[];
}

const keysOf = (service: string): string[] => [...names, 'A', 'never'].map((name) => `${service}.t.example/${name}`);

/** Each of many moments is told later as it was told then, what had been deleted by then included. */
async function readAgain(service: string, readings: readonly Reading[]): Promise<void> {
  for (const { position, inForce, byKey } of readings) {
    const { data } = await app.execute(
      `query ($moment: BigInt!, $keys: [String!]!) {
        names: namesInForce(first: 100, serviceNames: ["${service}.t.example"], asOf: { position: $moment }) { nodes { ...Name } }
        byKey: publishedNames(canonicalNames: $keys, asOf: { position: $moment }) { ...Name } } ${NAME}`,
      { moment: position, keys: keysOf(service) },
    );
    expect([position, data.names.nodes, data.byKey]).toEqual([position, inForce, byKey]);
  }
}

/** What is in force by page, by key, as of a moment, and to a follower of the feed: one and the same. */
async function readAllWays(service: string, follower: Follower): Promise<Reading> {
  const head = await app.database.pool.query<{ position: string }>('select position::text from change_head');
  const now = head.rows[0]?.position ?? '';
  const keys = keysOf(service);
  const of = `serviceNames: ["${service}.t.example"]`;
  const { data } = await app.execute(
    `query ($now: BigInt!, $keys: [String!]!) {
      live: namesInForce(first: 100, ${of}) { position nodes { ...Name } }
      then: namesInForce(first: 100, ${of}, asOf: { position: $now }) { nodes { ...Name } }
      byKey: publishedNames(canonicalNames: $keys) { ...Name }
      byKeyThen: publishedNames(canonicalNames: $keys, asOf: { position: $now }) { ...Name } } ${NAME}`,
    { now, keys },
  );
  const live = data.live.nodes as Name[];
  expect(data.live.position).toBe(now);
  expect(data.then.nodes).toEqual(live);
  const inForce = (found: readonly (Name | null)[]): Name[] =>
    found
      .flatMap((one) => (one?.inForce === true && one.canonicalName.startsWith(`${service}.`) ? [one] : []))
      .toSorted((a, b) => (a.canonicalName < b.canonicalName ? -1 : 1));
  expect(inForce(data.byKey)).toEqual(live);
  expect(data.byKeyThen).toEqual(data.byKey);
  for (let isCurrent = false; !isCurrent; ) {
    const answer = await app.execute(
      `query ($after: String) { changes(after: $after, first: 200, where: { kinds: ["MeterDefinition", "MonitoredResourceType"] }) {
        cursor isCurrent events { type uid object { publishedName { ...Name } } } } } ${NAME}`,
      { after: follower.cursor },
    );
    const { changes } = answer.data as { changes: { cursor: string; isCurrent: boolean; events: Event[] } };
    for (const { type, uid, object } of changes.events) {
      const name = object?.publishedName;
      if (type === 'DELETED' || !name) follower.known.delete(uid ?? '');
      else follower.known.set(name.uid, name);
    }
    follower.cursor = changes.cursor;
    ({ isCurrent } = changes);
  }
  expect(inForce([...follower.known.values()])).toEqual(live);
  return { position: now, inForce: live, byKey: data.byKey };
}

test.each([11, 12, 13])(
  'B1, C5.3h: whatever is published, changed, deleted, made again and rolled back, no meter in force changes its meaning (seed %i)',
  async (seed) => {
    const { upTo, pick } = random(seed);
    const service = `p${seed}`;
    const model: Model = {
      configurations: new Map(),
      alone: new Map(),
      active: undefined,
      statedBy: new Map(),
      published: new Set(),
    };
    const spec = {
      serviceName: `${service}.t.example`,
      phase: 'Published',
      displayName: service,
      owner: { producerProjectRef: { name: 'maker' } },
    };
    expect((await app.apply(document('services.miloapis.com', 'Service', service, spec))).userErrors).toEqual([]);

    const meaning = (): Meaning => ({
      unit: upTo(9) > 0 ? 'By' : 's',
      kind: upTo(9) > 0 ? 'Delta' : 'Gauge',
      dimensions: upTo(5) > 0 ? ['a', 'b'] : ['a'],
    });
    const stated = (): Stated => Object.fromEntries(names.filter(() => upTo(3) > 0).map((name) => [name, meaning()]));
    const isApplied = async (content: string): Promise<boolean> => (await app.apply(content)).applied;
    const isDeleted = async (kind: string, name: string): Promise<boolean> => {
      const input = { objects: [{ kind, name }] };
      const { data } = await app.execute(
        'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code } } }',
        { input },
      );
      return data.delete.userErrors.length === 0;
    };
    const configuration = async (
      name: string,
      to: { phase: string; stated: Stated; isMeters: boolean },
    ): Promise<boolean> => {
      if (!(await isApplied(configurationOf(service, name, to)))) return false;
      const before = model.configurations.get(name)?.phase;
      model.configurations.set(name, to);
      if (to.phase === 'Published' && before !== 'Published') model.active = name;
      if (isCurrent(to.phase)) model.active ??= name;
      if (model.active === name) restate(model);
      return true;
    };
    const steps: (() => Promise<boolean>)[] = [
      () => {
        const phase = pick(['Published', 'Published', 'Draft', 'Deprecated']);
        return configuration(`${service}-${pick([1, 2, 3, 4, 5, 6])}`, {
          phase,
          stated: stated(),
          isMeters: upTo(3) === 0,
        });
      },
      () => {
        const [name, to] = pick([...model.configurations, ['none', undefined] as const]);
        return to === undefined
          ? Promise.resolve(false)
          : configuration(name, { ...to, phase: next[to.phase] ?? to.phase });
      },
      async () => {
        const name = pick(['x', 'y']);
        const to = { phase: pick(['Published', 'Draft']), meter: pick(names), meaning: meaning() };
        const full = `${service}-${name}`;
        if (!(await isApplied(aloneOf(service, full, to)))) return false;
        model.alone.set(full, to);
        if (to.phase !== 'Draft') model.published.add(to.meter);
        return true;
      },
      async () => {
        const [name, to] = pick([...model.alone, ['none', undefined] as const]);
        if (to === undefined) return false;
        const moved = { ...to, phase: next[to.phase] ?? to.phase };
        if (!(await isApplied(aloneOf(service, name, moved)))) return false;
        model.alone.set(name, moved);
        if (moved.phase !== 'Draft') model.published.add(moved.meter);
        return true;
      },
      async () => {
        const name = pick([...model.configurations.keys(), 'none']);
        if (!(await isDeleted('ServiceConfiguration', name))) return false;
        model.configurations.delete(name);
        return true;
      },
      async () => {
        const name = pick([...model.alone.keys(), 'none']);
        if (!(await isDeleted('MeterDefinition', name))) return false;
        model.alone.delete(name);
        return true;
      },
      async () => {
        const name = pick([...model.configurations.keys(), 'none']);
        const { data } = await app.execute(
          'mutation ($input: PublishServiceConfigurationInput!) { publishServiceConfiguration(input: $input) { userErrors { code } } }',
          { input: { configuration: { name } } },
        );
        const found = model.configurations.get(name);
        if (data.publishServiceConfiguration.userErrors.length > 0 || found === undefined) return false;
        model.configurations.set(name, { ...found, phase: 'Published' });
        model.active = name;
        restate(model);
        return true;
      },
    ];
    const known = new Map<string, Read>();
    const follower: Follower = { cursor: undefined, known: new Map() };
    const readings: Reading[] = [];
    let applied = 0;
    for (let step = 0; step < 40; step++) {
      if (await pick([...steps, ...steps.slice(0, 1)])()) applied++;
      const present = await readInForce(service);
      const everywhere = await readAllWays(service, follower);
      readings.push(everywhere);
      const ofMeters = everywhere.inForce
        .filter(({ is }) => is === 'METER_DEFINITION')
        .map(({ canonicalName }) => canonicalName);
      expect(ofMeters).toEqual([...present.values()].map(({ meterName }) => meterName).sort());
      expect([step, ...[...present.keys()].sort()]).toEqual([step, ...inForceBy(model)]);
      const told = everywhere.byKey.slice(0, names.length).map((one) => one && (one.deletedAt ? 'deleted' : 'there'));
      expect([step, told]).toEqual([step, toldBy(model)]);
      for (const [name, now] of present) {
        const { measurement: was, billing } = known.get(name) ?? now;
        expect(now.billing).toEqual(billing);
        expect([now.measurement.unit, now.measurement.aggregation]).toEqual([was.unit, was.aggregation]);
        expect(now.measurement.dimensions).toEqual(expect.arrayContaining([...was.dimensions]));
        known.set(name, now);
      }
    }
    await readAgain(service, readings);
    console.log(
      seed,
      readings.filter(({ byKey }) => byKey.some((one) => one?.deletedAt)).length,
      readings.map(({ byKey }) => byKey.map((one) => (one === null ? 0 : one.deletedAt ? 2 : 1)).join('')).join(' '),
    );
    expect([applied > 5, known.size > 1]).toEqual([true, true]);
  },
  60_000,
);
