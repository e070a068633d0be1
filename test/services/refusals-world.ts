import { manifest } from './enablement-world.ts';

export const maker = { producerProjectRef: { name: 'maker' } };
export const serviceSpec = { serviceName: 'base.maker.example', phase: 'Published', displayName: 'Base', owner: maker };
export const project = { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' };
export const type = (name = 'Thing', more: object = {}) => ({
  type: `base.maker.example/${name}`,
  gvk: { group: 'base.maker.example', kind: name },
  ...more,
});
export const metric = (name = 'used', more: object = {}) => ({
  name: `base.maker.example/${name}`,
  kind: 'Delta',
  unit: 'By',
  dimensions: ['zone'],
  ...more,
});
export const billed = {
  consumerDestinations: [{ monitoredResourceType: 'base.maker.example/Thing', metrics: ['base.maker.example/used'] }],
};
export const limit = (more: object = {}) => ({
  name: 'used',
  metric: 'base.maker.example/used',
  unit: 'By',
  defaultLimit: 1,
  consumerType: project,
  ...more,
});
export const usage = (more: object = {}) => ({
  name: 'base.maker.example/charge',
  chargeType: 'Usage',
  usage: { metricRef: 'base.maker.example/used', pricingUnit: 'GiBy', rates: [{ flat: '1' }], ...more },
});
export const once = (name: string) => ({
  name: `base.maker.example/${name}`,
  chargeType: 'OneTime',
  oneTime: { amount: '1', trigger: 'BillingAccountActivation' },
});
export const projected = (more: object = {}) => ({
  resources: [
    {
      name: 'r',
      projection: {
        kind: { group: 'base.maker.example', kind: 'Thing' },
        sourceProject: 'maker',
        selector: { matchLabels: { a: 'b' } },
        ...more,
      },
    },
  ],
});

/** What the configuration `base` states, published. */
export const stated = {
  serviceRef: { name: 'base' },
  phase: 'Published',
  monitoredResourceTypes: [type('Thing', { labels: [{ name: 'zone' }] })],
  metrics: [metric()],
  billing: billed,
};

/** A draft of the service `base`, with some sections. */
export const draft = (sections: object): string =>
  manifest('ServiceConfiguration', 'draft', { ...stated, phase: 'Draft', ...sections });

export const meterSpec = {
  meterName: 'base.maker.example/alone',
  phase: 'Published',
  displayName: 'Alone',
  owner: { service: 'base.maker.example' },
  measurement: { aggregation: 'Sum', unit: 'By', dimensions: ['zone', 'rack'] },
  billing: { consumedUnit: 'By', pricingUnit: 'GiBy' },
};
export const typeSpec = {
  resourceTypeName: 'base.maker.example/Alone',
  phase: 'Published',
  displayName: 'Alone',
  owner: { service: 'base.maker.example' },
  gvk: { group: 'base.maker.example', kind: 'Alone' },
  labels: [{ name: 'zone' }],
};

/** A document that billing keeps: its owner is in a label. */
export const billing = (
  kind: string,
  name: string,
  { owner: _, ...spec }: { readonly owner: object; readonly [member: string]: unknown },
): string =>
  `---\n${JSON.stringify({
    apiVersion: 'billing.miloapis.com/v1alpha1',
    kind,
    metadata: { name, labels: { 'services.miloapis.com/owner': 'base.maker.example' } },
    spec,
  })}\n`;

/** A document of another API group of the platform. */
export const elsewhere = (group: string, kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata: { name }, spec })}\n`;
