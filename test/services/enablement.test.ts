import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import {
  act,
  applied,
  bind,
  entitlement,
  manifest,
  project,
  record,
  refusals,
  role,
  service,
  state,
  tenants,
} from './enablement-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applied(app, tenants);
});
afterAll(() => app.close());

const gone = (name: string, where: string) => act(app, 'deleteServiceEntitlement', { name, project: where });
const decide = (verb: 'approve' | 'deny', name: string, message?: string) =>
  act(app, `${verb}ServiceConsumer`, { serviceConsumer: { name }, message });

test('C2.3a, C4.8: a request for a self-service one is active at once, with a record in the producer’s project', async () => {
  await applied(app, service('open'), entitlement('mine', 'open', 'shop', { requestMessage: 'For the till.' }));
  expect(await state(app, 'open')).toEqual(['shop open: ACTIVE DIRECT, record ACTIVE']);
  const { data } = await app.execute(`{ serviceConsumer(name: "open--shop", project: "maker") {
    project { name } phase requestMessage consumerProjectName consumerProjectDisplayName consumerOrganizationName
    consumerOrganizationDisplayName suspended approval { decision } entitlement { name }
    conditions { type status reason message } } }`);
  expect(data.serviceConsumer).toEqual({
    project: { name: 'maker' },
    phase: 'ACTIVE',
    requestMessage: 'For the till.',
    consumerProjectName: 'shop',
    consumerProjectDisplayName: 'The shop',
    consumerOrganizationName: 'south',
    consumerOrganizationDisplayName: 'South Company',
    suspended: false,
    approval: null,
    entitlement: { name: 'mine' },
    conditions: [
      { type: 'Ready', status: 'True', reason: 'EntitlementActive', message: 'The project may use the service.' },
      { type: 'Suspended', status: 'False', reason: 'ProjectActive', message: 'The project is not suspended.' },
    ],
  });
});

test('C2.3c, C2.3e: a gated one waits; approved it is active; denied it is rejected, until it is asked for anew', async () => {
  await applied(
    app,
    service('gate', { gated: true }),
    entitlement('gate', 'gate', 'shop'),
    entitlement('gate', 'gate', 'yard'),
  );
  expect(await state(app, 'gate')).toEqual([
    'shop gate: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL',
    'yard gate: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL',
  ]);
  expect(await decide('approve', 'gate--shop')).toEqual({ changed: true, refused: [] });
  expect(await decide('deny', 'gate--yard', 'Not for yards.')).toEqual({ changed: true, refused: [] });
  expect(await state(app, 'gate')).toEqual([
    'shop gate: ACTIVE DIRECT, record ACTIVE',
    'yard gate: REJECTED DIRECT, record DENIED',
  ]);
  const { data } = await app.execute(
    '{ serviceEntitlement(name: "gate", project: "yard") { conditions { type status reason message } } }',
  );
  expect(data.serviceEntitlement.conditions[0]).toEqual({
    type: 'Ready',
    status: 'False',
    reason: 'EntitlementRejected',
    message: 'Not for yards.',
  });
  expect(await decide('approve', 'gate--yard')).toEqual({
    changed: false,
    refused: ['DENIAL_IS_FINAL: A denial is final; the project has to ask again.'],
  });
  expect((await gone('gate', 'yard')).refused).toEqual([]);
  await applied(app, entitlement('gate', 'gate', 'yard'));
  expect(await state(app, 'gate')).toContain('yard gate: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL');
  expect(await decide('approve', 'gate--yard')).toEqual({ changed: true, refused: [] });
});

test('C2.3b, C2.3c, C2.3f, C4.6: what waits is granted nothing and needs nothing; Active has record, grant and dependencies, until it ends', async () => {
  const metric = { name: 'pool.maker.example/lanes', kind: 'Gauge', unit: '{lane}' };
  const consumerType = { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' };
  await applied(
    app,
    service('water'),
    service('pool', { gated: true, needs: ['water'] }),
    manifest('ServiceConfiguration', 'pool-1', {
      serviceRef: { name: 'pool' },
      phase: 'Published',
      metrics: [metric],
      quota: { limits: [{ name: 'lanes', metric: metric.name, unit: '{lane}', defaultLimit: 4, consumerType }] },
    }),
    entitlement('pool', 'pool', 'shop'),
  );
  const read = async () => {
    const { data } = await app.execute(
      '{ resourceGrants(first: 100) { nodes { project { name } allowances { resourceType buckets { amount } } } } }',
    );
    const granted = (
      data.resourceGrants.nodes as { project: { name: string }; allowances: { resourceType: string }[] }[]
    ).filter(({ allowances }) => allowances.some(({ resourceType }) => resourceType === metric.name));
    return { state: await state(app, 'pool', 'water'), granted };
  };
  expect(await read()).toEqual({ state: ['shop pool: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL'], granted: [] });
  expect((await decide('approve', 'pool--shop')).refused).toEqual([]);
  expect(await read()).toEqual({
    state: ['shop pool: ACTIVE DIRECT, record ACTIVE', 'shop water: ACTIVE DEPENDENCY, record ACTIVE'],
    granted: [{ project: { name: 'shop' }, allowances: [{ resourceType: metric.name, buckets: [{ amount: '4' }] }] }],
  });
  expect((await gone('pool', 'shop')).refused).toEqual([]);
  expect(await read()).toEqual({ state: [], granted: [] });
});

test('M8: denied after it was approved, a project loses its access; who is denied is asked by nobody', async () => {
  await applied(
    app,
    service('brought'),
    service('taken', { gated: true, needs: ['brought'] }),
    entitlement('taken', 'taken', 'shop'),
  );
  expect((await decide('approve', 'taken--shop')).refused).toEqual([]);
  const consumers = async () =>
    (await app.execute('{ service(name: "taken") { consumerProjects { nodes { name } } } }')).data.service;
  const entitledAt = async () =>
    (await app.execute('{ serviceEntitlement(name: "taken", project: "shop") { entitledAt } }')).data
      .serviceEntitlement;
  const since = await entitledAt();
  expect(since.entitledAt).toEqual(expect.any(String));
  expect(await consumers()).toEqual({ consumerProjects: { nodes: [{ name: 'shop' }] } });
  expect(await state(app, 'brought')).toEqual(['shop brought: ACTIVE DEPENDENCY, record ACTIVE']);
  await decide('deny', 'taken--shop');
  expect(await state(app, 'taken', 'brought')).toEqual(['shop taken: REJECTED DIRECT, record DENIED']);
  expect(await consumers()).toEqual({ consumerProjects: { nodes: [] } });
  expect(await entitledAt()).toEqual(since);
});

test('M8: of a service that becomes self-service those who waited are active; gated again, who is active goes on', async () => {
  await applied(app, service('mode', { gated: true }), entitlement('mode', 'mode', 'shop'));
  await applied(app, service('mode'));
  expect(await state(app, 'mode')).toEqual(['shop mode: ACTIVE DIRECT, record ACTIVE']);
  await applied(app, service('mode', { gated: true }), entitlement('mode', 'mode', 'yard'));
  expect(await state(app, 'mode')).toEqual([
    'shop mode: ACTIVE DIRECT, record ACTIVE',
    'yard mode: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL',
  ]);
});

test('C2.1c, C3.23: who uses a service goes on when it is deprecated, until it is retired; nobody comes anew', async () => {
  await applied(
    app,
    service('old', { gated: true }),
    entitlement('old', 'old', 'shop'),
    entitlement('old', 'old', 'yard'),
  );
  expect((await decide('approve', 'old--shop')).refused).toEqual([]);
  await applied(app, service('old', { gated: true, phase: 'Deprecated' }));
  expect(await state(app, 'old')).toEqual([
    'shop old: ACTIVE DIRECT, record ACTIVE',
    'yard old: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL',
  ]);
  const listed = async () => {
    const { data } = await app.execute(`{ service(name: "old") { phase deprecatedAt takesRequests }
      services(where: { phase: { eq: PUBLISHED }, name: { eq: "old" } }) { totalCount } }`);
    return data;
  };
  expect(await listed()).toEqual({
    service: { phase: 'DEPRECATED', deprecatedAt: expect.any(String), takesRequests: false },
    services: { totalCount: 0 },
  });
  expect(await refusals(app, entitlement('again', 'old', 'maker'))).toEqual([
    'SERVICE_NOT_PUBLISHED ServiceEntitlement/again spec.serviceRef',
  ]);
  await applied(app, service('old', { gated: true, phase: 'Retired' }));
  expect(await state(app, 'old')).toEqual([
    'shop old: REJECTED DIRECT, record DENIED',
    'yard old: REJECTED DIRECT, record DENIED',
  ]);
  const { data } =
    await app.execute(`{ serviceEntitlement(name: "old", project: "shop") { conditions { type status reason } }
    project(name: "shop") { consumedServices(where: {name: {eq: "old"}}) { nodes { name } } } }`);
  expect(data.serviceEntitlement.conditions[0]).toEqual({
    type: 'Ready',
    status: 'False',
    reason: 'ServiceNotPublished',
  });
  expect(data.project.consumedServices.nodes).toEqual([]);
});

test('C2.3d: suspended and reinstated, by the platform or by the provider, an entitlement keeps its phase', async () => {
  await applied(app, service('paused'), entitlement('paused', 'paused', 'yard'));
  const suspended = async () => {
    const { data } = await app.execute(`{
      serviceEntitlement(name: "paused", project: "yard") { phase conditions { type status reason lastTransitionTime } }
      serviceConsumer(name: "paused--yard", project: "maker") { phase conditions { type status reason } } }`);
    const of = ({
      phase,
      conditions,
    }: {
      phase: string;
      conditions: { type: string; status: string; reason: string }[];
    }) =>
      `${phase} ${conditions.filter(({ type }) => type === 'Suspended').map(({ status, reason }) => `${status} ${reason}`)}`;
    return [of(data.serviceEntitlement), of(data.serviceConsumer)];
  };
  expect(await suspended()).toEqual(['ACTIVE False ProjectActive', 'ACTIVE False ProjectActive']);
  await act(app, 'suspendProject', { project: { name: 'yard' }, reason: 'ABUSE', reinstateAuthority: 'OPERATOR' });
  expect(await suspended()).toEqual(['ACTIVE True ProjectSuspended', 'ACTIVE True ProjectSuspended']);
  await act(app, 'resumeProject', { project: { name: 'yard' } });
  expect(await suspended()).toEqual(['ACTIVE False ProjectActive', 'ACTIVE False ProjectActive']);
  const serviceConsumer = { name: 'paused--yard' };
  expect(await act(app, 'suspendServiceConsumer', { serviceConsumer })).toEqual({ changed: true, refused: [] });
  expect(await suspended()).toEqual(['ACTIVE True SuspendedByProvider', 'ACTIVE True SuspendedByProvider']);
  expect(await act(app, 'reinstateServiceConsumer', { serviceConsumer })).toEqual({ changed: true, refused: [] });
  expect(await suspended()).toEqual(['ACTIVE False ProjectActive', 'ACTIVE False ProjectActive']);
});

test('who is suspended stays so when the project gives the service up and asks again', async () => {
  await applied(app, service('paid', { gated: true }), entitlement('paid', 'paid', 'yard'));
  const serviceConsumer = { name: 'paid--yard' };
  await act(app, 'approveServiceConsumer', { serviceConsumer });
  await act(app, 'suspendServiceConsumer', { serviceConsumer });
  const read = async () => {
    const { data } = await app.execute(`{
      serviceEntitlement(name: "paid", project: "yard") { phase conditions { type status reason } }
      serviceConsumer(name: "paid--yard", project: "maker") { phase suspended entitledAt approval { decision } }
      service(name: "paid") { pendingRequests { totalCount } } }`);
    const of = data.serviceEntitlement?.conditions.find(({ type }: { type: string }) => type === 'Suspended');
    const record = data.serviceConsumer;
    return {
      entitlement: data.serviceEntitlement && `${data.serviceEntitlement.phase} ${of.status} ${of.reason}`,
      record:
        record && `${record.phase} ${record.suspended} ${record.approval?.decision} ${record.entitledAt !== null}`,
      pending: data.service.pendingRequests.totalCount,
    };
  };
  const suspended = { entitlement: 'ACTIVE True SuspendedByProvider', record: 'ACTIVE true APPROVED true', pending: 0 };
  expect(await read()).toEqual(suspended);
  await act(app, 'deleteServiceEntitlement', { name: 'paid', project: 'yard' });
  expect(await read()).toEqual({ entitlement: null, record: 'null true undefined false', pending: 0 });
  await applied(app, entitlement('paid', 'paid', 'yard'));
  expect(await read()).toEqual({
    entitlement: 'PENDING_APPROVAL True SuspendedByProvider',
    record: 'PENDING_APPROVAL true undefined false',
    pending: 1,
  });
  // Once it is reinstated, the record goes with the request as it always does.
  await act(app, 'reinstateServiceConsumer', { serviceConsumer });
  await act(app, 'deleteServiceEntitlement', { name: 'paid', project: 'yard' });
  expect(await read()).toEqual({ entitlement: null, record: null, pending: 0 });
});

test('C2.3f: with an entitlement its record goes, and with a project both', async () => {
  await applied(
    app,
    manifest('Project', 'short', { ownerRef: { kind: 'Organization', name: 'south' } }),
    service('base', { gated: true }),
    service('top', { needs: ['base'] }),
    entitlement('top', 'top', 'short'),
  );
  expect(await state(app, 'top', 'base')).toEqual([
    'short base: PENDING_APPROVAL DEPENDENCY, record PENDING_APPROVAL',
    'short top: ACTIVE DIRECT, record ACTIVE',
  ]);
  const { data } = await app.execute(
    'mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { code message } } }',
    {
      input: {
        objects: [
          { kind: 'Project', name: 'short' },
          { kind: 'ServiceEntitlement', name: 'top', project: 'short' },
        ],
      },
    },
  );
  expect(data.delete).toEqual({ deleted: true, userErrors: [] });
  expect(await state(app, 'top', 'base')).toEqual([]);
  const { data: records } = await app.execute(
    '{ serviceConsumers(where: {consumerProjectName: {eq: "short"}}) { totalCount } }',
  );
  expect(records.serviceConsumers.totalCount).toBe(0);
});

test('C2.3f: services go with what uses them in one request, and records that nobody asked for with their project', async () => {
  await applied(
    app,
    manifest('Project', 'brief', { ownerRef: { kind: 'Organization', name: 'south' } }),
    service('floor'),
    service('roof', { needs: ['floor'] }),
    entitlement('roof', 'roof', 'shop'),
    record('roof', 'brief', {}, 'in-advance'),
  );
  const remove = async (...objects: { kind: string; name: string; project?: string }[]) => {
    const document =
      'mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { code message } } }';
    const { data } = await app.execute(document, { input: { objects } });
    return data.delete;
  };
  const services = [
    { kind: 'Service', name: 'floor' },
    { kind: 'Service', name: 'roof' },
  ];
  expect(await remove({ kind: 'Project', name: 'brief' })).toEqual({ deleted: true, userErrors: [] });
  expect((await remove(...services)).userErrors).toContainEqual({
    code: 'REFERENCED',
    message: 'Service/roof is referred to by 1 serviceentitlement (roof)',
  });
  expect(await remove(...services, { kind: 'ServiceEntitlement', name: 'roof', project: 'shop' })).toEqual({
    deleted: true,
    userErrors: [],
  });
  const { data } =
    await app.execute(`{ serviceEntitlements(where: { service: { name: { in: ["floor", "roof"] } } }) { totalCount }
    serviceConsumers(where: { name: { in: ["in-advance", "roof--shop", "floor--shop"] } }) { totalCount } }`);
  expect(data).toEqual({ serviceEntitlements: { totalCount: 0 }, serviceConsumers: { totalCount: 0 } });
});

/*
 *   a ──► b ──► d (gated) ──► e          a and c need d over different ways; d needs e once it is approved
 *   c ──────────▲
 */
test('C2.3g, M7: dependencies are enrolled level by level, wait for their providers, and go with the last that needs them', async () => {
  await applied(
    app,
    service('e'),
    service('d', { gated: true, needs: ['e'] }),
    service('b', { needs: ['d'] }),
    service('a', { needs: ['b'] }),
    service('c', { needs: ['d'] }),
    entitlement('a', 'a', 'shop'),
  );
  const waiting = [
    'shop a: ACTIVE DIRECT, record ACTIVE',
    'shop b: ACTIVE DEPENDENCY, record ACTIVE',
    'shop d: PENDING_APPROVAL DEPENDENCY, record PENDING_APPROVAL',
  ];
  const now = () => state(app, 'a', 'b', 'c', 'd', 'e');
  expect(await now()).toEqual(waiting);
  const says = async (name: string) => {
    const { data } = await app.execute(
      `{ project(name: "shop") { serviceEntitlements(where: { service: { name: { eq: "${name}" } } }) { nodes {
        conditions { type status reason message } broughtAlong { nodes { service { name } } } neededBy(orderBy: [NAME_ASC]) { nodes { service { name } } } } } } }`,
    );
    return data.project.serviceEntitlements.nodes[0];
  };
  expect((await says('b')).conditions[2]).toEqual({
    type: 'DependenciesReady',
    status: 'False',
    reason: 'DependencyPending',
    message: '0 of 2 services that it depends on, directly or through others, can be used.',
  });
  // What waits is two levels below, and what it leads to counts although nothing of that is enrolled before.
  const pending = async () => (await says('a')).conditions[2];
  expect(await pending()).toMatchObject({
    status: 'False',
    reason: 'DependencyPending',
    message: '1 of 3 services that it depends on, directly or through others, can be used.',
  });
  await applied(app, service('d', { gated: true }));
  expect((await pending()).message).toMatch(/^1 of 2 /);
  await applied(app, service('d', { gated: true, needs: ['e'] }));
  expect((await pending()).message).toMatch(/^1 of 3 /);
  await applied(app, service('f'), service('e', { needs: ['f'] }));
  expect((await pending()).message).toMatch(/^1 of 4 /);
  await applied(app, service('e'));
  expect((await decide('approve', 'd--shop')).refused).toEqual([]);
  const full = [
    'shop a: ACTIVE DIRECT, record ACTIVE',
    'shop b: ACTIVE DEPENDENCY, record ACTIVE',
    'shop d: ACTIVE DEPENDENCY, record ACTIVE',
    'shop e: ACTIVE DEPENDENCY, record ACTIVE',
  ];
  expect(await now()).toEqual(full);
  for (const name of ['a', 'b']) {
    expect((await says(name)).conditions[2]).toMatchObject({ status: 'True', reason: 'DependenciesActive' });
  }
  await applied(app, entitlement('c', 'c', 'shop'));
  expect(await says('d')).toMatchObject({
    neededBy: { nodes: [{ service: { name: 'c' } }, { service: { name: 'b' } }] },
    broughtAlong: { nodes: [{ service: { name: 'e' } }] },
  });
  expect((await gone('a', 'shop')).refused).toEqual([]);
  expect(await now()).toEqual([
    'shop c: ACTIVE DIRECT, record ACTIVE',
    'shop d: ACTIVE DEPENDENCY, record ACTIVE',
    'shop e: ACTIVE DEPENDENCY, record ACTIVE',
  ]);
  expect((await gone('c', 'shop')).refused).toEqual([]);
  expect(await now()).toEqual([]);
});

test('dependencies are numbered on from whatever a project has numbered itself', async () => {
  const needing = (...needs: string[]) => service('many', { needs });
  await applied(
    app,
    ...['one', 'two', 'three'].map((name) => service(name)),
    needing('one'),
    entitlement('dependency-999999999', 'three', 'yard'),
    entitlement('many', 'many', 'yard'),
  );
  await applied(app, needing('one', 'two'));
  const { data } =
    await app.execute(`{ project(name: "yard") { serviceEntitlements(where: { service: { name: { in: ["one", "two"] } } }) {
    nodes { name service { name } } } } }`);
  expect(data.project.serviceEntitlements.nodes).toEqual([
    { name: 'dependency-1000000000', service: { name: 'one' } },
    { name: 'dependency-1000000001', service: { name: 'two' } },
  ]);
});

test('C2.4d, C3.25: what is there for another one is not deleted by hand, and the refusal says for which', async () => {
  await applied(app, service('low'), service('high', { needs: ['low'] }), entitlement('high', 'high', 'shop'));
  expect(await gone('dependency-1', 'shop')).toEqual({
    changed: false,
    refused: [
      'DERIVED: ServiceEntitlement/dependency-1 is kept by ServiceEntitlement/high; it is changed and deleted through that one',
    ],
  });
  const others = ['also', 'besides'].map((name) => service(name, { needs: ['low'] }) + entitlement(name, name, 'shop'));
  await applied(
    app,
    ...others,
    service('apart', { gated: true, needs: ['low'] }),
    entitlement('apart', 'apart', 'shop'),
  );
  expect((await gone('dependency-1', 'shop')).refused).toEqual([
    'DERIVED: ServiceEntitlement/dependency-1 is kept by ServiceEntitlement/also, ServiceEntitlement/besides, ServiceEntitlement/high; it is changed and deleted through those',
  ]);
  expect(await refusals(app, entitlement('dependency-1', 'low', 'shop', { requestMessage: 'Mine.' }))).toEqual([
    'DERIVED ServiceEntitlement/dependency-1 spec.requestMessage',
  ]);
  expect(await state(app, 'low')).toEqual(['shop low: ACTIVE DEPENDENCY, record ACTIVE']);
});

test('what is a dependency and asked for as well is both: it stays as long as one of the two holds', async () => {
  await applied(
    app,
    service('deep', { gated: true }),
    service('wide', { needs: ['deep'] }),
    entitlement('wide', 'wide', 'shop'),
  );
  expect((await decide('approve', 'deep--shop')).refused).toEqual([]);
  const uid = async () =>
    (await app.execute('{ serviceConsumer(name: "deep--shop", project: "maker") { id entitledAt } }')).data
      .serviceConsumer;
  const before = await uid();
  await applied(app, entitlement('own', 'deep', 'shop'));
  expect(await state(app, 'deep')).toEqual(['shop deep: ACTIVE DIRECT, record ACTIVE']);
  expect(await uid()).toEqual(before);
  expect((await gone('own', 'shop')).refused).toEqual([]);
  expect(await state(app, 'deep')).toEqual(['shop deep: ACTIVE DEPENDENCY, record ACTIVE']);
  expect(await uid()).toEqual(before);
  await applied(app, entitlement('own', 'deep', 'shop'));
  expect((await gone('wide', 'shop')).refused).toEqual([]);
  expect(await state(app, 'deep')).toEqual(['shop deep: ACTIVE DIRECT, record ACTIVE']);
  expect((await gone('own', 'shop')).refused).toEqual([]);
  expect(await state(app, 'deep')).toEqual([]);
});

test('C2.3e: what was denied as a dependency is a new request when it is asked for, and the other way round', async () => {
  await applied(
    app,
    service('firm', { gated: true }),
    service('soft', { needs: ['firm'] }),
    entitlement('soft', 'soft', 'shop'),
  );
  const dated = async () => {
    const { data } = await app.execute(
      '{ project(name: "shop") { serviceEntitlements(where: { service: { name: { eq: "firm" } } }) { nodes { origin phase entitledAt } } } }',
    );
    return data.project.serviceEntitlements.nodes;
  };
  const decided = async (verb: 'approve' | 'deny') => expect((await decide(verb, 'firm--shop')).refused).toEqual([]);
  await decided('approve');
  await decided('deny');
  expect(await state(app, 'firm')).toEqual(['shop firm: REJECTED DEPENDENCY, record DENIED']);
  await applied(app, entitlement('own-firm', 'firm', 'shop'));
  expect(await state(app, 'firm')).toEqual(['shop firm: PENDING_APPROVAL DIRECT, record PENDING_APPROVAL']);
  expect(await dated()).toEqual([{ origin: 'DIRECT', phase: 'PENDING_APPROVAL', entitledAt: null }]);
  await decided('approve');
  await decided('deny');
  expect((await gone('own-firm', 'shop')).refused).toEqual([]);
  expect(await state(app, 'firm')).toEqual(['shop firm: PENDING_APPROVAL DEPENDENCY, record PENDING_APPROVAL']);
  expect(await dated()).toEqual([{ origin: 'DEPENDENCY', phase: 'PENDING_APPROVAL', entitledAt: null }]);
});

test('C3.26: what a producer notes before anybody asks holds while the service is offered', async () => {
  const approval = { decision: 'Approved' };
  const phase = async () =>
    (await app.execute('{ serviceConsumer(name: "early--yard") { phase } }')).data.serviceConsumer;
  await applied(app, service('early', { phase: 'Draft', gated: true }), record('early', 'yard', { approval }));
  expect(await phase()).toEqual({ phase: 'DENIED' });
  await applied(app, service('early', { gated: true }));
  expect(await phase()).toEqual({ phase: 'ACTIVE' });
  for (const next of ['Deprecated', 'Retired']) await applied(app, service('early', { phase: next, gated: true }));
  expect(await phase()).toEqual({ phase: 'DENIED' });
});

test('C3.26, C3.27: records are made and changed by those who hold `manage`, decided on by those who hold `approve`', async () => {
  await applied(app, service('kept', { gated: true }), entitlement('kept', 'kept', 'shop'));
  const as = (user: string) => ({
    apply: async (content: string) => {
      const document = `mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message subject field } } }`;
      const { data } = await app.as(user).execute(document, { input: { manifests: [{ content }] } });
      return data.apply;
    },
  });
  const approval = { decision: 'Approved' };
  const extra = record('kept', 'yard', {}, 'by-hand');
  expect(await refusals(as('approver'), extra)).toEqual([
    'REFERENCE_NOT_FOUND ServiceConsumer/by-hand spec.consumerProjectRef',
  ]);
  expect(await refusals(as('keeper'), record('kept', 'maker', {}, 'by-hand'))).toEqual([
    'FORBIDDEN ServiceConsumer/by-hand metadata.name',
  ]);
  // Nor whether there is one.
  await applied(app, entitlement('own', 'kept', 'maker'));
  expect(await refusals(as('keeper'), record('kept', 'maker', {}, 'by-hand'))).toEqual([
    'FORBIDDEN ServiceConsumer/by-hand metadata.name',
  ]);
  expect(await refusals(as('keeper'), record('kept', 'shop', { suspended: true }))).toEqual([
    'FORBIDDEN ServiceConsumer/kept--shop spec.suspended',
  ]);
  expect(await refusals(as('approver'), record('kept', 'shop', { suspended: true }))).toEqual([
    'FORBIDDEN ServiceConsumer/kept--shop spec.suspended',
  ]);
  expect(await refusals(as('manager'), record('kept', 'shop', { approval }))).toEqual([
    'FORBIDDEN ServiceConsumer/kept--shop spec.approval',
  ]);
  expect(await refusals(as('manager'), record('kept', 'shop', { suspended: true }))).toEqual([]);
  expect(await refusals(as('approver'), record('kept', 'shop', { suspended: true, approval }))).toEqual([]);
  expect(await refusals(app, record('open', 'shop', {}, 'kept--shop'))).toEqual([
    'IMMUTABLE ServiceConsumer/kept--shop spec.serviceRef.name',
  ]);
  expect(await refusals(app, record('kept', 'yard', {}, 'kept--shop'))).toEqual([
    'IMMUTABLE ServiceConsumer/kept--shop spec.consumerProjectRef.name',
  ]);
  expect(await refusals(app, record('kept', 'shop', {}, 'twice'))).toEqual([
    'DUPLICATE_CONSUMER ServiceConsumer/twice spec.consumerProjectRef',
  ]);
  expect(await act(app, 'deleteServiceConsumer', { name: 'kept--shop', project: 'maker' })).toEqual({
    changed: false,
    refused: [
      'RECORD_OF_ENTITLEMENT: kept--shop is the record of a request and goes with it; the project deletes its entitlement.',
    ],
  });
});

test('B5: the provider sees of who asks what it needs to decide, in the graph, in texts and in the feed, and nothing else', async () => {
  await applied(
    app,
    service('seen', { gated: true }),
    entitlement('for-the-till', 'seen', 'shop', { requestMessage: 'For the till.' }),
  );
  const provider = app.as('approver');
  const { data } = await provider.execute(`{
    service(name: "seen") { pendingRequests { totalCount nodes { name consumerProjectName consumerProject { name } entitlement { name } } }
      entitlements { totalCount } consumerRecords { totalCount } }
    project(name: "maker") { pendingRequests(where: { service: { name: { eq: "seen" } } }) { nodes { name } }
      serviceConsumers(where: { consumerOrganizationDisplayName: { eq: "South Company" }, service: { name: { eq: "seen" } } }) { totalCount } }
    hidden: project(name: "shop") { name }
    byHidden: serviceConsumers(where: { consumerProject: { name: { eq: "shop" } } }) { totalCount }
    objects(kinds: ["ServiceConsumer"], names: ["seen--shop"]) { nodes { manifest(format: JSON, bare: true) full: manifest(format: JSON) } }
    changes(first: 1000, where: { kinds: ["ServiceConsumer"] }) { events { name object { manifest(format: JSON) } } } }`);
  expect(data.service).toEqual({
    pendingRequests: {
      totalCount: 1,
      nodes: [{ name: 'seen--shop', consumerProjectName: 'shop', consumerProject: null, entitlement: null }],
    },
    entitlements: { totalCount: 0 },
    consumerRecords: { totalCount: 1 },
  });
  expect(data.project).toEqual({
    pendingRequests: { nodes: [{ name: 'seen--shop' }] },
    serviceConsumers: { totalCount: 1 },
  });
  expect([data.hidden, data.byHidden.totalCount]).toEqual([null, 0]);
  const [object] = data.objects.nodes;
  const bare = JSON.parse(object.manifest);
  expect(bare).toEqual({
    apiVersion: 'services.miloapis.com/v1alpha1',
    kind: 'ServiceConsumer',
    metadata: { name: 'seen--shop', labels: { 'resourcemanager.miloapis.com/project-name': 'maker' } },
    spec: { serviceRef: { name: 'seen.maker.example' }, consumerProjectRef: { name: 'shop' }, suspended: false },
  });
  const status = {
    phase: 'PendingApproval',
    requestMessage: 'For the till.',
    consumerProjectName: 'shop',
    consumerProjectDisplayName: 'The shop',
    consumerOrganizationName: 'south',
    consumerOrganizationDisplayName: 'South Company',
  };
  expect(JSON.parse(object.full).status).toMatchObject(status);
  const events = data.changes.events as { name: string; object: { manifest: string } | null }[];
  const event = events.findLast(({ name }) => name === 'seen--shop');
  expect(JSON.parse(event?.object?.manifest ?? '{}')).toMatchObject({ spec: bare.spec, status });
  for (const text of [object.full, event?.object?.manifest]) expect(text).not.toContain('for-the-till');
});

test('a project that moves into a folder keeps what it uses, asks for and was granted; who may see that moves with it', async () => {
  const ours = (kind: string, name: string, spec: object): string =>
    `---\n${JSON.stringify({ apiVersion: 'catalog.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`;
  const metric = { name: 'hauled.maker.example/things', kind: 'Gauge', unit: '{thing}' };
  const consumerType = { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' };
  const grants = ['get', 'list'].map((verb) => `quota.miloapis.com/resourcegrants.${verb}`);
  const inFolder = bind('warden', 'warding', 'Folder', 'sheds').replace(
    '"apiGroup":"resourcemanager.miloapis.com"',
    '"apiGroup":"catalog.miloapis.com"',
  );
  await applied(
    app,
    service('hauled'),
    service('wished', { gated: true }),
    manifest('ServiceConfiguration', 'hauled-1', {
      serviceRef: { name: 'hauled' },
      phase: 'Published',
      metrics: [metric],
      quota: { limits: [{ name: 'things', metric: metric.name, unit: '{thing}', defaultLimit: 3, consumerType }] },
    }),
    ours('Folder', 'sheds', { organizationRef: { name: 'south' }, displayName: 'Sheds' }),
    project('caravan', 'south'),
    entitlement('hauled', 'hauled', 'caravan'),
    entitlement('wished', 'wished', 'caravan'),
    manifest('User', 'warden', { email: 'warden@example.com' }),
    role('warding', [...['get', 'list'].map((verb) => `services.miloapis.com/serviceentitlements.${verb}`), ...grants]),
    inFolder,
  );
  const read = async (who: string) => {
    const { data, errors } = await app.as(who).execute(`{
      serviceEntitlements(where: { name: { in: ["hauled", "wished"] } }) { nodes { id name phase entitledAt } }
      resourceGrants(first: 100) { nodes { id allowances { resourceType buckets { amount } } } } }`);
    expect(errors).toBeUndefined();
    const grant = data.resourceGrants.nodes.filter((one: { allowances: { resourceType: string }[] }) =>
      one.allowances.some(({ resourceType }) => resourceType === metric.name),
    );
    return { entitlements: data.serviceEntitlements.nodes, grant };
  };
  const provided = async () =>
    (
      await app
        .as('approver')
        .execute('{ serviceConsumers(where: { consumerProjectName: { eq: "caravan" } }) { nodes { id name phase } } }')
    ).data.serviceConsumers.nodes;
  const [before, records] = [await read('test-admin'), await provided()];
  expect(before).toMatchObject({
    entitlements: [
      { name: 'hauled', phase: 'ACTIVE' },
      { name: 'wished', phase: 'PENDING_APPROVAL' },
    ],
    grant: [{}],
  });
  expect(records).toHaveLength(2);
  expect(await read('warden')).toEqual({ entitlements: [], grant: [] });
  const move = (input: object) => act(app, 'moveProject', { project: { name: 'caravan' }, ...input });
  expect(await move({ folder: { name: 'sheds' } })).toEqual({ changed: true, refused: [] });
  expect([await read('test-admin'), await read('warden'), await provided()]).toEqual([before, before, records]);
  expect((await decide('approve', 'wished--caravan')).refused).toEqual([]);
  expect((await read('warden')).entitlements).toMatchObject([{ phase: 'ACTIVE' }, { phase: 'ACTIVE' }]);
  expect(await move({})).toEqual({ changed: true, refused: [] });
  expect(await read('warden')).toEqual({ entitlements: [], grant: [] });
});

test('C4.8: names for people follow those of the project and of its organization', async () => {
  await applied(app, service('named'), entitlement('named', 'named', 'yard'));
  const names = async () =>
    (
      await app.execute(
        '{ serviceConsumer(name: "named--yard") { consumerProjectDisplayName consumerOrganizationDisplayName } }',
      )
    ).data.serviceConsumer;
  const called = (text: string) => ({ annotations: { 'kubernetes.io/display-name': text } });
  const owner = { ownerRef: { kind: 'Organization', name: 'south' } };
  await applied(app, manifest('Project', 'yard', owner, called('Timber')));
  expect(await names()).toEqual({
    consumerProjectDisplayName: 'Timber',
    consumerOrganizationDisplayName: 'South Company',
  });
  await applied(app, manifest('Organization', 'south', { type: 'Standard' }, called('South Ltd')));
  expect(await names()).toEqual({ consumerProjectDisplayName: 'Timber', consumerOrganizationDisplayName: 'South Ltd' });
  await applied(
    app,
    manifest('Organization', 'south', { type: 'Standard' }, called('South Company')),
    manifest('Project', 'yard', owner, called('The yard')),
  );
});

test('C3.23, C3.24: a service that is not Published is not asked for, and an entitlement keeps its service', async () => {
  await applied(
    app,
    service('draft', { phase: 'Draft' }),
    service('one'),
    service('other'),
    entitlement('one', 'one', 'shop'),
  );
  expect(await refusals(app, entitlement('draft', 'draft', 'shop'), entitlement('none', 'nothing', 'shop'))).toEqual([
    'SERVICE_NOT_PUBLISHED ServiceEntitlement/draft spec.serviceRef',
    'REFERENCE_NOT_FOUND ServiceEntitlement/none spec.serviceRef',
  ]);
  expect(await refusals(app, entitlement('one', 'other', 'shop'))).toEqual([
    'IMMUTABLE ServiceEntitlement/one spec.serviceRef.name',
  ]);
  expect(await refusals(app, entitlement('twice', 'one', 'shop'))).toEqual([
    'DUPLICATE_ENTITLEMENT ServiceEntitlement/twice spec.serviceRef',
  ]);
});

test('enableService and disableService say a request once, whatever it is called, and end it', async () => {
  await applied(
    app,
    service('handy'),
    service('shy', { phase: 'Draft' }),
    service('needs-handy', { needs: ['handy'] }),
    entitlement('handy', 'one', 'yard'),
  );
  const buyer = app.as('buyer');
  const project = { name: 'yard' };
  const at = async () => (await state(app, 'handy', 'needs-handy')).map((line) => line.replace(/, record .*/, ''));
  const handy = { service: { name: 'handy.maker.example' }, project };
  // Drafts of another organization are not seen.
  const shy = { service: { name: 'shy.maker.example' }, project };
  expect((await act(buyer, 'enableService', shy)).refused).toEqual([
    'REFERENCE_NOT_FOUND: there is no Service shy.maker.example',
  ]);
  expect(await act(app, 'enableService', { ...handy, validateOnly: true })).toEqual({ changed: true, refused: [] });
  expect(await at()).toEqual([]);
  expect(await act(app, 'enableService', handy)).toEqual({ changed: true, refused: [] });
  expect(await act(app, 'enableService', handy)).toEqual({ changed: false, refused: [] });
  expect(await at()).toEqual(['yard handy: ACTIVE DIRECT']);
  await act(app, 'enableService', { service: { name: 'needs-handy' }, project });
  expect(await act(app, 'disableService', handy)).toEqual({ changed: true, refused: [] });
  expect(await at()).toEqual(['yard handy: ACTIVE DEPENDENCY', 'yard needs-handy: ACTIVE DIRECT']);
  expect((await act(app, 'disableService', handy)).refused).toEqual([
    expect.stringContaining('is kept by ServiceEntitlement/needs-handy; it is changed and deleted through that one'),
  ]);
  await act(app, 'disableService', { service: { name: 'needs-handy' }, project });
  expect(await act(app, 'disableService', handy)).toEqual({ changed: false, refused: [] });
  expect(await at()).toEqual([]);
  expect((await gone('handy', 'yard')).refused).toEqual([]);
});

test('a request that somebody has decided on beforehand takes the decision over, under the name of its record', async () => {
  await applied(
    app,
    service('known', { gated: true }),
    record('known', 'shop', { approval: { decision: 'Approved' } }, 'friend'),
  );
  await applied(app, entitlement('known', 'known', 'shop'));
  expect(await state(app, 'known')).toEqual(['shop known: ACTIVE DIRECT, record ACTIVE']);
  const { data } = await app.execute(
    '{ serviceConsumers(where: { service: { name: { eq: "known" } } }) { nodes { name } } }',
  );
  expect(data.serviceConsumers.nodes).toEqual([{ name: 'friend' }]);
});

test('a record whose name is taken gets another one', async () => {
  await applied(
    app,
    service('x'),
    service('x--shop'),
    manifest('Project', 'shop--yard', { ownerRef: { kind: 'Organization', name: 'south' } }),
  );
  await applied(app, entitlement('a', 'x', 'shop--yard'), entitlement('b', 'x--shop', 'yard'));
  const { data } = await app.execute(
    '{ serviceConsumers(where: { or: [{ name: { eq: "x--shop--yard" } }, { name: { startsWith: "x--shop--yard-" } }] }) { nodes { consumerProjectName phase } } }',
  );
  expect(
    data.serviceConsumers.nodes.map((one: { consumerProjectName: string }) => one.consumerProjectName).sort(),
  ).toEqual(['shop--yard', 'yard']);
});

test('C1.6: a provider enables its service for a project that has let it, once, and follows what becomes of it', async () => {
  const request = (name: string, of: string, about: string, where = 'maker') =>
    manifest(
      'ServiceActivationRequest',
      name,
      {
        serviceRef: { name: of },
        consumerProjectRef: { name: about },
        requestMessage: 'As agreed.',
        requestedBy: 'nobody',
      },
      { labels: { 'resourcemanager.miloapis.com/project-name': where } },
    );
  await applied(
    app,
    project('guest', 'south'),
    service('gift', { gated: true, needs: ['wrap'] }),
    service('wrap'),
    service('draft-gift', { phase: 'Draft' }),
  );
  const provider = {
    apply: async (content: string) => {
      const document = `mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message subject field } } }`;
      const { data } = await app.as('approver').execute(document, { input: { manifests: [{ content }] } });
      return data.apply;
    },
  };
  expect(await refusals(provider, request('gift', 'gift', 'guest'))).toEqual([
    'REFERENCE_NOT_FOUND ServiceActivationRequest/gift spec.consumerProjectRef',
  ]);
  await applied(
    app,
    role('visiting', ['resourcemanager.miloapis.com/projects.get']),
    bind('approver', 'visiting', 'Project', 'guest'),
  );
  expect(await refusals(provider, request('gift', 'gift', 'guest'))).toEqual([
    'FORBIDDEN ServiceActivationRequest/gift spec.consumerProjectRef',
  ]);
  await applied(app, bind('approver', 'activating', 'Project', 'guest'));
  expect(await refusals(provider, request('draft', 'draft-gift', 'guest'))).toEqual([
    'SERVICE_NOT_PUBLISHED ServiceActivationRequest/draft spec.serviceRef',
  ]);
  expect(await refusals(app, request('foreign', 'gift', 'guest', 'shop'))).toEqual([
    'NOT_THE_PRODUCER ServiceActivationRequest/foreign metadata.labels',
  ]);
  expect(await refusals(provider, request('gift', 'gift', 'guest'))).toEqual([]);
  expect(await state(app, 'gift', 'wrap')).toEqual([
    'guest gift: ACTIVE DIRECT, record ACTIVE',
    'guest wrap: ACTIVE DEPENDENCY, record ACTIVE',
  ]);
  const became = async () => {
    const { data } = await app.execute(
      '{ serviceActivationRequest(name: "gift") { phase requestedBy entitlement { name requestMessage activationRequest { name } } } }',
    );
    return data.serviceActivationRequest;
  };
  const requestedBy = 'User/approver';
  const made = { name: 'gift', requestMessage: 'As agreed.', activationRequest: { name: 'gift' } };
  expect(await became()).toEqual({ phase: 'ACTIVE', requestedBy, entitlement: made });
  expect(await refusals(provider, request('gift', 'gift', 'guest'))).toEqual([]);
  expect(await refusals(provider, request('gift', 'wrap', 'guest'))).toEqual([
    'IMMUTABLE ServiceActivationRequest/gift spec.serviceRef.name',
  ]);
  await decide('deny', 'gift--guest');
  expect((await became()).phase).toBe('DENIED');
  expect((await gone('gift', 'guest')).refused).toEqual([]);
  expect(await became()).toEqual({ phase: 'DISABLED', requestedBy, entitlement: null });
  // What the project asks for afterwards is its own affair.
  await applied(app, service('gift', { needs: ['wrap'] }), entitlement('gift', 'gift', 'guest'));
  expect(await became()).toEqual({ phase: 'DISABLED', requestedBy, entitlement: null });
  // A request for what the project waits for already approves it.
  await applied(
    app,
    service('gift', { gated: true }),
    entitlement('gift', 'gift', 'yard'),
    bind('approver', 'activating', 'Project', 'yard'),
  );
  expect(await refusals(provider, request('again', 'gift', 'yard'))).toEqual([]);
  expect(await state(app, 'gift')).toEqual([
    'guest gift: ACTIVE DIRECT, record ACTIVE',
    'yard gift: ACTIVE DIRECT, record ACTIVE',
  ]);
});

test('who made an activation request is not a later User of that name, in the graph, the manifest, the past and filters', async () => {
  const reading = ['serviceactivationrequests.get', 'serviceactivationrequests.list'].map(
    (one) => `services.miloapis.com/${one}`,
  );
  const asked = async (who: { execute: TestApp['execute'] }) => {
    const { data, errors } = await who.execute(`{
      serviceActivationRequest(name: "gift") { requestedBy manifest(format: JSON) }
      history(kind: "ServiceActivationRequest", name: "gift") { nodes { after { status } } }
      serviceActivationRequests(where: { requestedBy: { eq: "User/approver" } }) { totalCount } }`);
    expect(errors).toBeUndefined();
    const { requestedBy, manifest: text } = data.serviceActivationRequest;
    return [
      requestedBy,
      JSON.parse(text).status.requestedBy,
      data.history.nodes.at(-1).after.status.requestedBy,
      data.serviceActivationRequests.totalCount > 0,
    ];
  };
  const named = ['User/approver', 'User/approver', 'User/approver', true];
  const hidden = [null, undefined, undefined, false];
  const herself = manifest(
    'PolicyBinding',
    'approver-herself',
    {
      roleRef: { name: 'one-user', namespace: 'milo-system' },
      subjects: [{ kind: 'User', name: 'approver' }],
      resourceSelector: { resourceRef: { apiGroup: 'iam.miloapis.com', kind: 'User', name: 'approver' } },
    },
    { namespace: 'milo-system' },
  );
  await applied(
    app,
    role('one-user', ['iam.miloapis.com/users.get']),
    role('reading-requests', reading),
    bind('approver', 'reading-requests', 'Project', 'maker'),
    herself,
  );
  expect(await asked(app.as('approver'))).toEqual(named);
  const given =
    '{ policyBindings(where: { name: { startsWith: "approver-" } }, first: 50) { nodes { name namespace } } }';
  const bindings = (await app.execute(given)).data.policyBindings.nodes as { name: string; namespace: string }[];
  const objects = [...bindings.map((one) => ({ kind: 'PolicyBinding', ...one })), { kind: 'User', name: 'approver' }];
  const { data } = await app.execute(
    'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { message } } }',
    { input: { objects, cascade: true } },
  );
  expect(data.delete.userErrors).toEqual([]);
  expect(await asked(app)).toEqual(named);
  await applied(
    app,
    manifest('User', 'approver', { email: 'another@example.com' }),
    `---
{apiVersion: catalog.miloapis.com/v1alpha1, kind: IdentityLink, metadata: {name: approver-two}, spec: {issuer: https://issuer.test, subject: approver-two, principalRef: {kind: User, name: approver}}}
`,
    bind('approver', 'reading-requests', 'Project', 'maker'),
    herself,
  );
  expect(await asked(app.as('approver-two'))).toEqual(hidden);
  expect(await asked(app)).toEqual(named);
});
