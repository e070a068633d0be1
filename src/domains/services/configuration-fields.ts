import {
  bigint,
  bool,
  choice,
  type Fields,
  group,
  type JsonFields,
  map,
  objects,
  text,
  texts,
} from '../../catalog/fields.ts';
import { charge } from './configuration-charge-fields.ts';
import { canonicalName } from './configuration-names.ts';

const displayName = text({ description: 'Name shown to people.', max: 128 });
const explanation = text({ description: 'What it represents, in plain language.', max: 1024 });
const unit = (description: string) => text({ description, required: true, min: 1, max: 64 });

export const metricKind = choice('MetricKind', ['Delta', 'Gauge', 'Cumulative'], {
  description: 'How the values of a metric relate to time.',
  meanings: {
    Delta: 'Each value says what was added since the value before.',
    Gauge: 'Each value says how much there is at that moment.',
    Cumulative: 'Each value says how much there has been since a fixed start.',
  },
  required: true,
});

export const aggregation = choice(
  'MeterAggregation',
  ['Sum', 'Max', 'Min', 'Count', 'UniqueCount', 'Latest', 'Average'],
  {
    description: 'How the values of a billing period are rolled up into one.',
    meanings: {
      Sum: 'Their sum.',
      Max: 'The largest.',
      Min: 'The smallest.',
      Count: 'How many there are.',
      UniqueCount: 'How many different ones there are.',
      Latest: 'The last one.',
      Average: 'Their mean.',
    },
    required: true,
  },
);

const resourceType: JsonFields = {
  type: canonicalName('resource type'),
  displayName,
  description: explanation,
  gvk: objects(
    'ResourceKind',
    {
      group: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253 }),
      kind: text({ description: 'The Kind.', required: true, min: 1, max: 63 }),
    },
    { description: 'The Kubernetes Kind that is metered, whatever its version.', single: true, required: true },
  ),
  labels: objects(
    'ConfigurationLabel',
    {
      name: text({ description: 'Key of the label.', required: true, min: 1, max: 63 }),
      description: text({ description: 'What the label means.', max: 512 }),
    },
    { description: 'A label that usage of the resource type may carry.', key: 'name', max: 64 },
  ),
};

const metric: JsonFields = {
  name: canonicalName('metric'),
  displayName,
  description: explanation,
  kind: metricKind,
  unit: unit('UCUM unit in which the producer reports the metric.'),
  dimensions: texts({ description: 'Keys that an event of this metric may carry.', max: 32, unique: true }),
};

const meter: JsonFields = {
  name: canonicalName('meter'),
  displayName,
  description: explanation,
  measurement: objects(
    'ConfigurationMeasurement',
    { aggregation, unit: unit('UCUM unit of what is measured.') },
    { description: 'How the signal is measured and rolled up.', single: true, required: true },
  ),
  billing: objects(
    'ConfigurationMeterBilling',
    {
      consumedUnit: unit('UCUM unit in which usage is expressed.'),
      pricingUnit: unit('UCUM unit against which prices are quoted.'),
    },
    { description: 'How the meter enters commerce.', single: true, required: true },
  ),
  monitoredResourceTypes: texts({
    description: 'Canonical names of the resource types that emit the meter, each declared in this configuration.',
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
  }),
  displayName,
  description: explanation,
  metric: text({ description: 'The metric that is limited, declared in this configuration.', required: true }),
  consumerType: objects(
    'QuotaConsumerType',
    {
      apiGroup: text({ description: 'API group of the Kind.', required: true }),
      kind: text({ description: 'The Kind.', required: true }),
    },
    { description: 'What receives the quota, in practice a project.', single: true, required: true },
  ),
  unit: unit('Unit of the limit; a free word.'),
  defaultLimit: bigint({ description: 'Granted when a consumer enables the service.', required: true, min: 0 }),
  maxLimit: bigint({ description: 'Largest amount that may be granted; 0 or absent means no limit.', min: 0 }),
};

const metricRule: JsonFields = {
  selector: objects(
    'QuotaSelector',
    {
      apiGroup: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253 }),
      kind: text({ description: 'The Kind.', required: true, min: 1, max: 63 }),
    },
    { description: 'The Kind whose creation costs quota.', single: true, required: true },
  ),
  metricCosts: map({
    description: 'What one creation costs, by metric.',
    values: 'int',
    required: true,
    min: 1,
  }),
};

const assets = objects(
  'PluginAssets',
  {
    baseURL: text({
      description: 'Where the plugin is served.',
      required: true,
      min: 1,
      pattern: /^https:\/\/[^\s/]+/,
      accepts: 'an https URL',
    }),
    manifestPath: text({ description: 'Path of the plugin’s manifest below the base URL.' }),
    caBundle: text({ description: 'Certificates against which the server is verified, as PEM.' }),
  },
  { description: 'Where a portal finds the plugin.', single: true, required: true },
);
const suspend = bool({ description: 'The portal does not load the plugin for now.' });

const provisioned: JsonFields = {
  name: text({ description: 'Name of the entry.', required: true, min: 1, max: 253 }),
  projection: objects(
    'ResourceProjection',
    {
      kind: objects(
        'ProjectedKind',
        {
          group: text({ description: 'API group of the Kind.', required: true, min: 1, max: 253 }),
          version: text({ description: 'API version of the Kind.', max: 63 }),
          kind: text({ description: 'The Kind.', required: true, min: 1, max: 63 }),
        },
        { description: 'Kind of the objects that are handed out.', single: true, required: true },
      ),
      sourceProject: text({
        description: 'Project in which the objects are; it must be the one that produces the service.',
        required: true,
        min: 1,
        max: 253,
      }),
      selector: objects(
        'ProjectionSelector',
        {
          matchLabels: map({ description: 'Labels the objects carry.', values: 'text' }),
          matchExpressions: objects(
            'ProjectionExpression',
            {
              key: text({ description: 'Key of the label.', required: true, min: 1 }),
              operator: choice('ProjectionOperator', ['In', 'NotIn', 'Exists', 'DoesNotExist'], {
                description: 'How the label is compared.',
                meanings: {
                  In: 'Its value is one of those given.',
                  NotIn: 'Its value is none of those given.',
                  Exists: 'It is there.',
                  DoesNotExist: 'It is not there.',
                },
                required: true,
              }),
              values: texts({ description: 'The values it is compared with.' }),
            },
            { description: 'A condition on one label.' },
          ),
        },
        { description: 'Which objects are handed out; it may not be empty.', single: true, required: true },
      ),
    },
    { description: 'What is handed out to the projects that use the service.', single: true, required: true },
  ),
};

/** The sections of a ServiceConfiguration, exactly as providers write them. */
export const configurationSections: Fields = {
  monitoredResourceTypes: objects('ConfigurationResourceType', resourceType, {
    description: 'A resource type that the service meters: a Kind, and the labels its usage may carry.',
    key: 'type',
    max: 128,
  }),
  metrics: objects('ConfigurationMetric', metric, {
    description: 'A metric of the service. It is billed when a destination lists it, else it only counts for quota.',
    key: 'name',
    max: 256,
  }),
  meters: objects('ConfigurationMeter', meter, {
    description: 'A billed meter, as the earlier authoring shape declares it; not together with `metrics`.',
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
            description: 'Canonical name of a resource type declared in this configuration.',
            required: true,
            min: 1,
            max: 253,
          }),
          metrics: texts({
            description: 'Metrics that are billed against it, each declared in this configuration.',
            required: true,
            min: 1,
            max: 256,
            unique: true,
          }),
        },
        { description: 'Metrics that are billed against a resource type.', key: 'monitoredResourceType', max: 64 },
      ),
      quotaGating: choice('QuotaGating', ['OrganizationDefault', 'BillingEntitlement'], {
        description: 'Whether quota waits for a commercial offer; OrganizationDefault when absent.',
        meanings: {
          OrganizationDefault: 'Quota is granted from the defaults.',
          BillingEntitlement: 'Quota is granted once the billing account has an active offer.',
        },
      }),
    },
    { description: 'Which metrics are billed, and against what.' },
  ),
  quota: group(
    'ConfigurationQuota',
    {
      limits: objects('QuotaLimit', limit, { description: 'A ceiling on a metric.', key: 'name', max: 128 }),
      metricRules: objects('QuotaMetricRule', metricRule, {
        description: 'What the creation of objects of a Kind costs.',
        max: 128,
      }),
    },
    { description: 'Limits of the service, and what counts against them.' },
  ),
  charges: objects('ServiceCharge', charge, {
    description: 'A commercial term of the service.',
    key: 'name',
    max: 64,
  }),
  locations: group(
    'ConfigurationLocations',
    {
      supportedClasses: texts({
        description: 'Classes of locations on which this version of the service runs.',
        required: true,
        values: ['datum-managed', 'provider-dedicated', 'self-managed'],
        min: 1,
        max: 8,
        unique: true,
      }),
    },
    { description: 'Where the service can run.' },
  ),
  userInterface: group(
    'ConfigurationUserInterface',
    {
      consumer: objects(
        'ConsumerPlugin',
        {
          assets,
          suspend,
          visibility: objects(
            'PluginVisibility',
            {
              entitlement: choice('PluginEntitlement', ['Required', 'None'], {
                description: 'Whether only projects that use the service see the plugin.',
                meanings: { Required: 'Only they see it.', None: 'Every project sees it.' },
              }),
              featureFlag: text({ description: 'Feature flag that has to be on.' }),
            },
            { description: 'Who sees the plugin.', single: true },
          ),
        },
        { description: 'Plugin of the portal for consumers.', single: true },
      ),
      provider: objects(
        'ProviderPlugin',
        { assets, suspend },
        { description: 'Plugin of the portal for staff and providers.', single: true },
      ),
    },
    { description: 'Portal plugins of the service.' },
  ),
  provisioning: group(
    'ConfigurationProvisioning',
    {
      resources: objects('ProvisionedResource', provisioned, {
        description: 'Objects of the producer that projects using the service get to see.',
        key: 'name',
        max: 16,
      }),
    },
    { description: 'What projects receive with the service.' },
  ),
  defaultOffer: text({ description: 'Offer for new billing accounts.', max: 253 }),
};
