import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';
import { type ShownTrace, TRACE } from './drawn-plant.ts';
import { insertPlant, uuid } from './insert-plant.ts';
import { naiveTrace } from './naive-trace.ts';
import { type RandomPlant, randomFrom, randomPlant } from './random-plant.ts';

/*
 * Plants at random, sound and broken ones, written behind the service's back with its constraints off: what it answers is what
 * a naive walk finds. TRACE_PLANTS says how many, TRACE_SEED from which on; test/unit/trace-property.test.ts has more of them.
 */
const PLANTS = Math.ceil(Number(process.env.TRACE_PLANTS ?? 1_500) / 30);
const FIRST = Number(process.env.TRACE_SEED ?? 1);
const seeds = Array.from({ length: PLANTS }, (_, index) => FIRST + index);

let app: TestApp;
let database: pg.Client;

const plantOf = (seed: number): RandomPlant =>
  randomPlant(randomFrom(seed), seed % 2 === 0, (name) => (name === 'network' ? name : uuid(`${seed} ${name}`)));

beforeAll(async () => {
  app = await startApp();
  const { profiles } = plantOf(1);
  const base = [
    doc('Region/eu', { displayName: 'Europe' }),
    site('fra1'),
    doc('Rack/r1', { siteRef: named('fra1'), heightU: 42 }),
    doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
    doc('ProviderNetwork/network', { providerRef: named('carrier') }),
    doc('Port/base', { deviceRef: at('Rack/r1'), type: 'Optical', name: 'base' }),
    ...profiles.map(({ id, connectors, positions, wiring }) =>
      doc(`CableProfile/${id}`, {
        aConnectors: connectors.A,
        bConnectors: connectors.B,
        aPositions: positions.A,
        bPositions: positions.B,
        ...(wiring !== null && { wiring }),
      }),
    ),
  ];
  expect((await app.apply(base.join(''))).userErrors).toEqual([]);
  database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  await database.query(`set session_replication_role = replica;
    alter table port_mapping drop constraint port_mapping_front_once, drop constraint port_mapping_rear_once;
    alter table circuit_termination drop constraint circuit_termination_side_once, drop constraint circuit_termination_port_once;
    alter table cable_termination drop constraint cable_termination_connector_once`);
  for (const seed of seeds) await insertPlant(database, plantOf(seed));
});
afterAll(async () => {
  await database.end();
  await app.close();
});

test('what runs over a cable is every trace from a port at a device that contains it (9.5)', async () => {
  for (const seed of seeds) {
    const plant = plantOf(seed);
    const origins = plant.ports.filter(
      ({ id, side, isPanel }) => side === null && !isPanel && !isDemarcation(plant, id),
    );
    const { data } = await app.execute(
      `query ($cables: [String!]!, $ports: [String!]!) {
        cables(where: { name: { in: $cables } }, first: 200) { nodes { name traces { steps { ... on TracedPorts { ports { name } } } } } }
        ports(where: { name: { in: $ports } }, first: 200) { nodes { trace { steps {
          ... on TracedPorts { ports { name } } ... on TracedCables { cables { name } } } } } } }`,
      { cables: plant.cables.map(({ id }) => id), ports: origins.map(({ id }) => id) },
    );
    type Steps = { readonly steps: ShownTrace['steps'] };
    const originOf = ({ steps }: Steps): string =>
      (steps[0]?.ports ?? [])
        .map(({ name }) => name)
        .sort()
        .join();
    const all: readonly Steps[] = data.ports.nodes.flatMap(
      ({ trace }: { readonly trace: Steps | null }) => trace ?? [],
    );
    for (const { name, traces } of data.cables.nodes as {
      readonly name: string;
      readonly traces: readonly Steps[];
    }[]) {
      const containing = all.filter(({ steps }) =>
        steps.some(({ cables }) => cables?.some((one) => one.name === name)),
      );
      expect([...traces.map(originOf)].sort(), `seed ${seed}, ${name}`).toEqual(
        [...new Set(containing.map(originOf))].sort(),
      );
    }
  }
});

const isDemarcation = ({ circuitEnds }: RandomPlant, port: string): boolean =>
  circuitEnds.some((end) => end.port === port && end.termination !== null);

type Ends = NonNullable<ShownTrace['steps'][number]['ends']>;

/** Groups as the naive walk tells of them. */
function groupsOf({ steps }: ShownTrace): string[] {
  const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
  const told = (of: string, members: readonly string[]): string => `${of} ${[...new Set(members)].sort().join(',')}`;
  const ends = (list: Ends): string[] =>
    list.map((end) => `${end.circuit?.name}/${end.side}/${end.termination?.name ?? ''}`);
  return steps.map((step) => {
    if (step.cables !== undefined) return told('Cables', names(step.cables));
    if (step.ends !== undefined) return told('CircuitEnds', ends(step.ends));
    if (step.places === undefined) return told('Ports', names(step.ports ?? []));
    return told(
      'Places',
      names(step.places).map((name) => (name === 'fra1' ? 'Site/site' : `ProviderNetwork/${name}`)),
    );
  });
}

test('what is loaded for traces is the plant, whatever it looks like; statements are as many as rounds', async () => {
  const document = `query ($names: [String!]!) { ports(where: { name: { in: $names } }, first: 200) { nodes { name trace { ...trace } } } } ${TRACE}`;
  let compared = 0;
  for (const seed of seeds) {
    const plant = plantOf(seed);
    const { data, extensions } = await app.execute(
      document,
      { names: plant.ports.map(({ id }) => id) },
      { 'x-catalog-explain': 'true' },
    );
    const nodes = data.ports.nodes as readonly { readonly name: string; readonly trace: ShownTrace | null }[];
    expect(nodes).toHaveLength(plant.ports.length);
    let longest = 0;
    for (const { name, trace } of nodes) {
      const naive = naiveTrace(plant, name, 60);
      const groups = trace === null ? [] : groupsOf(trace);
      longest = Math.max(longest, groups.filter((group) => !group.startsWith('Cables')).length);
      const shown = trace && {
        groups,
        stop: trace.stop,
        isComplete: trace.isComplete,
        isActive: trace.isActive,
        isSplit: trace.isSplit,
        lost: trace.lostStrands,
      };
      if (trace?.stop === 'LOOP') continue;
      if (naive === 'endless') throw new Error(`seed ${seed}, ${name}: ${trace?.stop} of what never ends`);
      const stop = naive?.stop.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
      expect(shown, `seed ${seed}, ${name}`).toEqual(naive && { ...naive, stop });
      compared++;
    }
    // The list; a statement for each round; what is seen; ports, cables, circuits, terminations, demarcations, sites, networks.
    expect(extensions?.explain.statements).toBeLessThanOrEqual(1 + longest + 1 + 10);
  }
  expect(compared).toBeGreaterThan(PLANTS * 5);
});
