/** Small manifests for the tests of history. */
const doc = (group: string, kind: string, name: string, spec: object, metadata: object = {}): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata: { name, ...metadata }, spec })}\n`;

const inventory = (kind: string, name: string, spec: object, labels?: object): string =>
  doc('inventory', kind, name, spec, labels && { labels });

/** A region with one site, an organization with one project. */
export const plant =
  inventory('Region', 'reg', { displayName: 'Reg' }) +
  inventory('Site', 'here', { regionRef: { name: 'reg' }, displayName: 'Here', type: 'Edge' }) +
  doc('resourcemanager', 'Organization', 'org', { type: 'Standard' }) +
  doc('resourcemanager', 'Project', 'prj', { ownerRef: { kind: 'Organization', name: 'org' } });

export const aRack = (name: string, more: object = {}, labels?: object): string =>
  inventory('Rack', name, { siteRef: { name: 'here' }, row: 'A', name, heightU: 42, ...more }, labels);

export const aNode = (name: string, rack: string): string =>
  inventory('Node', name, {
    siteRef: { name: 'here' },
    hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    placement: { rackRef: { name: rack }, startUnit: 1, unitHeight: 1 },
  });

export const aPort = (name: string, node: string): string =>
  inventory('Port', name, { deviceRef: { kind: 'Node', name: node }, type: 'Ethernet', name });

/** A cable from its first port to all others. */
export const aCable = (name: string, first: string, ...others: readonly string[]): string => {
  const far = others.map((port, at) => ({ name: port, side: 'B', connector: at + 1 }));
  return doc('catalog', 'Cable', name, {
    media: 'Copper',
    endpoints: [{ name: first, side: 'A', connector: 1 }, ...far],
  });
};

/** A published service whose configuration declares one resource type and these metrics, all billed on it. */
export function aService(name: string, metrics: readonly string[], unit = '{request}'): string {
  const domain = `${name}.example.com`;
  const service = {
    serviceName: domain,
    phase: 'Published',
    displayName: name,
    owner: { producerProjectRef: { name: 'prj' } },
  };
  const names = metrics.map((metric) => `${domain}/${metric}`);
  const configuration = {
    serviceRef: { name },
    phase: 'Published',
    monitoredResourceTypes: [
      { type: `${domain}/Thing`, displayName: 'Thing', gvk: { group: domain, kind: 'Thing' }, labels: [] },
    ],
    metrics: names.map((metric) => ({ name: metric, displayName: metric, kind: 'Delta', unit })),
    billing: { consumerDestinations: [{ monitoredResourceType: `${domain}/Thing`, metrics: names }] },
  };
  return doc('services', 'Service', name, service) + doc('services', 'ServiceConfiguration', name, configuration);
}
