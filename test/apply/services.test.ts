import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(world);
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

/** Two projects of one organization: `maker` produces the service relay, which needs the service names; `shop` uses it. */
const world = `
apiVersion: resourcemanager.miloapis.com/v1alpha1
kind: Organization
metadata: {name: fjord}
spec: {type: Standard}
---
apiVersion: resourcemanager.miloapis.com/v1alpha1
kind: Project
metadata: {name: maker}
spec: {ownerRef: {kind: Organization, name: fjord}}
---
apiVersion: resourcemanager.miloapis.com/v1alpha1
kind: Project
metadata: {name: shop}
spec: {ownerRef: {kind: Organization, name: fjord}}
---
apiVersion: services.miloapis.com/v1alpha1
kind: Service
metadata: {name: names}
spec:
  {serviceName: names.fjord.example, phase: Published, displayName: Names, owner: {producerProjectRef: {name: maker}}, enablementPolicy: {mode: GatedByProvider}}
---
apiVersion: services.miloapis.com/v1alpha1
kind: Service
metadata: {name: relay}
spec:
  serviceName: relay.fjord.example
  phase: Published
  displayName: Relay
  owner: {producerProjectRef: {name: maker}}
  dependencies: [{serviceRef: {name: names.fjord.example}}]
---
apiVersion: services.miloapis.com/v1alpha1
kind: ServiceConfiguration
metadata: {name: relay-1}
spec:
  serviceRef: {name: relay}
  phase: Published
  monitoredResourceTypes:
    - {type: relay.fjord.example/Route, displayName: Route, gvk: {group: routing.example, kind: Route}, labels: [{name: edge_zone}]}
  meters:
    - name: relay.fjord.example/route/open-seconds
      displayName: Open seconds
      measurement: {aggregation: Sum, unit: s}
      billing: {consumedUnit: s, pricingUnit: s}
      monitoredResourceTypes: [relay.fjord.example/Route]
---
apiVersion: services.miloapis.com/v1alpha1
kind: ServiceEntitlement
metadata: {name: relay, labels: {resourcemanager.miloapis.com/project-name: shop}}
spec: {serviceRef: {name: relay.fjord.example}}
---
apiVersion: services.miloapis.com/v1alpha1
kind: ServiceEntitlement
metadata: {name: names, labels: {resourcemanager.miloapis.com/project-name: shop}}
spec: {serviceRef: {name: names}}
---
apiVersion: quota.miloapis.com/v1alpha1
kind: ResourceRegistration
metadata: {name: routes-per-project, labels: {services.miloapis.com/owner: relay.fjord.example}}
spec:
  resourceType: routing.example/routes
  type: Entity
  consumerType: {apiGroup: resourcemanager.miloapis.com, kind: Project}
  baseUnit: route
  displayUnit: route
  unitConversionFactor: 1
  claimingResources: [{apiGroup: routing.example, kind: Route}]
`;

const later = (phase: string, unit = 'By'): string => `
apiVersion: services.miloapis.com/v1alpha1
kind: ServiceConfiguration
metadata: {name: relay-2}
spec:
  serviceRef: {name: relay}
  phase: ${phase}
  monitoredResourceTypes:
    - {type: relay.fjord.example/Route, gvk: {group: routing.example, kind: Route}, labels: [{name: edge_zone}]}
  metrics:
    - {name: relay.fjord.example/route/open-seconds, displayName: Open, kind: Delta, unit: s, dimensions: [edge_zone]}
    - {name: relay.fjord.example/route/sent, kind: Cumulative, unit: '${unit}'}
    - {name: relay.fjord.example/routes, kind: Gauge, unit: '{route}'}
  billing:
    consumerDestinations:
      - {monitoredResourceType: relay.fjord.example/Route, metrics: [relay.fjord.example/route/open-seconds, relay.fjord.example/route/sent]}
  quota:
    limits:
      - {name: routes, metric: relay.fjord.example/routes, consumerType: {apiGroup: resourcemanager.miloapis.com, kind: Project}, unit: route, defaultLimit: 9007199254740993}
    metricRules: [{selector: {apiGroup: routing.example, kind: Route}, metricCosts: {relay.fjord.example/routes: 1}}]
`;

const problems = async (content: string): Promise<string[]> =>
  (await app.apply(content)).userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`);

const inForce = async (): Promise<unknown> => {
  const { data, errors } = await app.execute(`{ service(serviceName: "relay.fjord.example") {
    activeConfiguration { name }
    meters(where: { inForce: { eq: true } }) { nodes { meterName isBillable measurement { aggregation unit dimensions } billing { consumedUnit pricingUnit } conversionFactor
      metricKind configuration { name } resourceTypes { nodes { resourceTypeName } } } } } }`);
  expect(errors).toBeUndefined();
  return data.service;
};

test('one query walks from an organization over projects and services to meters and resource types, and back', async () => {
  const { data, errors } =
    await app.execute(`{ organization(name: "fjord") { projects(where: {name: {eq: "maker"}}) { nodes {
    producedServices(where: {name: {eq: "relay"}}) { nodes { serviceName enablementPolicy { mode }
      dependencies { nodes { name enablementPolicy { mode } dependents { nodes { name } } } }
      consumerProjects { nodes { name consumedServices { nodes { name } } } }
      entitlements { nodes { phase project { name } } }
      meters(where: { inForce: { eq: true } }) { nodes { meterName service { name } resourceTypes { nodes { resourceTypeName gvk { group kind } meters { nodes { meterName } }
        resourceRegistrations { nodes { resourceType service { name } } } } } } }
      resourceTypes { nodes { displayName declaredLabels { name } configuration { name isActive } } } } } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.organization.projects.nodes[0].producedServices.nodes[0]).toEqual({
    serviceName: 'relay.fjord.example',
    enablementPolicy: { mode: 'SELF_SERVICE' },
    dependencies: {
      nodes: [
        { name: 'names', enablementPolicy: { mode: 'GATED_BY_PROVIDER' }, dependents: { nodes: [{ name: 'relay' }] } },
      ],
    },
    consumerProjects: { nodes: [{ name: 'shop', consumedServices: { nodes: [{ name: 'relay' }] } }] },
    entitlements: { nodes: [{ phase: 'ACTIVE', project: { name: 'shop' } }] },
    meters: {
      nodes: [
        {
          meterName: 'relay.fjord.example/route/open-seconds',
          service: { name: 'relay' },
          resourceTypes: {
            nodes: [
              {
                resourceTypeName: 'relay.fjord.example/Route',
                gvk: { group: 'routing.example', kind: 'Route' },
                meters: { nodes: [{ meterName: 'relay.fjord.example/route/open-seconds' }] },
                resourceRegistrations: {
                  nodes: [{ resourceType: 'routing.example/routes', service: { name: 'relay' } }],
                },
              },
            ],
          },
        },
      ],
    },
    resourceTypes: {
      nodes: [
        {
          displayName: 'Route',
          declaredLabels: [{ name: 'edge_zone' }],
          configuration: { name: 'relay-1', isActive: true },
        },
      ],
    },
  });
});

test('publishing a configuration puts its meters in force in place of the ones before, and deprecating keeps them', async () => {
  const route = { nodes: [{ resourceTypeName: 'relay.fjord.example/Route' }] };
  const earlier = {
    activeConfiguration: { name: 'relay-1' },
    meters: {
      nodes: [
        {
          meterName: 'relay.fjord.example/route/open-seconds',
          isBillable: true,
          measurement: { aggregation: 'SUM', unit: 's', dimensions: [] },
          billing: { consumedUnit: 's', pricingUnit: 's' },
          conversionFactor: '1',
          metricKind: null,
          configuration: { name: 'relay-1' },
          resourceTypes: route,
        },
      ],
    },
  };
  expect(await inForce()).toEqual(earlier);
  expect(await problems(later('Draft'))).toEqual([]);
  expect(await inForce()).toEqual(earlier);
  expect(await problems(later('Published'))).toEqual([]);
  const meter = (name: string, aggregation: string, unit: string, metricKind: string, dimensions: string[] = []) => ({
    meterName: `relay.fjord.example/${name}`,
    isBillable: true,
    measurement: { aggregation, unit, dimensions },
    billing: { consumedUnit: unit, pricingUnit: unit },
    conversionFactor: '1',
    metricKind,
    configuration: { name: 'relay-2' },
    resourceTypes: route,
  });
  const now = {
    activeConfiguration: { name: 'relay-2' },
    meters: {
      nodes: [
        meter('route/open-seconds', 'SUM', 's', 'DELTA', ['edge_zone']),
        meter('route/sent', 'SUM', 'By', 'CUMULATIVE'),
      ],
    },
  };
  expect(await inForce()).toEqual(now);
  const ids = async () =>
    (
      await app.execute(
        '{ meterDefinitions(where: {meterName: {eq: "relay.fjord.example/route/sent"}}) { nodes { id } } }',
      )
    ).data;
  const before = await ids();
  expect(await problems(later('Deprecated').replace('displayName: Open,', 'displayName: Opened,'))).toEqual([]);
  expect(await inForce()).toEqual(now);
  expect(await ids()).toEqual(before);
});

test('what a configuration declares is frozen while it is deprecated as well, and limits keep all their digits', async () => {
  expect(await problems(later('Deprecated', 'KiBy'))).toEqual([
    'FROZEN ServiceConfiguration/relay-2 spec.metrics[1].unit',
  ]);
  const { data } = await app.execute(
    '{ serviceConfiguration(name: "relay-2") { quota { limits { name defaultLimit } metricRules { metricCosts { key value } } } manifest(bare: true) } }',
  );
  expect(data.serviceConfiguration.quota).toEqual({
    limits: [{ name: 'routes', defaultLimit: '9007199254740993' }],
    metricRules: [{ metricCosts: [{ key: 'relay.fjord.example/routes', value: '1' }] }],
  });
  expect(data.serviceConfiguration.manifest).toContain('defaultLimit: 9007199254740993');
});

test('one query walks from a service over its deployments to regions and facilities, and back', async () => {
  const ours = (kind: string, name: string, spec: string): string =>
    `---\napiVersion: catalog.miloapis.com/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
  const plant = (kind: string, name: string, spec: string): string =>
    `---\napiVersion: inventory.miloapis.com/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
  const location = '{continent: Europe, country: Norway, agglomeration: Oslo, city: Oslo, cloud: own}';
  const registry = [
    plant('Region', 'north', '{displayName: North}'),
    plant('Site', 'osl1', '{displayName: Oslo 1, regionRef: {name: north}, type: Datacenter}'),
    plant('Cluster', 'osl1-edge', '{displayName: Edge, controlPlaneSiteRef: {name: osl1}, role: Edge, provider: own}'),
    ours('RegionState', 'north', '{regionRef: {name: north}, state: Open}'),
    ours('ServiceVersion', 'relay.v1', '{serviceRef: {name: relay}, version: v1, phase: Published}'),
    ours('ServiceVersion', 'relay.v2beta1', '{serviceRef: {name: relay}, version: v2beta1, phase: Published}'),
    ours(
      'ApiResource',
      'relay.route',
      '{serviceRef: {name: relay}, singularName: Route, pluralName: Routes, versionRefs: [{name: relay.v1}]}',
    ),
    ours(
      'ServiceRuntime',
      'relay',
      '{serviceRef: {name: relay}, globalDomain: relay.fjord.example, primaryRegionRef: {name: north}}',
    ),
    ours(
      'Deployment',
      'relay.north',
      `{serviceRef: {name: relay}, regionRef: {name: north}, publicDomain: north.relay.fjord.example, location: ${location},
        currentVersionRef: {name: relay.v1}, runsOn: [{kind: Cluster, name: osl1-edge}, {kind: Site, name: osl1}]}`,
    ),
  ];
  expect(await problems(registry.join(''))).toEqual([]);
  const { data, errors } = await app.execute(`{ service(name: "relay") {
    runtime { globalDomain visibility primaryRegion { registryState { state } } }
    versions { nodes { version stage isPreferred resources { nodes { fqn monitoredResourceType { inForce } } } } }
    regions { nodes { name services { nodes { name } } } }
    sites { nodes { name services { nodes { name } } deployments { nodes { name } } } }
    deployments { nodes { name currentVersion { version } runsOn { nodes { __typename name } } sites { nodes { name clusters { nodes { deployments { nodes { name } } } } } } } } }
    apiResource(fqn: "relay.fjord.example/Route") { service { name } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    service: {
      runtime: {
        globalDomain: 'relay.fjord.example',
        visibility: 'PRIVATE',
        primaryRegion: { registryState: { state: 'OPEN' } },
      },
      versions: {
        nodes: [
          {
            version: 'v1',
            stage: 'STABLE',
            isPreferred: true,
            resources: { nodes: [{ fqn: 'relay.fjord.example/Route', monitoredResourceType: { inForce: true } }] },
          },
          { version: 'v2beta1', stage: 'BETA', isPreferred: false, resources: { nodes: [] } },
        ],
      },
      regions: { nodes: [{ name: 'north', services: { nodes: [{ name: 'relay' }] } }] },
      sites: {
        nodes: [
          {
            name: 'osl1',
            services: { nodes: [{ name: 'relay' }] },
            deployments: { nodes: [{ name: 'relay.north' }] },
          },
        ],
      },
      deployments: {
        nodes: [
          {
            name: 'relay.north',
            currentVersion: { version: 'v1' },
            runsOn: {
              nodes: [
                { __typename: 'Site', name: 'osl1' },
                { __typename: 'Cluster', name: 'osl1-edge' },
              ],
            },
            sites: {
              nodes: [{ name: 'osl1', clusters: { nodes: [{ deployments: { nodes: [{ name: 'relay.north' }] } }] } }],
            },
          },
        ],
      },
    },
    apiResource: { service: { name: 'relay' } },
  });
});

test('a domain, a place or a name that is taken is refused where it is written', async () => {
  const ours = (kind: string, name: string, spec: string): string =>
    `---\napiVersion: catalog.miloapis.com/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
  const location = '{continent: Europe, country: Norway, agglomeration: Oslo, city: Oslo, cloud: own}';
  const deployment = `{serviceRef: {name: relay}, regionRef: {name: north}, publicDomain: north.relay.fjord.example:443, location: ${location}, currentVersionRef: {name: relay.v1}}`;
  expect(await problems(ours('Deployment', 'primary', deployment))).toEqual([
    'N3_DEPLOYMENT_NAME Deployment/primary metadata.name',
    'N4_DUPLICATE_DEPLOYMENT Deployment/primary spec.regionRef',
    'E2_DOMAIN_TAKEN Deployment/primary spec.publicDomain',
  ]);
  const shouting =
    '{serviceRef: {name: relay}, singularName: ROUTE, pluralName: Paths, versionRefs: [{name: relay.v1}]}';
  expect(await problems(ours('ApiResource', 'relay.shouting', shouting))).toEqual([
    'N5_RESOURCE_NAME ApiResource/relay.shouting spec.singularName',
  ]);
  const twin = `apiVersion: services.miloapis.com/v1alpha1
kind: MeterDefinition
metadata: {name: sent}
spec:
  meterName: relay.fjord.example/route/sent
  phase: Published
  displayName: Sent
  owner: {service: relay.fjord.example}
  measurement: {aggregation: Sum, unit: By}
  billing: {consumedUnit: By, pricingUnit: By}`;
  expect(await problems(twin)).toEqual(['DUPLICATE_METER_NAME MeterDefinition/sent spec.meterName']);
});

test('a canonical name that is taken is refused at its place', async () => {
  const named = (name: string): string =>
    `---\napiVersion: services.miloapis.com/v1alpha1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n` +
    '  serviceName: relay.fjord.example\n  phase: Draft\n  displayName: R\n  owner: {producerProjectRef: {name: maker}}\n';
  const { userErrors } = await app.apply(named('relay-two'));
  expect(userErrors).toEqual([
    {
      code: 'NOT_UNIQUE',
      message: 'serviceName relay.fjord.example is taken',
      subject: 'Service/relay-two',
      field: 'spec.serviceName',
      accepted: 'a serviceName that no other Service has',
      source: 'test.yaml',
      line: 6,
      column: 3,
    },
  ]);

  const meter = (name: string, phase: string): string =>
    `---\napiVersion: services.miloapis.com/v1alpha1\nkind: MeterDefinition\nmetadata: {name: ${name}}\nspec:\n` +
    `  meterName: relay.fjord.example/shared\n  phase: ${phase}\n  displayName: S\n  owner: {service: relay.fjord.example}\n` +
    '  measurement: {aggregation: Sum, unit: s}\n  billing: {consumedUnit: s, pricingUnit: h}\n';
  const both = await app.apply(meter('shared-1', 'Published') + meter('shared-2', 'Published'));
  expect(both.userErrors.map(({ code, subject, field, line }) => [code, subject, field, line])).toEqual([
    ['DUPLICATE_METER_NAME', 'MeterDefinition/shared-1', 'spec.meterName', 6],
    ['DUPLICATE_METER_NAME', 'MeterDefinition/shared-2', 'spec.meterName', 17],
  ]);
  expect((await app.apply(meter('shared-1', 'Published'))).userErrors).toEqual([]);
  expect(await problems(meter('shared-2', 'Draft'))).toEqual([
    'DUPLICATE_METER_NAME MeterDefinition/shared-2 spec.meterName',
  ]);
});
