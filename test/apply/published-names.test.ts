import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyPruning } from '../../src/catalog/history/prunings.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const tenancy = 'resourcemanager.miloapis.com';
  const maker = (name: string) =>
    document(tenancy, 'Project', name, { ownerRef: { kind: 'Organization', name: 'fjord' } });
  await applied(document(tenancy, 'Organization', 'fjord', { type: 'Standard' }), maker('maker'), maker('other'));
});
afterAll(() => app.close());

/* Every test has a service of its own, `x` with the canonical name `x.t.example`. */

const document = (group: string, kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name }, spec })}\n`;
const services = 'services.miloapis.com';
const billing = 'billing.miloapis.com';

const service = (name: string, phase = 'Published', more: object = {}): string =>
  document(services, 'Service', name, {
    serviceName: `${name}.t.example`,
    phase,
    displayName: name,
    owner: { producerProjectRef: { name: 'maker' } },
    ...more,
  });

/** Shape C: one resource type `A`, and these metrics, which are billed. */
const metrics = (
  of: string,
  revision: number,
  stated: readonly { readonly name: string; readonly [member: string]: unknown }[],
  more: object = {},
): string => {
  const full = stated.map((one) => ({ kind: 'Delta', unit: 'By', ...one, name: `${of}.t.example/${one.name}` }));
  return document(services, 'ServiceConfiguration', `${of}-${revision}`, {
    serviceRef: { name: of },
    phase: 'Published',
    monitoredResourceTypes: [
      { type: `${of}.t.example/A`, gvk: { group: `${of}.example`, kind: 'A' }, labels: [{ name: 'x' }] },
    ],
    metrics: full,
    billing: {
      consumerDestinations: [{ monitoredResourceType: `${of}.t.example/A`, metrics: full.map(({ name }) => name) }],
    },
    ...more,
  });
};

/** Shape B: the same with one meter. */
const meters = (of: string, revision: number, measurement: object, units: object): string =>
  document(services, 'ServiceConfiguration', `${of}-${revision}`, {
    serviceRef: { name: of },
    phase: 'Published',
    monitoredResourceTypes: [
      { type: `${of}.t.example/A`, gvk: { group: `${of}.example`, kind: 'A' }, labels: [{ name: 'x' }] },
    ],
    meters: [{ name: `${of}.t.example/m`, measurement, billing: units, monitoredResourceTypes: [`${of}.t.example/A`] }],
  });

/** Shape A, or with `group` billing's copy. */
const meter = (of: string, name: string, more: object = {}, group = services): string =>
  document(group, 'MeterDefinition', name, {
    meterName: `${of}.t.example/m`,
    phase: 'Published',
    displayName: 'M',
    owner: { service: `${of}.t.example` },
    measurement: { aggregation: 'Sum', unit: 'By' },
    billing: { consumedUnit: 'By', pricingUnit: 'By' },
    ...more,
  });

const refusals = async (...documents: string[]): Promise<string[]> =>
  (await app.apply(documents.join(''))).userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`);
const applied = async (...documents: string[]): Promise<void> => {
  expect((await app.apply(documents.join(''))).userErrors).toEqual([]);
};

const warned = async (...documents: string[]): Promise<string[]> => {
  const { data } = await app.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { results { name warnings { code message } } userErrors { message } } }',
    { input: { manifests: [{ source: 'test.yaml', content: documents.join('') }] } },
  );
  expect(data.apply.userErrors).toEqual([]);
  return data.apply.results.flatMap(
    ({ name, warnings }: { name: string; warnings: { code: string; message: string }[] }) =>
      warnings.map(({ code, message }) => `${name}: ${code} ${message}`),
  );
};

const METER =
  'id name phase inForce publishedAt measurement { aggregation unit dimensions } billing { consumedUnit pricingUnit } configuration { name }';
const meterOf = async (of: string, name = 'm') =>
  (await app.execute(`{ meterDefinition(meterName: "${of}.t.example/${name}") { ${METER} } }`)).data.meterDefinition;

const mutate = async (field: string, input: object): Promise<{ changed: boolean; userErrors: { code: string }[] }> => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const { data } = await app.execute(
    `mutation ($input: ${type}!) { ${field}(input: $input) { changed userErrors { code } } }`,
    { input },
  );
  return data[field];
};
const publishAgain = (name: string) => mutate('publishServiceConfiguration', { configuration: { name } });
const deleted = async (...objects: (readonly [kind: string, name: string])[]): Promise<string[]> => {
  const { data } = await app.execute(
    'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code subject } } }',
    { input: { objects: objects.map(([kind, name]) => ({ kind, name })) } },
  );
  return data.delete.userErrors.map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`);
};

test('B1, C2.2d, C2.2h: another revision cannot give a published name another unit, kind or Kind, and is told a new name', async () => {
  await applied(service('b1'), metrics('b1', 1, [{ name: 'm' }]));
  const type = { type: 'b1.t.example/A', gvk: { group: 'b1.example', kind: 'ZZ' }, labels: [{ name: 'x' }] };
  const { userErrors } = await app.apply(
    metrics('b1', 2, [{ name: 'm', kind: 'Gauge', unit: 's' }], { monitoredResourceTypes: [type] }),
  );
  const told = userErrors.map(({ code, field, message, accepted }) => ({ code, field, message, accepted }));
  expect(told).toEqual([
    {
      code: 'FROZEN',
      field: 'spec.monitoredResourceTypes[0].gvk.kind',
      message:
        'b1.t.example/A was published with the Kind A and keeps it; with ZZ it needs a new name, such as b1.t.example/A/v2.',
      accepted: 'A, or a new name',
    },
    {
      code: 'FROZEN',
      field: 'spec.metrics[0].unit',
      message:
        'b1.t.example/m was published with the unit By and keeps it; with s it needs a new name, such as b1.t.example/m/v2.',
      accepted: 'By, or a new name',
    },
    {
      code: 'FROZEN',
      field: 'spec.metrics[0].kind',
      message:
        'b1.t.example/m was published with the kind Delta and keeps it; with Gauge it needs a new name, such as b1.t.example/m/v2.',
      accepted: 'Delta, or a new name',
    },
  ]);
  await applied(metrics('b1', 2, [{ name: 'm' }, { name: 'm/v2', kind: 'Gauge', unit: 's' }]));
  expect(await refusals(metrics('b1', 3, [{ name: 'm' }, { name: 'm/v2', kind: 'Gauge', unit: 'h' }]))).toEqual([
    'FROZEN ServiceConfiguration/b1-3 spec.metrics[1].unit',
  ]);
});

test('M4: both billing units are frozen, in place and from one notation to the other', async () => {
  const sum = { aggregation: 'Sum', unit: 'By' };
  await applied(service('m4'), meters('m4', 1, sum, { consumedUnit: 'By', pricingUnit: 'GiBy' }));
  expect(await refusals(meters('m4', 1, sum, { consumedUnit: 'KiBy', pricingUnit: 'By' }))).toEqual([
    'FROZEN ServiceConfiguration/m4-1 spec.meters[0].billing.consumedUnit',
    'FROZEN ServiceConfiguration/m4-1 spec.meters[0].billing.pricingUnit',
  ]);
  expect(await refusals(metrics('m4', 2, [{ name: 'm' }]))).toEqual([
    'FROZEN ServiceConfiguration/m4-2 spec.metrics[0].unit',
  ]);
  expect(
    await refusals(meters('m4', 2, { aggregation: 'Max', unit: 'By' }, { consumedUnit: 'By', pricingUnit: 'GiBy' })),
  ).toEqual(['FROZEN ServiceConfiguration/m4-2 spec.meters[0].measurement.aggregation']);
});

test('M5, C2.2e, C4.13, C10.10: dimensions and labels grow, in place and over revisions, and never shrink', async () => {
  await applied(service('m5'), metrics('m5', 1, [{ name: 'm', dimensions: ['a', 'b'] }]));
  const unlabelled = [{ type: 'm5.t.example/A', gvk: { group: 'm5.example', kind: 'A' } }];
  for (const revision of [1, 2]) {
    expect(
      await refusals(
        metrics('m5', revision, [{ name: 'm', dimensions: ['a'] }], { monitoredResourceTypes: unlabelled }),
      ),
    ).toEqual([
      `LABELS_ADDITIVE ServiceConfiguration/m5-${revision} spec.monitoredResourceTypes[0].labels`,
      `DIMENSIONS_ADDITIVE ServiceConfiguration/m5-${revision} spec.metrics[0].dimensions`,
    ]);
  }
  await applied(metrics('m5', 2, [{ name: 'm', dimensions: ['b', 'a', 'c'] }]));
  expect((await meterOf('m5')).measurement.dimensions).toEqual(['b', 'a', 'c']);
  // Going back to the first revision would take a dimension away.
  expect(await publishAgain('m5-1')).toEqual({ changed: false, userErrors: [{ code: 'DIMENSIONS_ADDITIVE' }] });
});

test('C2.2c: of a resource type that stands on its own no label leaves, none becomes required, and values are free', async () => {
  const type = (labels: readonly object[]): string =>
    document(services, 'MonitoredResourceType', 'alone-a', {
      resourceTypeName: 'alone.t.example/A',
      phase: 'Published',
      displayName: 'A',
      owner: { service: 'alone.t.example' },
      gvk: { group: 'alone.example', kind: 'A' },
      labels,
    });
  await applied(service('alone'), type([{ name: 'x' }]));
  expect(await refusals(type([]))).toEqual(['LABELS_ADDITIVE MonitoredResourceType/alone-a spec.labels']);
  expect(await refusals(type([{ name: 'x' }, { name: 'y', required: true }]))).toEqual([
    'LABELS_ADDITIVE MonitoredResourceType/alone-a spec.labels',
  ]);
  await applied(type([{ name: 'x' }, { name: 'y', allowedValues: ['a', 'b'] }]));
  await applied(
    type([
      { name: 'x', allowedValues: ['c'] },
      { name: 'y', allowedValues: ['b'] },
    ]),
  );
  expect(await refusals(type([{ name: 'x', required: true }, { name: 'y' }]))).toEqual([
    'LABELS_ADDITIVE MonitoredResourceType/alone-a spec.labels',
  ]);
});

test('C10.8: an older revision that is only recorded needs none of the dimensions and labels that came later', async () => {
  const older = {
    phase: 'Deprecated',
    monitoredResourceTypes: [{ type: 'old.t.example/A', gvk: { group: 'old.example', kind: 'A' } }],
  };
  await applied(
    service('old'),
    metrics('old', 2, [{ name: 'm', dimensions: ['a'] }]),
    metrics('old', 1, [{ name: 'm' }], older),
  );
  expect(await meterOf('old')).toMatchObject({ measurement: { dimensions: ['a'] }, configuration: { name: 'old-2' } });
  expect(await refusals(metrics('old', 0, [{ name: 'm', unit: 's' }], older))).toEqual([
    'FROZEN ServiceConfiguration/old-0 spec.metrics[0].unit',
  ]);
});

test('C3.s2: two revisions of one batch cannot contradict each other', async () => {
  expect(
    await refusals(
      service('twice'),
      metrics('twice', 1, [{ name: 'm' }]),
      metrics('twice', 2, [{ name: 'm', unit: 's' }]),
    ),
  ).toEqual(['FROZEN ServiceConfiguration/twice-2 spec.metrics[0].unit']);
});

test('B1, C5.3e: a name keeps its meaning through deletion and re-creation, and from one authoring shape to another', async () => {
  await applied(service('again'), meter('again', 'again-1'));
  expect(await deleted(['MeterDefinition', 'again-1'])).toEqual(['IN_FORCE MeterDefinition/again-1']);
  await applied(meter('again', 'again-1', { phase: 'Deprecated' }));
  const before = await meterOf('again');
  expect(await refusals(metrics('again', 1, [{ name: 'm' }]))).toEqual([
    'DUPLICATE_METER_NAME ServiceConfiguration/again-1 spec.metrics[0].name',
  ]);
  await applied(meter('again', 'again-1', { phase: 'Retired' }));
  expect(await meterOf('again')).toMatchObject({ phase: 'RETIRED', inForce: false });
  expect(await deleted(['MeterDefinition', 'again-1'])).toEqual([]);
  expect(await refusals(meter('again', 'again-2', { measurement: { aggregation: 'Max', unit: 'kBy' } }))).toEqual([
    'FROZEN MeterDefinition/again-2 spec.measurement.unit',
    'FROZEN MeterDefinition/again-2 spec.measurement.aggregation',
  ]);
  const inHours = {
    billing: { consumedUnit: 'By', pricingUnit: 'GiBy' },
    monitoredResourceTypes: ['again.t.example/A'],
  };
  expect(
    await refusals(metrics('again', 1, [{ name: 'm', unit: 'kBy' }]), meter('again', 'm', inHours, billing)),
  ).toContain('FROZEN ServiceConfiguration/again-1 spec.metrics[0].unit');
  await applied(metrics('again', 1, [{ name: 'm' }]));
  const after = await meterOf('again');
  expect(after).toMatchObject({ name: 'again-t-example-m', inForce: true, configuration: { name: 'again-1' } });
  // The name has kept its uid and the time since when it is published.
  expect([after.id, after.publishedAt]).toEqual([before.id, before.publishedAt]);
  expect(await refusals(meter('again', 'again-3', {}, services))).toEqual([
    'DUPLICATE_METER_NAME MeterDefinition/again-3 spec.meterName',
  ]);
});

test('M9, M10, M16, C4.1b, C4.2b, C5.1b, C5.2d: a meter keeps uid, name and publication over revisions, and is found by each', async () => {
  await applied(service('m9'), metrics('m9', 1, [{ name: 'gateway/requests' }]));
  const first = await meterOf('m9', 'gateway/requests');
  expect(first).toMatchObject({ name: 'm9-t-example-gateway-requests', configuration: { name: 'm9-1' } });
  await applied(metrics('m9', 2, [{ name: 'gateway/requests', displayName: 'Requests' }]));
  const second = await meterOf('m9', 'gateway/requests');
  expect(second).toEqual({ ...first, configuration: { name: 'm9-2' } });
  const { data } = await app.execute(`{
    meterDefinition(name: "m9-t-example-gateway-requests") { id }
    monitoredResourceType(name: "m9-t-example-a") { resourceTypeName }
    object(kind: "meterdefinitions", name: "m9-t-example-gateway-requests") { id }
    objects(kinds: ["MeterDefinition"], names: ["m9-t-example-gateway-requests"]) { nodes { id } }
    own: objects(kinds: ["MeterDefinition"], names: ["m9-t-example-gateway-requests"], derived: false) { nodes { id } }
    derived: objects(kinds: ["Service", "MeterDefinition"], names: ["m9-t-example-gateway-requests", "m9"], derived: true) { nodes { id } } }`);
  expect(data).toEqual({
    meterDefinition: { id: first.id },
    monitoredResourceType: { resourceTypeName: 'm9.t.example/A' },
    object: { id: first.id },
    objects: { nodes: [{ id: first.id }] },
    own: { nodes: [] },
    derived: { nodes: [{ id: first.id }] },
  });
});

test('U34: a meter that another revision changes is told by the feed and by the difference of two moments as changed, with what of it has', async () => {
  const stated = { name: 'stream/egress', displayName: 'Egress' };
  await applied(service('u34'), metrics('u34', 1, [stated, { name: 'kept' }]));
  const before = (await app.execute('{ meterDefinition(meterName: "u34.t.example/stream/egress") { uid } }')).data
    .meterDefinition;
  const feed = async (after?: string) => {
    const { data } = await app.execute(
      `query ($after: String) { changes(after: $after, first: 1000, where: { kinds: ["MeterDefinition"] }) {
        cursor isCurrent events { type name uid changedFields previousRevision object { spec } } } }`,
      { after },
    );
    return data.changes;
  };
  let page = await feed();
  while (!page.isCurrent) page = await feed(page.cursor);
  const { data: head } = await app.execute('{ namesInForce(first: 0) { position } }');
  await applied(metrics('u34', 2, [{ ...stated, displayName: 'Egress to the internet' }, { name: 'kept' }]));
  const { events } = await feed(page.cursor);
  // What states them has changed of both.
  const changed = ['status.configuration.name', 'status.revisionNumber'];
  const told = { type: 'MODIFIED', previousRevision: expect.any(String) };
  expect(events).toEqual([
    { ...told, name: 'u34-t-example-kept', uid: expect.any(String), changedFields: changed, object: expect.anything() },
    {
      ...told,
      name: 'u34-t-example-stream-egress',
      uid: before.uid,
      changedFields: ['spec.displayName', ...changed],
      object: {
        spec: expect.objectContaining({
          meterName: 'u34.t.example/stream/egress',
          displayName: 'Egress to the internet',
        }),
      },
    },
  ]);
  const { data } = await app.execute(
    `query ($position: BigInt!) { catalogDifference(from: { position: $position }, kinds: ["MeterDefinition"], first: 100) {
      nodes { type name changes { path before after } } } }`,
    { position: head.namesInForce.position },
  );
  const differences = data.catalogDifference.nodes.map(
    ({ changes, ...node }: { changes: readonly { readonly path: string }[] }) => ({
      ...node,
      changes: changes.filter(({ path }) => !path.startsWith('status.')),
    }),
  );
  expect(differences).toEqual([
    { type: 'MODIFIED', name: 'u34-t-example-kept', changes: [] },
    {
      type: 'MODIFIED',
      name: 'u34-t-example-stream-egress',
      changes: [{ path: 'spec.displayName', before: '"Egress"', after: '"Egress to the internet"' }],
    },
  ]);
});

test('C3.22: what a configuration states is applied again unchanged, and changed through the configuration alone', async () => {
  await applied(service('kept'), metrics('kept', 1, [{ name: 'm' }]));
  const { data } = await app.execute('{ meterDefinition(name: "kept-t-example-m") { manifest(bare: true) } }');
  const { manifest } = data.meterDefinition;
  expect((await app.apply(manifest)).counts).toEqual({ created: 0, updated: 0, unchanged: 1, refused: 0 });
  expect(await refusals(manifest.replace('displayName: m', 'displayName: mine'))).toEqual([
    'DERIVED MeterDefinition/kept-t-example-m spec.displayName',
  ]);
  expect(await deleted(['MeterDefinition', 'kept-t-example-m'])).toEqual(['DERIVED MeterDefinition/kept-t-example-m']);
});

test('C4.17: names that would be kept under one object name are refused with both', async () => {
  await applied(service('slug'));
  const { userErrors } = await app.apply(metrics('slug', 1, [{ name: 'a-b' }, { name: 'a/b' }, { name: 'ab' }]));
  expect(userErrors.map(({ code, field, message }) => ({ code, field, message }))).toEqual([
    {
      code: 'NAME_COLLISION',
      field: 'spec.metrics[0].name',
      message: 'slug.t.example/a-b and slug.t.example/a/b would both be kept as slug-t-example-a-b.',
    },
    {
      code: 'NAME_COLLISION',
      field: 'spec.metrics[1].name',
      message: 'slug.t.example/a/b and slug.t.example/a-b would both be kept as slug-t-example-a-b.',
    },
  ]);
  await applied(metrics('slug', 1, [{ name: 'a-b' }]));
  expect(await refusals(metrics('slug', 2, [{ name: 'a.b' }]))).toEqual([
    'NAME_COLLISION ServiceConfiguration/slug-2 spec.metrics[0].name',
  ]);
});

test('B1: a revision that leaves out what is billed deprecates it and says so; it is retired with the last revision that stated it', async () => {
  await applied(service('less'), metrics('less', 1, [{ name: 'm' }, { name: 'n' }]));
  const [before] = [await meterOf('less')];
  expect(await warned(metrics('less', 2, [{ name: 'n' }, { name: 'o' }]))).toEqual([
    'less-2: METERS_LEFT_OUT meters that it leaves out become Deprecated, and are billed until less-1 is retired: less.t.example/m',
  ]);
  expect(await meterOf('less')).toEqual({ ...before, phase: 'DEPRECATED' });
  expect(await warned(metrics('less', 1, [{ name: 'm' }, { name: 'n' }], { phase: 'Deprecated' }))).toEqual([]);
  expect(await warned(metrics('less', 1, [{ name: 'm' }, { name: 'n' }], { phase: 'Retired' }))).toEqual([
    'less-1: METERS_RETIRED meters that no later revision states go out of force with it: less.t.example/m',
  ]);
  expect(await meterOf('less')).toEqual({ ...before, phase: 'RETIRED', inForce: false });
  expect(await meterOf('less', 'n')).toMatchObject({
    phase: 'PUBLISHED',
    inForce: true,
    configuration: { name: 'less-2' },
  });
});

test('B4, C2.1g: what is in force takes the phase of the service as well', async () => {
  const state = async () => {
    const { data } = await app.execute(
      '{ service(name: "b4") { meters(where: { inForce: { eq: true } }) { totalCount } activeConfiguration { inForce } } meterDefinition(meterName: "b4.t.example/m") { phase inForce } }',
    );
    const { service: found, meterDefinition } = data;
    return [found.meters.totalCount, found.activeConfiguration.inForce, meterDefinition.phase, meterDefinition.inForce];
  };
  const named = (phase: string): string => meter('b4', 'own', { meterName: 'b4.t.example/own', phase });
  await applied(service('b4', 'Draft'), metrics('b4', 1, [{ name: 'm' }]), named('Published'));
  expect(await state()).toEqual([0, false, 'DRAFT', false]);
  expect(await meterOf('b4', 'own')).toMatchObject({ phase: 'PUBLISHED', inForce: false });
  await applied(service('b4', 'Published'));
  expect(await state()).toEqual([2, true, 'PUBLISHED', true]);
  await applied(service('b4', 'Deprecated'));
  expect(await state()).toEqual([2, true, 'DEPRECATED', true]);
  await applied(service('b4', 'Retired'));
  expect(await state()).toEqual([0, false, 'RETIRED', false]);
  expect(await meterOf('b4', 'own')).toMatchObject({ phase: 'PUBLISHED', inForce: false });
});

test('B6, C10.16: publishing an earlier revision again puts it in force, by the same rules, and the history tells it', async () => {
  await applied(service('rb'), metrics('rb', 1, [{ name: 'm' }]));
  const before = await meterOf('rb');
  await applied(metrics('rb', 2, [{ name: 'm', displayName: 'Two' }, { name: 'n' }]));
  expect(await publishAgain('rb-1')).toEqual({ changed: true, userErrors: [] });
  expect(await meterOf('rb')).toEqual(before);
  expect(await meterOf('rb', 'n')).toMatchObject({
    phase: 'DEPRECATED',
    inForce: true,
    configuration: { name: 'rb-2' },
  });
  expect(await publishAgain('rb-1')).toEqual({ changed: false, userErrors: [] });
  const { data } = await app.execute(`{ service(name: "rb") {
    activeConfiguration { name revisionNumber inForce } activations(orderBy: [ACTIVATED_AT_DESC]) { nodes { name configuration { name } revisionNumber activatedBy activatedAt deactivatedAt } }
    changed: activations(orderBy: [ACTIVATED_AT_DESC]) { nodes { updatedAt } }
    configurations { nodes { name revisionNumber isActive } } } }`);
  const { activations, changed, ...rest } = data.service;
  expect(rest).toEqual({
    activeConfiguration: { name: 'rb-1', revisionNumber: 1, inForce: true },
    configurations: {
      nodes: [
        { name: 'rb-1', revisionNumber: 1, isActive: true },
        { name: 'rb-2', revisionNumber: 2, isActive: false },
      ],
    },
  });
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const entry = (number: number, revisionNumber: number, deactivatedAt: unknown) => {
    const [name, configuration] = [`rb-${number}`, { name: `rb-${revisionNumber}` }];
    return { name, configuration, revisionNumber, activatedBy: 'User/test-admin', activatedAt: at, deactivatedAt };
  };
  expect(activations.nodes).toEqual([entry(3, 1, null), entry(2, 2, at), entry(1, 1, at)]);
  expect(activations.nodes[0].activatedAt).toBe(activations.nodes[1].deactivatedAt);
  // The end of an entry is a change of it.
  expect(changed.nodes[1].updatedAt).toBe(activations.nodes[1].deactivatedAt);
});

test('C5.3i: what counted when is never cut short: a page at a time, as of a moment, in the feed, and nobody writes it', async () => {
  const asked = async (page: string) => {
    const document = `{ service(name: "rb") { activations(orderBy: [ACTIVATED_AT_DESC], ${page}) {
      totalCount pageInfo { hasNextPage endCursor } nodes { name revisionNumber } } } }`;
    return (await app.execute(document)).data.service.activations;
  };
  const first = await asked('first: 2');
  expect(first).toMatchObject({
    totalCount: 3,
    pageInfo: { hasNextPage: true },
    nodes: [{ name: 'rb-3' }, { name: 'rb-2' }],
  });
  expect(await asked(`first: 2, after: "${first.pageInfo.endCursor}"`)).toMatchObject({
    nodes: [{ name: 'rb-1', revisionNumber: 1 }],
  });
  const { data } = await app.execute(`{
    history(kind: "ConfigurationActivation", name: "rb-2") { nodes { type position } }
    objects(kinds: ["ConfigurationActivation"], names: ["rb-2"], derived: true) { nodes { manifest(format: JSON) } } }`);
  const [ended, begun] = data.history.nodes;
  expect([ended.type, begun.type]).toEqual(['MODIFIED', 'ADDED']);
  const [only] = data.objects.nodes.map(({ manifest }: { manifest: string }) => JSON.parse(manifest));
  expect(only).toMatchObject({
    apiVersion: 'catalog.miloapis.com/v1alpha1',
    metadata: { ownerReferences: [{ kind: 'ServiceConfiguration', name: 'rb-2' }] },
    spec: { serviceRef: { name: 'rb' } },
    status: { configuration: { name: 'rb-2' }, revisionNumber: 2, activatedBy: 'User/test-admin' },
  });
  const then = await app.execute(
    `query ($position: BigInt!) { catalogAsOf(at: { position: $position }) {
      objects(kind: "ConfigurationActivation", where: { names: ["rb-1", "rb-2", "rb-3"] }) { nodes { name status } } } }`,
    { position: begun.position },
  );
  expect(then.data.catalogAsOf.objects.nodes).toMatchObject([
    { name: 'rb-1', status: { deactivatedAt: expect.any(String) } },
    { name: 'rb-2', status: { revisionNumber: 2, activatedAt: expect.any(String) } },
  ]);
  const { metadata, ...rest } = only;
  const written = (name: string) => JSON.stringify({ ...rest, metadata: { name } });
  expect((await app.apply(written('rb-9'))).userErrors).toMatchObject([{ code: 'DERIVED' }]);
  expect(await deleted(['ConfigurationActivation', metadata.name])).toEqual(['DERIVED ConfigurationActivation/rb-2']);
});

test('M12, C2.4b, C5.3i: what is in force is not deleted or retired, and published revisions are kept as long as the service', async () => {
  const retired = (phase: string): string => metrics('m12', 2, [{ name: 'm' }], { phase });
  await applied(service('m12'), metrics('m12', 1, [{ name: 'm' }]), metrics('m12', 2, [{ name: 'm' }]));
  await applied(metrics('m12', 3, [{ name: 'm' }], { phase: 'Draft' }));
  const all = [1, 2].map((revision) => ['ServiceConfiguration', `m12-${revision}`] as const);
  expect(await deleted(['ServiceConfiguration', 'm12-2'])).toEqual(['REVISION_KEPT ServiceConfiguration/m12-2']);
  expect(await deleted(['ServiceConfiguration', 'm12-1'])).toEqual(['REVISION_KEPT ServiceConfiguration/m12-1']);
  expect(await deleted(['ServiceConfiguration', 'm12-3'])).toEqual([]);
  expect(await deleted(['Service', 'm12'], ...all)).toEqual(['IN_FORCE Service/m12']);
  // The log of the service may be read by whoever may not see its configurations, also where these were to go by themselves.
  expect((await undeclaredNames(app)).filter((text) => text.startsWith('IN_FORCE: m12'))).toEqual([]);
  await applied(retired('Deprecated'));
  expect(await refusals(retired('Retired'))).toEqual(['IN_FORCE ServiceConfiguration/m12-2 spec.phase']);
  await applied(service('m12', 'Deprecated'));
  await applied(service('m12', 'Retired'), retired('Retired'));
  expect(await deleted(['Service', 'm12'], ...all)).toEqual([]);
});

test('C5.3d: what a name was is told after its service was deleted, by key and in a reconciliation, with since and until', async () => {
  const canonicalNames = ['gone.t.example/m', 'gone.t.example/A', 'gone.t.example/alone', 'gone.t.example/draft'];
  const said =
    'canonicalName is uid serviceName serviceDisplayName servicePhase phase inForce publishedAt deprecatedAt retiredAt revisionNumber aggregation unit dimensions consumedUnit pricingUnit conversion conversionFactor isBillable resourceTypeNames resourceGroup resourceKind declaredLabels { name }';
  const read = async (who = 'test-admin', asOf?: object) => {
    const { data, errors } = await app.as(who).execute(
      `query ($canonicalNames: [String!]!, $asOf: MomentInput) { publishedNames(canonicalNames: $canonicalNames, asOf: $asOf) { deletedAt ${said} }
          namesInForce(first: 1000) { nodes { canonicalName } } }`,
      { canonicalNames, asOf },
    );
    expect(errors).toBeUndefined();
    const listed = data.namesInForce.nodes.map(({ canonicalName }: { canonicalName: string }) => canonicalName);
    expect(listed.filter((name: string) => name.startsWith('gone.'))).toEqual([]);
    return data.publishedNames;
  };
  await applied(service('gone'), metrics('gone', 1, [{ name: 'm' }]));
  await applied(meter('gone', 'gone-alone', { meterName: 'gone.t.example/alone' }));
  await applied(meter('gone', 'gone-draft', { meterName: 'gone.t.example/draft', phase: 'Draft' }));
  for (const phase of ['Deprecated', 'Retired']) {
    await applied(service('gone', phase), meter('gone', 'gone-alone', { meterName: 'gone.t.example/alone', phase }));
  }
  const before = await read();
  expect(before[3]).toBeNull();
  expect(before.slice(0, 3)).toMatchObject([
    { phase: 'RETIRED', inForce: false, deletedAt: null, unit: 'By' },
    { phase: 'RETIRED', resourceKind: expect.any(String) },
    { phase: 'RETIRED' },
  ]);
  const alone = ['MeterDefinition', 'gone-alone'] as const;
  expect(await deleted(alone, ['MeterDefinition', 'gone-draft'])).toEqual([]);
  const ofService = ['Service', 'gone'] as const;
  expect(await deleted(ofService, ['ServiceConfiguration', 'gone-1'])).toEqual([]);
  const deletedAt = expect.any(String);
  const after = await read();
  expect(after).toEqual([...before.slice(0, 3).map((one: object) => ({ ...one, deletedAt })), null]);
  expect(new Date(after[0].deletedAt).getTime()).toBeGreaterThanOrEqual(new Date(after[0].retiredAt).getTime());
  // Who read it because it was public does not any more; a moment at which it was there says the same as then, and one behind
  // its end the same as now.
  const { position: end } = (await app.execute('{ namesInForce(first: 0) { position } }')).data.namesInForce;
  expect(await read('stranger')).toEqual([null, null, null, null]);
  expect(await read('test-admin', { time: before[0].retiredAt })).toEqual(before);
  expect(await read('test-admin', { position: end })).toEqual(after);
  expect(await read('stranger', { position: end })).toEqual([null, null, null, null]);
  const { data } = await app.execute(
    `query ($meters: [ReconciledMeterInput!]!) { meterReconciliation(meters: $meters, after: "gone.", through: "gone.zz") {
      extraCount missingCount findings { name is publishedAt endedAt differences { field theirs ours } } } }`,
    { meters: [{ name: 'gone.t.example/m', unit: 's' }, { name: 'gone.t.example/unheard' }] },
  );
  const asText = (time: string) => expect.stringContaining(time.slice(0, 19));
  expect(data.meterReconciliation).toEqual({
    extraCount: 2,
    missingCount: 0,
    findings: [
      {
        name: 'gone.t.example/m',
        is: 'EXTRA',
        publishedAt: asText(before[0].publishedAt),
        endedAt: asText(before[0].retiredAt),
        differences: [{ field: 'unit', theirs: 's', ours: 'By' }],
      },
      { name: 'gone.t.example/unheard', is: 'EXTRA', publishedAt: null, endedAt: null, differences: [] },
    ],
  });
});

test('C2.4b, C5.3d, C5.3j: of a deleted name that is made again each moment says what was so then: there, deleted, there', async () => {
  const named = { meterName: 'gap.t.example/m' };
  const read = async (asOf?: object) => {
    const { data } = await app.execute(
      `query ($asOf: MomentInput) { namesInForce(first: 0) { position } publishedNames(canonicalNames: ["gap.t.example/m"], asOf: $asOf) {
        uid phase inForce publishedAt retiredAt deletedAt serviceDisplayName servicePhase displayName } }`,
      { asOf },
    );
    return { position: data.namesInForce.position, name: data.publishedNames[0] };
  };
  await applied(service('gap', 'Published', { displayName: 'Before' }), meter('gap', 'gap', named));
  const there = await read();
  for (const phase of ['Deprecated', 'Retired']) await applied(meter('gap', 'gap', { ...named, phase }));
  const retired = await read();
  expect(await deleted(['MeterDefinition', 'gap'])).toEqual([]);
  const gone = await read();
  expect(gone.name).toEqual({ ...retired.name, deletedAt: expect.any(String) });
  // A draft of the name is known to its producer alone, and so says nothing; nor does a later name of the service.
  await applied(
    service('gap', 'Published', { displayName: 'After' }),
    meter('gap', 'gap', { ...named, phase: 'Draft', displayName: 'New' }),
  );
  const drafted = await read();
  expect(drafted.name).toEqual(gone.name);
  await applied(meter('gap', 'gap', { ...named, displayName: 'New' }));
  const again = await read();
  expect(again.name).toMatchObject({
    phase: 'PUBLISHED',
    deletedAt: null,
    serviceDisplayName: 'After',
    displayName: 'New',
  });
  for (const { position, name } of [there, retired, gone, drafted, again]) {
    expect((await read({ position })).name, position).toEqual(name);
  }
});

test('M12: another revision takes the place of the one in force in the batch that retires it', async () => {
  await applied(service('swap'), metrics('swap', 1, [{ name: 'm' }]));
  await applied(metrics('swap', 1, [{ name: 'm' }], { phase: 'Deprecated' }));
  await applied(metrics('swap', 1, [{ name: 'm' }], { phase: 'Retired' }), metrics('swap', 2, [{ name: 'm' }]));
  expect(await meterOf('swap')).toMatchObject({ phase: 'PUBLISHED', inForce: true, configuration: { name: 'swap-2' } });
});

test('M15: the producer of a service stays while a project uses it', async () => {
  const moved = { owner: { producerProjectRef: { name: 'other' } } };
  await applied(service('m15'));
  await applied(service('m15', 'Published', moved));
  await applied(service('m15'));
  await applied(
    `---\n${JSON.stringify({ apiVersion: `${services}/v1alpha1`, kind: 'ServiceEntitlement', metadata: { name: 'm15', labels: { 'resourcemanager.miloapis.com/project-name': 'other' } }, spec: { serviceRef: { name: 'm15' } } })}\n`,
  );
  expect(await refusals(service('m15', 'Published', moved))).toEqual([
    'PRODUCER_FROZEN Service/m15 spec.owner.producerProjectRef',
  ]);
});

test('C2.1d: a service that is offered does not newly depend on a draft or on what is retired', async () => {
  const on = (name: string, phase = 'Published'): string =>
    service('dep', phase, { dependencies: [{ serviceRef: { name } }] });
  const told = ['DEPENDENCY_NOT_OFFERED Service/dep spec.dependencies[0].serviceRef'];
  await applied(service('dep-draft', 'Draft'), service('dep-retired', 'Retired'), on('dep-draft', 'Draft'));
  expect(await refusals(on('dep-draft'))).toEqual(told);
  expect(await refusals(on('dep-retired'))).toEqual(told);
  await applied(on('dep-draft'), service('dep-draft'));
  // What is retired later stays a dependency.
  await applied(service('dep-draft', 'Deprecated'));
  await applied(service('dep-draft', 'Retired'));
  await applied(
    service('dep', 'Published', { displayName: 'again', dependencies: [{ serviceRef: { name: 'dep-draft' } }] }),
  );
});

test('C2.1d: a meter in force does not newly name types that are a draft or retired, and is warned of deprecated ones', async () => {
  const billing = 'billing.miloapis.com';
  const type = (name: string, phase: string, of = 'named'): string =>
    document(services, 'MonitoredResourceType', `${of}-${name.toLowerCase()}`, {
      resourceTypeName: `${of}.t.example/${name}`,
      phase,
      displayName: name,
      owner: { service: `${of}.t.example` },
      gvk: { group: `${of}.example`, kind: name },
      labels: [],
    });
  const on = (names: readonly string[], phase = 'Published'): string =>
    meter('named', 'named', { phase, monitoredResourceTypes: names.map((name) => `named.t.example/${name}`) }, billing);
  const told = ['RESOURCE_TYPE_NOT_OFFERED MeterDefinition/named spec.monitoredResourceTypes[1]'];
  await applied(service('named'), service('others'), type('D', 'Draft', 'others'));
  await applied(type('A', 'Published'), type('D', 'Draft'), type('E', 'Deprecated'), type('R', 'Retired'));
  await applied(on(['A', 'D'], 'Draft'));
  expect(await refusals(on(['A', 'D']))).toEqual(told);
  expect(await refusals(on(['A', 'R']))).toEqual(told);
  const foreign = { monitoredResourceTypes: ['others.t.example/D'] };
  expect(await refusals(meter('named', 'named', foreign, billing))).toEqual([
    'REFERENCE_NOT_FOUND MeterDefinition/named spec.monitoredResourceTypes[0]',
  ]);
  expect(await warned(on(['A', 'E']))).toEqual([
    'named: REFERENCE_ENDING MonitoredResourceType named.t.example/E is Deprecated',
  ]);
  // What is named already stays, whatever becomes of it.
  await applied(type('E', 'Retired'));
  expect(await warned(on(['E', 'A']))).toEqual([]);
});

test('C2.1d: a configuration that comes to a service which ends is accepted, and warned of', async () => {
  for (const phase of ['Deprecated', 'Retired']) {
    const of = `ends-${phase.toLowerCase()}`;
    await applied(service(of, phase));
    expect(await warned(metrics(of, 1, [{ name: 'm' }]))).toEqual([
      `${of}-1: REFERENCE_ENDING Service ${of} is ${phase}`,
    ]);
  }
});

test('C2.1d: a version that is offered does not newly import a draft or what is retired', async () => {
  const ours = 'catalog.miloapis.com';
  const version = (of: string, phase: string): string =>
    document(ours, 'ServiceVersion', `${of}.v1`, { serviceRef: { name: of }, version: 'v1', phase });
  const imported = (target: string, by = 'importer'): string =>
    document(ours, 'ServiceImport', `${by}-imports`, {
      serviceVersionRef: { name: `${by}.v1` },
      targetServiceRef: { name: target },
      targetVersionRef: { name: `${target}.v1` },
    });
  await applied(service('importer'), version('importer', 'Published'));
  await applied(service('waiting'), version('waiting', 'Draft'), service('target'), version('target', 'Draft'));
  await applied(service('over', 'Retired'), version('over', 'Published'));
  await applied(imported('target', 'waiting'));
  expect(await refusals(imported('target'))).toEqual([
    'TARGET_NOT_OFFERED ServiceImport/importer-imports spec.targetVersionRef',
  ]);
  expect(await refusals(imported('over'))).toEqual([
    'TARGET_NOT_OFFERED ServiceImport/importer-imports spec.targetServiceRef',
  ]);
  await applied(version('target', 'Published'), imported('target'));
});

test('C2.1f, C4.11: a draft states nothing, whatever it says, until it is published', async () => {
  await applied(service('draft'), metrics('draft', 1, [{ name: 'm' }], { phase: 'Draft' }));
  await applied(metrics('draft', 1, [{ name: 'm', unit: 's' }], { phase: 'Draft' }));
  expect(await meterOf('draft')).toBeNull();
  await applied(metrics('draft', 1, [{ name: 'm', unit: 'h' }]));
  expect(await meterOf('draft')).toMatchObject({ phase: 'PUBLISHED', measurement: { unit: 'h' } });
});

test('C5.3h, M14: a meter says which revision states it, and which name took its place', async () => {
  const successors = async (of: string) =>
    (
      await app.execute(
        `{ meterDefinitions(where: { meterName: { startsWith: "${of}.t.example/" } }, orderBy: [METER_NAME_ASC]) { nodes { meterName revisionNumber replacedBy } } }`,
      )
    ).data.meterDefinitions.nodes.map((one: { meterName: string; revisionNumber: number; replacedBy: string | null }) =>
      [one.meterName, one.revisionNumber, one.replacedBy].join(' '),
    );
  const name = (path: string) => `next.t.example/${path}`;
  await applied(service('next'), metrics('next', 1, [{ name: 'm' }, { name: 'n' }]));
  expect(await successors('next')).toEqual([`${name('m')} 1 `, `${name('n')} 1 `]);
  await applied(metrics('next', 2, [{ name: 'n' }, { name: 'm/v3' }, { name: 'm/v10' }, { name: 'mm/v2' }]));
  expect(await successors('next')).toEqual([
    `${name('m')} 1 ${name('m/v3')}`,
    `${name('m/v10')} 2 `,
    `${name('m/v3')} 2 ${name('m/v10')}`,
    `${name('mm/v2')} 2 `,
    `${name('n')} 2 `,
  ]);
  await applied(metrics('next', 3, [{ name: 'n' }, { name: 'm/v10' }, { name: 'm/v2' }]));
  expect((await successors('next')).slice(0, 4)).toEqual([
    `${name('m')} 1 ${name('m/v2')}`,
    `${name('m/v10')} 3 `,
    `${name('m/v2')} 3 ${name('m/v3')}`,
    `${name('m/v3')} 2 ${name('m/v10')}`,
  ]);
  const { data } = await app.execute(
    `{ monitoredResourceType(resourceTypeName: "${name('A')}") { revisionNumber replacedBy } }`,
  );
  expect(data.monitoredResourceType).toEqual({ revisionNumber: 3, replacedBy: null });
});

test('C5.3l: a meter tells an exact factor, and units that are not read', async () => {
  const conversionOf = async (of: string) =>
    (await app.execute(`{ meterDefinition(meterName: "${of}.t.example/m") { conversion conversionFactor } }`)).data
      .meterDefinition;
  const measured = { aggregation: 'Sum', unit: 's' };
  await applied(service('factor'), meters('factor', 1, measured, { consumedUnit: 's', pricingUnit: 'h' }));
  expect(await conversionOf('factor')).toEqual({ conversion: 'EXACT', conversionFactor: '3600' });
  const counted = { aggregation: 'Max', unit: 'instance' };
  await applied(
    service('unread'),
    meters('unread', 1, counted, { consumedUnit: 'instance', pricingUnit: '{instance}' }),
  );
  expect(await conversionOf('unread')).toEqual({ conversion: 'UNREADABLE', conversionFactor: null });
  await applied(service('alone'), meter('alone', 'alone-m', { billing: { consumedUnit: 'By', pricingUnit: 'GiBy' } }));
  expect(await conversionOf('alone')).toEqual({ conversion: 'EXACT', conversionFactor: '1073741824' });
});

// Last: it makes everything so far old.
test('C5.3d: a deletion that is older than the history is told of each moment that is kept, as now', async () => {
  await applied(service('past'), metrics('past', 1, [{ name: 'm' }]));
  for (const phase of ['Deprecated', 'Retired']) await applied(service('past', phase));
  expect(await deleted(['Service', 'past'], ['ServiceConfiguration', 'past-1'])).toEqual([]);
  await applied(service('later'));
  await app.database.pool.query("update change_set set at = at - interval '40 days'");
  await app.database.pool.query("update change_head set oldest_at = oldest_at - interval '50 days'");
  expect(await prune(app.database, historyPruning(30))).toBeGreaterThan(5);
  const read = async (asOf?: object) => {
    const { data } = await app.execute(
      `query ($asOf: MomentInput) { namesInForce(first: 0) { position } publishedNames(canonicalNames: ["past.t.example/m", "past.t.example/A"], asOf: $asOf) {
        canonicalName is uid phase inForce publishedAt retiredAt deletedAt serviceName serviceDisplayName servicePhase aggregation unit dimensions
        conversion isBillable resourceTypeNames resourceKind declaredLabels { name } } }`,
      { asOf },
    );
    return { position: data.namesInForce.position, names: data.publishedNames };
  };
  const now = await read();
  expect(now.names).toMatchObject([
    { unit: 'By', deletedAt: expect.any(String) },
    { resourceKind: 'A', deletedAt: expect.any(String) },
  ]);
  expect((await read({ position: now.position })).names).toEqual(now.names);
});
