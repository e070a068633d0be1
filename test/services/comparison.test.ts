import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { openShell } from '../kit/command.ts';

const services = 'services.miloapis.com';
const document = (group: string, kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name }, spec })}\n`;

const type = { type: 'p.t.example/VM', gvk: { group: 'p.example', kind: 'VM' }, labels: [{ name: 'zone' }] };
const cpu = { name: 'p.t.example/cpu', kind: 'Delta', unit: 's', dimensions: ['region', 'zone'] };
const ram = { name: 'p.t.example/ram', kind: 'Delta', unit: 'By' };
const limit = {
  name: 'cpus',
  metric: cpu.name,
  unit: '1/{project}',
  consumerType: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' },
  defaultLimit: 4,
};
const charge = {
  name: 'p.t.example/fee',
  chargeType: 'Usage',
  usage: { metricRef: cpu.name, pricingUnit: 'h', rates: [{ flat: '1' }] },
};
const destination = { monitoredResourceType: type.type, metrics: [cpu.name, ram.name] };
const handedOut = {
  name: 'images',
  projection: {
    kind: { group: 'p.example', kind: 'Image' },
    sourceProject: 'maker',
    selector: { matchLabels: { public: 'yes' } },
  },
};
const base = {
  serviceRef: { name: 'p' },
  phase: 'Published',
  monitoredResourceTypes: [type],
  metrics: [cpu, ram],
  billing: { consumerDestinations: [destination] },
  quota: { limits: [limit] },
  charges: [charge],
  provisioning: { resources: [handedOut] },
};

interface Row {
  readonly name: string;
  /** What changes against the published document. */
  readonly changed: object;
  /** Where, and the rule that refuses a new revision with it; null: none does. */
  readonly path: string;
  readonly rule: string | null;
  /** The rule that refuses it in the published document itself. */
  readonly inPlace: string | null;
}
const limits = (of: object): object => ({ quota: { limits: [{ ...limit, ...of }] } });
const row = (name: string, path: string, rule: string | null, inPlace: string | null, changed: object): Row => ({
  name,
  changed,
  path,
  rule,
  inPlace,
});
const vm = 'monitoredResourceTypes["p.t.example/VM"]';
const at = 'metrics["p.t.example/cpu"]';
/** C1.2: the rows that freeze (P), and some that stay free. */
const rows: readonly Row[] = [
  row('type', vm, null, 'FROZEN', {
    monitoredResourceTypes: [{ ...type, type: 'p.t.example/VM/v2' }],
    billing: { consumerDestinations: [{ ...destination, monitoredResourceType: 'p.t.example/VM/v2' }] },
  }),
  row('gvk-group', `${vm}.gvk.group`, 'FROZEN', 'FROZEN', {
    monitoredResourceTypes: [{ ...type, gvk: { group: 'q.example', kind: 'VM' } }],
  }),
  row('gvk-kind', `${vm}.gvk.kind`, 'FROZEN', 'FROZEN', {
    monitoredResourceTypes: [{ ...type, gvk: { group: 'p.example', kind: 'Host' } }],
  }),
  row('labels', `${vm}.labels["zone"]`, 'LABELS_ADDITIVE', 'LABELS_ADDITIVE', {
    monitoredResourceTypes: [{ ...type, labels: [] }],
  }),
  row('metric', 'metrics["p.t.example/ram"]', null, 'FROZEN', {
    metrics: [cpu],
    billing: { consumerDestinations: [{ ...destination, metrics: [cpu.name] }] },
  }),
  row('kind', `${at}.kind`, 'FROZEN', 'FROZEN', { metrics: [{ ...cpu, kind: 'Gauge' }, ram] }),
  row('unit', `${at}.unit`, 'FROZEN', 'FROZEN', { metrics: [{ ...cpu, unit: 'min' }, ram] }),
  row('dimensions', `${at}.dimensions["region"]`, 'DIMENSIONS_ADDITIVE', 'DIMENSIONS_ADDITIVE', {
    metrics: [{ ...cpu, dimensions: ['zone'] }, ram],
  }),
  row('routing', 'billing.consumerDestinations["p.t.example/VM"].metrics["p.t.example/ram"]', 'FROZEN', 'FROZEN', {
    billing: { consumerDestinations: [{ ...destination, metrics: [cpu.name] }] },
  }),
  row('gating', 'billing.quotaGating', null, 'FROZEN', {
    billing: { consumerDestinations: [destination], quotaGating: 'BillingEntitlement' },
  }),
  row('limit', 'quota.limits["cpus"]', null, 'FROZEN', { quota: { limits: [] } }),
  row('limit-metric', 'quota.limits["cpus"].metric', null, 'FROZEN', limits({ metric: ram.name })),
  row('limit-unit', 'quota.limits["cpus"].unit', null, 'FROZEN', limits({ unit: 's' })),
  row('limit-consumer', 'quota.limits["cpus"].consumerType.kind', null, 'FROZEN', {
    ...limits({ consumerType: { ...limit.consumerType, kind: 'Organization' } }),
  }),
  row('charge', 'charges["p.t.example/fee"]', null, 'FROZEN', { charges: [] }),
  row('charge-price', 'charges["p.t.example/fee"].usage.rates', null, 'FROZEN', {
    charges: [{ ...charge, usage: { ...charge.usage, rates: [{ flat: '2' }] } }],
  }),
  row('free-default', 'quota.limits["cpus"].defaultLimit', null, null, limits({ defaultLimit: 8 })),
  row('free-text', `${at}.displayName`, null, null, { metrics: [{ ...cpu, displayName: 'CPU' }, ram] }),
  row('free-version', 'version', null, null, { version: '2' }),
  row('free-dimension', `${at}.dimensions["size"]`, null, null, {
    metrics: [{ ...cpu, dimensions: ['region', 'zone', 'size'] }, ram],
  }),
  row('free-provisioned', 'provisioning.resources["images"]', null, null, { provisioning: { resources: [] } }),
];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const tenancy = 'resourcemanager.miloapis.com';
  const owner = { ownerRef: { kind: 'Organization', name: 'fjord' } };
  const documents = [
    document(tenancy, 'Organization', 'fjord', { type: 'Standard' }),
    document(tenancy, 'Project', 'maker', owner),
    document(tenancy, 'Project', 'user', owner),
    document(services, 'Service', 'p', {
      serviceName: 'p.t.example',
      phase: 'Published',
      displayName: 'P',
      owner: { producerProjectRef: { name: 'maker' } },
    }),
    document(services, 'ServiceConfiguration', 'p-1', base),
    ...rows.map(({ name, changed }) =>
      document(services, 'ServiceConfiguration', `p-${name}`, { ...base, phase: 'Draft', ...changed }),
    ),
  ];
  expect((await app.apply(documents.join(''))).userErrors).toEqual([]);
  const entitlement = document(services, 'ServiceEntitlement', 'p', { serviceRef: { name: 'p' } });
  expect((await app.apply(entitlement, { project: 'user' })).userErrors).toEqual([]);
});
afterAll(() => app.close());

const COMPARISON = `query ($from: String, $to: String!) { serviceConfigurationComparison(from: $from, to: $to) {
  from { name } to { name } isAllowed changeCount refusedCount entitledProjectCount entitledProjects
  changes { path kind before after isAllowed rule advice meters quotaLimits charges } refusals { rule field } } }`;
const compare = async (to: string, from?: string) =>
  (await app.execute(COMPARISON, { from, to })).data.serviceConfigurationComparison;
const PUBLISH = `mutation ($input: PublishServiceConfigurationInput!) {
  publishServiceConfiguration(input: $input) { userErrors { code } } }`;
const publish = async (name: string, validateOnly = true): Promise<string[]> => {
  const { data } = await app.execute(PUBLISH, { input: { configuration: { name }, validateOnly } });
  return data.publishServiceConfiguration.userErrors.map(({ code }: { code: string }) => code);
};

test.each(rows)(
  'C1.2 $name: the comparison says what publishing says, of a new revision and of the published one',
  async ({ name, changed, path, rule, inPlace }) => {
    const report = await compare(`p-${name}`);
    expect(report.from).toEqual({ name: 'p-1' });
    const change = report.changes.find((one: { path: string }) => one.path === path);
    expect(change).toMatchObject({ isAllowed: rule === null, rule });
    expect(report.isAllowed).toBe(rule === null);
    expect(await publish(`p-${name}`)).toEqual(rule === null ? [] : [rule]);

    const edited = document(services, 'ServiceConfiguration', 'p-1', { ...base, ...changed });
    const { userErrors } = await app.apply(edited, { validateOnly: true });
    expect([...new Set(userErrors.map(({ code }) => code))]).toEqual(inPlace === null ? [] : [inPlace]);
  },
);

test('C8.2: it says whom a change touches and what to do instead, in two statements', async () => {
  const { data, extensions } = await app.execute(COMPARISON, { to: 'p-unit' }, { 'x-catalog-explain': 'true' });
  expect(extensions?.explain.statements).toBe(2);
  expect(data.serviceConfigurationComparison).toEqual({
    from: { name: 'p-1' },
    to: { name: 'p-unit' },
    isAllowed: false,
    changeCount: 1,
    refusedCount: 1,
    entitledProjectCount: 1,
    entitledProjects: ['user'],
    changes: [
      {
        path: 'metrics["p.t.example/cpu"].unit',
        kind: 'MODIFIED',
        before: '"s"',
        after: '"min"',
        isAllowed: false,
        rule: 'FROZEN',
        advice: 'Leave p.t.example/cpu as it was published, and add p.t.example/cpu/v2 for what is new.',
        meters: ['p.t.example/cpu'],
        quotaLimits: ['cpus'],
        charges: ['p.t.example/fee'],
      },
    ],
    refusals: [],
  });
});

test('two drafts are compared as well; what is not there, or of another service, is null', async () => {
  const report = await compare('p-unit', 'p-kind');
  expect(report.changes.map(({ path, rule }: { path: string; rule: string | null }) => [path, rule])).toEqual([
    ['metrics["p.t.example/cpu"].kind', null],
    ['metrics["p.t.example/cpu"].unit', 'FROZEN'],
  ]);
  expect([await compare('nope'), await compare('p-unit', 'nope')]).toEqual([null, null]);
});

test('B3: whoever may not see a Draft is told nothing of it', async () => {
  const { data } = await app.as('stranger').execute(COMPARISON, { to: 'p-unit' });
  expect(data.serviceConfigurationComparison).toBeNull();
});

test('B6: going back to an earlier revision is judged by what was published since', async () => {
  expect(await publish('p-free-dimension', false)).toEqual([]);
  const report = await compare('p-1');
  expect(report).toMatchObject({ from: { name: 'p-free-dimension' }, isAllowed: false });
  expect(report.changes.filter((one: { isAllowed: boolean }) => !one.isAllowed)).toMatchObject([
    { path: 'metrics["p.t.example/cpu"].dimensions["size"]', kind: 'REMOVED', rule: 'DIMENSIONS_ADDITIVE' },
  ]);
  expect(await publish('p-1')).toEqual(['DIMENSIONS_ADDITIVE']);
});

test('catalog publish and roll-back show the report, refuse with it, and take effect', async () => {
  const shell = await openShell(app.url, await app.token('test-admin'));
  const revision = (name: string): string => `serviceconfiguration/${name}`;
  const refused = await shell.run(['publish', revision('p-unit'), '--dry-run']);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain(
    '  ~ metrics["p.t.example/cpu"].unit: "s" → "min"\n    not allowed: FROZEN: p.t.example/cpu was published with the unit s and keeps it;',
  );
  expect(refused.stdout).toMatch(/ changes, \d not allowed; 1 project uses the service: user\n$/);
  expect(refused.stdout).toContain(
    '    touches 1 meter (p.t.example/cpu), 1 quota limit (cpus), 1 charge (p.t.example/fee)\n',
  );
  expect(refused.stderr).toMatch(/nothing was published: \d refusals?\n$/);

  await app.apply(
    document(services, 'ServiceConfiguration', 'p-next', {
      ...base,
      phase: 'Draft',
      version: '9',
      metrics: [{ ...cpu, dimensions: ['region', 'zone', 'size'] }, ram],
    }),
  );
  expect(await shell.run(['publish', revision('p-next'), '--dry-run'])).toMatchObject({ code: 0 });
  const published = await shell.run(['publish', revision('p-next')]);
  expect(published.stdout).toMatch(/1 change, all allowed; .*\nserviceconfiguration\/p-next published\n$/);
  const back = await shell.run(['roll-back', revision('p-next')]);
  expect(back.stdout).toMatch(/\nserviceconfiguration\/p-free-dimension published\n$/);
  const { data } = await app.execute('{ service(name: "p") { activeConfiguration { name } } }');
  expect(data.service.activeConfiguration.name).toBe('p-free-dimension');
  const none = await shell.run(['roll-back', revision('p-next'), '--to', '7']);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no revision 7')]);

  const json = await shell.run(['compare', revision('p-free-dimension'), revision('p-next'), '-o', 'json']);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ isAllowed: true, refusedCount: 0 });
  expect((await shell.run(['compare', revision('p-next')])).code).toBe(2);

  const byNumber = await shell.run(['compare', '--revisions', '2,3', 'service/p', '-o', 'json']);
  expect([byNumber.code, byNumber.stdout]).toEqual([0, json.stdout]);
  const unknown = await shell.run(['compare', '--revisions', '2,9', 'service/p']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("there is no revision 9 of service 'p'")]);
  expect((await shell.run(['compare', '--revisions', '2', 'service/p'])).code).toBe(2);
  expect((await shell.run(['compare', '--revisions', '2,3', revision('p-next')])).code).toBe(2);
  await shell.remove();
});
