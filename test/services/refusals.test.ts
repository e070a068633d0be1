import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { act, applied, entitlement, manifest, refusals, service } from './enablement-world.ts';
import {
  billing,
  draft,
  elsewhere,
  limit,
  meterSpec,
  metric,
  offer,
  offered,
  once,
  projected,
  serviceSpec,
  sold,
  startServices,
  stated,
  type,
  typeSpec,
  usage,
} from './refusals-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startServices(service('idea', { phase: 'Draft' }), service('old', { phase: 'Retired' }));
  await applied(
    app,
    service('part'),
    service('whole', { needs: ['part'] }),
    service('sold'),
    manifest('ServiceConfiguration', 'sold', sold()),
    offer('idea', offered),
    manifest('ServiceConfiguration', 'base', stated),
    manifest('MeterDefinition', 'alone', meterSpec),
    manifest('MonitoredResourceType', 'alone', typeSpec),
    billing('MeterDefinition', 'billed', {
      ...meterSpec,
      meterName: 'base.maker.example/billed',
      monitoredResourceTypes: ['base.maker.example/Thing'],
    }),
    billing('MonitoredResourceType', 'billed', {
      ...typeSpec,
      resourceTypeName: 'base.maker.example/Billed',
      gvk: { group: 'base.maker.example', kind: 'Billed' },
    }),
    entitlement('mine', 'base', 'shop'),
    entitlement('whole', 'whole', 'shop'),
  );
  await applied(app, offer('plan', { ...offered, launchStage: 'GA' }, planHead));
  await applied(app, whole());
});
afterAll(() => app.close());

const meter = (more: object, name = 'alone') => manifest('MeterDefinition', name, { ...meterSpec, ...more });
const resourceType = (more: object, name = 'alone') =>
  manifest('MonitoredResourceType', name, { ...typeSpec, ...more });
const base = (more: object) => manifest('Service', 'base', { ...serviceSpec, ...more });
const configuration = (more: object) => manifest('ServiceConfiguration', 'base', { ...stated, ...more });
const rates = (...all: object[]) => draft({ charges: [usage({ rates: all })] });
const shapeB = (more: object) => ({
  monitoredResourceTypes: [type()],
  metrics: null,
  billing: null,
  meters: [
    {
      name: 'base.maker.example/b',
      measurement: { aggregation: 'Sum', unit: 'By' },
      billing: { consumedUnit: 'By', pricingUnit: 'By' },
      monitoredResourceTypes: ['base.maker.example/Thing'],
      ...more,
    },
  ],
});
const billedMeter = {
  ...meterSpec,
  meterName: 'base.maker.example/billed',
  monitoredResourceTypes: ['base.maker.example/Thing'],
};
const billedType = {
  ...typeSpec,
  resourceTypeName: 'base.maker.example/Billed',
  gvk: { group: 'base.maker.example', kind: 'Billed' },
};

const planHead = { labels: { tier: 'one' }, annotations: { 'kubernetes.io/display-name': 'Plan', note: 'first' } };
const plan = (spec: object = {}, head: object = {}) =>
  offer('plan', { ...offered, launchStage: 'GA', ...spec }, { ...planHead, ...head });
/** Everything that publication freezes, of the service `whole`: its configuration, with some of it changed. */
const wholeType = {
  type: 'whole.maker.example/Thing',
  gvk: { group: 'whole.maker.example', kind: 'Thing' },
  labels: [{ name: 'zone' }],
};
const wholeMetrics = ['used', 'idle'].map((name) => ({
  name: `whole.maker.example/${name}`,
  kind: 'Delta',
  unit: 'By',
  dimensions: ['zone'],
}));
const wholeNames = wholeMetrics.map(({ name }) => name);
const wholeLimit = limit({ metric: 'whole.maker.example/used' });
const wholeCharge = { ...once('start'), name: 'whole.maker.example/start' };
const whole = (changed: object = {}) =>
  manifest('ServiceConfiguration', 'whole', {
    serviceRef: { name: 'whole' },
    phase: 'Published',
    monitoredResourceTypes: [wholeType],
    metrics: wholeMetrics,
    billing: { consumerDestinations: [{ monitoredResourceType: wholeType.type, metrics: wholeNames }] },
    quota: { limits: [wholeLimit] },
    charges: [wholeCharge],
    provisioning: projected(),
    defaultOffer: 'plan',
    ...changed,
  });

const claimedBy = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    selector: { apiGroup: 'base.maker.example', kind: `Kind${place}` },
    metricCosts: { 'base.maker.example/used': 1 },
  }));

const prices = [{ name: 'x', spec: { chargeType: 'OneTime', serviceRef: 'sold.maker.example', currency: 'USD' } }];

/** Row of C3, what is wrong, the manifests, what is answered. */
const table: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    '1',
    'slug of more than 63 letters',
    manifest('Service', 'a'.repeat(64), serviceSpec),
    ['TOO_LONG Service/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa metadata.name'],
  ],
  [
    '1',
    'slug that is no DNS label',
    manifest('Service', 'a.b', serviceSpec),
    ['NAME_INVALID Service/a.b metadata.name'],
  ],
  [
    '2',
    'serviceName without a dot',
    manifest('Service', 'new', { ...serviceSpec, serviceName: 'new' }),
    ['INVALID_VALUE Service/new spec.serviceName'],
  ],
  [
    '3',
    'serviceName changed',
    base({ serviceName: 'other.maker.example' }),
    ['IMMUTABLE Service/base spec.serviceName'],
  ],
  ['4', 'a phase skipped: Service', base({ phase: 'Retired' }), ['PHASE_STEP Service/base spec.phase']],
  [
    '4',
    'a phase back: ServiceConfiguration',
    configuration({ phase: 'Draft' }),
    ['PHASE_STEP ServiceConfiguration/base spec.phase'],
  ],
  ['4', 'a phase back: MeterDefinition', meter({ phase: 'Draft' }), ['PHASE_STEP MeterDefinition/alone spec.phase']],
  [
    '4',
    'a phase back: MonitoredResourceType',
    resourceType({ phase: 'Draft' }),
    ['PHASE_STEP MonitoredResourceType/alone spec.phase'],
  ],
  [
    '5',
    'a type twice',
    draft({ monitoredResourceTypes: [type(), type()] }),
    ['DUPLICATE_ENTRY ServiceConfiguration/draft spec.monitoredResourceTypes[1].type'],
  ],
  [
    '5',
    'a metric twice',
    draft({ metrics: [metric(), metric()] }),
    ['DUPLICATE_ENTRY ServiceConfiguration/draft spec.metrics[1].name'],
  ],
  [
    '5',
    'a charge twice',
    draft({ charges: [usage(), usage()] }),
    ['DUPLICATE_ENTRY ServiceConfiguration/draft spec.charges[1].name'],
  ],
  [
    '5',
    'a limit twice',
    draft({ quota: { limits: [limit(), limit()] } }),
    ['DUPLICATE_ENTRY ServiceConfiguration/draft spec.quota.limits[1].name'],
  ],
  [
    '6',
    'a service that is not there',
    draft({ serviceRef: { name: 'nobody' } }),
    ['REFERENCE_NOT_FOUND ServiceConfiguration/draft spec.serviceRef'],
  ],
  [
    '7',
    'nothing behind the slash',
    draft({ metrics: [metric(), metric('')] }),
    ['INVALID_VALUE ServiceConfiguration/draft spec.metrics[1].name'],
  ],
  [
    '7',
    'names of another service',
    draft({
      monitoredResourceTypes: [type(), type('Alien', { type: 'part.maker.example/Alien' })],
      metrics: [metric(), { ...metric('y'), name: 'part.maker.example/y' }],
      charges: [once('fine'), { ...once('x'), name: 'part.maker.example/x' }],
    }),
    [
      'NAME_PREFIX ServiceConfiguration/draft spec.monitoredResourceTypes[1].type',
      'NAME_PREFIX ServiceConfiguration/draft spec.metrics[1].name',
      'NAME_PREFIX ServiceConfiguration/draft spec.charges[1].name',
    ],
  ],
  [
    '8',
    'a meter without a type',
    draft(shapeB({ monitoredResourceTypes: [] })),
    ['TOO_FEW ServiceConfiguration/draft spec.meters[0].monitoredResourceTypes'],
  ],
  [
    '8',
    'a meter with a type that is not in the document',
    draft(shapeB({ monitoredResourceTypes: ['base.maker.example/No'] })),
    ['UNKNOWN_RESOURCE_TYPE ServiceConfiguration/draft spec.meters[0].monitoredResourceTypes[0]'],
  ],
  [
    '9',
    'a destination that names what is not in the document',
    draft({
      billing: {
        consumerDestinations: [{ monitoredResourceType: 'base.maker.example/No', metrics: ['base.maker.example/no'] }],
      },
    }),
    [
      'UNKNOWN_RESOURCE_TYPE ServiceConfiguration/draft spec.billing.consumerDestinations[0].monitoredResourceType',
      'UNKNOWN_METRIC ServiceConfiguration/draft spec.billing.consumerDestinations[0].metrics[0]',
    ],
  ],
  [
    '10',
    'a limit and a cost on an unknown metric',
    draft({
      quota: {
        limits: [limit({ metric: 'base.maker.example/no' })],
        metricRules: [
          { selector: { apiGroup: 'base.maker.example', kind: 'Thing' }, metricCosts: { 'base.maker.example/no': 1 } },
        ],
      },
    }),
    [
      'UNKNOWN_METRIC ServiceConfiguration/draft spec.quota.limits[0].metric',
      'UNKNOWN_METRIC ServiceConfiguration/draft spec.quota.metricRules[0].metricCosts',
    ],
  ],
  [
    '11',
    'terms of another charge type',
    draft({ charges: [{ ...once('x'), chargeType: 'Usage' }] }),
    [
      'REQUIRED ServiceConfiguration/draft spec.charges[0].usage',
      'CHARGE_FORM ServiceConfiguration/draft spec.charges[0].oneTime',
    ],
  ],
  [
    '11',
    'a currency that is not USD',
    draft({ charges: [{ ...once('x'), currency: 'EUR' }] }),
    ['INVALID_VALUE ServiceConfiguration/draft spec.charges[0].currency'],
  ],
  [
    '11',
    'a rate with both forms, with neither, and a band without an end',
    rates(
      { match: { dimension: 'zone', value: 'a' }, flat: '1', tiered: [{ rate: '1' }] },
      { match: { dimension: 'zone', value: 'b' } },
      { tiered: [{ rate: '1' }, { rate: '2' }] },
    ),
    [
      'RATE_FORM ServiceConfiguration/draft spec.charges[0].usage.rates[0]',
      'RATE_FORM ServiceConfiguration/draft spec.charges[0].usage.rates[1]',
      'REQUIRED ServiceConfiguration/draft spec.charges[0].usage.rates[2].tiered[0].upTo',
    ],
  ],
  [
    '11',
    'a charge for an unknown metric',
    draft({ charges: [usage({ metricRef: 'base.maker.example/no' })] }),
    ['UNKNOWN_METRIC ServiceConfiguration/draft spec.charges[0].usage.metricRef'],
  ],
  [
    '11, prices',
    'bands that do not ascend, a last band that ends',
    rates({
      tiered: [
        { upTo: '100', rate: '1' },
        { upTo: '10', rate: '1' },
        { upTo: '200', rate: '1' },
      ],
    }),
    [
      'TIER_ORDER ServiceConfiguration/draft spec.charges[0].usage.rates[0].tiered[1].upTo',
      'TIER_END ServiceConfiguration/draft spec.charges[0].usage.rates[0].tiered[2].upTo',
    ],
  ],
  [
    '11, prices',
    'bands that begin where they end, however that is written, and one that begins where the one before does',
    rates({
      tiered: [{ upTo: '0', rate: '1' }, { upTo: '10', rate: '1' }, { upTo: '10.0', rate: '2' }, { rate: '3' }],
    }),
    [
      'TIER_ORDER ServiceConfiguration/draft spec.charges[0].usage.rates[0].tiered[0].upTo',
      'TIER_ORDER ServiceConfiguration/draft spec.charges[0].usage.rates[0].tiered[2].upTo',
    ],
  ],
  [
    '11, prices',
    'a catch-all before others, a match twice, an undeclared dimension',
    rates(
      { flat: '1' },
      { match: { dimension: 'zone', value: 'a' }, flat: '1' },
      { match: { dimension: 'zone', value: 'a' }, flat: '2' },
      { match: { dimension: 'colour', value: 'a' }, flat: '2' },
    ),
    [
      'RATE_ORDER ServiceConfiguration/draft spec.charges[0].usage.rates[0]',
      'DUPLICATE_RATE ServiceConfiguration/draft spec.charges[0].usage.rates[2]',
      'UNKNOWN_DIMENSION ServiceConfiguration/draft spec.charges[0].usage.rates[3].match.dimension',
    ],
  ],
  [
    '11, prices',
    'a price for what is not billed, in a unit that does not convert',
    draft({
      metrics: [metric(), metric('idle')],
      charges: [usage({ metricRef: 'base.maker.example/idle', pricingUnit: 'h' })],
    }),
    [
      'METRIC_NOT_BILLED ServiceConfiguration/draft spec.charges[0].usage.metricRef',
      'UNITS_DO_NOT_CONVERT ServiceConfiguration/draft spec.charges[0].usage.pricingUnit',
    ],
  ],
  [
    '12',
    'two charges that are kept under one name',
    draft({ charges: [once('a/b'), once('a-b')] }),
    ['CHARGE_NAME_COLLISION ServiceConfiguration/draft spec.charges[1].name'],
  ],
  [
    '13',
    'a default offer that is not there',
    draft({ defaultOffer: 'nope' }),
    ['REFERENCE_NOT_FOUND ServiceConfiguration/draft spec.defaultOffer'],
  ],
  [
    '13',
    'a default offer that is a draft',
    draft({ defaultOffer: 'idea' }),
    ['OFFER_NOT_PUBLISHED ServiceConfiguration/draft spec.defaultOffer'],
  ],
  [
    '13',
    'an offer that would be published without a price',
    offer('new', { ...offered, launchStage: 'GA', servicePricingRefs: [] }),
    ['REQUIRED Offer/new spec.servicePricingRefs'],
  ],
  [
    '13',
    'an offer that would be published with a price that is not there',
    offer('idea', {
      ...offered,
      launchStage: 'GA',
      servicePricingRefs: [{ name: 'nope' }, ...offered.servicePricingRefs],
    }),
    ['REFERENCE_NOT_FOUND Offer/idea spec.servicePricingRefs[0]'],
  ],
  [
    '29',
    'another price, another type and a step back of a published offer',
    plan({ launchStage: 'Draft', chargeTypes: ['Usage', 'OneTime', 'Recurring'], servicePricingRefs: [] }),
    [
      'IMMUTABLE Offer/plan spec.chargeTypes[0]',
      'IMMUTABLE Offer/plan spec.launchStage',
      'IMMUTABLE Offer/plan spec.servicePricingRefs[name=sold-maker-example--start]',
    ],
  ],
  [
    '29',
    'other prices of a published offer',
    plan({ servicePricings: prices }),
    ['IMMUTABLE Offer/plan spec.servicePricings[name=sold-maker-example--start]'],
  ],
  [
    '29',
    'a label and an annotation of a published offer',
    plan({}, { labels: { tier: 'two' }, annotations: { 'kubernetes.io/display-name': 'Other', note: 'second' } }),
    ['IMMUTABLE Offer/plan metadata.labels.tier', 'IMMUTABLE Offer/plan metadata.annotations.note'],
  ],
  [
    '29',
    'a type of charge that is not named, of prices of the list',
    offer('new', { ...offered, launchStage: 'GA', chargeTypes: ['Usage'] }),
    ['CHARGE_TYPE_MISSING Offer/new spec.chargeTypes'],
  ],
  [
    '29',
    'a type of charge that is not named, of prices that come along',
    offer('new', { chargeTypes: ['Usage'], launchStage: 'GA', servicePricings: prices }),
    ['CHARGE_TYPE_MISSING Offer/new spec.chargeTypes'],
  ],
  [
    '29',
    'prices that a draft has, or that it has when it is published',
    offer('new', { ...offered, servicePricings: prices }) +
      offer('idea', { ...offered, launchStage: 'GA', servicePricings: prices }),
    ['PRICES_COPIED Offer/new spec.servicePricings', 'PRICES_COPIED Offer/idea spec.servicePricings'],
  ],
  [
    '14',
    'what a published document states is changed, or left out',
    configuration({ metrics: [metric('used', { kind: 'Gauge', unit: 's' })] }),
    ['FROZEN ServiceConfiguration/base spec.metrics[0].unit', 'FROZEN ServiceConfiguration/base spec.metrics[0].kind'],
  ],
  [
    '14',
    'a dimension and a label of it removed',
    configuration({ metrics: [metric('used', { dimensions: [] })] }),
    ['DIMENSIONS_ADDITIVE ServiceConfiguration/base spec.metrics[0].dimensions'],
  ],
  [
    '15',
    'an empty selector, a foreign source, a Kind that is not handed out',
    draft({
      provisioning: projected({
        selector: {},
        sourceProject: 'shop',
        kind: { group: 'iam.miloapis.com', kind: 'PolicyBinding' },
      }),
    }),
    [
      'EMPTY_SELECTOR ServiceConfiguration/draft spec.provisioning.resources[0].projection.selector',
      'KIND_NOT_ADMITTED ServiceConfiguration/draft spec.provisioning.resources[0].projection.kind.group',
    ],
  ],
  [
    '16',
    'a meter outside its owner’s names, with a unit that is none',
    meter(
      {
        meterName: 'part.maker.example/x',
        measurement: { aggregation: 'Sum', unit: 'a b' },
      },
      'new',
    ),
    ['NAME_PREFIX MeterDefinition/new spec.meterName', 'UNIT_FORM MeterDefinition/new spec.measurement.unit'],
  ],
  ['17', 'a meter name that is taken', meter({}, 'new'), ['DUPLICATE_METER_NAME MeterDefinition/new spec.meterName']],
  [
    '17',
    'a meter of an unknown service',
    meter({ meterName: 'no.example/x', owner: { service: 'no.example' } }, 'new'),
    ['REFERENCE_NOT_FOUND MeterDefinition/new spec.owner.service'],
  ],
  [
    '18',
    'identity of a meter',
    meter({ measurement: { aggregation: 'Max', unit: 's', dimensions: ['rack', 'zone'] } }),
    [
      'IMMUTABLE MeterDefinition/alone spec.measurement.aggregation',
      'IMMUTABLE MeterDefinition/alone spec.measurement.unit',
    ],
  ],
  [
    '19',
    'a label twice, an unknown owner',
    resourceType({ labels: [{ name: 'a' }, { name: 'a' }] }),
    ['DUPLICATE_ENTRY MonitoredResourceType/alone spec.labels[1].name'],
  ],
  [
    '19',
    'a type of an unknown service',
    resourceType({ resourceTypeName: 'no.example/x', owner: { service: 'no.example' } }, 'new'),
    ['REFERENCE_NOT_FOUND MonitoredResourceType/new spec.owner.service'],
  ],
  [
    '19',
    'a type whose name is not one of its service',
    resourceType({ resourceTypeName: 'other.example/Thing', gvk: { group: 'other.example', kind: 'Thing' } }, 'new'),
    ['NAME_PREFIX MonitoredResourceType/new spec.resourceTypeName'],
  ],
  [
    '20',
    'identity of a type',
    resourceType({ gvk: { group: 'other.example', kind: 'Other' } }),
    ['IMMUTABLE MonitoredResourceType/alone spec.gvk.group', 'IMMUTABLE MonitoredResourceType/alone spec.gvk.kind'],
  ],
  [
    '21',
    'identity of billing’s meter',
    billing('MeterDefinition', 'billed', {
      ...billedMeter,
      billing: { consumedUnit: 'By', pricingUnit: 'MiBy' },
      measurement: { aggregation: 'Sum', unit: 'By', dimensions: ['rack'] },
    }),
    [
      'DIMENSIONS_ADDITIVE MeterDefinition/billed spec.measurement.dimensions',
      'IMMUTABLE MeterDefinition/billed spec.billing.pricingUnit',
    ],
  ],
  [
    '21',
    'a label of billing’s type removed',
    billing('MonitoredResourceType', 'billed', { ...billedType, labels: [] }),
    ['LABELS_ADDITIVE MonitoredResourceType/billed spec.labels'],
  ],
  [
    '22',
    'a hand edit of what is derived',
    billing('MeterDefinition', 'base-maker-example-used', {
      ...billedMeter,
      meterName: 'base.maker.example/used',
      displayName: 'Mine',
    }),
    ['DERIVED MeterDefinition/base-maker-example-used metadata.labels.app.kubernetes.io/managed-by'],
  ],
  [
    '23',
    'a request for a draft',
    entitlement('new', 'idea', 'shop'),
    ['SERVICE_NOT_PUBLISHED ServiceEntitlement/new spec.serviceRef'],
  ],
  [
    '23',
    'a request for what is retired',
    entitlement('new', 'old', 'shop'),
    ['SERVICE_NOT_PUBLISHED ServiceEntitlement/new spec.serviceRef'],
  ],
  [
    '23',
    'a request for what is not there',
    entitlement('new', 'nobody', 'shop'),
    ['REFERENCE_NOT_FOUND ServiceEntitlement/new spec.serviceRef'],
  ],
  [
    '24',
    'another service',
    entitlement('mine', 'part', 'shop'),
    ['IMMUTABLE ServiceEntitlement/mine spec.serviceRef.name'],
  ],
  [
    '30',
    'two services of one name',
    manifest('Service', 'twin', serviceSpec),
    ['NOT_UNIQUE Service/twin spec.serviceName'],
  ],
  [
    '31',
    'a meter that two documents of a service state differently',
    draft({ phase: 'Published', metrics: [metric('used', { unit: 's' })] }),
    ['FROZEN ServiceConfiguration/draft spec.metrics[0].unit'],
  ],
  [
    '32',
    'a producer that is not there',
    manifest('Service', 'new', {
      ...serviceSpec,
      serviceName: 'new.maker.example',
      owner: { producerProjectRef: { name: 'nobody' } },
    }),
    ['REFERENCE_NOT_FOUND Service/new spec.owner.producerProjectRef'],
  ],
  [
    '33',
    'a dependency on itself',
    base({ dependencies: [{ serviceRef: { name: 'base' } }] }),
    ['DEPENDENCY_CYCLE Service/base spec.dependencies[0].serviceRef'],
  ],
  [
    '33',
    'dependencies in a circle',
    service('part', { needs: ['whole'] }),
    ['DEPENDENCY_CYCLE Service/part spec.dependencies[0].serviceRef'],
  ],
  [
    '34',
    'units that are none, or do not convert',
    meter(
      {
        meterName: 'base.maker.example/x',
        measurement: { aggregation: 'Sum', unit: '{' },
        billing: { consumedUnit: 's', pricingUnit: 'GiBy' },
      },
      'new',
    ),
    [
      'UNIT_FORM MeterDefinition/new spec.measurement.unit',
      'UNITS_DO_NOT_CONVERT MeterDefinition/new spec.billing.pricingUnit',
    ],
  ],
  [
    '36',
    'a Kind that another type of the document claims',
    draft({ monitoredResourceTypes: [type(), type('Copy', { gvk: type().gvk })] }),
    ['KIND_CLAIMED ServiceConfiguration/draft spec.monitoredResourceTypes[1].gvk'],
  ],
  [
    '36',
    'a Kind that a type of another document of the service claims',
    draft({
      phase: 'Published',
      monitoredResourceTypes: [type('Copy', { gvk: type().gvk })],
      billing: null,
    }),
    [
      'KIND_CLAIMED ServiceConfiguration/draft spec.monitoredResourceTypes[0].gvk',
      'FROZEN ServiceConfiguration/draft spec.billing.consumerDestinations',
    ],
  ],
  [
    '36',
    'a Kind that a type of another service claims',
    manifest('ServiceConfiguration', 'part', {
      serviceRef: { name: 'part' },
      phase: 'Published',
      monitoredResourceTypes: [{ type: 'part.maker.example/Copy', gvk: type().gvk }],
    }),
    ['KIND_CLAIMED ServiceConfiguration/part spec.monitoredResourceTypes[0].gvk'],
  ],
  [
    '36',
    'a Kind that is claimed, by a document of its own',
    resourceType({ resourceTypeName: 'base.maker.example/Copy', gvk: type().gvk }, 'new'),
    ['KIND_CLAIMED MonitoredResourceType/new spec.gvk'],
  ],
  [
    '14',
    'a label of a published type removed',
    configuration({ monitoredResourceTypes: [type('Thing', { labels: [] })] }),
    ['LABELS_ADDITIVE ServiceConfiguration/base spec.monitoredResourceTypes[0].labels'],
  ],
  [
    '15',
    'selectors that are none, of which some would hand out everything',
    draft({
      provisioning: projected({
        selector: {
          matchExpressions: [
            { key: 'a', operator: 'NotIn', values: [] },
            { key: 'a', operator: 'In' },
            { key: 'a', operator: 'Exists', values: ['b'] },
            { key: 'a b', operator: 'DoesNotExist' },
            { key: 'x.io/a', operator: 'NotIn', values: ['b'] },
          ],
        },
      }),
    }),
    [
      ...['[0].values', '[1].values', '[2].values', '[3].key'].map(
        (place) =>
          `SELECTOR_FORM ServiceConfiguration/draft spec.provisioning.resources[0].projection.selector.matchExpressions${place}`,
      ),
    ],
  ],
  [
    '5',
    'a dimension without a name',
    draft({ metrics: [metric('used', { dimensions: ['zone', ''] })] }) +
      meter(
        { meterName: 'base.maker.example/x', measurement: { aggregation: 'Sum', unit: 'By', dimensions: [''] } },
        'new',
      ),
    [
      'EMPTY ServiceConfiguration/draft spec.metrics[0].dimensions[1]',
      'EMPTY MeterDefinition/new spec.measurement.dimensions[0]',
    ],
  ],
  [
    '15',
    'a source that is not the producer',
    draft({ provisioning: projected({ sourceProject: 'shop' }) }),
    ['FOREIGN_SOURCE ServiceConfiguration/draft spec.provisioning.resources[0].projection.sourceProject'],
  ],
  [
    '10, quota',
    'a default above the maximum, a unit that is not the metric’s',
    draft({ quota: { limits: [limit({ unit: 'GiBy', defaultLimit: 9, maxLimit: 8 })] } }),
    [
      'LIMIT_UNIT ServiceConfiguration/draft spec.quota.limits[0].unit',
      'LIMIT_ABOVE_MAX ServiceConfiguration/draft spec.quota.limits[0].defaultLimit',
    ],
  ],
  [
    '10, quota',
    'a cost below zero, two rules for a Kind',
    draft({
      quota: {
        metricRules: [1, -1].map((cost) => ({
          selector: { apiGroup: 'base.maker.example', kind: 'Thing' },
          metricCosts: { 'base.maker.example/used': cost },
        })),
      },
    }),
    [
      'NEGATIVE_COST ServiceConfiguration/draft spec.quota.metricRules[1].metricCosts',
      'DUPLICATE_METRIC_RULE ServiceConfiguration/draft spec.quota.metricRules[1].selector',
    ],
  ],
  [
    '10, quota',
    'a consumer and a Kind that quota could not register, and more Kinds than it does',
    draft({
      quota: {
        limits: [limit({ consumerType: { apiGroup: 'Foo_Bar', kind: '' } })],
        metricRules: [{ selector: { apiGroup: 'ä', kind: 'Ö' }, metricCosts: { 'base.maker.example/used': 1 } }],
      },
    }),
    [
      'INVALID_VALUE ServiceConfiguration/draft spec.quota.limits[0].consumerType.apiGroup',
      'INVALID_VALUE ServiceConfiguration/draft spec.quota.limits[0].consumerType.kind',
      'INVALID_VALUE ServiceConfiguration/draft spec.quota.metricRules[0].selector.apiGroup',
      'INVALID_VALUE ServiceConfiguration/draft spec.quota.metricRules[0].selector.kind',
    ],
  ],
  [
    '10, quota',
    'more Kinds that use up a metric than quota registers',
    draft({ quota: { limits: [limit()], metricRules: claimedBy(21) } }),
    ['TOO_MANY_CLAIMING_KINDS ServiceConfiguration/draft spec.quota.metricRules[20].metricCosts'],
  ],
  [
    '18',
    'a dimension of a meter moved',
    meter({ measurement: { ...meterSpec.measurement, dimensions: ['rack', 'zone'] } }),
    ['DIMENSIONS_ADDITIVE MeterDefinition/alone spec.measurement.dimensions'],
  ],
  [
    '2',
    'serviceName in capitals',
    manifest('Service', 'new', { ...serviceSpec, serviceName: 'New.example' }),
    ['INVALID_VALUE Service/new spec.serviceName'],
  ],
  [
    '4',
    'a phase back: what billing keeps',
    billing('MeterDefinition', 'billed', { ...billedMeter, phase: 'Draft' }) +
      billing('MonitoredResourceType', 'billed', { ...billedType, phase: 'Retired' }),
    ['PHASE_STEP MeterDefinition/billed spec.phase', 'PHASE_STEP MonitoredResourceType/billed spec.phase'],
  ],
  [
    '5',
    'a meter twice',
    draft({ ...shapeB({}), meters: [...shapeB({}).meters, ...shapeB({}).meters] }),
    ['DUPLICATE_ENTRY ServiceConfiguration/draft spec.meters[1].name'],
  ],
  [
    '7',
    'a meter of another service',
    draft(shapeB({ name: 'part.maker.example/b' })),
    ['NAME_PREFIX ServiceConfiguration/draft spec.meters[0].name'],
  ],
  [
    '7',
    'nothing behind the slash of a type and of a charge',
    draft({
      monitoredResourceTypes: [type(), type('', { gvk: { group: 'g.example', kind: 'G' } })],
      charges: [once('')],
    }),
    [
      'INVALID_VALUE ServiceConfiguration/draft spec.monitoredResourceTypes[1].type',
      'INVALID_VALUE ServiceConfiguration/draft spec.charges[0].name',
    ],
  ],
  [
    '10, quota',
    'two limits of one metric',
    draft({ quota: { limits: [limit(), limit({ name: 'more' })] } }),
    ['DUPLICATE_LIMIT ServiceConfiguration/draft spec.quota.limits[1].metric'],
  ],
  [
    '11',
    'charges without their terms, or with those of another type as well',
    draft({
      charges: [
        { name: 'base.maker.example/once', chargeType: 'OneTime' },
        { name: 'base.maker.example/monthly', chargeType: 'Recurring' },
        { ...once('both'), recurring: { amount: '1', interval: 'monthly' } },
      ],
    }),
    [
      'REQUIRED ServiceConfiguration/draft spec.charges[0].oneTime',
      'REQUIRED ServiceConfiguration/draft spec.charges[1].recurring',
      'CHARGE_FORM ServiceConfiguration/draft spec.charges[2].recurring',
    ],
  ],
  [
    '14',
    'whatever is published leaves',
    whole({
      monitoredResourceTypes: [],
      metrics: [],
      billing: null,
      quota: null,
      charges: [],
      provisioning: null,
      defaultOffer: null,
    }),
    [
      'FROZEN ServiceConfiguration/whole spec.monitoredResourceTypes',
      'FROZEN ServiceConfiguration/whole spec.metrics',
      'FROZEN ServiceConfiguration/whole spec.metrics',
      'FROZEN ServiceConfiguration/whole spec.billing.consumerDestinations',
      'FROZEN ServiceConfiguration/whole spec.quota.limits',
      'FROZEN ServiceConfiguration/whole spec.charges',
      'FROZEN ServiceConfiguration/whole spec.defaultOffer',
    ],
  ],
  [
    '14',
    'whatever identifies what is published changes',
    whole({
      monitoredResourceTypes: [{ ...wholeType, gvk: { group: 'other.example', kind: 'Other' } }],
      billing: {
        consumerDestinations: [{ monitoredResourceType: wholeType.type, metrics: wholeNames.slice(1) }],
        quotaGating: 'BillingEntitlement',
      },
      quota: {
        limits: [
          {
            ...wholeLimit,
            metric: wholeNames[1],
            unit: '1',
            consumerType: { ...wholeLimit.consumerType, kind: 'Organization' },
          },
        ],
      },
      charges: [{ ...wholeCharge, oneTime: { ...wholeCharge.oneTime, amount: '2' } }],
      provisioning: projected({ kind: { group: 'whole.maker.example', kind: 'Other' } }),
    }),
    [
      'FROZEN ServiceConfiguration/whole spec.quota.limits[0].metric',
      'FROZEN ServiceConfiguration/whole spec.quota.limits[0].unit',
      'FROZEN ServiceConfiguration/whole spec.quota.limits[0].consumerType.kind',
      'FROZEN ServiceConfiguration/whole spec.charges[0]',
      'FROZEN ServiceConfiguration/whole spec.provisioning.resources[0].projection.kind',
      'FROZEN ServiceConfiguration/whole spec.billing.consumerDestinations[0].metrics',
      'FROZEN ServiceConfiguration/whole spec.billing.quotaGating',
      'FROZEN ServiceConfiguration/whole spec.monitoredResourceTypes[0].gvk.group',
      'FROZEN ServiceConfiguration/whole spec.monitoredResourceTypes[0].gvk.kind',
    ],
  ],
  [
    '16',
    'a meter without a unit, and with one in signs that are not ASCII',
    meter({ meterName: 'base.maker.example/x', measurement: { aggregation: 'Sum', unit: '' } }, 'new') +
      meter(
        {
          meterName: 'base.maker.example/y',
          measurement: { aggregation: 'Sum', unit: 'µs' },
          billing: { consumedUnit: 's', pricingUnit: 's' },
        },
        'other',
      ),
    ['EMPTY MeterDefinition/new spec.measurement.unit', 'UNIT_FORM MeterDefinition/other spec.measurement.unit'],
  ],
  [
    '18',
    'name and owner of a meter',
    meter({
      meterName: 'part.maker.example/alone',
      owner: { service: 'part.maker.example' },
    }),
    ['IMMUTABLE MeterDefinition/alone spec.meterName', 'IMMUTABLE MeterDefinition/alone spec.owner.service'],
  ],
  [
    '20',
    'name and owner of a type',
    resourceType({ resourceTypeName: 'part.maker.example/Alone', owner: { service: 'part.maker.example' } }),
    [
      'IMMUTABLE MonitoredResourceType/alone spec.resourceTypeName',
      'IMMUTABLE MonitoredResourceType/alone spec.owner.service',
    ],
  ],
  [
    '21',
    'name, aggregation and unit of billing’s meter',
    billing('MeterDefinition', 'billed', {
      ...billedMeter,
      meterName: 'base.maker.example/other',
      measurement: { ...meterSpec.measurement, aggregation: 'Max', unit: 'bit' },
    }),
    [
      'IMMUTABLE MeterDefinition/billed spec.meterName',
      'IMMUTABLE MeterDefinition/billed spec.measurement.aggregation',
      'IMMUTABLE MeterDefinition/billed spec.measurement.unit',
    ],
  ],
  [
    '21',
    'name and Kind of billing’s type',
    billing('MonitoredResourceType', 'billed', {
      ...billedType,
      resourceTypeName: 'base.maker.example/Other',
      gvk: { group: 'other.example', kind: 'Other' },
    }),
    [
      'IMMUTABLE MonitoredResourceType/billed spec.resourceTypeName',
      'IMMUTABLE MonitoredResourceType/billed spec.gvk.group',
      'IMMUTABLE MonitoredResourceType/billed spec.gvk.kind',
    ],
  ],
  [
    '24',
    'a second request of a project for a service',
    entitlement('again', 'base', 'shop'),
    ['DUPLICATE_ENTITLEMENT ServiceEntitlement/again spec.serviceRef'],
  ],
  [
    '33',
    'a dependency twice',
    base({ dependencies: [{ serviceRef: { name: 'part' } }, { serviceRef: { name: 'part.maker.example' } }] }),
    ['DUPLICATE_ENTRY Service/base spec.dependencies[1]'],
  ],
  [
    '18',
    'a dimension of a meter removed, and one renamed',
    meter({ measurement: { ...meterSpec.measurement, dimensions: ['area'] } }),
    ['DIMENSIONS_ADDITIVE MeterDefinition/alone spec.measurement.dimensions'],
  ],
  [
    '21',
    'the consumed unit of billing’s meter',
    billing('MeterDefinition', 'billed', { ...billedMeter, billing: { consumedUnit: 'MiBy', pricingUnit: 'GiBy' } }),
    ['IMMUTABLE MeterDefinition/billed spec.billing.consumedUnit'],
  ],
  [
    '14',
    'another service of a published document',
    whole({ serviceRef: { name: 'part' } }),
    ['IMMUTABLE ServiceConfiguration/whole spec.serviceRef.name'],
  ],
];

/** What is warned of, as `CODE path`. */
async function warned(content: string, validateOnly = false): Promise<string[]> {
  const { data } = await app.execute(
    `mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code } results { warnings { code field } } } }`,
    { input: { manifests: [{ source: 'a.yaml', content }], validateOnly } },
  );
  expect(data.apply.userErrors).toEqual([]);
  return data.apply.results.flatMap(({ warnings }: { warnings: { code: string; field: string }[] }) =>
    warnings.map(({ code, field }) => `${code} ${field}`),
  );
}

test('M6: what is accepted but hardly meant is warned of, also when it is only validated', async () => {
  const content = draft({
    metrics: [
      metric('used', { unit: '{millicore}.s', kind: 'Cumulative' }),
      metric('memory', { unit: 'MiB', kind: 'Gauge' }),
    ],
    quota: {
      limits: [limit({ metric: 'base.maker.example/memory', unit: 'MiB' })],
      metricRules: [
        {
          selector: { apiGroup: 'base.maker.example', kind: 'Thing' },
          metricCosts: { 'base.maker.example/memory': 0 },
        },
      ],
    },
    charges: [usage({ pricingUnit: 'vcpu-second', rates: [{ match: { dimension: 'zone', value: 'a' }, flat: '1' }] })],
  });
  const expected = [
    'UNIT_SPELLING spec.metrics[1].unit',
    'UNIT_SPELLING spec.charges[0].usage.pricingUnit',
    'UNIT_ANNOTATIONS spec.charges[0].usage.pricingUnit',
    'UNIT_SPELLING spec.quota.limits[0].unit',
    'COST_IS_ZERO spec.quota.metricRules[0].metricCosts',
    'USAGE_WITHOUT_PRICE spec.charges[0].usage.rates',
    'CUMULATIVE_BILLED spec.metrics[0].kind',
  ];
  expect(await warned(content, true)).toEqual(expected);
  expect(await warned(content)).toEqual(expected);
  const bel = draft({ metrics: [metric('used', { unit: 'MB' })] });
  expect(await warned(bel)).toEqual(['UNIT_MISTAKABLE spec.metrics[0].unit']);
  // Each of the two is charged: which one is meant nothing tells.
  const twice = draft({ charges: [usage(), { ...usage(), name: 'base.maker.example/more' }, once('start')] });
  expect(await warned(twice)).toEqual(['METRIC_CHARGED_TWICE spec.charges[1].usage.metricRef']);
});

test('C7: as many Kinds use up a metric as quota registers, and more where it is not limited', async () => {
  expect(await refusals(app, draft({ quota: { limits: [limit()], metricRules: claimedBy(20) } }))).toEqual([]);
  expect(await refusals(app, draft({ quota: { metricRules: claimedBy(21) } }))).toEqual([]);
});

test('B6: a roll-back that is not possible says what to do instead', async () => {
  const revision = (name: string, phase: string) =>
    manifest('ServiceConfiguration', name, { serviceRef: { name: 'ends' }, phase });
  await applied(app, service('ends'), revision('ends-1', 'Published'), revision('ends-2', 'Published'));
  const to = (verb: string, name: string) =>
    act(app, `${verb}ServiceConfiguration`, { configuration: { name } }).then(({ refused }) => refused);
  expect([await to('deprecate', 'ends-1'), await to('retire', 'ends-1')]).toEqual([[], []]);
  expect(await to('publish', 'ends-1')).toEqual([
    'PHASE_STEP: The phase moves one step forward at a time: it cannot go from Retired to Published. To go back to what it states, publish a new revision with the same content.',
  ]);
  await applied(app, revision('ends-3', 'Published'), revision('ends-4', 'Draft'));
  for (const verb of ['deprecate', 'retire']) await act(app, `${verb}Service`, { service: { name: 'ends' } });
  const retired =
    'SERVICE_RETIRED: ends is Retired, and stays so: nothing that its revisions state comes into force again. To offer it anew, make a service of another name.';
  expect(await to('publish', 'ends-2')).toEqual([retired]);
  expect(await to('publish', 'ends-4')).toEqual([retired]);
  expect((await act(app, 'publishService', { service: { name: 'ends' } })).refused).toEqual([
    'PHASE_STEP: The phase moves one step forward at a time: it cannot go from Retired to Published. A service that is to be offered anew takes another name.',
  ]);
  // As a record, it is taken in: a catalog is copied with what is over.
  await applied(app, revision('ends-5', 'Published'));
});

const at = (name: string, service: string, location: string, more: object = {}): string =>
  manifest('ServiceAvailability', name, { serviceRef: { name: service }, locationRef: { name: location, ...more } });

test('C3.28: a service comes to a location while it is Published, once, and the pair stays', async () => {
  await applied(app, elsewhere('inventory', 'Region', 'eu', { displayName: 'EU' }));
  expect(await refusals(app, at('new', 'idea', 'eu'), at('other', 'old', 'eu'), at('third', 'base', ''))).toEqual([
    'SERVICE_NOT_PUBLISHED ServiceAvailability/new spec.serviceRef',
    'SERVICE_NOT_PUBLISHED ServiceAvailability/other spec.serviceRef',
    'EMPTY ServiceAvailability/third spec.locationRef.name',
  ]);
  const content = at('base-eu', 'base', 'eu') + at('base-far', 'base', 'us-central1-a', { namespace: 'platform' });
  expect(await warned(content)).toEqual(['LOCATION_NOT_LINKED spec.locationRef.name']);
  expect(await refusals(app, at('again', 'base', 'eu'))).toEqual([
    'DUPLICATE_AVAILABILITY ServiceAvailability/again spec.locationRef.name',
  ]);
  expect(await refusals(app, at('base-eu', 'part', 'us'))).toEqual([
    'IMMUTABLE ServiceAvailability/base-eu spec.serviceRef.name',
    'IMMUTABLE ServiceAvailability/base-eu spec.locationRef.name',
  ]);
  const { data } = await app.execute(
    '{ service(name: "base") { availabilities { nodes { locationRef { name namespace } region { name } site { name } } } } }',
  );
  expect(data.service.availabilities.nodes).toEqual([
    { locationRef: { name: 'eu', namespace: null }, region: { name: 'eu' }, site: null },
    { locationRef: { name: 'us-central1-a', namespace: 'platform' }, region: null, site: null },
  ]);
});

test.for(table)('C3.%s: %s is refused', async ([, , content, expected]) => {
  const { userErrors } = await app.apply(content);
  expect(userErrors.filter(({ accepted }) => accepted === null)).toEqual([]);
  expect(userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`)).toEqual(expected);
});

test('C3.35: names of dimensions and labels are free, and a type need not be named like its Kind', async () => {
  expect(
    await refusals(
      app,
      draft({
        monitoredResourceTypes: [type('Thing', { labels: [{ name: 'machineType' }, { name: 'instance.type' }] })],
        metrics: [metric('used', { dimensions: ['gateway_namespace', 'Instance.Type', 'x-y'] })],
      }),
    ),
  ).toEqual([]);
});

test('C3.36, C3.s7: a next version goes on with the Kind of the one before; a Kind that is let go can be claimed', async () => {
  const claim = (service: string, name: string, phase = 'Published', claimed = 'Moved'): string =>
    manifest('MonitoredResourceType', name.toLowerCase().replace('/', '-'), {
      ...typeSpec,
      phase,
      resourceTypeName: `${service}.maker.example/${name}`,
      owner: { service: `${service}.maker.example` },
      gvk: { group: 'moved.example', kind: claimed },
    });
  await applied(app, claim('base', 'Moved'), claim('base', 'Moved/v2'), claim('part', 'Draft', 'Draft'));
  const other = 'KIND_CLAIMED MonitoredResourceType/taker spec.gvk';
  expect(await refusals(app, claim('part', 'Taker'))).toEqual([other]);
  await applied(app, claim('base', 'Moved', 'Deprecated'), claim('base', 'Moved/v2', 'Deprecated'));
  expect(await refusals(app, claim('part', 'Taker'))).toEqual([other]);
  await applied(app, claim('base', 'Moved', 'Retired'), claim('base', 'Moved/v2', 'Retired'), claim('part', 'Taker'));
  // Stated beside the one before as well, in one document.
  const both = [type(), type('Thing/v2', { gvk: type().gvk })];
  expect(await refusals(app, draft({ monitoredResourceTypes: both }))).toEqual([]);
  // Two that are made at once, and one that a draft service has stated.
  expect(
    await refusals(app, claim('base', 'One', 'Published', 'New'), claim('part', 'Two', 'Published', 'New')),
  ).toHaveLength(2);
  await applied(app, claim('idea', 'Thought', 'Published', 'Thought'));
  await applied(app, claim('base', 'Done', 'Published', 'Thought'));
  expect(await refusals(app, service('idea'))).toEqual(['KIND_CLAIMED Service/idea spec.phase']);
});

test('C3.36: a refusal because of what one may not see does not name it', async () => {
  await applied(
    app,
    manifest('Organization', 'east', { type: 'Standard' }) +
      manifest('Project', 'far', { ownerRef: { kind: 'Organization', name: 'east' } }),
    manifest('Service', 'far', {
      ...serviceSpec,
      serviceName: 'far.example',
      owner: { producerProjectRef: { name: 'far' } },
    }),
    manifest('User', 'farmer', { email: 'farmer@example.com' }),
    manifest(
      'Role',
      'farming',
      {
        launchStage: 'Stable',
        includedPermissions: [
          ...['services.get', 'monitoredresourcetypes.create', 'monitoredresourcetypes.get'],
          ...['serviceconfigurations.create', 'serviceconfigurations.get'],
          ...['meterdefinitions.create', 'meterdefinitions.get', 'meterdefinitions.update'],
        ].flatMap((one) => [
          `services.miloapis.com/${one}`,
          ...(/^meter/.test(one) ? [`billing.miloapis.com/${one}`] : []),
        ]),
      },
      { namespace: 'milo-system' },
    ),
    manifest(
      'PolicyBinding',
      'farming',
      {
        roleRef: { name: 'farming', namespace: 'milo-system' },
        subjects: [{ kind: 'User', name: 'farmer' }],
        resourceSelector: {
          resourceRef: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Organization', name: 'east' },
        },
      },
      { namespace: 'milo-system' },
    ),
  );
  await applied(
    app,
    manifest('Service', 'secret', { ...serviceSpec, serviceName: 'secret.example' }),
    elsewhere('catalog', 'ServiceVersion', 'secret.v1', {
      serviceRef: { name: 'secret' },
      version: 'v1',
      phase: 'Published',
    }),
    elsewhere('catalog', 'ServiceRuntime', 'secret', {
      serviceRef: { name: 'secret' },
      visibility: 'Private',
      globalDomain: 'secret.example.net',
      primaryRegionRef: { name: 'eu' },
    }),
    manifest('MonitoredResourceType', 'secret', {
      ...typeSpec,
      resourceTypeName: 'secret.example/Own',
      owner: { service: 'secret.example' },
      gvk: { group: 'shared.example', kind: 'Own' },
    }),
  );
  const told = async (...documents: readonly string[]): Promise<object[]> => {
    const { data } = await app
      .as('farmer')
      .execute(
        'mutation ($content: String!) { apply(input: { manifests: [{ source: "a.yaml", content: $content }] }) { userErrors { code message } } }',
        { content: documents.join('') },
      );
    return data.apply.userErrors;
  };
  const copy = manifest('MonitoredResourceType', 'far', {
    ...typeSpec,
    resourceTypeName: 'far.example/Copy',
    owner: { service: 'far.example' },
    gvk: { group: 'shared.example', kind: 'Own' },
  });
  expect(await told(copy)).toEqual([
    {
      code: 'KIND_CLAIMED',
      message:
        'far.example/Copy claims the Kind Own of shared.example, which something that you may not see claims already.',
    },
  ]);

  // What its names mean is not told either, nor that there are any.
  const configuration = manifest('ServiceConfiguration', 'far', {
    serviceRef: { name: 'far' },
    phase: 'Published',
    monitoredResourceTypes: [{ type: 'secret.example/Own', gvk: { group: 'far.example', kind: 'Far' } }],
  });
  expect(await told(configuration)).toMatchObject([{ code: 'NAME_PREFIX' }]);
  const counted = (type: string): string =>
    billing('MeterDefinition', 'far', { ...meterSpec, monitoredResourceTypes: [type] }).replaceAll(
      'base.maker.example',
      'far.example',
    );
  for (const name of ['secret.example/Own', 'secret.example/Absent']) {
    expect(await told(counted(name))).toEqual([
      { code: 'REFERENCE_NOT_FOUND', message: `There is no MonitoredResourceType ${name}.` },
    ]);
  }
  await applied(app, counted('secret.example/Own'));
  expect(await told(counted('secret.example/Own').replace('Alone', 'More'))).toEqual([]);
});

test('names that others carry are plain: none looks like another, or like nothing', async () => {
  const [routed] = stated.billing.consumerDestinations;
  const named = (name: string): string =>
    draft({
      metrics: [...stated.metrics, metric(name)],
      billing: { consumerDestinations: [{ ...routed, metrics: [`base.maker.example/${name}`] }] },
    });
  for (const name of ['us\u0435d', 'us\u0065\u0301d', 'used\u200b', 'us ed', 'us\ted', 'used/', 'used.', 'used-']) {
    expect(await refusals(app, named(name)), name).toContain(
      'INVALID_VALUE ServiceConfiguration/draft spec.metrics[1].name',
    );
  }
  expect(await refusals(app, draft({ quota: { limits: [limit({ name: 'é' })] } }))).toEqual([
    'INVALID_VALUE ServiceConfiguration/draft spec.quota.limits[0].name',
  ]);
  await applied(app, named('us_ed/v2'));
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  // Words of sentences, own fields and texts that are also names here.
  const words = /^\w+: (used|ends|producer|consumer|billed|eu) in /;
  expect((await undeclaredNames(app)).filter((text) => !words.test(text))).toEqual([]);
});
