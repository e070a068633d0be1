import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

/*
 * What the report of a publication tells to whom:
 *
 *   maker ── plan (Draft) ── plan-1 (counts), plan-2 (Draft): `all` sees everything of it,
 *                            `late` the service and plan-2 alone, `blind` its configurations but not the service
 *         ── gate (asks for approval): `asking` waits for it
 */
const configuration = (name: string, of: string, phase: string, unit: string): string =>
  doc('ServiceConfiguration', name, {
    serviceRef: { name: of },
    phase,
    metrics: [{ name: `${of}.t.example/used-${unit}`, kind: 'Delta', unit }],
  });
const service = (name: string, phase: string, rest: object = {}): string =>
  doc('Service', name, {
    serviceName: `${name}.t.example`,
    phase,
    displayName: name,
    owner: { producerProjectRef: { name: 'maker' } },
    ...rest,
  });
const owner = { ownerRef: { kind: 'Organization', name: 'fjord' } };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const documents = [
    doc('Organization', 'fjord', { type: 'Standard' }),
    doc('Project', 'maker', owner),
    doc('Project', 'asking', owner),
    ...['all', 'late', 'blind'].map((name) => doc('User', name, { email: `${name}@example.com` })),
    service('plan', 'Draft'),
    configuration('plan-1', 'plan', 'Published', 's'),
    configuration('plan-2', 'plan', 'Draft', 'h'),
    service('gate', 'Published', { enablementPolicy: { mode: 'GatedByProvider' } }),
    configuration('gate-1', 'gate', 'Draft', 's'),
    role('sees', 'svc/services.get'),
    role('publishes', 'svc/serviceconfigurations.get svc/serviceconfigurations.update'),
    binding('all-sees', 'Service/plan', 'sees', userOf('all')),
    binding('all-publishes', 'Service/plan', 'publishes', userOf('all')),
    binding('late-sees', 'Service/plan', 'sees', userOf('late')),
    binding('late-publishes', 'ServiceConfiguration/plan-2', 'publishes', userOf('late')),
    binding('blind-publishes', 'Service/plan', 'publishes', userOf('blind')),
  ];
  expect((await app.apply(documents.join(''))).userErrors).toEqual([]);
  const entitlement = doc('ServiceEntitlement', 'gate', { serviceRef: { name: 'gate' } });
  expect((await app.apply(entitlement, { project: 'asking' })).userErrors).toEqual([]);
});
afterAll(() => app.close());

const REPORT = 'comparison { from { name } changes { path before } entitledProjectCount entitledProjects }';
const publish = async (who: string, name: string) => {
  const document = `mutation ($name: String!) { publishServiceConfiguration(input: { configuration: { name: $name }, validateOnly: true }) {
    userErrors { code message } ${REPORT} } }`;
  return (await app.as(who).execute(document, { name })).data.publishServiceConfiguration;
};
const metric = (unit: string): string => `metrics["plan.t.example/used-${unit}"]`;
const wholeReport = {
  from: { name: 'plan-1' },
  changes: [
    { path: metric('s'), before: expect.stringContaining('used-s') },
    { path: metric('h'), before: null },
  ],
};

test('whoever sees the service and both revisions is told what changes', async () => {
  const { userErrors, comparison } = await publish('all', 'plan-2');
  expect(userErrors).toEqual([]);
  expect(comparison).toMatchObject(wholeReport);
});

test('nothing is told of an earlier revision that the publisher may not see', async () => {
  const { userErrors, comparison } = await publish('late', 'plan-2');
  expect(userErrors).toEqual([]);
  expect(comparison.from).toBeNull();
  expect(comparison.changes.map(({ path }: { path: string }) => path)).not.toContain(metric('s'));
  expect(comparison.changes.every(({ before }: { before: string | null }) => before === null)).toBe(true);
});

test('whoever may not see the service publishes without a report', async () => {
  expect(await publish('blind', 'plan-2')).toEqual({ userErrors: [], comparison: null });
});

test('a project that waits for approval does not use the service yet', async () => {
  const { comparison } = await publish('test-admin', 'gate-1');
  expect(comparison).toMatchObject({ entitledProjectCount: 0, entitledProjects: [] });
});

test('each operation of a batch that publishes has its own report, the others have none', async () => {
  const operations = [
    { publishServiceConfiguration: { configuration: { name: 'gate-1' } } },
    { updateService: { name: 'plan', changes: { displayName: 'Plan' } } },
    { publishServiceConfiguration: { configuration: { name: 'plan-2' } } },
  ];
  const document = `mutation ($input: BatchInput!) { batch(input: $input) {
    userErrors { code message } results { operation name ${REPORT} } } }`;
  const { data } = await app.execute(document, { input: { operations, validateOnly: true } });
  expect(data.batch.userErrors).toEqual([]);
  expect(data.batch.results).toMatchObject([
    { operation: 0, name: 'gate-1', comparison: { from: null, entitledProjects: [] } },
    { operation: 1, name: 'plan', comparison: null },
    { operation: 2, name: 'plan-2', comparison: wholeReport },
  ]);
});
