const doc = (apiVersion: string, kind: string, name: string, spec: object, metadata: object = {}): string =>
  `---\n${JSON.stringify({ apiVersion: `${apiVersion}/v1alpha1`, kind, metadata: { name, ...metadata }, spec })}\n`;

const port = (name: string): string =>
  doc('inventory.miloapis.com', 'Port', name, {
    deviceRef: { kind: 'Rack', name: 'fra1-a01' },
    type: 'PatchPanel',
    name,
  });

/** One object of each kind that the example world has none of. */
export const rareKinds = [
  doc('iam.miloapis.com', 'ProtectedResource', 'racks', {
    serviceRef: { name: 'inventory.miloapis.com' },
    kind: 'Rack',
    singular: 'rack',
    plural: 'racks',
    permissions: ['get', 'list'],
  }),
  doc('iam.miloapis.com', 'UserDeactivation', 'outsider', {
    userRef: { name: 'outsider' },
    reason: 'left',
    deactivatedBy: 'staff',
  }),
  doc(
    'catalog.miloapis.com',
    'GroupNesting',
    'operations-in-staff',
    {
      groupRef: { name: 'platform-staff', namespace: 'milo-system' },
      memberRef: { kind: 'Group', name: 'network-operations', namespace: 'milo-system' },
    },
    { namespace: 'milo-system' },
  ),
  doc('resourcemanager.miloapis.com', 'Project', 'unpaid', { ownerRef: { kind: 'Organization', name: 'aurora' } }),
  doc('resourcemanager.miloapis.com', 'ProjectSuspension', 'unpaid', {
    projectRef: { name: 'unpaid' },
    reason: 'Billing',
    reinstateAuthority: 'Operator',
    description: 'unpaid',
  }),
  doc(
    'services.miloapis.com',
    'ServiceConsumer',
    'aurora-player',
    { serviceRef: { name: 'queues.example.com' }, consumerProjectRef: { name: 'aurora-player' } },
    { labels: { 'resourcemanager.miloapis.com/project-name': 'milo-compute' } },
  ),
  doc(
    'services.miloapis.com',
    'ServiceActivationRequest',
    'fleet-buckets',
    {
      serviceRef: { name: 'buckets.example.com' },
      consumerProjectRef: { name: 'northwind-fleet' },
      requestMessage: 'As agreed.',
    },
    { labels: { 'resourcemanager.miloapis.com/project-name': 'milo-compute' } },
  ),
  doc('services.miloapis.com', 'ServiceAvailability', 'buckets-in-eu', {
    serviceRef: { name: 'buckets.example.com' },
    locationRef: { name: 'eu-central' },
  }),
  doc('services.miloapis.com', 'MeterDefinition', 'addresses-hours', {
    meterName: 'addresses.example.com/hours',
    displayName: 'Hours',
    owner: { service: 'addresses.example.com' },
    measurement: { aggregation: 'Sum', unit: 'h' },
    billing: { consumedUnit: 'h', pricingUnit: 'h' },
  }),
  doc('services.miloapis.com', 'MonitoredResourceType', 'addresses-address', {
    resourceTypeName: 'addresses.example.com/Address',
    displayName: 'Address',
    owner: { service: 'addresses.example.com' },
    gvk: { group: 'addresses.example.com', kind: 'Address' },
    labels: [{ name: 'region', required: true, allowedValues: ['eu', 'us'] }],
  }),
  doc('quota.miloapis.com', 'ResourceRegistration', 'addresses', {
    consumerType: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' },
    type: 'Entity',
    resourceType: 'addresses.example.com/addresses',
    baseUnit: 'address',
    displayUnit: 'address',
    unitConversionFactor: 1,
    claimingResources: [{ apiGroup: 'addresses.example.com', kind: 'Address' }],
  }),
  doc('portal.miloapis.com', 'ConsumerPortalPlugin', 'addresses', {
    serviceRef: { name: 'addresses-example-com' },
    assets: { baseURL: 'https://addresses-plugin.example.com' },
    suspend: true,
    visibility: { entitlement: 'Required', featureFlag: 'addresses' },
  }),
  doc('portal.miloapis.com', 'ProviderPortalPlugin', 'addresses', {
    serviceRef: { name: 'addresses-example-com' },
    assets: { baseURL: 'https://addresses-staff-plugin.example.com' },
    suspend: true,
  }),
  doc('quota.miloapis.com', 'ClaimCreationPolicy', 'addresses', {
    trigger: {
      resource: { apiVersion: 'addresses.example.com/v1', kind: 'Address' },
      constraints: [{ expression: 'true', message: 'always' }],
    },
    target: {
      resourceClaimTemplate: {
        metadata: { name: 'address-{{ trigger.metadata.name }}', labels: { a: 'b' } },
        spec: { requests: [{ resourceType: 'addresses.example.com/addresses', amount: 1 }] },
      },
    },
    disabled: true,
  }),
  doc(
    'quota.miloapis.com',
    'ResourceGrant',
    'addresses',
    {
      consumerRef: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project', name: 'aurora-player' },
      allowances: [{ resourceType: 'addresses.example.com/addresses', buckets: [{ amount: 3 }] }],
    },
    { namespace: 'milo-system', labels: { 'resourcemanager.miloapis.com/project-name': 'aurora-player' } },
  ),
  doc('catalog.miloapis.com', 'ServiceVersion', 'addresses-example-com.v1', {
    serviceRef: { name: 'addresses-example-com' },
    version: 'v1',
    phase: 'Published',
  }),
  doc('catalog.miloapis.com', 'ServiceRuntime', 'addresses-example-com', {
    serviceRef: { name: 'addresses-example-com' },
    visibility: 'Public',
    globalDomain: 'addresses.example.com',
    primaryRegionRef: { name: 'eu-central' },
    syncExclusions: [{ resourceType: 'Route', sourceRegion: 'eu-central' }],
    maxSkewDays: 30,
  }),
  doc('catalog.miloapis.com', 'RegionPolicy', 'aurora-player', {
    projectRef: { name: 'aurora-player' },
    enabledRegionRefs: [{ name: 'eu-central' }, { name: 'us-east' }],
    defaultControlRegionRef: { name: 'eu-central' },
    exclusions: [{ destRegion: 'us-east' }],
  }),
  doc('catalog.miloapis.com', 'ServiceReservation', 'volumes', {
    serviceName: 'volumes.example.com',
    projectRef: { name: 'milo-compute' },
    adminAccountRef: { kind: 'ServiceAccount', name: 'provider' },
  }),
  doc('catalog.miloapis.com', 'ServiceListing', 'addresses-example-com', {
    serviceRef: { name: 'addresses-example-com' },
    tagline: 'Addresses for everything.',
    launchStage: 'Beta',
    categories: ['networking'],
    icon: { url: 'https://example.com/addresses.svg', alt: 'An envelope' },
    documentation: { url: 'https://docs.example.com/addresses' },
    links: [{ title: 'Status', url: 'https://status.example.com' }],
  }),
  doc('catalog.miloapis.com', 'ServiceImport', 'machines-edge', {
    serviceVersionRef: { name: 'machines-example-com.v1' },
    targetServiceRef: { name: 'edge-example-com' },
    targetVersionRef: { name: 'edge-example-com.v1' },
    reason: 'is reached through it',
  }),
  doc('catalog.miloapis.com', 'ServiceUse', 'edge-buckets', {
    serviceRef: { name: 'edge-example-com' },
    targetServiceRef: { name: 'buckets-example-com' },
    minVersionRef: { name: 'buckets-example-com.v1' },
  }),
  doc('catalog.miloapis.com', 'ApiResource', 'edge-route', {
    serviceRef: { name: 'edge-example-com' },
    singularName: 'Route',
    pluralName: 'Routes',
    versionRefs: [{ name: 'edge-example-com.v1' }],
    perVersion: [{ version: 'v1', scope: 'Namespaced', verbs: ['get', 'list'] }],
  }),
  doc('catalog.miloapis.com', 'RackType', 'frame', { manufacturer: 'Example', model: 'Frame', uHeight: 42 }),
  doc('catalog.miloapis.com', 'CableProfile', 'breakout', {
    aConnectors: 1,
    aPositions: 2,
    bConnectors: 2,
    bPositions: 1,
    wiring: [
      { a: '1.1', b: '1.1' },
      { a: '1.2', b: '2.1' },
    ],
  }),
  doc('catalog.miloapis.com', 'Equipment', 'rare-panel', {
    siteRef: { name: 'fra1' },
    type: 'PatchPanel',
    depth: 'BothFaces',
    description: 'Above everything else.',
  }),
  port('rare-a'),
  port('rare-b1'),
  port('rare-b2'),
  doc('catalog.miloapis.com', 'Cable', 'rare-breakout', {
    endpoints: [{ name: 'rare-a' }, { name: 'rare-b1' }, { name: 'rare-b2', side: 'B', connector: 2 }],
    status: 'Planned',
    profileRef: { name: 'breakout' },
    media: 'FiberSMF',
    lengthM: '3',
  }),
].join('');
