import { startApp, type TestApp } from '../kit/app.ts';
import { applied, manifest, tenants } from './enablement-world.ts';

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

/** An application with the tenants, the published service `base`, and further documents beside it. */
export async function startServices(...beside: readonly string[]): Promise<TestApp> {
  const app = await startApp();
  await applied(app, tenants, manifest('Service', 'base', serviceSpec), ...beside);
  return app;
}

export const offer = (name: string, spec: object, metadata: object = {}): string =>
  `---\n${JSON.stringify({ apiVersion: 'billing.miloapis.com/v1alpha1', kind: 'Offer', metadata: { name, ...metadata }, spec })}\n`;

/** What the configuration `sold` of the service `sold` states, with a single charge and one for usage. */
export const sold = (more: object = {}) => ({
  serviceRef: { name: 'sold' },
  phase: 'Published',
  monitoredResourceTypes: [{ type: 'sold.maker.example/Thing', gvk: { group: 'sold.maker.example', kind: 'Thing' } }],
  metrics: [{ name: 'sold.maker.example/used', kind: 'Delta', unit: 'By', displayName: 'Used' }],
  billing: {
    consumerDestinations: [{ monitoredResourceType: 'sold.maker.example/Thing', metrics: ['sold.maker.example/used'] }],
  },
  charges: [
    {
      name: 'sold.maker.example/start',
      chargeType: 'OneTime',
      oneTime: { amount: '5', trigger: 'BillingAccountActivation' },
    },
    {
      name: 'sold.maker.example/used',
      chargeType: 'Usage',
      usage: { metricRef: 'sold.maker.example/used', pricingUnit: 'GiBy', rates: [{ flat: '0.5' }] },
    },
  ],
  ...more,
});

const pricings = ['start', 'used'].map((charge) => ({ name: `sold-maker-example--${charge}` }));
export const offered = { chargeTypes: ['OneTime', 'Usage'], launchStage: 'Draft', servicePricingRefs: pricings };
