import { expect, test } from 'vitest';
import { inconsistencies, pricingName } from '../../src/domains/services/configuration-consistency.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';

const brokenRules = (spec: Record<string, unknown>): string[] =>
  inconsistencies(readConfiguration({ phase: 'Draft', ...spec }), spec).map(({ rule, path }) => `${rule} ${path}`);

const monitoredResourceTypes = [{ type: 's/T', gvk: { group: 'g', kind: 'T' } }];
const metrics = [{ name: 's/m', kind: 'Delta', unit: '1' }];
const usage = (rates: object[]) => ({ metricRef: 's/m', pricingUnit: 'request', rates });

test('everything that one section names stands in another', () => {
  const spec = {
    monitoredResourceTypes,
    metrics,
    billing: { consumerDestinations: [{ monitoredResourceType: 's/Other', metrics: ['s/m', 's/n'] }] },
    quota: {
      limits: [{ name: 'l', metric: 's/x', unit: '1', consumerType: { apiGroup: 'g', kind: 'P' } }],
      metricRules: [{ selector: { apiGroup: 'g', kind: 'T' }, metricCosts: { 's/m': 1, 's/y': 2 } }],
    },
    charges: [{ name: 's/c', chargeType: 'Usage', usage: { ...usage([{ flat: '1' }]), metricRef: 's/z' } }],
  };
  expect(brokenRules(spec)).toEqual([
    'UNKNOWN_RESOURCE_TYPE spec.billing.consumerDestinations[0].monitoredResourceType',
    'UNKNOWN_METRIC spec.billing.consumerDestinations[0].metrics[1]',
    'UNKNOWN_METRIC spec.quota.limits[0].metric',
    'UNKNOWN_METRIC spec.quota.metricRules[0].metricCosts',
    'UNKNOWN_METRIC spec.charges[0].usage.metricRef',
  ]);
});

test('a meter of the earlier shape names resource types of the document, and metrics do not stand beside it', () => {
  const meters = [
    {
      name: 's/m',
      measurement: { aggregation: 'Sum', unit: '1' },
      billing: { consumedUnit: '1', pricingUnit: '1' },
      monitoredResourceTypes: ['s/T', 's/U'],
    },
  ];
  expect(brokenRules({ monitoredResourceTypes, meters })).toEqual([
    'UNKNOWN_RESOURCE_TYPE spec.meters[0].monitoredResourceTypes[1]',
  ]);
  expect(brokenRules({ monitoredResourceTypes, meters, metrics })[0]).toBe('MIXED_SHAPES spec.meters');
});

test('a charge has the terms of its type and no others', () => {
  const oneTime = { amount: '1', trigger: 'BillingAccountActivation' };
  expect(brokenRules({ metrics, charges: [{ name: 's/c', chargeType: 'Usage', oneTime }] })).toEqual([
    'REQUIRED spec.charges[0].usage',
    'CHARGE_FORM spec.charges[0].oneTime',
  ]);
});

test('a rate is flat or tiered, and every band but the last ends', () => {
  const charge = (rates: object[]) => ({
    metrics,
    charges: [{ name: 's/c', chargeType: 'Usage', usage: usage(rates) }],
  });
  expect(brokenRules(charge([{ flat: '1' }, { tiered: [{ upTo: '10', rate: '0' }, { rate: '1' }] }]))).toEqual([]);
  expect(
    brokenRules(charge([{}, { flat: '1', tiered: [{ rate: '1' }] }, { tiered: [{ rate: '0' }, { rate: '1' }] }])),
  ).toEqual([
    'RATE_FORM spec.charges[0].usage.rates[0]',
    'RATE_FORM spec.charges[0].usage.rates[1]',
    'REQUIRED spec.charges[0].usage.rates[2].tiered[0].upTo',
  ]);
});

test('two charges that billing would keep under one name collide', () => {
  expect(pricingName('Compute.Example.com/a/b')).toBe('compute-example-com--a-b');
  const charges = ['s.x/a/b', 's.x/a-b'].map((name) => ({ name, chargeType: 'OneTime', oneTime: {} }));
  expect(brokenRules({ charges })).toEqual(['CHARGE_NAME_COLLISION spec.charges[1].name']);
});

test('a projection selects something', () => {
  const resources = [{ name: 'r', projection: { kind: {}, sourceProject: 'p', selector: { matchLabels: {} } } }];
  expect(brokenRules({ provisioning: { resources } })).toEqual([
    'EMPTY_SELECTOR spec.provisioning.resources[0].projection.selector',
  ]);
});
