import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { bind, manifest, project, role } from '../services/enablement-world.ts';
import {
  batch,
  deploymentOf,
  identityOf,
  importOf,
  platform,
  regionOf,
  runtimeOf,
  usageOf,
  versionOf,
} from './world.ts';

/*
 *   hidden v1 ─► own v1       own belongs to the project guests, in which `guest` may do everything with services; hidden and
 *   hidden and own: eu, us    secret are Private and belong to makers; guest sees secret, and nothing of hidden, which calls both
 */
const reads = ['get', 'list', 'watch'];
const registryKinds = ['serviceruntimes', 'serviceversions', 'serviceimports', 'deployments'];
const all = (verbs: readonly string[]): string[] => [
  ...verbs.flatMap((verb) => registryKinds.map((kind) => `catalog.miloapis.com/${kind}.${verb}`)),
  ...verbs.map((verb) => `services.miloapis.com/services.${verb}`),
];
const onSecret = (roleName: string): string =>
  manifest(
    'PolicyBinding',
    `guest-${roleName}-secret`,
    {
      roleRef: { name: roleName, namespace: 'milo-system' },
      subjects: [{ kind: 'User', name: 'guest' }],
      resourceSelector: { resourceRef: { apiGroup: 'services.miloapis.com', kind: 'Service', name: 'secret' } },
    },
    { namespace: 'milo-system' },
  );
const asDocument = (text: string): string => text.replace(/^---\n/, '');
const ofGuests = { owner: { producerProjectRef: { name: 'guests' } } };

/** Who sees the services of makers, and what of them they do not see. */
const sight: Readonly<Record<string, readonly string[]>> = {
  partner: ['serviceimports'],
  visitor: ['deployments'],
  reader: ['serviceruntimes', 'deployments'],
  operator: ['serviceversions'],
  historian: ['/services.'],
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const apply = [
    platform,
    project('guests', 'registry'),
    manifest('User', 'guest', { email: 'guest@guests.example' }),
    role('makes-services', all([...reads, 'create', 'update', 'patch', 'delete'])),
    role('sees-services', all(reads)),
    role('imports-services', ['services.miloapis.com/services.import']),
    bind('guest', 'makes-services', 'Project', 'guests'),
    ...Object.entries(sight).flatMap(([who, hidden]) => [
      manifest('User', who, { email: `${who}@guests.example` }),
      role(
        `of-${who}`,
        all(reads).filter((permission) => !hidden.some((kind) => permission.includes(kind))),
      ),
      bind(who, `of-${who}`, 'Project', 'makers'),
    ]),
    ...['eu', 'us', 'ap'].map((name) => regionOf(name)),
    identityOf('own', ofGuests),
    runtimeOf('own', { primary: 'eu' }),
    // A service may be called as a region is.
    ...['secret', 'hidden', 'us'].flatMap((name) => [
      identityOf(name),
      runtimeOf(name, { primary: 'eu', visibility: 'Private' }),
    ]),
    onSecret('sees-services'),
    ...['own', 'secret', 'hidden', 'us'].map((name) => versionOf(name, 'v1')),
    importOf('hidden.v1', 'own.v1'),
    usageOf('hidden', 'secret'),
    ...['own', 'hidden'].flatMap((name) => ['eu', 'us'].map((region) => deploymentOf(name, region, 'v1'))),
  ].map(asDocument);
  expect((await batch(app, { apply })).refused).toEqual([]);
});
afterAll(() => app.close());

const asked = async (...changes: readonly object[]) => {
  const { data } = await app.as('guest').execute(
    `query ($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { isAllowed isPossible hiddenStepCount
      violations { code subject message missing } warnings { message } plan { do service region text } } }`,
    { changes },
  );
  return data.mayI;
};

test('mayI tells of what one may not see that it is there and how much of it, and nothing else', async () => {
  const answer = await asked({ do: 'UNDEPLOY', service: 'own', region: 'us' });
  expect(answer).toEqual({
    isAllowed: false,
    isPossible: true,
    hiddenStepCount: 1,
    violations: [
      {
        code: 'I5_IMPORT_REGION_MISSING',
        subject: 'Deployment/own.us',
        message:
          'something that you may not see imports own, which is not deployed in us, where something that you may not see is.',
        missing: ['something that you may not see: absent'],
      },
    ],
    warnings: [],
    plan: [],
  });
});

test('a warning that goes with a write does not name what one may not see', async () => {
  const apply = [deploymentOf('own', 'us', 'v1', { disabled: true })];
  const message = 'own.us is disabled, and something that you may not see, which imports own.v1, depends on it.';
  expect(await batch(app.as('guest'), { apply, validateOnly: true })).toMatchObject({
    refused: [],
    warned: [{ code: 'DEPENDENCIES_UNAVAILABLE', message }],
  });
  expect((await batch(app, { apply, validateOnly: true })).warned).toMatchObject([
    { message: message.replace('something that you may not see', 'hidden.us') },
  ]);
});

test('nor do the warnings of mayI', async () => {
  const message = 'own.us is disabled, and something that you may not see, which imports own.v1, depends on it.';
  expect(await asked({ do: 'DISABLE', service: 'own', region: 'us' })).toEqual({
    isAllowed: true,
    isPossible: true,
    hiddenStepCount: 0,
    violations: [],
    warnings: [{ message }],
    plan: [],
  });
});

const change = (members: string): string =>
  `mayI(changes: [${members}]) { violations { subject message missing } warnings { subject message missing } plan { service region text } }`;

test.each([
  ['what a change would break', change('{ do: UNDEPLOY, service: "own", region: "us" }')],
  ['what a change would be warned of', change('{ do: DISABLE, service: "own", region: "us" }')],
  ['what is found', 'registryFindings { subject message missing { object needed } }'],
  ['what depends', 'serviceDependents(service: "own") { nodes { service { name } version { name } affectedRegions } }'],
  [
    'what imports',
    'importClosure(service: "own", direction: IMPORTED_BY) { nodes { service { name } paths { steps { service } } } }',
  ],
  ['why', 'dependencyPaths(from: "hidden", to: "own") { steps { from to } }'],
  [
    'what a loss breaks',
    'deploymentImpact(deployment: "own.us") { blockers { message } importers { service deployment } usedBy { service } severity }',
  ],
  [
    'what is in the way of a version',
    'versionReadiness(service: "own", retire: "v1") { blockingImporters { service deployments } nextSteps { service because } obstacle }',
  ],
  [
    'what runs in a region',
    'servicesInRegion(region: "us") { nodes { service { name } deployment { name } endpoint } }',
  ],
  ['how far apart versions are', 'versionSkew { nodes { service { name } deployments { deployment } } }'],
  ['which services there are', 'registryServices { nodes { name } }'],
  [
    'where a client finds it',
    'serviceEndpoints(service: "hidden", fromRegion: "us") { service { name } endpoints { domain } }',
  ],
  [
    'what has to be done',
    'deploymentPlan(service: "hidden", region: "us") { service { name } steps { service because } obstacle }',
  ],
  [
    'where a project can use it',
    'serviceUsability(project: "guests", service: "hidden") { location gates { reason } }',
  ],
  ['what clients discover', 'apiDiscovery { services { name versions { version } endpoints { endpoint } } }'],
])('%s names nothing that one may not see', async (_what, field) => {
  const told = async (who: Pick<TestApp, 'execute'>) => JSON.stringify((await who.execute(`{ ${field} }`)).data);
  const [all, known] = [await told(app), await told(app.as('guest'))];
  expect(known).not.toContain('hidden');
  // And there would be something to name.
  expect(all).not.toEqual(known);
  if (!field.includes('"hidden"')) expect(all).toContain('hidden');
});

test('imports are not followed over versions of services that one does not see', async () => {
  const told = async (who: string) => {
    const { data } = await app
      .as(who)
      .execute(
        '{ serviceVersions(where: { name: { eq: "hidden.v1" } }) { nodes { name } } importClosure(service: "own", direction: IMPORTED_BY) { nodes { version { name } } } }',
      );
    return [data.serviceVersions.nodes, data.importClosure.nodes.map(({ version }: { version: object }) => version)];
  };
  const version = { name: 'hidden.v1' };
  expect(await told('visitor')).toEqual([[version], [version]]);
  expect(await told('historian')).toEqual([[version], []]);
});

test('what runs in a region is told to whoever sees a version that it serves', async () => {
  const told = async (who: string) => {
    const { data } = await app
      .as(who)
      .execute('{ servicesInRegion(region: "us") { nodes { service { name } servedVersions } } }');
    return data.servicesInRegion.nodes;
  };
  const own = { service: { name: 'own' }, servedVersions: ['v1'] };
  expect(await told('partner')).toEqual([{ ...own, service: { name: 'hidden' } }, own]);
  expect(await told('operator')).toEqual([own]);
});

test('where a version is served is told to whoever sees what serves it', async () => {
  const told = async (who: string) => {
    const { data } = await app
      .as(who)
      .execute(
        '{ importClosure(service: "own", direction: IMPORTED_BY) { nodes { service { name } regions unavailableIn } } }',
      );
    return data.importClosure.nodes;
  };
  const importer = { service: { name: 'hidden' }, unavailableIn: [] };
  expect(await told('operator')).toEqual([]);
  expect(await told('visitor')).toEqual([{ ...importer, regions: [] }]);
  expect(await told('test-admin')).toEqual([{ ...importer, regions: ['eu', 'us'] }]);
});

test('why a step is needed is told to whoever sees what needs it', async () => {
  const plan = async (who: Pick<TestApp, 'execute'>) => {
    const { data } = await who.execute(
      '{ deploymentPlan(service: "hidden", region: "ap") { steps { service because } obstacle } }',
    );
    return data.deploymentPlan;
  };
  const steps = (because: string) => [
    { service: 'own', because: [because] },
    { service: 'hidden', because: ['the plan'] },
  ];
  expect(await plan(app)).toEqual({ steps: steps('hidden@v1'), obstacle: null });
  expect(await plan(app.as('partner'))).toEqual({ steps: steps('the plan'), obstacle: null });
});

test('API discovery tells of the parts of a service to whoever sees them', async () => {
  const told = async (who: string) => {
    const { data } = await app
      .as(who)
      .execute('{ apiDiscovery { services { name globalEndpoint versions { version } endpoints { region } } } }');
    return data.apiDiscovery.services.find(({ name }: { readonly name: string }) => name === 'hidden');
  };
  const versions = [{ version: 'v1' }];
  const endpoints = [{ region: 'eu' }, { region: 'us' }];
  expect(await told('partner')).toEqual({ name: 'hidden', globalEndpoint: 'hidden.apis.t.com', versions, endpoints });
  expect(await told('reader')).toEqual({ name: 'hidden', globalEndpoint: null, versions, endpoints: [] });
  expect(await told('operator')).toBeUndefined();
});

test('the document of each caller is that of its own sight, whoever asked before', async () => {
  const whole = `{ apiDiscovery { services { name serviceName displayName globalEndpoint preferredVersion
    versions { version phase stage freshness resources { type } } endpoints { region endpoint highestVersion health freshness } } } }`;
  const callers = ['partner', 'visitor', 'reader', 'operator', 'guest', 'test-admin', 'bystander'];
  const documentOf = async (who: string) => {
    const headers = { authorization: `Bearer ${await app.token(who)}` };
    const answer = await fetch(`${app.url}/discovery`, { headers });
    return ((await answer.json()) as { readonly services: readonly object[] }).services;
  };
  const documents = [];
  for (const who of [...callers, ...callers.toReversed()]) {
    const document = await documentOf(who);
    expect([who, document]).toEqual([who, (await app.as(who).execute(whole)).data.apiDiscovery.services]);
    documents.push(JSON.stringify(document));
  }
  expect(new Set(documents).size).toBeGreaterThan(3);
});

test('a version is not told as the one that a deployment is at to whoever does not see it', async () => {
  const told = async (who: string) => {
    const { data } = await app.as(who).execute(`{
      versionSkew(service: "hidden") { nodes { deployments { deployment current } } }
      deploymentImpact(deployment: "hidden.us") { alternatives { region version } }
      deployment(name: "hidden.us") { currentVersion { name } conditions { type message } } }`);
    const { versionSkew, deploymentImpact, deployment } = data;
    const { message } = deployment.conditions.find(({ type }: { type: string }) => type === 'VersionCurrent');
    return {
      skew: versionSkew.nodes[0].deployments.map(({ current }: { current: string | null }) => current),
      alternatives: deploymentImpact.alternatives,
      current: deployment.currentVersion?.name ?? null,
      message,
    };
  };
  expect(await told('partner')).toEqual({
    skew: ['v1', 'v1'],
    alternatives: [{ region: 'eu', version: 'v1' }],
    current: 'hidden.v1',
    message: 'v1 is the newest version.',
  });
  expect(await told('operator')).toEqual({
    skew: [null, null],
    alternatives: [{ region: 'eu', version: null }],
    current: null,
    message: 'What it serves is the newest version.',
  });
});

test('what a loss breaks is told of deployments of which one sees the service', async () => {
  const told = async (who: string) => {
    const { data } = await app.as(who).execute(`{
      deployment(name: "hidden.us") { name service { name } }
      deploymentImpact(deployment: "hidden.us") { isAllowed isLast lostVersions blockers { message } } }`);
    return data;
  };
  const deployment = { name: 'hidden.us', service: { name: 'hidden' } };
  expect(await told('partner')).toEqual({
    deployment,
    deploymentImpact: { isAllowed: true, isLast: false, lostVersions: ['v1'], blockers: [] },
  });
  expect(await told('historian')).toEqual({ deployment: { ...deployment, service: null }, deploymentImpact: null });
  expect(await told('visitor')).toEqual({ deployment: null, deploymentImpact: null });
});

test('mayI answers about what one may not see as about what there is not', async () => {
  const about = async (name: string) => {
    const answers = [
      await asked({ do: 'DEPLOY', service: name, region: 'us', version: `${name}.v1` }),
      await asked({ do: 'RETIRE', version: `${name}.v1` }),
      await asked({ do: 'IMPORT', version: 'own.v1', target: `${name}.v1` }),
      await asked({ do: 'DROP_IMPORT', version: `${name}.v1`, target: 'own' }),
      await asked({ do: 'MOVE_PRIMARY', service: name, region: 'us' }),
    ];
    return JSON.stringify(answers).replace(new RegExp(`\\b(${name}|us)\\b`, 'g'), 'it');
  };
  expect(await about('hidden')).toEqual(await about('absent'));
  expect(await about('us')).toEqual(await about('absent'));
});

test('of a service that one sees, mayI takes what one does not see of it as not there', async () => {
  const about = async (who: string, ...changes: readonly object[]) => {
    const { data } = await app
      .as(who)
      .execute(
        'query ($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { violations { code message } } }',
        {
          changes,
        },
      );
    return data.mayI.violations;
  };
  const absent = (what: string) => [{ code: 'DOES_NOT_FIT', message: `There is no ${what}.` }];
  for (const action of ['UNDEPLOY', 'DISABLE', 'ENABLE']) {
    const change = { do: action, service: 'hidden', region: 'us' };
    expect(await about('reader', change)).toEqual(absent('deployment of hidden in us'));
    expect(await about('partner', change)).toEqual([]);
  }
  const moved = { do: 'MOVE_PRIMARY', service: 'hidden', region: 'us' };
  expect(await about('reader', moved)).toEqual(absent('runtime of hidden'));
  expect(await about('operator', moved)).toEqual([]);
  const raised = async (who: string) => {
    const plan = 'deploymentPlan(service: "hidden", region: "us", version: "v2") { steps { action version } obstacle }';
    return (await app.as(who).execute(`{ ${plan} }`)).data.deploymentPlan;
  };
  expect((await batch(app, { apply: [versionOf('hidden', 'v2')].map(asDocument) })).refused).toEqual([]);
  expect(await raised('partner')).toEqual({ steps: [{ action: 'RAISE', version: 'v2' }], obstacle: null });
  expect(await raised('reader')).toEqual({ steps: [{ action: 'DEPLOY', version: 'v2' }], obstacle: null });
  const dropped = { do: 'DROP_IMPORT', version: 'hidden.v1', target: 'own' };
  expect(await about('partner', dropped)).toEqual(absent('import of own by hidden.v1'));
  expect(await about('reader', dropped)).toEqual([]);
});

test('I4: what is Private in another project is imported only with a right to it, though one sees it', async () => {
  const guest = app.as('guest');
  const operations = { apply: [importOf('own.v1', 'secret.v1')], validateOnly: true };
  const withdrawn = { remove: ['Deployment/hidden.eu', 'Deployment/hidden.us'] };
  expect((await batch(app, withdrawn)).refused).toEqual([]);
  expect((await batch(app, { remove: ['Deployment/own.us', 'Deployment/own.eu'] })).refused).toEqual([]);
  expect((await batch(guest, operations)).refused).toEqual([
    'I4_MAY_NOT_IMPORT ServiceImport/own.v1.secret spec.targetServiceRef',
  ]);
  expect((await batch(app, { apply: [onSecret('imports-services')].map(asDocument) })).refused).toEqual([]);
  expect((await batch(guest, operations)).refused).toEqual([]);
  const unseen = await batch(guest, { apply: [importOf('own.v1', 'hidden.v1')], validateOnly: true });
  expect(unseen.errors.map(({ code }) => code)).toEqual(['REFERENCE_NOT_FOUND', 'REFERENCE_NOT_FOUND']);
});

test('what imports a deployment over one that one may not see is not told', async () => {
  const bindings = [
    ['sees-services', 'guests'],
    ['of-reader', 'makers'],
  ] as const;
  const owners = { base: ofGuests, middle: {}, upper: ofGuests };
  const apply = [
    manifest('User', 'narrow', { email: 'narrow@guests.example' }),
    ...bindings.map(([held, on]) => bind('narrow', held, 'Project', on)),
    ...Object.entries(owners).flatMap(([name, owner]) => [
      identityOf(name, owner),
      runtimeOf(name, { primary: 'ap', visibility: 'Private' }),
      versionOf(name, 'v1'),
      deploymentOf(name, 'ap', 'v1'),
    ]),
    importOf('middle.v1', 'base.v1'),
    importOf('upper.v1', 'middle.v1'),
  ].map(asDocument);
  expect((await batch(app, { apply })).refused).toEqual([]);
  const told = async (who: Pick<TestApp, 'execute'>) => {
    const { data } = await who.execute(
      '{ deploymentImpact(deployment: "base.ap") { severity importers { service depth } } upper: deployment(name: "upper.ap") { name } }',
    );
    return data;
  };
  const upper = { name: 'upper.ap' };
  const importers = [
    { service: 'middle', depth: 1 },
    { service: 'upper', depth: 2 },
  ];
  expect(await told(app)).toEqual({ deploymentImpact: { severity: 'BREAKS', importers }, upper });
  expect(await told(app.as('narrow'))).toEqual({ deploymentImpact: { severity: 'NONE', importers: [] }, upper });
});
