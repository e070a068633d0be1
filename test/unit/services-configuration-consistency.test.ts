import { expect, test } from 'vitest';
import { pricingName } from '../../src/domains/services/charge-rules.ts';
import { inconsistencies } from '../../src/domains/services/configuration-consistency.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';

const broken = (spec: Record<string, unknown>) => inconsistencies(readConfiguration({ phase: 'Draft', ...spec }), spec);
const brokenRules = (spec: Record<string, unknown>): string[] =>
  broken(spec).map(({ rule, path }) => `${rule} ${path}`);
const accepted = (spec: Record<string, unknown>) => broken(spec).map((one) => one.accepted);

const monitoredResourceTypes = [{ type: 's/T', gvk: { group: 'g', kind: 'T' } }];
const metrics = [{ name: 's/m', kind: 'Delta', unit: '1', dimensions: ['zone'] }];
const billing = { consumerDestinations: [{ monitoredResourceType: 's/T', metrics: ['s/m'] }] };
const usage = (rates: object[]) => ({ metricRef: 's/m', pricingUnit: 'request', rates });

test('everything that one section names stands in another', () => {
  const spec = {
    monitoredResourceTypes,
    metrics,
    billing: { consumerDestinations: [{ monitoredResourceType: 's/Other', metrics: ['s/m', 's/n'] }] },
    quota: {
      limits: [{ name: 'l', metric: 's/x', unit: '1', defaultLimit: 1, consumerType: { apiGroup: 'g', kind: 'P' } }],
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

test('what would be accepted is what is declared, or where it would have to be', () => {
  const other = { consumerDestinations: [{ monitoredResourceType: 's/U', metrics: ['s/n'] }] };
  expect(accepted({ monitoredResourceTypes, metrics, billing: other })).toEqual(['s/T', 's/m']);
  expect(accepted({ billing: other })).toEqual([
    'one that spec.monitoredResourceTypes declares, which declares none',
    'one that spec.metrics declares, which declares none',
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

const charged = (rates: object[], pricingUnit = 'request') => ({
  monitoredResourceTypes,
  metrics,
  billing,
  charges: [{ name: 's/c', chargeType: 'Usage', usage: { ...usage(rates), pricingUnit } }],
});
const ofRates = (rates: object[]): string[] =>
  brokenRules(charged(rates)).map((one) => one.replace('spec.charges[0].usage.rates', ''));
const zone = (value: string, dimension = 'zone') => ({ match: { dimension, value }, flat: '1' });
const tiers = (...ends: (string | undefined)[]) => [{ tiered: ends.map((upTo) => ({ upTo, rate: '1' })) }];

test('a rate is flat or tiered, and every band but the last ends', () => {
  expect(ofRates([zone('a'), zone('b'), { tiered: [{ upTo: '10', rate: '0' }, { rate: '1' }] }])).toEqual([]);
  expect(
    ofRates([{ ...zone('a'), flat: null }, { ...zone('b'), tiered: [{ rate: '1' }] }, ...tiers(undefined, undefined)]),
  ).toEqual(['RATE_FORM [0]', 'RATE_FORM [1]', 'REQUIRED [2].tiered[0].upTo']);
});

test('bands end one above the other, as numbers of any length, and the last one has no end', () => {
  const long = '123456789012345678901234567890';
  expect(ofRates(tiers('0.5', '0.50001', '9', '10', `${long}.1`, `${long}.11`, undefined))).toEqual([]);
  expect(ofRates(tiers('100', '10', '10.0', undefined))).toEqual([
    'TIER_ORDER [0].tiered[1].upTo',
    'TIER_ORDER [0].tiered[2].upTo',
  ]);
  expect(ofRates(tiers('0', undefined))).toEqual(['TIER_ORDER [0].tiered[0].upTo']);
  expect(ofRates(tiers('1', '2'))).toEqual(['TIER_END [0].tiered[1].upTo']);
});

test('for any usage one rate applies', () => {
  expect(ofRates([zone('a'), zone('a'), zone('b', 'rack'), { flat: '1' }])).toEqual([
    'DUPLICATE_RATE [1]',
    'UNKNOWN_DIMENSION [2].match.dimension',
  ]);
  expect(ofRates([{ flat: '1' }, zone('a'), { flat: '2' }])).toEqual(['RATE_ORDER [0]', 'DUPLICATE_RATE [2]']);
  const byRack = (dimensions: string[]) => ({
    ...charged([zone('a', 'rack'), { flat: '1' }]),
    metrics: [{ ...metrics[0], dimensions }],
  });
  expect(accepted(byRack(['zone', 'tier']))).toEqual(['zone, tier']);
  expect(accepted(byRack([]))).toEqual(['one that the metric declares, which declares none']);
});

test('what is charged for is billed, in a unit that its own converts into', () => {
  expect(brokenRules({ ...charged([{ flat: '1' }]), billing: undefined })).toEqual([
    'METRIC_NOT_BILLED spec.charges[0].usage.metricRef',
  ]);
  const priced = (unit: string, pricingUnit: string): string[] =>
    brokenRules({ ...charged([{ flat: '1' }], pricingUnit), metrics: [{ ...metrics[0], unit }] });
  for (const [unit, price] of [
    ['{request}', 'request'],
    ['By.s', 'gib-second'],
    ['{millicore}.s', 'vcpu-second'],
    ['widget', 'gadget'],
    ['By', 'MiB'],
  ]) {
    expect(priced(unit ?? '', price ?? '')).toEqual([]);
  }
  const at = 'spec.charges[0].usage.pricingUnit';
  expect(priced('s', 'GiBy')).toEqual([`UNITS_DO_NOT_CONVERT ${at}`]);
  expect(priced('widget', 'h')).toEqual([`UNITS_DO_NOT_CONVERT ${at}`]);
  expect(priced('By', 'parsecs')).toEqual([`UNIT_UNKNOWN ${at}`]);
  expect(priced('By', 'a lot')).toEqual([`UNIT_FORM ${at}`]);
});

test('a limit counts in the unit of its metric, and grants at first no more than at most', () => {
  const limited = (unit: string, limit: string, amounts: object = {}): string[] =>
    brokenRules({
      metrics: [{ ...metrics[0], unit }],
      quota: { limits: [{ name: 'l', metric: 's/m', unit: limit, consumerType: {}, defaultLimit: 10, ...amounts }] },
    });
  for (const [unit, limit] of [
    ['By', '1/{project}'],
    ['By', 'By'],
    ['MiB', 'MiBy/{project}'],
    ['{workload}', 'instance'],
    ['{route}', '1'],
  ]) {
    expect(limited(unit ?? '', limit ?? '')).toEqual([]);
  }
  for (const [unit, limit] of [
    ['By', 'GiBy'],
    ['{request}', '1/min/{project}'],
    ['By', 'instance'],
    ['By', 'a lot'],
  ]) {
    expect(limited(unit ?? '', limit ?? '')).toEqual(['LIMIT_UNIT spec.quota.limits[0].unit']);
  }
  expect(limited('1', '1', { maxLimit: 0 })).toEqual([]);
  expect(limited('1', '1', { maxLimit: '10' })).toEqual([]);
  expect(limited('1', '1', { maxLimit: 9 })).toEqual(['LIMIT_ABOVE_MAX spec.quota.limits[0].defaultLimit']);
});

test('what the creation of an object costs is stated once for its Kind, and is never negative', () => {
  const rule = (kind: string, cost: number) => ({ selector: { apiGroup: 'g', kind }, metricCosts: { 's/m': cost } });
  expect(brokenRules({ metrics, quota: { metricRules: [rule('T', 0), rule('U', -1), rule('T', 1)] } })).toEqual([
    'NEGATIVE_COST spec.quota.metricRules[1].metricCosts',
    'DUPLICATE_METRIC_RULE spec.quota.metricRules[2].selector',
  ]);
});

test('a Kind is claimed by one resource type', () => {
  const type = (name: string) => ({ type: name, gvk: { group: 'g', kind: 'T' } });
  expect(brokenRules({ monitoredResourceTypes: [type('s/T'), type('s/U')] })).toEqual([
    'KIND_CLAIMED spec.monitoredResourceTypes[1].gvk',
  ]);
});

test('two charges that billing would keep under one name collide', () => {
  expect(pricingName('Compute.Example.com/a/b')).toBe('compute-example-com--a-b');
  const charges = ['s.x/a/b', 's.x/a-b'].map((name) => ({ name, chargeType: 'OneTime', oneTime: {} }));
  expect(brokenRules({ charges })).toEqual(['CHARGE_NAME_COLLISION spec.charges[1].name']);
});

test('a projection selects something', () => {
  const resources = [
    { name: 'r', projection: { kind: { group: 'g' }, sourceProject: 'p', selector: { matchLabels: {} } } },
  ];
  expect(brokenRules({ provisioning: { resources } })).toEqual([
    'EMPTY_SELECTOR spec.provisioning.resources[0].projection.selector',
  ]);
});
