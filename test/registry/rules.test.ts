import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import {
  type Answer,
  batch,
  deploymentOf,
  entitlementOf,
  errorsReported,
  identityOf,
  importOf,
  type Operations,
  platform,
  policyOf,
  regionOf,
  resourceOf,
  runtimeOf,
  serviceOf,
  siteOf,
  stateOf,
  usageOf,
  versionOf,
} from './world.ts';

/** A draft of a core service, which imports one that is none, is published; only where no region is open yet can it be made so. */
async function publishBeforeAnyRegion(): Promise<Answer> {
  const draft = [
    platform,
    regionOf('pl', 'Planned'),
    serviceOf('plain', { primary: 'pl' }),
    versionOf('plain', 'v1'),
    identityOf('early', { phase: 'Draft' }),
    runtimeOf('early', { primary: 'pl', core: true }),
    versionOf('early', 'v1'),
    importOf('early.v1', 'plain.v1'),
  ];
  expect((await batch(app, { apply: draft })).refused).toEqual([]);
  const answer = await batch(app, { apply: [identityOf('early')], validateOnly: true });
  const { refused } = await batch(app, {
    remove: ['ServiceImport/early.v1.plain', 'ServiceVersion/early.v1', 'ServiceRuntime/early', 'Service/early'],
  });
  expect(refused).toEqual([]);
  return answer;
}

/*
 *   a v1 ─► b v1, a v2 ─► b v2       k is a core service; n is deployed nowhere; d is a draft
 *   b: eu at v2, us at v1            a: eu and us at v1            k: eu and us
 *   eu and us are Open, pl is Planned, cl is Closing, no is in no state, gone is Closed; the facility depot is in cl
 *   users, which uses a, keeps its objects in eu, us and cl
 *   led belongs to the group of k: eu, and us, where it is disabled
 *   s has v1, v2, v3 and t, which allows no skew, v1 and v2; m v1 ─► led v1 is in eu, and so is u, which uses m; n.v6 alone has Nut
 *   bare is Published, and has neither version nor runtime; h, a draft, would reach b at two versions; a.v1alpha1, a draft, ─► led v1
 *   Drafts that import what they may not: a.v1beta1 ─► b v2, b.v3 ─► a v1, k.v9 ─► b v1, n.v8 ─► b v3, n.v7 ─► a v2, b v1;
 *   drafts of services: e1 v1 ◄─► e2 v1, f v1 ─► b v3, g v1 (a draft) ─► b v3
 */
let app: TestApp;
let publishedBeforeAnyRegion: Answer;
beforeAll(async () => {
  app = await startApp();
  publishedBeforeAnyRegion = await publishBeforeAnyRegion();
  const apply = [
    platform,
    ...['eu', 'us'].map((name) => regionOf(name)),
    regionOf('pl', 'Planned'),
    regionOf('cl', 'Closing'),
    ...regionOf('no').split('---\n').slice(0, 1),
    ...['a', 'b', 'n'].map((name) => serviceOf(name, { primary: 'eu' })),
    serviceOf('k', { primary: 'eu', core: true }),
    identityOf('d', { phase: 'Draft' }),
    ...['a.v1', 'a.v2', 'b.v1', 'b.v2', 'n.v1', 'k.v1', 'd.v1'].map((name) =>
      versionOf(name.slice(0, 1), name.slice(2)),
    ),
    versionOf('b', 'v3', 'Draft'),
    versionOf('b', 'v4', 'Retired'),
    importOf('a.v1', 'b.v1'),
    importOf('a.v2', 'b.v2'),
    ...['a.eu.v1', 'a.us.v1', 'b.eu.v2', 'b.us.v1', 'k.eu.v1', 'k.us.v1'].map((text) => {
      const [service = '', region = '', version = ''] = text.split('.');
      return deploymentOf(service, region, version);
    }),
    resourceOf('b', 'Box', ['v2']),
    serviceOf('new', { primary: 'eu' }),
    versionOf('new', 'v1', 'Draft'),
    identityOf('late', { phase: 'Draft' }),
    serviceOf('led', { primary: 'eu', leadingServiceRef: { name: 'k' } }),
    versionOf('led', 'v1'),
    deploymentOf('led', 'eu', 'v1'),
    deploymentOf('led', 'us', 'v1', { disabled: true }),
    ...['a.v1beta1', 'k.v9', 'n.v8', 'n.v7'].map((name) => versionOf(name.slice(0, 1), name.slice(2), 'Draft')),
    ...['e1', 'e2', 'f', 'g'].map((name) => identityOf(name, { phase: 'Draft' })),
    ...['e1', 'e2', 'f'].map((name) => versionOf(name, 'v1')),
    versionOf('g', 'v1', 'Draft'),
    ...[
      ['a.v1beta1', 'b.v2'],
      ['b.v3', 'a.v1'],
      ['k.v9', 'b.v1'],
      ['n.v8', 'b.v3'],
      ['n.v7', 'a.v2'],
      ['n.v7', 'b.v1'],
      ['e1.v1', 'e2.v1'],
      ['e2.v1', 'e1.v1'],
      ['f.v1', 'b.v3'],
      ['g.v1', 'b.v3'],
    ].map(([version = '', target = '']) => importOf(version, target)),
    runtimeOf('late', { primary: 'eu' }),
    identityOf('bare'),
    ...['s', 'm', 'u'].map((name) => serviceOf(name, { primary: 'eu' })),
    serviceOf('t', { primary: 'eu', maxSkewDays: 0 }),
    identityOf('h', { phase: 'Draft' }),
    ...['s.v1', 's.v2', 's.v3', 't.v1', 't.v2', 'm.v1', 'u.v1', 'h.v1'].map((name) =>
      versionOf(name.slice(0, 1), name.slice(2)),
    ),
    versionOf('n', 'v6', 'Deprecated'),
    resourceOf('n', 'Nut', ['v6']),
    versionOf('a', 'v1alpha1', 'Draft'),
    ...['m.v1', 'a.v1alpha1'].map((version) => importOf(version, 'led.v1')),
    ...['a.v2', 'b.v1'].map((target) => importOf('h.v1', target)),
    ...['m', 'u'].map((service) => deploymentOf(service, 'eu', 'v1')),
    usageOf('u', 'm'),
    regionOf('x').split('---\n').slice(0, 1).join(),
    regionOf('gone', 'Closed'),
    siteOf('depot', 'cl'),
    policyOf('where', 'users', ['eu', 'us', 'cl']),
    entitlementOf('a', 'users'),
  ];
  expect((await batch(app, { apply })).refused).toEqual([]);
});
afterAll(() => app.close());

/** A manifest under another name, or with other members in its spec. */
const another = (manifest: string, name: string, spec: object = {}): string => {
  const { metadata, ...object } = JSON.parse(manifest);
  return `${JSON.stringify({ ...object, metadata: { ...metadata, name }, spec: { ...object.spec, ...spec } })}\n`;
};

/** A facility in us, and a cluster and a server there and in the depot. */
const here = [
  siteOf('hall', 'us'),
  ...[
    ['near', 'hall'],
    ['far', 'depot'],
  ].flatMap(([name, site]) =>
    [
      ['Cluster', { displayName: name, controlPlaneSiteRef: { name: site }, role: 'Compute', provider: 'milo' }],
      [
        'Node',
        { siteRef: { name: site }, hardware: { cpuCores: 1, cpuArchitecture: 'amd64', memoryBytes: 1, disks: [] } },
      ],
    ].map(
      ([kind, spec]) =>
        `${JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`,
    ),
  ),
];

const refused: readonly (readonly [what: string, operations: Operations, ...found: string[]])[] = [
  [
    'G1: a service in a Planned region',
    { apply: [deploymentOf('b', 'pl', 'v1')] },
    'G1_REGION_NOT_OPEN Deployment/b.pl spec.regionRef, missing RegionState of pl (Open)',
  ],
  [
    'G1: a service newly in a Closing region',
    { apply: [deploymentOf('b', 'cl', 'v1')] },
    'G1_REGION_NOT_OPEN Deployment/b.cl spec.regionRef, missing RegionState of cl (Open)',
  ],
  [
    'G1: a service in a region without a state',
    { apply: [deploymentOf('b', 'no', 'v1')] },
    'G1_REGION_NOT_OPEN Deployment/b.no spec.regionRef, missing RegionState of no (Open)',
  ],
  [
    'G1: a service in a Planned region that is no core service any more',
    { apply: [deploymentOf('k', 'pl', 'v1'), runtimeOf('k', { primary: 'eu', core: false })] },
    'G1_REGION_NOT_OPEN Deployment/k.pl spec.regionRef, missing RegionState of pl (Open)',
  ],
  [
    'G4: a region is not Closed with services in it',
    { apply: [stateOf('us', 'Closed')] },
    'G4_REGION_IN_USE RegionState/us spec.state, missing Deployment/a.us (absent) and Deployment/b.us (absent) and Deployment/k.us (absent) and Deployment/led.us (absent) and RegionPolicy/where (without us)',
  ],
  [
    'G4: nor its state deleted',
    { remove: ['RegionState/us'] },
    'G4_REGION_IN_USE RegionState/us spec.state, missing Deployment/a.us (absent) and Deployment/b.us (absent) and Deployment/k.us (absent) and Deployment/led.us (absent)',
  ],
  [
    'G4: what is Open does not become Planned again',
    { apply: [stateOf('us', 'Planned')] },
    'G4_STATE_STEP RegionState/us spec.state',
  ],
  [
    'G4: what is Planned does not become Closing',
    { apply: [stateOf('pl', 'Closing')] },
    'G4_STATE_STEP RegionState/pl spec.state',
  ],
  [
    'G4: a region is not Closed with facilities in it',
    { apply: [stateOf('cl', 'Closed'), policyOf('where', 'users', ['eu'])] },
    'G4_REGION_IN_USE RegionState/cl spec.state, missing Site/depot (absent)',
  ],
  [
    'G4: nor with one that comes with it',
    { apply: [siteOf('shed', 'gone'), stateOf('gone', 'Closed'), stateOf('pl', 'Closed'), siteOf('barn', 'pl')] },
    'G4_REGION_CLOSED Site/shed spec.regionRef, missing RegionState of gone (Planned)',
    'G4_REGION_IN_USE RegionState/pl spec.state, missing Site/barn (absent)',
  ],
  [
    'G4: a facility in a region that is Closed',
    { apply: [siteOf('shed', 'gone')] },
    'G4_REGION_CLOSED Site/shed spec.regionRef, missing RegionState of gone (Planned)',
  ],
  [
    'G4: a region is not Closed while a project keeps objects in it',
    { apply: [stateOf('cl', 'Closed')], remove: ['Site/depot'] },
    'G4_REGION_IN_USE RegionState/cl spec.state, missing RegionPolicy/where (without cl)',
  ],
  [
    'G4: a project does not keep objects in a region that is Closed',
    { apply: [policyOf('where', 'users', ['eu', 'gone'])] },
    'G4_REGION_CLOSED RegionPolicy/where spec.enabledRegionRefs, missing RegionState of gone (Planned)',
  ],
  [
    'a policy whose default region is not enabled',
    {
      apply: [
        policyOf('where', 'users', ['eu']).replace(
          '"defaultControlRegionRef":{"name":"eu"}',
          '"defaultControlRegionRef":{"name":"us"}',
        ),
      ],
    },
    'DEFAULT_REGION_NOT_ENABLED RegionPolicy/where spec.defaultControlRegionRef',
  ],
  [
    'a second policy of a project',
    { apply: [policyOf('another', 'users', ['eu'])] },
    'DUPLICATE_REGION_POLICY RegionPolicy/another spec.projectRef',
  ],
  [
    'P1: a deployment runs on what is in another region',
    {
      apply: [
        ...here,
        deploymentOf('a', 'us', 'v1', {
          runsOn: [
            { kind: 'Site', name: 'depot' },
            { kind: 'Site', name: 'hall' },
            { kind: 'Cluster', name: 'far' },
            { kind: 'Cluster', name: 'near' },
            { kind: 'Node', name: 'far' },
            { kind: 'Node', name: 'near' },
          ],
        }),
      ],
    },
    ...[0, 2, 4].map((place) => `P1_HOST_ELSEWHERE Deployment/a.us spec.runsOn[${place}]`),
  ],
  [
    'V1: a published service gets a runtime, but has no version',
    { apply: [serviceOf('x', { primary: 'eu' })] },
    'V1_NO_VERSION ServiceRuntime/x spec.serviceRef, missing ServiceVersion of x (present)',
  ],
  [
    'V1: a service without a version gets a runtime alone',
    { apply: [runtimeOf('bare', { primary: 'eu' })] },
    'V1_NO_VERSION ServiceRuntime/bare spec.serviceRef, missing ServiceVersion of bare (present)',
  ],
  [
    'V1: a service without a version is published',
    { apply: [identityOf('late')] },
    'V1_NO_VERSION Service/late spec.phase, missing ServiceVersion of late (present)',
  ],
  [
    'V1: the only version of a published service goes',
    { remove: ['ServiceVersion/new.v1'] },
    'V1_NO_VERSION ServiceVersion/new.v1 metadata.name, missing ServiceVersion of new (present)',
  ],
  [
    'G2: the first deployment elsewhere',
    { apply: [deploymentOf('n', 'us', 'v1')] },
    'G2_PRIMARY_REGION_NOT_DEPLOYED Deployment/n.us spec.regionRef, missing Deployment/n.eu (present)',
  ],
  [
    'G2: the primary region moved to where it is not',
    { apply: [runtimeOf('a', { primary: 'pl' })] },
    'G2_PRIMARY_REGION_NOT_DEPLOYED ServiceRuntime/a spec.primaryRegionRef, missing Deployment/a.pl (present)',
  ],
  [
    'G2: the primary region left first',
    { remove: ['Deployment/a.eu'] },
    'G2_PRIMARY_REGION_NOT_DEPLOYED Deployment/a.eu metadata.name, missing ServiceRuntime of a (us)',
  ],
  [
    'G2: the runtime of what is deployed is deleted',
    { remove: ['ServiceRuntime/a'] },
    'G2_PRIMARY_REGION_NOT_DEPLOYED ServiceRuntime/a spec.primaryRegionRef, missing Deployment/a.eu (absent) and Deployment/a.us (absent)',
  ],
  [
    'G6: a region opens without a core service',
    { apply: [stateOf('pl')] },
    'G6_CORE_SERVICE_MISSING RegionState/pl spec.state, missing Deployment/k.pl (present)',
  ],
  [
    'C1: a core service leaves an open region',
    { remove: ['Deployment/k.us'] },
    'C1_CORE_REGION_COVERAGE Deployment/k.us metadata.name, missing RegionState of us (Closing)',
  ],
  [
    'C1: a service becomes a core service that is not everywhere',
    { apply: [runtimeOf('n', { primary: 'eu', core: true })] },
    'C1_CORE_REGION_COVERAGE ServiceRuntime/n spec.core, missing Deployment/n.eu (present) and Deployment/n.us (present)',
  ],
  [
    'C2: a core service with another primary region',
    {
      apply: [
        deploymentOf('n', 'eu', 'v1'),
        deploymentOf('n', 'us', 'v1'),
        runtimeOf('n', { primary: 'us', core: true }),
      ],
    },
    'C2_CORE_PRIMARY_REGION ServiceRuntime/n spec.primaryRegionRef, missing ServiceRuntime of k (us)',
  ],
  [
    'C4: a core service that is Private',
    { apply: [runtimeOf('k', { primary: 'eu', core: true, visibility: 'Private' })] },
    'C4_CORE_NOT_PUBLIC ServiceRuntime/k spec.visibility',
  ],
  [
    'C5: a core service imports another one',
    { apply: [importOf('k.v1', 'b.v1')] },
    'C5_CORE_IMPORTS_CORE ServiceImport/k.v1.b spec.targetServiceRef',
  ],
  [
    'C5: what imports others becomes a core service',
    { apply: [runtimeOf('a', { primary: 'eu', core: true })] },
    'C5_CORE_IMPORTS_CORE ServiceRuntime/a spec.core',
  ],
  [
    'C6: a service leads itself',
    { apply: [runtimeOf('a', { primary: 'eu', leadingServiceRef: { name: 'a' } })] },
    'C6_LEADER ServiceRuntime/a spec.leadingServiceRef',
  ],
  [
    'C6: a service that is led leads another one',
    {
      apply: [
        runtimeOf('a', { primary: 'eu', leadingServiceRef: { name: 'b' } }),
        runtimeOf('b', { primary: 'eu', leadingServiceRef: { name: 'k' } }),
      ],
    },
    'C6_LEADER ServiceRuntime/a spec.leadingServiceRef',
  ],
  [
    'E2: the domain of another deployment, whatever its port',
    { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'b.us.apis.t.com:443' })] },
    'E2_DOMAIN_TAKEN Deployment/a.us spec.publicDomain',
  ],
  [
    'E2: the global domain of another service',
    { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'b.apis.t.com' })] },
    'E2_DOMAIN_TAKEN Deployment/a.us spec.publicDomain',
  ],
  [
    'E2: a labelled domain that another service has',
    { apply: [runtimeOf('a', { primary: 'eu', labelledDomains: [{ label: 'fast', domain: 'b.apis.t.com' }] })] },
    'E2_DOMAIN_TAKEN ServiceRuntime/a spec.labelledDomains',
  ],
  [
    'V2: a draft is the current version',
    { apply: [deploymentOf('b', 'eu', 'v3')] },
    'V2_VERSION_NOT_OFFERED Deployment/b.eu spec.currentVersionRef, missing ServiceVersion/b.v3 (Published)',
  ],
  [
    'V2: a retired version is',
    { apply: [deploymentOf('b', 'eu', 'v4')] },
    'V2_VERSION_NOT_OFFERED Deployment/b.eu spec.currentVersionRef, missing Deployment/b.eu (absent)',
  ],
  [
    'I1: the import of a draft',
    { apply: [importOf('n.v1', 'b.v3')] },
    'TARGET_NOT_OFFERED ServiceImport/n.v1.b spec.targetVersionRef, missing ServiceVersion/b.v3 (Published)',
  ],
  [
    'I1: the import of what is retired',
    { apply: [importOf('n.v1', 'b.v4')] },
    'TARGET_NOT_OFFERED ServiceImport/n.v1.b spec.targetVersionRef, missing ServiceImport of b by n.v1 (absent)',
  ],
  [
    'I1: the import of a service that is a draft',
    { apply: [importOf('n.v1', 'd.v1')] },
    'TARGET_NOT_OFFERED ServiceImport/n.v1.d spec.targetServiceRef, missing ServiceImport of d by n.v1 (absent)',
  ],
  [
    'I2: the import of itself',
    { apply: [importOf('b.v2', 'b.v1')] },
    'I2_SELF_IMPORT ServiceImport/b.v2.b spec.targetServiceRef',
    'I7_IMPORT_CYCLE ServiceImport/b.v2.b spec.targetServiceRef, missing ServiceImport of b by b.v2 (absent)',
  ],
  [
    'I9: the imported version is raised',
    { apply: [importOf('a.v1', 'b.v2')] },
    'I6_IMPORT_VERSION_TOO_LOW ServiceImport/a.v1.b spec.targetVersionRef, missing Deployment/b.us (b.v2 or higher)',
  ],
  [
    'I6: a deployment is raised to a version whose import is not served there',
    { apply: [deploymentOf('a', 'us', 'v2')] },
    'I6_IMPORT_VERSION_TOO_LOW Deployment/a.us spec.currentVersionRef, missing Deployment/b.us (b.v2 or higher)',
  ],
  [
    'I6: a draft below what is served is published',
    { apply: [versionOf('a', 'v1beta1')] },
    'I6_IMPORT_VERSION_TOO_LOW ServiceVersion/a.v1beta1 spec.phase, missing Deployment/b.us (b.v2 or higher)',
  ],
  [
    'I7: a draft that closes a circle is published',
    { apply: [versionOf('b', 'v3')] },
    'I7_IMPORT_CYCLE ServiceVersion/b.v3 spec.phase',
  ],
  [
    'I7: services that import each other are published',
    { apply: [identityOf('e1'), identityOf('e2')] },
    'I7_IMPORT_CYCLE Service/e1 spec.phase',
  ],
  [
    'I1: a draft is published that imports one',
    { apply: [versionOf('n', 'v8')] },
    'TARGET_NOT_OFFERED ServiceVersion/n.v8 spec.phase, missing ServiceVersion/b.v3 (Published)',
  ],
  [
    'I1: a service is published that imports a draft',
    { apply: [identityOf('f')] },
    'TARGET_NOT_OFFERED Service/f spec.phase, missing ServiceVersion/b.v3 (Published)',
  ],
  [
    'C5: a draft of a core service is published that imports another one',
    { apply: [versionOf('k', 'v9')] },
    'C5_CORE_IMPORTS_CORE ServiceVersion/k.v9 spec.phase',
  ],
  [
    'E2: a global domain that a deployment of another service has',
    { apply: [runtimeOf('a', { primary: 'eu', globalDomain: 'b.us.apis.t.com' })] },
    'E2_DOMAIN_TAKEN ServiceRuntime/a spec.globalDomain',
  ],
  ['U: the use of itself', { apply: [usageOf('b', 'b')] }, 'SELF_USE ServiceUse/b.b spec.targetServiceRef'],
  [
    'N1: a region whose name is no label of two letters and more',
    { apply: [stateOf('x', 'Planned'), deploymentOf('k', 'x', 'v1')] },
    'N1_REGION_NAME Deployment/k.x spec.regionRef',
    'N1_REGION_NAME RegionState/x spec.regionRef',
  ],
  [
    'E1: what is no host name, wherever one is stated',
    {
      apply: [
        runtimeOf('n', {
          primary: 'eu',
          globalDomain: 'https://n.t.com',
          labelledDomains: [{ label: 'l', domain: 'n..com' }],
        }),
        deploymentOf('a', 'us', 'v1', {
          publicDomain: 'x_y.t.com',
          privateDomain: 'a.us.t.com/x',
          labelledDomains: [{ label: 'l', domain: 'A.t.com' }],
        }),
      ],
    },
    'INVALID_VALUE ServiceRuntime/n spec.globalDomain',
    'INVALID_VALUE ServiceRuntime/n spec.labelledDomains[0].domain',
    'INVALID_VALUE Deployment/a.us spec.publicDomain',
    'INVALID_VALUE Deployment/a.us spec.privateDomain',
    'INVALID_VALUE Deployment/a.us spec.labelledDomains[0].domain',
  ],
  [
    'V1: the same version twice, under a name that is not its own',
    { apply: [another(versionOf('a', 'v1'), 'a.one')] },
    'V1_DUPLICATE_VERSION ServiceVersion/a.one spec.version',
    'VERSION_NAME ServiceVersion/a.one metadata.name',
  ],
  [
    'a time from which a version is not served any more, before it is Deprecated',
    { apply: [another(versionOf('a', 'v1'), 'a.v1', { sunsetTime: '2030-01-01T00:00:00Z' })] },
    'SUNSET_WITHOUT_DEPRECATION ServiceVersion/a.v1 spec.sunsetTime',
  ],
  [
    'V2: the version of another service',
    { apply: [deploymentOf('a', 'us', 'v1', { currentVersionRef: { name: 'b.v1' } })] },
    'VERSION_OF_ANOTHER_SERVICE Deployment/a.us spec.currentVersionRef',
  ],
  [
    'an import of one service at the version of another',
    { apply: [another(importOf('n.v1', 'a.v1'), 'n.v1.a', { targetVersionRef: { name: 'b.v1' } })] },
    'VERSION_OF_ANOTHER_SERVICE ServiceImport/n.v1.a spec.targetVersionRef',
  ],
  [
    'a use of one service at the version of another, and twice',
    {
      apply: [
        another(usageOf('u', 'a'), 'u.a', { minVersionRef: { name: 'b.v1' } }),
        another(usageOf('u', 'm'), 'u.again'),
      ],
    },
    'DUPLICATE_USE ServiceUse/u.again spec.targetServiceRef',
    'VERSION_OF_ANOTHER_SERVICE ServiceUse/u.a spec.minVersionRef',
  ],
  [
    'V9: a type in the version of another service',
    { apply: [another(resourceOf('a', 'Ark', ['v1']), 'a.ark', { versionRefs: [{ name: 'b.v1' }] })] },
    'VERSION_OF_ANOTHER_SERVICE ApiResource/a.ark spec.versionRefs[0]',
  ],
  [
    'I3: a version imports a service twice',
    { apply: [another(importOf('a.v1', 'b.v2'), 'a.v1.again')] },
    'I3_DUPLICATE_IMPORT ServiceImport/a.v1.again spec.targetServiceRef',
  ],
  [
    'a second runtime of a service',
    { apply: [another(runtimeOf('a', { primary: 'eu' }), 'again')] },
    'DUPLICATE_RUNTIME ServiceRuntime/again spec.serviceRef',
  ],
  [
    'a second state of a region',
    { apply: [another(stateOf('eu'), 'again')] },
    'DUPLICATE_REGION_STATE RegionState/again spec.regionRef',
  ],
  [
    'V5: the only version of a type is retired, which nothing serves or imports',
    { apply: [versionOf('n', 'v6', 'Retired')] },
    'V5_VERSION_IN_USE ServiceVersion/n.v6 spec.phase',
  ],
  [
    'V9: a version that the type does not have',
    { apply: [resourceOf('b', 'Box', ['v2'], [{ version: 'v9' }])] },
    'V9_NOT_IN_VERSION ApiResource/b.box spec.perVersion[0].version',
  ],
];

test.each(refused.map(([what, operations, ...found]) => ({ what, operations, found })))(
  '$what is refused',
  async ({ operations, found }) => {
    const { refused: texts, errors } = await batch(app, { ...operations, validateOnly: true });
    expect(errors.filter(({ accepted, missing }) => (accepted === null) === (missing.length === 0))).toEqual([]);
    const told = texts.filter((text) => found.some((one) => one.split(' ')[0] === text.split(' ')[0]));
    expect(told.sort()).toEqual(found.toSorted());
  },
);

test('V11: what was published is not deleted to be made again, but goes with its service; a draft may be made anew', async () => {
  const apply = [identityOf('gone'), versionOf('gone', 'v1', 'Retired'), versionOf('gone', 'v2', 'Draft')];
  expect((await batch(app, { apply })).refused).toEqual([]);
  const kept = ['V11_VERSION_KEPT ServiceVersion/gone.v1 metadata.name'];
  expect((await batch(app, { remove: ['ServiceVersion/gone.v1'] })).refused).toEqual(kept);
  const again = { apply: [versionOf('gone', 'v1')], remove: ['ServiceVersion/gone.v1'], validateOnly: true };
  expect((await batch(app, again, true)).refused).toEqual(kept);
  expect((await batch(app, { apply: [versionOf('gone', 'v1')], validateOnly: true })).refused).toEqual([
    'PHASE_STEP ServiceVersion/gone.v1 spec.phase',
  ]);
  expect((await batch(app, { remove: ['ServiceVersion/gone.v2'] })).refused).toEqual([]);
  expect((await batch(app, { apply: [versionOf('gone', 'v2', 'Draft')] })).refused).toEqual([]);
  const remove = ['Service/gone', 'ServiceVersion/gone.v1', 'ServiceVersion/gone.v2'];
  expect((await batch(app, { remove })).refused).toEqual([]);
});

test('V5: a version is not retired while it is the current one, or a type has no other', async () => {
  const first = await batch(app, { apply: [versionOf('b', 'v2', 'Deprecated')] });
  expect(first.refused).toEqual([]);
  const { refused: texts } = await batch(app, { apply: [versionOf('b', 'v2', 'Retired')], validateOnly: true });
  expect(texts).toEqual([
    'V5_VERSION_IN_USE ServiceVersion/b.v2 spec.phase, missing ServiceImport of b by a.v2 (absent) and Deployment/b.eu (absent)',
  ]);
  const type = await batch(app, { apply: [resourceOf('b', 'Bag', ['v4'])], validateOnly: true });
  expect(type.refused).toEqual(['VERSION_RETIRED ApiResource/b.bag spec.versionRefs']);
});

test('a service that is deployed and imported is not retired', async () => {
  expect((await batch(app, { apply: [identityOf('b', { phase: 'Deprecated' })] })).refused).toEqual([]);
  const { refused: texts } = await batch(app, { apply: [identityOf('b', { phase: 'Retired' })], validateOnly: true });
  expect(texts).toEqual([
    'SERVICE_IN_USE Service/b spec.phase, missing ServiceImport of b by a.v1 (absent) and ServiceImport of b by a.v2 (absent) and Deployment/b.eu (absent) and Deployment/b.us (absent)',
  ]);
});

const warned: readonly (readonly [what: string, operations: Operations, ...found: string[]])[] = [
  [
    'E3: the region is part of a label alone',
    { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'us-a.apis.t.com' })] },
    'E3_ENDPOINT_NAME us-a.apis.t.com is not a recommended name: recommended is a.us.apis.t.com, for example.',
  ],
  [
    'E3: it is after what is shared',
    { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'a.apis.us.t.com' })] },
    'E3_ENDPOINT_NAME a.apis.us.t.com is not a recommended name: recommended is a.us.apis.t.com, for example.',
  ],
  [
    'E3: it is another domain',
    { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'a.us.other.net' })] },
    'E3_ENDPOINT_NAME a.us.other.net is not a recommended name: recommended is a.us.apis.t.com, for example.',
  ],
  ['E3: the region may come first', { apply: [deploymentOf('a', 'us', 'v1', { publicDomain: 'us.a.apis.t.com' })] }],
  [
    'E4: a private domain without its network',
    { apply: [deploymentOf('a', 'us', 'v1', { privateDomain: 'a.internal' })] },
    'E4_PRIVATE_DOMAIN a.us has a private domain without a local network.',
  ],
  [
    'E5: core services on two domains',
    {
      apply: [
        deploymentOf('n', 'eu', 'v1'),
        deploymentOf('n', 'us', 'v1'),
        runtimeOf('n', { primary: 'eu', core: true, globalDomain: 'n.logs.t.com' }),
      ],
    },
    'E3_ENDPOINT_NAME n.eu.apis.t.com is not a recommended name: recommended is n.eu.logs.t.com, for example.',
    'E3_ENDPOINT_NAME n.us.apis.t.com is not a recommended name: recommended is n.us.logs.t.com, for example.',
    'E5_CORE_DOMAIN The domains of core services end alike: not in logs.t.com, as that of n, and in apis.t.com, as that of k.',
  ],
  [
    'G3: the primary deployment is disabled',
    { apply: [deploymentOf('a', 'eu', 'v1', { disabled: true })] },
    'G3_PRIMARY_UNAVAILABLE a.eu, in the primary region of its service, is disabled.',
  ],
  [
    'E3: the global domain moves away from the regional ones',
    { apply: [runtimeOf('a', { primary: 'eu', globalDomain: 'a.other.net' })] },
    'E3_ENDPOINT_NAME a.eu.apis.t.com is not a recommended name: recommended is a.eu.other.net, for example. a.us.apis.t.com is not a recommended name: recommended is a.us.other.net, for example.',
  ],
  [
    'G3: the primary region moves to where it is disabled',
    { apply: [runtimeOf('led', { primary: 'us', leadingServiceRef: { name: 'k' } })] },
    'G3_PRIMARY_UNAVAILABLE led.us, in the primary region of its service, is disabled.',
  ],
  [
    'C6: one of a group leaves a region',
    { remove: ['Deployment/led.us'] },
    'C6_GROUP_REGIONS led and k, which leads it, are not both deployed in us.',
  ],
  [
    'I1: a service is published of which a draft imports a draft',
    { apply: [identityOf('g')] },
    'TARGET_NOT_OFFERED b.v3 is Draft: g.v1 cannot be published as long as it imports it.',
  ],
  [
    'I10: a draft that reaches a service at two versions is published',
    { apply: [versionOf('n', 'v7')] },
    'I10_DIAMOND_SKEW n.v7 imports b.v1, and a.v2, which it imports as well, imports b.v2.',
  ],
  [
    'G5: a project keeps objects where what it uses is not',
    { apply: [policyOf('where', 'users', ['eu', 'pl'])] },
    'G5_SERVICE_NOT_IN_REGION The project of where uses a, which is not deployed in pl.',
  ],
  [
    'G5: a project asks for what is not where it keeps its objects',
    { apply: [entitlementOf('n', 'users')] },
    'G5_SERVICE_NOT_IN_REGION The project of where uses n, which is not deployed in cl, eu and us.',
  ],
  [
    'G5: a service leaves where a project that uses it keeps its objects',
    { remove: ['Deployment/a.us'] },
    'G5_SERVICE_NOT_IN_REGION The project of where uses a, which is not deployed in us.',
  ],
  [
    'V4: two versions behind',
    { apply: [versionOf('k', 'v2'), versionOf('k', 'v3'), deploymentOf('k', 'eu', 'v1', { disabled: true })] },
    'G3_PRIMARY_UNAVAILABLE k.eu, in the primary region of its service, is disabled.',
    'V4_VERSION_SKEW k.eu is at k.v1, 2 versions behind k.v3.',
  ],
  [
    'V4: two versions behind, where nothing else is wrong',
    { apply: [deploymentOf('s', 'eu', 'v1')] },
    'V4_VERSION_SKEW s.eu is at s.v1, 2 versions behind s.v3.',
  ],
  [
    'V4: for longer than its service allows',
    { apply: [deploymentOf('t', 'eu', 'v1')] },
    'V4_VERSION_SKEW t.eu is at t.v1, one version behind t.v2.',
  ],
  [
    'D1: a version imports what is disabled',
    { apply: [importOf('a.v1', 'led.v1')] },
    'DEPENDENCIES_UNAVAILABLE led.us is disabled, and a.us, which imports led.v1, depends on it.',
  ],
  [
    'D1: a draft that imports what is disabled is published',
    { apply: [versionOf('a', 'v1alpha1')] },
    'DEPENDENCIES_UNAVAILABLE led.us is disabled, and a.us, which imports led.v1, depends on it.',
  ],
  [
    'D1: a service comes to where what it imports is disabled',
    { apply: [deploymentOf('m', 'us', 'v1')] },
    'DEPENDENCIES_UNAVAILABLE led.us is disabled, and m.us, which imports led.v1, depends on it.',
  ],
  [
    'I1: a draft goes over to what is not offered',
    { apply: [importOf('k.v9', 'b.v3')] },
    'TARGET_NOT_OFFERED b.v3 is Draft: k.v9 cannot be published as long as it imports it.',
  ],
  [
    'U2: a service comes to where what it uses is not',
    { apply: [deploymentOf('u', 'us', 'v1')] },
    'U2_USED_SERVICE_ABSENT u uses m, which has no enabled deployment in us.',
  ],
  [
    'U2: what others use leaves',
    { remove: ['Deployment/m.eu'] },
    'U2_USED_SERVICE_ABSENT u uses m, which has no enabled deployment in eu.',
  ],
  [
    'U2: what others use is disabled',
    { apply: [deploymentOf('m', 'eu', 'v1', { disabled: true })] },
    'G3_PRIMARY_UNAVAILABLE m.eu, in the primary region of its service, is disabled.',
    'U2_USED_SERVICE_ABSENT u uses m, which has no enabled deployment in eu.',
  ],
  [
    'I10: a service is published that reaches another one at two versions',
    { apply: [identityOf('h')] },
    'I10_DIAMOND_SKEW h.v1 imports b.v1, and a.v2, which it imports as well, imports b.v2.',
  ],
  [
    'V10: regional in one version',
    {
      apply: [
        versionOf('n', 'v2'),
        resourceOf(
          'n',
          'Net',
          ['v1', 'v2'],
          [
            { version: 'v1', isRegional: true },
            { version: 'v2', isRegional: false },
          ],
        ),
      ],
    },
    'V10_REGIONAL_DIFFERS n.net is regional in some of its versions and not in others.',
  ],
  [
    'C3: core services differently far behind',
    {
      apply: [
        deploymentOf('n', 'eu', 'v1'),
        deploymentOf('n', 'us', 'v1'),
        runtimeOf('n', { primary: 'eu', core: true }),
        versionOf('n', 'v2'),
      ],
    },
    'C3_CORE_SKEW Of the core services in eu some are up to 1 version further behind than others, such as n.eu.',
    'C3_CORE_SKEW Of the core services in us some are up to 1 version further behind than others, such as n.us.',
  ],
  [
    'C6: one of a group is elsewhere',
    { apply: [runtimeOf('n', { primary: 'eu', leadingServiceRef: { name: 'k' } })] },
    'C6_GROUP_REGIONS n and k, which leads it, are not both deployed in eu and us.',
  ],
  [
    'I1: a draft imports what is not offered',
    { apply: [versionOf('n', 'v9', 'Draft'), importOf('n.v9', 'b.v3')] },
    'TARGET_NOT_OFFERED b.v3 is Draft: n.v9 cannot be published as long as it imports it.',
  ],
  [
    'I10: a service reached at two versions',
    { apply: [importOf('n.v1', 'a.v2'), importOf('n.v1', 'b.v1')] },
    'I10_DIAMOND_SKEW n.v1 imports b.v1, and a.v2, which it imports as well, imports b.v2.',
  ],
  ['two services may use each other', { apply: [usageOf('a', 'b'), usageOf('b', 'a')] }],
];

test.each(warned.map(([what, operations, ...found]) => ({ what, operations, found })))(
  '$what: a warning',
  async ({ operations, found }) => {
    const { refused: texts, warned: warnings } = await batch(app, { ...operations, validateOnly: true });
    expect(texts).toEqual([]);
    const told = warnings
      .filter(({ code }) => code !== 'REFERENCE_ENDING' && !code.startsWith('P2_'))
      .map(({ code, message }) => `${code} ${message}`);
    expect(told.sort()).toEqual(found);
  },
);

test('P2: who states a deployment without hosts, or with hosts in one facility alone, is warned', async () => {
  const hosts = (...named: readonly string[]): object => ({
    runsOn: named.map((one) => Object.fromEntries(['kind', 'name'].map((key, at) => [key, one.split('/')[at]]))),
  });
  const told = async (spec: object, more: Partial<Operations> = { validateOnly: true }): Promise<string[]> => {
    const apply = [...here, siteOf('annex', 'us'), deploymentOf('a', 'us', 'v1', spec)];
    const { refused: texts, warned: warnings } = await batch(app, { apply, ...more });
    expect(texts).toEqual([]);
    return warnings.flatMap(({ code }) => (code.startsWith('P2_') ? [code] : []));
  };
  const alone = ['P2_ONE_FACILITY'];
  expect(await told(hosts('Site/hall'))).toEqual(alone);
  // The control plane and the server are in the same facility.
  expect(await told(hosts('Site/hall', 'Cluster/near', 'Node/near'))).toEqual(alone);
  expect(await told(hosts('Site/hall', 'Site/annex'))).toEqual([]);
  expect(await told(hosts('Node/near', 'Site/annex'))).toEqual([]);
  // It was warned of when it was made: what changes nothing of its hosts is not warned of again.
  expect(await told({ disabled: true })).toEqual([]);
  expect(await told(hosts('Site/hall'), {})).toEqual(alone);
  expect(await told({ ...hosts('Site/hall'), disabled: true })).toEqual([]);
  expect(await told({}, {})).toEqual(['P2_HOSTS_UNKNOWN']);
});

test('G1: a core service in a Planned region stays one', async () => {
  expect((await batch(app, { apply: [deploymentOf('k', 'pl', 'v1')] })).refused).toEqual([]);
  const apply = [runtimeOf('k', { primary: 'eu', core: false })];
  expect((await batch(app, { apply, validateOnly: true })).refused).toEqual([
    'G1_REGION_NOT_OPEN ServiceRuntime/k spec.core, missing RegionState of pl (Open)',
  ]);
  expect((await batch(app, { remove: ['Deployment/k.pl'] })).refused).toEqual([]);
});

test('I8: a version imports 64 services at most, and chains of imports are 32 long at most', async () => {
  const many = Array.from({ length: 66 }, (_, place) => `m${place}`);
  const chain = many.slice(0, 34);
  const services = many.flatMap((name) => [identityOf(name), versionOf(name, 'v1')]);
  const wide = await batch(app, {
    apply: [...services, ...many.slice(1).map((name) => importOf('m0.v1', `${name}.v1`))],
    validateOnly: true,
  });
  expect(wide.errors.map(({ code }) => code)).toEqual(['I8_TOO_MANY_IMPORTS']);
  const deep = (length: number) =>
    batch(app, {
      apply: [
        ...services,
        ...chain.slice(0, length).map((name, place) => importOf(`${name}.v1`, `${chain[place + 1]}.v1`)),
      ],
      validateOnly: true,
    });
  expect((await deep(32)).errors.map(({ code }) => code)).toEqual([]);
  expect((await deep(33)).errors.map(({ code }) => code)).toEqual(['I8_IMPORT_DEPTH']);
});

test('I8: no draft is published, be it a version or a service, with which a chain of imports were longer', async () => {
  const chain = Array.from({ length: 33 }, (_, place) => `l${place}`);
  const apply = [
    ...chain.flatMap((name) => [identityOf(name), versionOf(name, 'v1')]),
    ...chain.slice(1).map((name, place) => importOf(`l${place}.v1`, `${name}.v1`)),
    identityOf('over'),
    versionOf('over', 'v1', 'Draft'),
    identityOf('above', { phase: 'Draft' }),
    versionOf('above', 'v1'),
    ...['over', 'above'].map((name) => importOf(`${name}.v1`, 'l0.v1')),
  ];
  expect((await batch(app, { apply })).refused).toEqual([]);
  const published = async (manifest: string) => (await batch(app, { apply: [manifest], validateOnly: true })).refused;
  expect(await published(versionOf('over', 'v1'))).toEqual(['I8_IMPORT_DEPTH ServiceVersion/over.v1 spec.phase']);
  expect(await published(identityOf('above'))).toEqual(['I8_IMPORT_DEPTH Service/above spec.phase']);
});

test('the report finds no errors, and tells what is worth to be known', async () => {
  expect(await errorsReported(app)).toEqual([]);
  const { data } = await app.execute(
    '{ registryFindings { rule severity code subject field missing { object needed } } }',
  );
  expect(data.registryFindings).toContainEqual({
    rule: 'G5',
    severity: 'WARNING',
    code: 'G5_SERVICE_NOT_IN_REGION',
    subject: 'RegionPolicy/where',
    field: 'spec.enabledRegionRefs',
    missing: [],
  });
});

test('C5: a core service is published that imports another one, on a platform that has no open region yet', () => {
  expect(publishedBeforeAnyRegion.refused).toEqual(['C5_CORE_IMPORTS_CORE Service/early spec.phase']);
});
