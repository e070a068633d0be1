import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
let database: Database;
beforeAll(async () => {
  app = await startApp();
  database = createDatabase(app.databaseUrl, { poolSize: 1 });
  expect((await app.apply(world)).userErrors).toEqual([]);
});
afterAll(async () => {
  await database.close();
  await app.close();
});

const services = 'services.miloapis.com/v1alpha1';
const doc = (kind: string, name: string, spec: object, project?: string, apiVersion = services): string => {
  const labels = project === undefined ? {} : { 'resourcemanager.miloapis.com/project-name': project };
  return `---\n${JSON.stringify({ apiVersion, kind, metadata: { name, labels }, spec })}\n`;
};
const tenancy = 'resourcemanager.miloapis.com/v1alpha1';
const project = (name: string): string =>
  doc('Project', name, { ownerRef: { kind: 'Organization', name: 'fjord' } }, undefined, tenancy);
const route = 'relay.fjord.example/Route';
const meter = (phase: string): string =>
  doc(
    'MeterDefinition',
    'alone',
    {
      meterName: 'relay.fjord.example/alone',
      phase,
      displayName: 'Alone',
      owner: { service: 'relay.fjord.example' },
      measurement: { aggregation: 'Sum', unit: 's' },
      billing: { consumedUnit: 's', pricingUnit: 'h' },
      monitoredResourceTypes: [route],
    },
    undefined,
    'billing.miloapis.com/v1alpha1',
  );
const type = { type: route, displayName: 'Route', gvk: { group: 'routing.example', kind: 'Route' } };
const configuration = (name: string, more: object): string =>
  doc('ServiceConfiguration', name, { serviceRef: { name: 'relay' }, monitoredResourceTypes: [type], ...more });
const consumer = (spec: object): string =>
  doc(
    'ServiceConsumer',
    'shop-relay',
    { serviceRef: { name: 'relay.fjord.example' }, consumerProjectRef: { name: 'shop' }, ...spec },
    'maker',
  );

const world = [
  doc('Organization', 'fjord', { type: 'Standard' }, undefined, tenancy),
  project('maker'),
  project('shop'),
  doc('Service', 'relay', {
    serviceName: 'relay.fjord.example',
    phase: 'Published',
    displayName: 'Relay',
    owner: { producerProjectRef: { name: 'maker' } },
    enablementPolicy: { mode: 'GatedByProvider' },
  }),
  configuration('relay-1', { phase: 'Draft' }),
  meter('Draft'),
  doc('ServiceEntitlement', 'relay', { serviceRef: { name: 'relay' } }, 'shop'),
  consumer({}),
].join('');

const kept = [
  'service',
  'service_configuration',
  'service_entitlement',
  'service_consumer',
  'meter_definition',
  'monitored_resource_type',
  'service_version',
  'api_resource',
];

/** Every row that has columns of the catalog's own: `service/relay` → its revision and when it was updated. */
async function revisions(): Promise<Map<string, string>> {
  const each = kept.map(
    (table) =>
      sql`select ${table} || '/' || name as row, revision || ' ' || updated_at as state from ${sql.ident(table)}`,
  );
  const rows = await database.rows<{ row: string; state: string }>(sql.join(each, ' union all '));
  return new Map(rows.map(({ row, state }) => [row, state]));
}

/** The rows that an apply raised, new ones included. */
async function raisedBy(content: string): Promise<string[]> {
  const before = await revisions();
  expect((await app.apply(content)).userErrors).toEqual([]);
  const after = await revisions();
  return [...after]
    .filter(([row, state]) => before.get(row) !== state)
    .map(([row]) => row)
    .sort();
}

test('what the catalog works out raises the revision of its object, and only when it comes out differently', async () => {
  // The service, the configuration, the type; the meter on its own is linked to the type.
  expect(await raisedBy(configuration('relay-1', { phase: 'Published' }))).toEqual([
    'meter_definition/alone',
    'monitored_resource_type/relay-fjord-example-route',
    'service/relay',
    'service_configuration/relay-1',
  ]);
  expect(await raisedBy(configuration('relay-1', { phase: 'Published', version: 'one' }))).toEqual([
    'service_configuration/relay-1',
  ]);
  // The next one takes over: the type is the same one, stated by another configuration.
  expect(await raisedBy(configuration('relay-2', { phase: 'Published' }))).toEqual([
    'monitored_resource_type/relay-fjord-example-route',
    'service/relay',
    'service_configuration/relay-2',
  ]);
  expect(await raisedBy(meter('Published'))).toEqual(['meter_definition/alone']);
  expect(await raisedBy(meter('Published'))).toEqual([]);
});

test('a provider’s decision raises the entitlement, and so does a suspension; a remark does not', async () => {
  expect(await raisedBy(consumer({ suspended: true }))).toEqual([
    'service_consumer/shop-relay',
    'service_entitlement/relay',
  ]);
  expect(await raisedBy(consumer({ suspended: true, approval: { decision: 'Approved' } }))).toEqual([
    'service_consumer/shop-relay',
    'service_entitlement/relay',
  ]);
  expect(
    await raisedBy(consumer({ suspended: true, approval: { decision: 'Approved', message: 'Welcome.' } })),
  ).toEqual(['service_consumer/shop-relay']);
});

test('C4.13, M5: a type that a revision leaves out is deprecated in place, and what is linked to it stays', async () => {
  const other = { type: 'relay.fjord.example/Path', gvk: { group: 'routing.example', kind: 'Path' } };
  expect(await raisedBy(configuration('relay-3', { phase: 'Published', monitoredResourceTypes: [other] }))).toEqual([
    'monitored_resource_type/relay-fjord-example-path',
    'monitored_resource_type/relay-fjord-example-route',
    'service/relay',
    'service_configuration/relay-3',
  ]);
});

test('applying the example world twice raises nothing', async () => {
  const content = await exampleWorld();
  await raisedBy(content);
  expect(await raisedBy(content)).toEqual([]);
});
