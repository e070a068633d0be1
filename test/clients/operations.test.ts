import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashOf } from '../../src/platform/graphql/documents.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { manifest } from '../services/enablement-world.ts';

/* The documents in graphql/operations, as those who send them: each is answered, with so many statements. */

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  const draft = manifest('ServiceConfiguration', 'buckets-example-com-2', {
    serviceRef: { name: 'buckets-example-com' },
    metrics: [{ name: 'buckets.example.com/put', kind: 'Delta', unit: '{request}' }],
  });
  expect((await app.apply(draft)).userErrors).toEqual([]);
});
afterAll(() => app.close());

interface Sent {
  readonly as: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly statements: number;
  /** Something of the answer, to be sure that there is one. */
  readonly answer: object;
}

const names = ['machines.example.com/machine/cpu-seconds', 'no.example.com/x'];
/** From an uplink of fra2-b01-leaf2 to the panel of the routers' rack. */
const wayOverTrunk = (uplink: string, position: string): object[] => [
  { ports: [{ device: { name: 'fra2-b01-leaf2' } }] },
  { cables: [{ name: `fra2-b01-leaf2-${uplink}` }] },
  { ports: [{ device: { name: 'fra2-b01-panel' } }] },
  { ports: [{ device: { name: 'fra2-b01-panel' } }] },
  { cables: [{ name: 'fra2-trunk2' }] },
  { ports: [{ device: { name: 'fra2-a01-panel' } }] },
  { ports: [{ device: { name: 'fra2-a01-panel' } }] },
  { cables: [{ name: `fra2-a01-panel-${position}` }] },
  {},
];
const sent: Readonly<Record<string, Sent>> = {
  'billing/01-names-in-force': {
    as: 'billing',
    variables: {},
    statements: 1,
    answer: { namesInForce: { pageInfo: { hasNextPage: false } } },
  },
  'billing/02-names-by-key': {
    as: 'billing',
    variables: { names },
    statements: 1,
    answer: { publishedNames: [{ inForce: true, conversion: 'EXACT' }, null] },
  },
  'billing/03-name-changes': {
    as: 'billing',
    variables: {},
    // Where the stream stands, two kinds of its present state, on which rights; and all names of the page at once.
    statements: 6,
    answer: { changes: { isCurrent: false } },
  },
  'billing/04-consumers': {
    as: 'billing',
    variables: { projects: ['northwind-web', 'nobody', 'aurora-player'] },
    statements: 2,
    answer: {
      projectsByName: [
        { name: 'northwind-web', organization: { name: 'northwind' } },
        null,
        { name: 'aurora-player', organization: { name: 'aurora' } },
      ],
    },
  },
  'billing/05-reconcile-meters': {
    as: 'billing',
    variables: { meters: [{ name: names[0], unit: 'h' }], through: 'machines.example.com/machine/d' },
    statements: 1,
    answer: { meterReconciliation: { differentCount: 1, extraCount: 0 } },
  },
  'billing/06-report-progress': {
    as: 'billing',
    variables: { name: 'billing', cursor: 'AAAA', failures: [] },
    // The consumer of that name; a good cursor takes two more.
    statements: 2,
    answer: { reportFeedProgress: { isRecorded: false, userErrors: [{ code: 'CURSOR_INVALID' }] } },
  },
  'billing/07-prices': {
    as: 'billing',
    variables: {},
    statements: 1,
    answer: { servicePricings: { nodes: [{ metric: 'edge.example.com/route/requests', conversion: 'EXACT' }] } },
  },
  'billing/08-price-changes': {
    as: 'billing',
    variables: {},
    statements: 5,
    answer: { changes: { isCurrent: false } },
  },
  'consumer-portal/01-cards': {
    as: 'outsider',
    variables: { search: 'TRAFFIC' },
    statements: 2,
    answer: {
      serviceCategories: [
        { category: 'networking', serviceCount: 1 },
        { category: 'security', serviceCount: 1 },
        { category: 'storage', serviceCount: 1 },
      ],
      offeredServices: { totalCount: 1, nodes: [{ name: 'edge-example-com', listing: { launchStage: 'GA' } }] },
    },
  },
  'consumer-portal/02-service': {
    as: 'outsider',
    variables: { name: 'edge-example-com' },
    statements: 5,
    answer: { service: { takesRequests: true, listing: { documentation: { url: 'https://docs.example.com/edge' } } } },
  },
  'consumer-portal/03-my-services': {
    as: 'staff',
    variables: { project: 'northwind-tracking' },
    statements: 2,
    answer: { project: { serviceEntitlements: { totalCount: 3 } } },
  },
  'staff-portal/01-services': { as: 'staff', variables: {}, statements: 3, answer: { services: { totalCount: 6 } } },
  'staff-portal/02-configurations': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 4,
    answer: {
      service: {
        active: { name: 'edge-example-com', inForce: true },
        activations: { nodes: [{ deactivatedAt: null }] },
      },
    },
  },
  'staff-portal/03-consumers': {
    as: 'provider',
    variables: { service: 'machines-example-com' },
    statements: 2,
    answer: { service: { consumerRecords: { totalCount: 2 } } },
  },
  'staff-portal/04-requests': {
    as: 'staff',
    variables: { project: 'milo-network' },
    statements: 2,
    answer: { project: { pendingRequests: { totalCount: 2 } } },
  },
  'staff-portal/05-feed-consumers': {
    as: 'staff',
    variables: {},
    statements: 1,
    answer: { feedConsumers: { nodes: [{ name: 'billing', progress: { state: 'UNREPORTED' } }, { name: 'quota' }] } },
  },
  'staff-portal/06-compare-revisions': {
    as: 'staff',
    variables: { to: 'buckets-example-com-2' },
    // Both revisions, with what judges them; and the answer of what was worked out.
    statements: 2,
    answer: {
      serviceConfigurationComparison: {
        from: { name: 'buckets-example-com', inForce: true },
        to: { name: 'buckets-example-com-2', revisionNumber: null, phase: 'DRAFT' },
        isAllowed: true,
        changes: [
          { kind: 'REMOVED', section: 'monitoredResourceTypes', meterCount: 1 },
          { kind: 'REMOVED', section: 'meters', meters: ['buckets.example.com/bucket/operations'] },
          { kind: 'ADDED', path: 'metrics["buckets.example.com/put"]' },
        ],
        entitledProjectCount: 2,
      },
    },
  },
  'operator/01-trace-port': {
    as: 'staff',
    variables: { port: 'fra1-a01-router-et3' },
    // The port; of the trace and of its far end: a statement for each of three cables; what of the trace may be seen, its ports, its
    // cables; the far port.
    statements: 11,
    answer: {
      port: {
        connectedTo: { name: 'fra1-a02-router-et3', device: { name: 'fra1-a02-router' } },
        trace: { isComplete: true, stop: 'ENDPOINT', lengthM: { value: '28.5' } },
      },
    },
  },
  'operator/02-what-runs-over-a-cable': {
    as: 'staff',
    variables: { cable: 'fra1-trunk1' },
    statements: 7,
    answer: { cable: { name: 'fra1-trunk1', traces: [{ stop: 'ENDPOINT' }, { stop: 'ENDPOINT' }] } },
  },
  'operator/03-what-is-next-to-this-device': {
    as: 'staff',
    variables: { device: 'fra2-b01-leaf1' },
    // The device with its rack; what is in the rack and its devices, by kind; ports, traces of three cables, their far ends and devices.
    statements: 13,
    answer: {
      networkDevice: {
        rack: {
          name: 'fra2-b01',
          elevation: {
            front: {
              devices: [
                { startUnit: 42, unitHeight: 1, device: { name: 'fra2-b01-panel' } },
                { startUnit: 40, unitHeight: 1, device: { name: 'fra2-b01-leaf1' } },
                { startUnit: 39, unitHeight: 1, device: { name: 'fra2-b01-leaf2' } },
                { startUnit: 14, unitHeight: 2, device: { name: 'fra2-b01-storage2' } },
                { startUnit: 10, unitHeight: 2, device: { name: 'fra2-b01-storage1' } },
              ],
              freeUnits: 35,
            },
          },
        },
        neighbours: {
          devices: [
            'fra2-b01-storage1',
            'fra2-b01-storage2',
            'fra2-b01-pdu-a',
            'fra2-b01-pdu-b',
            'fra2-a01-router',
            'fra2-a02-router',
          ].map((name) => ({ hops: 1, device: { name } })),
        },
      },
    },
  },
  'operator/04-cross-connects-of-a-site': {
    as: 'staff',
    variables: { site: 'sin1' },
    statements: 3,
    answer: {
      site: {
        circuits: {
          nodes: [
            { name: 'fra1-sin1', circuitId: 'DLF-0002', terminations: { nodes: [] } },
            {
              name: 'iad1-sin1',
              circuitId: 'SKY-4411',
              provider: { name: 'skyline-transit' },
              terminations: {
                nodes: [{ side: 'Z', crossConnectID: 'XC-31107', place: { name: 'sin1-a01-demarc-1' } }],
              },
            },
          ],
        },
      },
    },
  },
  'operator/05-everything-of-a-provider': {
    as: 'staff',
    variables: { provider: 'skyline-transit' },
    statements: 4,
    answer: {
      provider: {
        contract: { contractID: 'SKYL-2041' },
        circuits: {
          totalCount: 3,
          nodes: [
            { name: 'fra1-transit', serviceRef: null },
            { name: 'fra2-iad1', aSite: { name: 'fra2' }, zSite: { name: 'iad1' } },
            { name: 'iad1-sin1', circuitId: 'SKY-4411', serviceRef: { kind: 'Service', name: 'edge-example-com' } },
          ],
        },
        providerNetworks: { nodes: [{ name: 'skyline-internet' }] },
        sites: { nodes: [] },
      },
    },
  },
  'operator/06-links-over-a-cable': {
    as: 'staff',
    variables: { cable: 'fra2-trunk2' },
    statements: 3,
    answer: {
      cable: {
        links: {
          nodes: [
            {
              name: 'fra2-storage',
              type: 'PHYSICAL',
              endpoints: { nodes: [{ name: 'fra2-b01-leaf2' }, { name: 'fra2-a02-router' }] },
            },
          ],
        },
      },
    },
  },
  'operator/07-where-is-room': {
    as: 'staff',
    variables: { site: 'fra2', units: 20, feeds: 2 },
    statements: 3,
    answer: {
      freeUnits: {
        totalCount: 2,
        nodes: [
          { startUnit: 18, unitHeight: 20, rack: { name: 'fra2-a02' } },
          { startUnit: 16, unitHeight: 23, rack: { name: 'fra2-b01' } },
        ],
      },
      site: {
        capacity: { rackCount: 3, unitCount: 126, freeUnits: 92, largestFreeBlock: 23, allocatedWatts: 2120 },
        portCounts: [
          { type: 'ETHERNET', speed: '25000000000', totalCount: 68, freeCount: 32 },
          { type: 'OPTICAL', speed: '100000000000', totalCount: 30, freeCount: 8 },
          { type: 'PATCH_PANEL', speed: null, totalCount: 34, freeCount: 22 },
          { type: 'POWER', speed: null, totalCount: 62, freeCount: 26 },
        ],
      },
    },
  },
  'operator/08-find-anything': {
    as: 'staff',
    variables: { text: 'XC-31107' },
    statements: 3,
    answer: {
      search: {
        totalCount: 1,
        nodes: [
          {
            match: 'BEGINNING',
            field: 'spec.crossConnectID',
            pieces: [{ text: 'XC-31107', isMatch: true }],
            object: { kind: 'CircuitTermination', name: 'iad1-sin1-z' },
          },
        ],
      },
    },
  },
  'operator/09-circuits-of-a-service': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 2,
    answer: {
      service: {
        circuits: {
          totalCount: 2,
          nodes: [
            {
              name: 'fra2-iad1',
              circuitId: 'SKY-4410',
              provider: { name: 'skyline-transit' },
              aSite: { name: 'fra2' },
            },
            { name: 'iad1-sin1', bandwidthMbps: '40000', aSite: { name: 'iad1' }, zSite: { name: 'sin1' } },
          ],
        },
      },
    },
  },
  'operator/10-do-uplinks-share-anything': {
    as: 'staff',
    variables: { ports: ['fra2-b01-leaf2-up1', 'fra2-b01-leaf2-up2'] },
    statements: 11,
    // Two routers; and both ways through the same panels, over one trunk.
    answer: {
      ports: {
        nodes: [
          { connectedTo: { device: { name: 'fra2-a01-router' } }, trace: { steps: wayOverTrunk('up1', '2') } },
          { connectedTo: { device: { name: 'fra2-a02-router' } }, trace: { steps: wayOverTrunk('up2', '3') } },
        ],
      },
    },
  },
  'operator/11-what-breaks-with-a-cable': {
    as: 'staff',
    variables: { cable: 'fra2-trunk2' },
    statements: 23,
    answer: {
      cable: {
        impact: {
          isCapped: false,
          paths: { totalCount: 3 },
          links: { hiddenCount: 0, items: [{ link: { name: 'fra2-storage' }, verdict: 'ISOLATED' }] },
          devices: {
            hiddenCount: 0,
            items: [
              { device: { name: 'fra2-a01-router' }, verdict: 'REDUCED', pathsBefore: 4, pathsAfter: 2 },
              { device: { name: 'fra2-a02-router' }, verdict: 'REDUCED', pathsBefore: 4, pathsAfter: 2 },
              { device: { name: 'fra2-b01-leaf1' }, verdict: 'REDUNDANCY_LOST', pathsBefore: 2, pathsAfter: 1 },
              { device: { name: 'fra2-b01-leaf2' }, verdict: 'ISOLATED', pathsBefore: 2, pathsAfter: 0 },
              { device: { name: 'fra2-b01-storage1' }, verdict: 'REDUNDANCY_LOST', pathsBefore: 2, pathsAfter: 1 },
              { device: { name: 'fra2-b01-storage2' }, verdict: 'REDUNDANCY_LOST', pathsBefore: 2, pathsAfter: 1 },
            ],
          },
          deployments: { totalCount: 0 },
        },
      },
    },
  },
  'operator/12-what-a-service-stands-on': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 33,
    answer: {
      service: {
        dependsOn: {
          isCapped: false,
          singlePoints: {
            totalCount: 4,
            hiddenCount: 0,
            items: [
              { kind: 'Provider', name: 'harbor-colo' },
              { kind: 'Provider', name: 'skyline-transit' },
              { kind: 'Region', name: 'us-east' },
              { kind: 'Site', name: 'iad1' },
            ],
          },
          deployments: {
            items: [
              { name: 'edge-example-com.ap-south' },
              { name: 'edge-example-com.eu-central' },
              { name: 'edge-example-com.us-east' },
            ],
          },
          sites: { items: [{ name: 'fra1' }, { name: 'fra2' }, { name: 'iad1' }, { name: 'sin1' }] },
          devices: { totalCount: 32 },
          cables: { totalCount: 72 },
          circuits: {
            hiddenCount: 0,
            items: [
              { name: 'fra1-fra2' },
              { name: 'fra1-iad1' },
              { name: 'fra1-sin1' },
              { name: 'fra2-iad1' },
              { name: 'iad1-sin1' },
            ],
          },
          feeds: { hiddenCount: 0, items: [] },
          providers: { items: [{ name: 'deepline-fiber' }, { name: 'harbor-colo' }, { name: 'skyline-transit' }] },
        },
      },
    },
  },
  'platform-engineer/01-regions': {
    as: 'outsider',
    variables: {},
    statements: 3,
    answer: {
      registryRegions: { totalCount: 3, nodes: [{ name: 'ap-south', registryState: { state: 'OPEN' } }, {}, {}] },
    },
  },
  'platform-engineer/02-services': {
    as: 'staff',
    variables: {},
    statements: 2,
    answer: { registryServices: { totalCount: 3 } },
  },
  'platform-engineer/03-service-api': {
    as: 'outsider',
    variables: { service: 'edge-example-com' },
    statements: 5,
    answer: { service: { deployments: { nodes: [{ servedVersions: { nodes: [{ version: 'v1' }] } }, {}, {}] } } },
  },
  'platform-engineer/04-services-in-region': {
    as: 'staff',
    variables: {
      region: 'ap-south',
      services: [{ service: 'machines-example-com' }, { service: 'edge-example-com', minVersion: 'v1' }],
    },
    statements: 1,
    answer: {
      servicesInRegion: {
        nodes: [{ availability: 'NOT_DEPLOYED' }, { availability: 'AVAILABLE', servedVersions: ['v1'] }],
      },
    },
  },
  'platform-engineer/05-deployment-impact': {
    as: 'staff',
    variables: { deployment: 'edge-example-com.eu-central' },
    statements: 7,
    answer: { deploymentImpact: { isPrimary: true, blockers: [{ rule: 'G2' }], alternatives: [{}, {}] } },
  },
  'platform-engineer/06-imports': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 1,
    answer: { importClosure: { totalCount: 0 } },
  },
  'platform-engineer/07-endpoints': {
    as: 'outsider',
    variables: { service: 'edge-example-com', fromRegion: 'us-east' },
    statements: 1,
    answer: {
      serviceEndpoints: { endpoints: [{ reason: 'SAME_REGION', region: 'us-east' }, {}, {}, { reason: 'GLOBAL' }] },
    },
  },
  'platform-engineer/08-version-readiness': {
    as: 'staff',
    variables: { service: 'machines-example-com', retire: 'v1' },
    statements: 2,
    answer: { versionReadiness: { isReady: false, blockingDeployments: [{}, {}], nextSteps: [] } },
  },
  'platform-engineer/09-api-discovery': {
    as: 'outsider',
    variables: {},
    statements: 1,
    answer: { apiDiscovery: { isNotModified: false } },
  },
  'platform-engineer/10-dependents': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 1,
    answer: { serviceDependents: {} },
  },
  'platform-engineer/11-version-skew': {
    as: 'staff',
    variables: {},
    statements: 1,
    answer: { versionSkew: { totalCount: 3 } },
  },
  'platform-engineer/12-owner-of-type': {
    as: 'outsider',
    variables: { type: 'edge.example.com/Nothing', region: 'us-east' },
    statements: 1,
    answer: { apiResource: null },
  },
  'platform-engineer/13-plant-impact': {
    as: 'staff',
    variables: { of: ['Site/fra1'] },
    statements: 29,
    answer: {
      // The circuits of the other facilities lead there: they have one left.
      impact: { unknown: [], deployments: { totalCount: 7, hiddenCount: 0 } },
    },
  },
  'platform-engineer/14-why': {
    as: 'staff',
    variables: { from: 'machines-example-com', to: 'edge-example-com' },
    statements: 2,
    answer: { dependencyPaths: [] },
  },
  'platform-engineer/15-where-usable': {
    as: 'staff',
    variables: { project: 'northwind-web', service: 'edge-example-com' },
    statements: 1,
    answer: { serviceUsability: [{ location: 'ap-south' }, {}, {}] },
  },
  'platform-engineer/16-deployment-plan': {
    as: 'staff',
    variables: { service: 'machines-example-com', region: 'ap-south' },
    statements: 5,
    answer: { deploymentPlan: { obstacle: null, steps: [{ action: 'DEPLOY', region: 'ap-south', version: 'v1' }] } },
  },
  'platform-engineer/17-changes-between': {
    as: 'staff',
    variables: { from: { position: '1' } },
    statements: 6,
    answer: { catalogDifference: {} },
  },
  'quota/01-resources': {
    as: 'quota',
    variables: { resourceTypes: ['machines.example.com/machines'] },
    statements: 1,
    answer: { quotaResources: [{ origin: 'HAND_MADE', service: { displayName: 'Machines' } }] },
  },
  'quota/02-resource-types': {
    as: 'quota',
    variables: {},
    statements: 1,
    answer: { resourceRegistrations: { pageInfo: { hasNextPage: false } } },
  },
  'quota/03-changes': { as: 'quota', variables: {}, statements: 6, answer: { changes: { isCurrent: false } } },
  'quota/04-reconcile-limits': {
    as: 'quota',
    variables: { limits: [{ name: 'unheard' }] },
    statements: 1,
    answer: { quotaLimitReconciliation: { extraCount: 1 } },
  },
  'telemetry/01-names': {
    as: 'staff',
    variables: { names },
    statements: 1,
    answer: { canonicalNames: [{ meter: { inForce: true, service: { displayName: 'Machines' } } }, { meter: null }] },
  },
  'telemetry/02-kinds': {
    as: 'staff',
    variables: { kinds: [{ apiGroup: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] },
    statements: 1,
    answer: { resourceTypesOfKinds: [{ resourceTypes: [{ resourceTypeName: 'edge.example.com/Route' }] }] },
  },
};

const folder = new URL('../../graphql/operations/', import.meta.url);
const documents = await Promise.all(
  ['billing', 'consumer-portal', 'operator', 'platform-engineer', 'quota', 'staff-portal', 'telemetry'].map(
    async (client) =>
      (await readdir(new URL(`${client}/`, folder))).map((file) => `${client}/${file.replace(/\.graphql$/, '')}`),
  ),
);

test('every operation of billing, quota, telemetry, platform engineers, operators and the portals is tried here (goal 13)', () => {
  expect(documents.flat().sort()).toEqual(Object.keys(sent).sort());
});

test('the playground shows them as they are tried here', async () => {
  const shown = JSON.parse(await readFile(new URL('examples.json', folder), 'utf8')) as Record<string, Partial<Sent>>;
  for (const [name, { as, variables = {} }] of Object.entries(shown)) {
    if (!name.startsWith('playground/')) expect(sent[name], name).toMatchObject({ as, variables });
  }
});

test.each(Object.entries(sent))(
  '%s is answered in few statements',
  async (name, { as, variables, statements, answer }) => {
    const document = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
    expect(document).toMatch(/^# [A-Z]/);
    await app.as(as).execute('{ me { name } services(first: 0) { totalCount } }'); // From then on the caller's access is known.
    const { data, extensions } = await app.as(as).execute(document, variables, { 'x-catalog-explain': 'true' });
    expect(data).toMatchObject(answer);
    expect(extensions?.explain).toMatchObject({ statements, openfgaCalls: 0 });
  },
);

test('the list of trusted documents that is served has all of them, and each is asked for by its id alone', async () => {
  const manifest = new URL('manifest.json', folder);
  const served = await (await fetch(`${app.url}/playground/operations.json`)).text();
  expect(served).toBe(await readFile(manifest, 'utf8'));
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.graphql'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  const listed: readonly { readonly id: string; readonly name: string; readonly body: string }[] =
    JSON.parse(served).operations;
  expect(new Map(listed.map(({ id, body }) => [id, body]))).toEqual(new Map(texts.map((text) => [hashOf(text), text])));
  // Clients of Apollo find the id by the name.
  expect(new Set(listed.map(({ name }) => name)).size).toBe(files.length);
  const only = await app.replica({ trustedDocuments: { file: fileURLToPath(manifest), mode: 'only' } });
  const ask = async (as: string, body: object): Promise<GraphqlAnswer> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await app.token(as)}` };
    const response = await fetch(`${only.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as GraphqlAnswer;
  };
  try {
    for (const [name, { as, variables, answer }] of Object.entries(sent)) {
      const text = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
      if (/^mutation /m.test(text)) continue;
      expect(await ask(as, { documentId: hashOf(text), variables }), name).toMatchObject({ data: answer });
    }
    const { errors } = await ask('billing', { query: '{ me { name } }' });
    expect(errors?.[0]?.extensions).toMatchObject({ rule: 'UNTRUSTED_DOCUMENT' });
  } finally {
    await only.close();
  }
});

const reads = /^(billing|quota)\/(?!.*report-progress)/;
const isDraft = (entry: { object?: { spec?: { phase?: string; launchStage?: string } } } | null): boolean =>
  [entry?.object?.spec?.phase, entry?.object?.spec?.launchStage].includes('Draft');
/** A list without the events of drafts. */
const published = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter((entry) => !isDraft(entry)) : value;

test.each(Object.entries(sent).filter(([name]) => reads.test(name)))(
  'M14: in the answer of %s nothing is missing for the one it is made for',
  async (name, { variables }) => {
    const document = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
    const [client = ''] = name.split('/');
    const read = async (who: string) => {
      const { data, errors } = await app.as(who).execute(document, variables);
      expect(errors).toBeUndefined();
      // Cursors say for whom they are; drafts are shown to staff alone, and so is the configuration that a price is of.
      const isOwn = (key: string): boolean => /cursor/i.test(key) || key === 'configuration';
      return JSON.parse(JSON.stringify(data, (key, value) => (isOwn(key) ? undefined : published(value))));
    };
    const [own, all] = [await read(client), await read('staff')];
    expect(own).toEqual(all);
  },
);

/** Those who hold something on everything, on a part of it, and on nothing. */
const everyone = [
  'staff',
  'network-operator',
  'org-owner',
  'project-viewer',
  'provider',
  'billing',
  'quota',
  'auditor',
];

test.each([...everyone, 'outsider'])(
  '%s gets an answer to every operation, whatever is left out of it',
  async (who) => {
    const failed: string[] = [];
    for (const [name, { variables }] of Object.entries(sent)) {
      const document = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
      const { errors } = await app.as(who).execute(document, variables);
      if (errors !== undefined) failed.push(`${name}: ${errors.map(({ message }) => message).join(', ')}`);
    }
    expect(failed).toEqual([]);
  },
);
