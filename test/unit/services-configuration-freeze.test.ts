import { describe, expect, test } from 'vitest';
import { changedMeanings, frozenChanges } from '../../src/domains/services/configuration-freeze.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';

const type = { type: 'c.example.com/Instance', gvk: { group: 'c.example.com', kind: 'Instance' } };
const cpu = { name: 'c.example.com/cpu', kind: 'Cumulative', unit: 's' };
const ram = { name: 'c.example.com/ram', kind: 'Gauge', unit: 'By' };
const limit = {
  name: 'instances',
  metric: ram.name,
  unit: 'instance',
  consumerType: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' },
  defaultLimit: 10,
};
const charge = {
  name: 'c.example.com/fee',
  chargeType: 'Recurring',
  currency: 'USD',
  recurring: { amount: '5', interval: 'monthly' },
};
const published = {
  phase: 'Published',
  monitoredResourceTypes: [type],
  metrics: [cpu, ram],
  billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name, ram.name] }] },
  quota: { limits: [limit] },
  charges: [charge],
  provisioning: {
    resources: [{ name: 'classes', projection: { kind: { group: 'g', kind: 'K' }, sourceProject: 'p', selector: {} } }],
  },
  defaultOffer: 'basic',
};
const meterOf = (aggregation: string, pricingUnit = 's') => ({
  phase: 'Published',
  monitoredResourceTypes: [type],
  meters: [
    {
      name: cpu.name,
      measurement: { aggregation, unit: 's' },
      billing: { consumedUnit: 's', pricingUnit },
      monitoredResourceTypes: [type.type],
    },
  ],
});
const about = { kind: 'ServiceConfiguration', name: 'c', id: '' };
const pathsOf = (before: object, after: object): (string | undefined)[] => {
  const [was, is] = [readConfiguration({ ...before }), readConfiguration({ ...after })];
  return [...frozenChanges(was, is), ...changedMeanings(about, was, is)].map(({ path }) => path);
};

describe('C2.2d, C3.14: what publication freezes', () => {
  test('nothing is frozen in a draft', () => {
    expect(pathsOf({ ...published, phase: 'Draft' }, { phase: 'Draft' })).toEqual([]);
  });

  test.each(['Published', 'Deprecated', 'Retired'])('entries cannot leave a configuration that is %s', (phase) => {
    expect(pathsOf({ ...published, phase }, { phase, defaultOffer: 'basic' })).toEqual([
      'spec.monitoredResourceTypes',
      'spec.metrics',
      'spec.metrics',
      'spec.billing.consumerDestinations',
      'spec.quota.limits',
      'spec.charges',
    ]);
  });

  test('texts, defaults, selectors and further entries stay free', () => {
    const after = {
      ...published,
      version: 'v2',
      monitoredResourceTypes: [{ ...type, displayName: 'Instance', labels: [{ name: 'region' }] }],
      metrics: [{ name: 'c.example.com/new', kind: 'Delta', unit: '1' }, { ...cpu, dimensions: ['zone'] }, ram],
      quota: { limits: [{ ...limit, defaultLimit: 20, maxLimit: 30 }] },
      charges: [{ ...charge, currency: undefined }],
      provisioning: {
        resources: [
          {
            name: 'classes',
            projection: { kind: { group: 'g', kind: 'K' }, sourceProject: 'p', selector: { matchLabels: { a: 'b' } } },
          },
        ],
      },
    };
    expect(pathsOf(published, after)).toEqual([]);
    expect(pathsOf(published, { ...published, provisioning: undefined })).toEqual([]);
  });

  test('each member that identifies an entry is named by its place in the new document', () => {
    const after = {
      ...published,
      monitoredResourceTypes: [{ ...type, gvk: { group: 'other', kind: 'Machine' } }],
      metrics: [ram, { ...cpu, kind: 'Delta', unit: 'ms' }],
      billing: {
        consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }],
        quotaGating: 'BillingEntitlement',
      },
      quota: { limits: [{ ...limit, unit: 'piece', metric: cpu.name, consumerType: { apiGroup: 'x', kind: 'Y' } }] },
      charges: [{ ...charge, recurring: { amount: '6', interval: 'monthly' } }],
      provisioning: {
        resources: [
          { name: 'classes', projection: { kind: { group: 'g', kind: 'L' }, sourceProject: 'q', selector: {} } },
        ],
      },
      defaultOffer: undefined,
    };
    expect(pathsOf(published, after)).toEqual([
      'spec.quota.limits[0].metric',
      'spec.quota.limits[0].unit',
      'spec.quota.limits[0].consumerType.apiGroup',
      'spec.quota.limits[0].consumerType.kind',
      'spec.charges[0]',
      'spec.provisioning.resources[0].projection.kind',
      'spec.provisioning.resources[0].projection.sourceProject',
      'spec.billing.consumerDestinations[0].metrics',
      'spec.billing.quotaGating',
      'spec.defaultOffer',
      'spec.monitoredResourceTypes[0].gvk.group',
      'spec.monitoredResourceTypes[0].gvk.kind',
      'spec.metrics[1].unit',
      'spec.metrics[1].kind',
    ]);
  });

  test('an omitted quotaGating equals the default it stands for', () => {
    const billing = { ...published.billing, quotaGating: 'OrganizationDefault' };
    expect(pathsOf(published, { ...published, billing })).toEqual([]);
  });

  test('a meter may move to the later authoring shape only as the same billed meter', () => {
    const metrics = {
      ...published,
      metrics: [cpu],
      billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }] },
      defaultOffer: undefined,
    };
    expect(pathsOf(meterOf('Sum'), metrics)).toEqual([]);
    expect(pathsOf(meterOf('Max'), metrics)).toEqual(['spec.metrics[0].kind']);
    expect(pathsOf(meterOf('Sum', 'h'), metrics)).toEqual(['spec.metrics[0].unit']);
    expect(pathsOf(meterOf('Sum'), { ...metrics, billing: undefined })).toEqual(['spec.billing.consumerDestinations']);
  });
});
