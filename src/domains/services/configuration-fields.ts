import {
  bigint,
  choice,
  type Fields,
  group,
  type JsonFields,
  map,
  objects,
  ref,
  text,
  texts,
} from '../../catalog/fields.ts';
import { charge } from './configuration-charge-fields.ts';
import { apiGroupName, canonicalName, kindName, plainName } from './configuration-names.ts';
import { assets, suspend, visibility } from './configuration-ui-fields.ts';

const displayName = text({ description: 'Name for people.', max: 128 });
const explanation = text({ description: 'What it represents, in plain language.', max: 1024 });
/** Identifies what it belongs to: it keeps its value from publication on (configuration-freeze.ts). */
const kept = { frozenByRule: 'published' } as const;
const unit = (description: string) => text({ description, required: true, min: 1, max: 64, ...kept });

export const metricKind = choice(
  'MetricKind',
  {
    Delta: 'Each value says what was added since the value before.',
    Gauge: 'Each value says how much there is at that moment.',
    Cumulative: 'Each value says how much there has been since a fixed start.',
  },
  {
    description: 'How the values of a metric relate to time.',
    required: true,
  },
);

export const aggregation = choice(
  'MeterAggregation',
  {
    Sum: 'The sum of the values.',
    Max: 'The largest value.',
    Min: 'The smallest value.',
    Count: 'The number of values.',
    UniqueCount: 'The number of different values.',
    Latest: 'The last value.',
    Average: 'The mean of the values.',
  },
  {
    description: 'How the values of a billing period are combined into one.',
    required: true,
  },
);

const resourceType: JsonFields = {
  type: { ...canonicalName('resource type'), ...kept },
  displayName,
  description: explanation,
  gvk: objects(
    'ResourceKind',
    {
      group: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253 }),
      kind: text({ description: 'Name of the Kind.', required: true, min: 1, max: 63 }),
    },
    { description: 'The Kubernetes Kind that is metered, in all its versions.', single: true, required: true, ...kept },
  ),
  labels: objects(
    'ConfigurationLabel',
    {
      name: text({ description: 'Key of the label.', required: true, min: 1, max: 63, ...kept }),
      description: text({ description: 'What the label means.', max: 512 }),
    },
    { description: 'A label that usage events of the resource type may carry.', key: 'name', max: 64 },
  ),
};

const metric: JsonFields = {
  name: { ...canonicalName('metric'), ...kept },
  displayName,
  description: explanation,
  kind: { ...metricKind, ...kept },
  unit: unit('Unit in which the service reports the metric, in UCUM notation.'),
  dimensions: texts({
    description: 'Keys by which an event of the metric may be broken down.',
    max: 32,
    unique: true,
    item: { min: 1 },
  }),
};

const meter: JsonFields = {
  name: { ...canonicalName('meter'), ...kept },
  displayName,
  description: explanation,
  measurement: objects(
    'ConfigurationMeasurement',
    { aggregation: { ...aggregation, ...kept }, unit: unit('Unit of what is measured, in UCUM notation.') },
    { description: 'The unit of what is measured, and how its values are aggregated.', single: true, required: true },
  ),
  billing: objects(
    'ConfigurationMeterBilling',
    {
      consumedUnit: unit('Unit in which usage is reported, in UCUM notation.'),
      pricingUnit: unit('Unit that prices are stated for, in UCUM notation.'),
    },
    { description: 'The units in which the meter is billed.', single: true, required: true },
  ),
  monitoredResourceTypes: texts({
    description: 'Canonical names of the resource types that emit the meter. The same configuration must declare them.',
    required: true,
    min: 1,
    max: 32,
    unique: true,
  }),
};

const limit: JsonFields = {
  name: text({
    description: 'Name of the limit, unique in the configuration. It never changes once published.',
    required: true,
    min: 1,
    max: 253,
    ...plainName,
    ...kept,
  }),
  displayName,
  description: explanation,
  metric: text({
    description: 'Canonical name of the metric that is limited. The same configuration must declare it.',
    required: true,
    ...kept,
  }),
  consumerType: objects(
    'QuotaConsumerType',
    {
      apiGroup: text({ description: 'API group of the Kind.', required: true, max: 253, ...apiGroupName }),
      kind: text({ description: 'Name of the Kind.', required: true, max: 63, ...kindName }),
    },
    {
      description: 'The Kind of object that the quota is granted to, in practice a project.',
      single: true,
      required: true,
      ...kept,
    },
  ),
  unit: unit('Unit of the limit: that of its metric, for each consumer: `By/{project}`, or `1/{project}`.'),
  defaultLimit: bigint({
    description: 'Amount that a consumer is granted on enabling the service.',
    required: true,
    min: 0,
  }),
  maxLimit: bigint({ description: 'The largest amount that may be granted; unlimited if 0 or null.', min: 0 }),
};

const metricRule: JsonFields = {
  selector: objects(
    'QuotaSelector',
    {
      apiGroup: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253, ...apiGroupName }),
      kind: text({ description: 'Name of the Kind.', required: true, min: 1, max: 63, ...kindName }),
    },
    { description: 'The Kind of object whose creation uses up quota.', single: true, required: true },
  ),
  metricCosts: map({
    description: 'Amounts of quota that the creation of one object uses up, by metric.',
    values: 'int',
    required: true,
    min: 1,
  }),
};

const provisioned: JsonFields = {
  name: text({ description: 'Name of the entry, unique in the list.', required: true, min: 1, max: 253 }),
  projection: objects(
    'ResourceProjection',
    {
      kind: objects(
        'ProjectedKind',
        {
          group: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253 }),
          version: text({ description: 'API version of the Kind.', max: 63 }),
          kind: text({ description: 'Name of the Kind.', required: true, min: 1, max: 63 }),
        },
        { description: 'Kind of the objects that projects receive.', single: true, required: true, ...kept },
      ),
      sourceProject: text({
        description: 'Name of the project that holds the objects. It must be the project that produces the service.',
        required: true,
        min: 1,
        max: 253,
        names: [{ kind: 'Project' }],
        ...kept,
      }),
      selector: objects(
        'ProjectionSelector',
        {
          matchLabels: map({ description: 'Labels that the objects must have.', values: 'text' }),
          matchExpressions: objects(
            'ProjectionExpression',
            {
              key: text({ description: 'Key of the label.', required: true, min: 1 }),
              operator: choice(
                'ProjectionOperator',
                {
                  In: 'The object has the label with one of the values.',
                  NotIn: 'The object does not have the label, or has it with none of the values.',
                  Exists: 'The object has the label, with any value.',
                  DoesNotExist: 'The object does not have the label.',
                },
                {
                  description: 'How the label is compared with the values.',
                  required: true,
                },
              ),
              values: texts({
                description: 'The values that the label is compared with; empty for Exists and DoesNotExist.',
              }),
            },
            { description: 'A condition on one label of the objects.' },
          ),
        },
        {
          description: 'Selects the objects that projects receive. It must not be empty.',
          single: true,
          required: true,
        },
      ),
    },
    {
      description: 'The objects of the producing project that are made available to projects that use the service.',
      single: true,
      required: true,
    },
  ),
};

/** One metric, as its configuration states it. */
export const statedMetric = objects('ConfigurationMetric', metric, {
  description:
    'A metric of the service. It is billed if a billing destination lists it; otherwise it only counts for quota.',
  single: true,
});

export const quotaLimits = objects('QuotaLimit', limit, {
  description: 'A limit on a metric.',
  key: 'name',
  max: 128,
});

/** The sections of a ServiceConfiguration, exactly as providers write them. */
export const configurationSections: Fields = {
  monitoredResourceTypes: objects('ConfigurationResourceType', resourceType, {
    as: 'declaredResourceTypes',
    description:
      'A resource type that the service meters: a Kind of object, and the labels that its usage events may carry.',
    key: 'type',
    max: 128,
  }),
  metrics: objects('ConfigurationMetric', metric, {
    description:
      'A metric of the service. It is billed if a billing destination lists it; otherwise it only counts for quota.',
    key: 'name',
    max: 256,
  }),
  meters: objects('ConfigurationMeter', meter, {
    description:
      'A meter that is billed, in the earlier notation of configurations. A configuration has either `meters` or `metrics`.',
    key: 'name',
    max: 256,
    as: 'declaredMeters',
  }),
  billing: group(
    'ConfigurationBilling',
    {
      consumerDestinations: objects(
        'BillingDestination',
        {
          monitoredResourceType: text({
            description: 'Canonical name of the resource type. The same configuration must declare it.',
            required: true,
            min: 1,
            max: 253,
            ...kept,
          }),
          metrics: texts({
            description:
              'Canonical names of the metrics that are billed for the resource type. The same configuration must declare them.',
            required: true,
            min: 1,
            max: 256,
            unique: true,
          }),
        },
        { description: 'The metrics that are billed for one resource type.', key: 'monitoredResourceType', max: 64 },
      ),
      quotaGating: choice(
        'QuotaGating',
        {
          OrganizationDefault: 'Quota is granted at once, from the default limits.',
          BillingEntitlement: 'Quota is granted only once the billing account has an active offer.',
        },
        {
          description: 'When quota is granted. If null, OrganizationDefault applies.',
          ...kept,
        },
      ),
    },
    { description: 'The metrics that are billed, and the resource types that they are billed for.' },
  ),
  quota: group(
    'ConfigurationQuota',
    {
      limits: quotaLimits,
      metricRules: objects('QuotaMetricRule', metricRule, {
        description: 'The quota that the creation of objects of a Kind uses up.',
        max: 128,
      }),
    },
    { description: 'The limits of the service, and what counts towards them.' },
  ),
  charges: objects('ServiceCharge', charge, {
    description: 'A charge for the service.',
    key: 'name',
    max: 64,
  }),
  locations: group(
    'ConfigurationLocations',
    {
      supportedClasses: texts({
        description:
          'Classes of locations on which the service can run: `datum-managed`, `provider-dedicated`, `self-managed`.',
        required: true,
        values: ['datum-managed', 'provider-dedicated', 'self-managed'],
        min: 1,
        max: 8,
        unique: true,
      }),
    },
    { description: 'The locations on which the service can run.' },
  ),
  userInterface: group(
    'ConfigurationUserInterface',
    {
      consumer: objects(
        'ConsumerPlugin',
        {
          assets,
          suspend,
          visibility,
        },
        { description: 'Plugin of the portal for consumers; null if there is none.', single: true },
      ),
      provider: objects(
        'ProviderPlugin',
        { assets, suspend },
        { description: 'Plugin of the portal for staff and providers; null if there is none.', single: true },
      ),
    },
    { description: 'The portal plugins of the service.' },
  ),
  provisioning: group(
    'ConfigurationProvisioning',
    {
      resources: objects('ProvisionedResource', provisioned, {
        description: 'Objects of the producing project that projects can see when they use the service.',
        key: 'name',
        max: 16,
      }),
    },
    { description: 'What projects receive when they use the service.' },
  ),
  defaultOffer: ref('Offer', {
    ...kept,
    description:
      'The offer that new billing accounts are given, by its name. It has to be GA. It is null if there is none, or if you may not see it.',
    form: 'string',
    inverse: {
      name: 'defaultOf',
      description: 'The configurations that give the offer to new billing accounts.',
    },
  }),
};
