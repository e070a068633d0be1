const object = (group: string, kind: string, name: string, spec: object, labels: object = {}): string =>
  `${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name, labels }, spec })}\n`;
const ours = (kind: string, name: string, spec: object): string => object('catalog.miloapis.com', kind, name, spec);

/** An organization with a project that produces services. */
export const platform = [
  object('resourcemanager.miloapis.com', 'Organization', 'registry', { type: 'Standard' }),
  object('resourcemanager.miloapis.com', 'Project', 'makers', { ownerRef: { kind: 'Organization', name: 'registry' } }),
].join('---\n');

export const stateOf = (name: string, state = 'Open'): string =>
  ours('RegionState', name, { regionRef: { name }, state });

export const regionOf = (name: string, state = 'Open'): string =>
  [object('inventory.miloapis.com', 'Region', name, { displayName: name }), stateOf(name, state)].join('---\n');

export const identityOf = (name: string, spec: object = {}): string =>
  object('services.miloapis.com', 'Service', name, {
    serviceName: `${name}.t.com`,
    displayName: name,
    phase: 'Published',
    owner: { producerProjectRef: { name: 'makers' } },
    ...spec,
  });

export const runtimeOf = (service: string, { primary, ...spec }: { readonly primary: string } & object): string =>
  ours('ServiceRuntime', service, {
    serviceRef: { name: service },
    visibility: 'Public',
    globalDomain: `${service}.apis.t.com`,
    primaryRegionRef: { name: primary },
    ...spec,
  });

/** A published service with its runtime. */
export const serviceOf = (name: string, runtime: { readonly primary: string } & object): string =>
  [identityOf(name), runtimeOf(name, runtime)].join('---\n');

export const versionOf = (service: string, version: string, phase = 'Published'): string =>
  ours('ServiceVersion', `${service}.${version}`, { serviceRef: { name: service }, version, phase });

export const deploymentOf = (service: string, region: string, version: string, spec: object = {}): string =>
  ours('Deployment', `${service}.${region}`, {
    serviceRef: { name: service },
    regionRef: { name: region },
    publicDomain: `${service}.${region}.apis.t.com`,
    currentVersionRef: { name: `${service}.${version}` },
    location: { continent: 'e', country: 'd', agglomeration: 'f', city: 'f', cloud: 'c' },
    ...spec,
  });
