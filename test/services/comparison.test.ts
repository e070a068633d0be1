import { writeFile } from 'node:fs/promises';
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
const REPORT = `from { name } to { name } isAllowed changeCount refusedCount entitledProjectCount entitledProjects
  changes { path kind before after isAllowed rule field message advice meters quotaLimits charges } refusals { rule field message }`;
const PUBLISH = `mutation ($input: PublishServiceConfigurationInput!) { publishServiceConfiguration(input: $input) {
  changed userErrors { code field message } comparison { ${REPORT} } } }`;
const tryPublishing = async (name: string, validateOnly = true) =>
  (await app.execute(PUBLISH, { input: { configuration: { name }, validateOnly } })).data.publishServiceConfiguration;
const publish = async (name: string, validateOnly = true): Promise<string[]> =>
  (await tryPublishing(name, validateOnly)).userErrors.map(({ code }: { code: string }) => code);

/** What a report refuses, and what user errors say, in one notation. */
interface Refusal {
  readonly code?: string;
  readonly rule?: string | null;
  readonly field: string | null;
  readonly message: string | null;
}
const told = (refusals: readonly Refusal[]): string[] =>
  [...new Set(refusals.map(({ code, rule, field, message }) => `${code ?? rule} ${field}: ${message}`))].sort();
const refusedIn = (report: { readonly changes: (Refusal & { isAllowed: boolean })[]; readonly refusals: Refusal[] }) =>
  told([...report.changes.filter(({ isAllowed }) => !isAllowed), ...report.refusals]);

test.each(rows)(
  'C1.2 $name: the comparison says what publishing says, of a new revision and of the published one',
  async ({ name, changed, path, rule, inPlace }) => {
    const report = await compare(`p-${name}`);
    expect(report.from).toEqual({ name: 'p-1' });
    const change = report.changes.find((one: { path: string }) => one.path === path);
    expect(change).toMatchObject({ isAllowed: rule === null, rule });
    expect(report.isAllowed).toBe(rule === null);
    const { comparison, userErrors: refused } = await tryPublishing(`p-${name}`);
    expect(refused.map(({ code }: Refusal) => code)).toEqual(rule === null ? [] : [rule]);
    expect(refusedIn(comparison)).toEqual(told(refused));
    const { data } = await app.execute(
      `query ($to: String!) { serviceConfigurationComparison(to: $to) { ${REPORT} } }`,
      { to: `p-${name}` },
    );
    expect(comparison).toEqual(data.serviceConfigurationComparison);

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

test('publishing answers with the report in one statement more and one for what is shown; unasked, with none', async () => {
  const statements = async (selection: string): Promise<number> => {
    const document = `mutation { publishServiceConfiguration(input: { configuration: { name: "p-unit" }, validateOnly: true }) { ${selection} } }`;
    const { extensions } = await app.execute(document, {}, { 'x-catalog-explain': 'true' });
    return extensions?.explain.statements ?? 0;
  };
  await statements('changed');
  const unasked = await statements('changed');
  expect(await statements('changed comparison { changeCount changes { path } }')).toBe(unasked + 2);
});

test('the report is given where a fragment asks for it', async () => {
  const { data } = await app.execute(`
    mutation { publishServiceConfiguration(input: { configuration: { name: "p-unit" }, validateOnly: true }) { ...Told } }
    fragment Told on ServiceConfigurationPayload { comparison { from { name } entitledProjects } }`);
  const comparison = { from: { name: 'p-1' }, entitledProjects: ['user'] };
  expect(data.publishServiceConfiguration).toEqual({ comparison });
});

test('a new document that is published at once is told of like a draft, and one that states nothing new is not', async () => {
  const APPLY = `mutation ($input: ApplyInput!) { apply(input: $input) {
    userErrors { code field message } results { name outcome comparison { ${REPORT} } } } }`;
  const apply = async (spec: object, name: string) => {
    const manifests = [{ content: document(services, 'ServiceConfiguration', name, spec) }];
    return (await app.execute(APPLY, { input: { manifests, validateOnly: true } })).data.apply;
  };
  const changed = { ...base, metrics: [{ ...cpu, unit: 'min', kind: 'Gauge' }, ram], version: '7' };
  const { userErrors, results } = await apply(changed, 'p-at-once');
  expect(results).toMatchObject([
    { name: 'p-at-once', outcome: 'REFUSED', comparison: { from: { name: 'p-1' }, to: null } },
  ]);
  const [{ comparison }] = results;
  expect(comparison.changes.map(({ path, rule }: { path: string; rule: string | null }) => [path, rule])).toEqual([
    ['version', null],
    [`${at}.kind`, 'FROZEN'],
    [`${at}.unit`, 'FROZEN'],
  ]);
  expect(refusedIn(comparison)).toEqual(told(userErrors));
  expect((await apply({ ...changed, phase: 'Draft' }, 'p-at-once')).results).toMatchObject([{ comparison: null }]);
  expect((await apply(base, 'p-1')).results).toMatchObject([{ outcome: 'UNCHANGED', comparison: null }]);
});

test('rules that no comparison of two revisions knows are part of what publishing answers', async () => {
  const claimed = { ...type, type: 'q.t.example/Same' };
  const other = { serviceRef: { name: 'q' }, phase: 'Draft', monitoredResourceTypes: [claimed] };
  const service = { serviceName: 'q.t.example', phase: 'Published', displayName: 'Q' };
  const owner = { producerProjectRef: { name: 'maker' } };
  const documents = [
    document(services, 'Service', 'q', { ...service, owner }),
    document(services, 'ServiceConfiguration', 'q-1', other),
  ];
  expect((await app.apply(documents.join(''))).userErrors).toEqual([]);
  expect(await compare('q-1')).toMatchObject({ from: null, isAllowed: true });
  const { comparison, userErrors } = await tryPublishing('q-1', false);
  expect(userErrors.map(({ code }: Refusal) => code)).toEqual(['KIND_CLAIMED']);
  expect(comparison).toMatchObject({ from: null, to: { name: 'q-1' }, isAllowed: false, entitledProjectCount: 0 });
  expect(refusedIn(comparison)).toEqual(told(userErrors));
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
  const published = await tryPublishing('p-free-dimension', false);
  expect(published).toMatchObject({ changed: true, userErrors: [] });
  expect(published.comparison).toMatchObject({
    from: { name: 'p-1' },
    to: { name: 'p-free-dimension' },
    isAllowed: true,
  });
  expect(published.comparison.changes).toMatchObject([{ path: `${at}.dimensions["size"]`, kind: 'ADDED' }]);
  expect(await tryPublishing('p-free-dimension')).toMatchObject({ changed: false, comparison: null });
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
  const back = await shell.run(['roll-back', 'service/p']);
  expect(back.stdout).toMatch(/\nserviceconfiguration\/p-free-dimension published\n$/);
  const { data } = await app.execute('{ service(name: "p") { activeConfiguration { name } } }');
  expect(data.service.activeConfiguration.name).toBe('p-free-dimension');
  const none = await shell.run(['roll-back', 'p-next', '--to', '7']);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no revision 7')]);

  const json = await shell.run(['compare', revision('p-free-dimension'), revision('p-next'), '-o', 'json']);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ isAllowed: true, refusedCount: 0 });
  expect(JSON.parse((await shell.run(['compare', 'p-next', '-o', 'json'])).stdout)).toEqual(JSON.parse(json.stdout));
  expect(await shell.run(['compare', 'service/p'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('catalog compare --revisions 1,2 service/p'),
  });
  expect((await shell.run(['compare', 'p-next', 'p-next', 'p-next'])).code).toBe(2);

  const byNumber = await shell.run(['compare', '--revisions', '2,3', 'service/p', '-o', 'json']);
  expect([byNumber.code, byNumber.stdout]).toEqual([0, json.stdout]);
  const unknown = await shell.run(['compare', '--revisions', '2,9', 'service/p']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("there is no revision 9 of service 'p'")]);
  expect((await shell.run(['compare', '--revisions', '2', 'service/p'])).code).toBe(2);
  expect((await shell.run(['publish'])).stderr).toMatch(/^error: say which revision\n/);
  expect((await shell.run(['publish', 'p-absent'])).stderr).toMatch(
    /^publishServiceConfiguration refused: REFERENCE_NOT_FOUND .*there is no ServiceConfiguration p-absent/,
  );
  expect((await shell.run(['compare', '--revisions', '2,3', revision('p-next')])).code).toBe(2);
  await shell.remove();
});

test('catalog publish -f applies and publishes files in one transaction or not at all', async () => {
  const shell = await openShell(app.url, await app.token('test-admin'));
  const file = async (name: string, metrics: readonly object[], version: string): Promise<string> => {
    const path = `${shell.folder}/${name}.yaml`;
    const spec = { ...base, phase: undefined, version, metrics };
    await writeFile(path, document(services, 'ServiceConfiguration', name, spec));
    return path;
  };
  const [right, wrong] = [
    await file('p-file', [{ ...cpu, dimensions: ['region', 'zone', 'size'] }, ram], '8'),
    await file('p-wrong', [{ ...cpu, unit: 'min', dimensions: ['region', 'zone', 'size'] }, ram], '9'),
  ];
  const both = await shell.run(['publish', '-f', right, '-f', wrong]);
  expect([both.code, both.stderr]).toEqual([
    1,
    expect.stringMatching(/p-wrong refused: FROZEN spec\.metrics\[0\]\.unit: .*\nnothing was published: 1 refusal; /),
  ]);
  expect((await app.execute('{ serviceConfiguration(name: "p-file") { name } }')).data.serviceConfiguration).toBeNull();
  expect(both.stdout).toMatch(
    /\nmodified +metrics\["p\.t\.example\/cpu"\]\.unit +"s" +"min" +FROZEN +1 meter, 1 limit, 1 charge\n/,
  );

  const tried = await shell.run(['publish', '-f', right, '--dry-run']);
  expect(tried).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('1 created; only tried, nothing was published'),
  });
  expect(tried.stdout).toBe(`serviceconfiguration/p-file compared with p-free-dimension
CHANGE   ELEMENT   BEFORE   AFTER   ALLOWED   TOUCHES
added    version   -        "8"     yes       -
1 change, all allowed; 1 project uses the service: user
serviceconfiguration/p-file would be created
`);
  expect(await shell.run(['publish', '-f', right])).toMatchObject({ code: 0 });
  const ACTIVE = '{ service(name: "p") { activeConfiguration { name phase } } }';
  const active = { name: 'p-file', phase: 'PUBLISHED' };
  expect((await app.execute(ACTIVE)).data.service.activeConfiguration).toEqual(active);
  const again = await shell.run(['publish', '-f', right]);
  expect([again.code, again.stdout]).toEqual([0, 'serviceconfiguration/p-file unchanged\n']);
  const json = await shell.run(['publish', '-f', wrong, '--dry-run', '-o', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ from: { name: 'p-file' }, refusedCount: 1 });
  expect((await shell.run(['publish', 'serviceconfiguration/p-file', '-f', right])).code).toBe(2);
  expect((await shell.run(['publish'])).code).toBe(2);
  await shell.remove();
});
