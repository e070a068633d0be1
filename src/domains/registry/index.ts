import type { Domain } from '../../catalog/domain.ts';
import type { Link, See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { apiResource } from './api-resource.ts';
import { deployment } from './deployment.ts';
import { deploymentReport } from './deployment-report.ts';

export { conditionsOf } from './conditions.ts';
export {
  discoveredKinds,
  discoveredServices,
  discoveredWith,
  discoveryContext,
  seenServices,
  toldByContext,
} from './discovery/api-discovery.ts';
export { served } from './relations.ts';

import { discoveryQueries } from './discovery/index.ts';
import { deploymentHealth, healthOf } from './health.ts';
import { registryJudge } from './judge.ts';
import { mayI } from './proposal/may-i.ts';
import { regionPolicy } from './region-policy.ts';
import { regionState } from './region-state.ts';
import { served } from './relations.ts';
import { registryReport } from './report.ts';
import { reportDeployment } from './report-action.ts';
import { serviceImport } from './service-import.ts';
import { serviceRuntime } from './service-runtime.ts';
import { serviceUse } from './service-use.ts';
import { serviceVersion } from './service-version.ts';

const runningOn = (column: 'cluster_id' | 'node_id'): Link => ({
  hops: [{ table: 'deployment_runs_on', on: (from, hop) => sql`${hop}.${sql.ident(column)} = ${from}.id` }],
  on: (hop, to) => sql`${to}.id = ${hop}.deployment_id`,
});

const ownAvailability: Link['hops'] = [
  { table: 'service_availability', on: (from, hop) => sql`${hop}.id = ${from}.id` },
];

/** The version of a service that is Published and comes last in this order. */
const highestVersion = (order: Sql): Link => ({
  on: (service, version) => sql`${version}.id = (
    select v.id from service_version v where v.service_id = ${service}.id and v.phase = 'Published' order by ${order} desc limit 1)`,
});

/** Where a deployment physically is: the sites it names, those of its clusters' control planes and of its servers. */
const deploymentSites = (see: See): Sql => sql`
  select x.deployment_id, x.site_id from deployment_runs_on x where x.site_id is not null
  union
  select x.deployment_id, k.control_plane_site_id from deployment_runs_on x join cluster k on k.id = x.cluster_id and ${see('Cluster', sql`k`)}
  union
  select x.deployment_id, n.site_id from deployment_runs_on x join node n on n.id = x.node_id and ${see('Node', sql`n`)}`;

const serviceSites = (see: See): Sql => sql`
  select distinct d.service_id, s.site_id from deployment d join (${deploymentSites(see)}) s on s.deployment_id = d.id
  where ${see('Deployment', sql`d`)}`;

/** The multi-region registry of services: versions, imports, uses, resource types, deployments, regions. */
export const registry: Domain = {
  queries: [...discoveryQueries, mayI, registryReport],
  kinds: [
    regionState,
    regionPolicy,
    serviceRuntime,
    serviceVersion,
    serviceImport,
    serviceUse,
    apiResource,
    deployment,
    deploymentReport,
  ],
  actions: [reportDeployment],
  judges: [registryJudge],
  abstracts: [
    {
      name: 'DeploymentHost',
      description: 'An object that a deployment can run on: a facility, a cluster or a server.',
      kinds: ['Site', 'Cluster', 'Node'],
    },
  ],
  fields: [
    {
      on: 'Service',
      name: 'regions',
      gives: 'many',
      to: 'Region',
      description: 'The regions in which the service is deployed.',
      link: {
        hops: [{ table: 'deployment', on: (from, hop) => sql`${hop}.service_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.region_id`,
      },
    },
    {
      on: 'ServiceAvailability',
      name: 'region',
      gives: 'one',
      to: 'Region',
      description: 'The region that has the name of the location; null if there is none.',
      link: { hops: ownAvailability, on: (from, to) => sql`${to}.name = ${from}.location_ref_name` },
    },
    {
      on: 'ServiceAvailability',
      name: 'site',
      gives: 'one',
      to: 'Site',
      description: 'The facility that has the name of the location; null if there is none.',
      link: { hops: ownAvailability, on: (from, to) => sql`${to}.name = ${from}.location_ref_name` },
    },
    {
      on: 'Region',
      name: 'services',
      gives: 'many',
      to: 'Service',
      description: 'The services that are deployed in the region.',
      link: {
        hops: [{ table: 'deployment', on: (from, hop) => sql`${hop}.region_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.service_id`,
      },
    },
    {
      on: 'Service',
      name: 'sites',
      gives: 'many',
      to: 'Site',
      description: 'The facilities in which the service runs, directly or on one of their clusters or servers.',
      link: {
        hops: [{ table: '', rows: serviceSites, on: (from, hop) => sql`${hop}.service_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.site_id`,
      },
    },
    {
      on: 'Site',
      name: 'services',
      gives: 'many',
      to: 'Service',
      description: 'The services that run in the facility, directly or on one of its clusters or servers.',
      link: {
        hops: [{ table: '', rows: serviceSites, on: (from, hop) => sql`${hop}.site_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.service_id`,
      },
    },
    {
      on: 'Deployment',
      name: 'sites',
      gives: 'many',
      to: 'Site',
      description: 'The facilities in which the deployment runs, directly or on one of their clusters or servers.',
      link: {
        hops: [{ table: '', rows: deploymentSites, on: (from, hop) => sql`${hop}.deployment_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.site_id`,
      },
    },
    {
      on: 'Deployment',
      name: 'servedVersions',
      gives: 'many',
      to: 'ServiceVersion',
      description:
        'The API versions that the deployment serves: its current version and every lower one that is offered.',
      link: {
        hops: [{ table: '', rows: () => served, on: (from, hop) => sql`${hop}.deployment_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.version_id`,
      },
    },
    {
      on: 'Deployment',
      name: 'health',
      gives: 'value',
      type: deploymentHealth.name,
      description: 'How it does, as far as the program that runs it says so of its present generation.',
      value: healthOf,
    },
    {
      on: 'Site',
      name: 'deployments',
      gives: 'many',
      to: 'Deployment',
      description: 'The deployments that run in the facility, directly or on one of its clusters or servers.',
      link: {
        hops: [{ table: '', rows: deploymentSites, on: (from, hop) => sql`${hop}.site_id = ${from}.id` }],
        on: (hop, to) => sql`${to}.id = ${hop}.deployment_id`,
      },
    },
    {
      on: 'Cluster',
      name: 'deployments',
      gives: 'many',
      to: 'Deployment',
      description: 'The deployments that run on the cluster as a whole.',
      link: runningOn('cluster_id'),
    },
    {
      on: 'Node',
      name: 'deployments',
      gives: 'many',
      to: 'Deployment',
      description: 'The deployments that run on the server itself.',
      link: runningOn('node_id'),
    },
    {
      on: 'ServiceVersion',
      name: 'isPreferred',
      gives: 'value',
      type: 'Boolean',
      description:
        'Whether clients should use this version: it is the highest Published version that is stable or, if none is stable, the highest Published version.',
      value: (row) => sql`(${row}.phase = 'Published' and not exists (
        select from service_version v where v.service_id = ${row}.service_id and v.phase = 'Published'
          and (v.stage = 'Stable', v.release_order) > (${row}.stage = 'Stable', ${row}.release_order)))`,
    },
    {
      on: 'Service',
      name: 'newestVersion',
      gives: 'one',
      to: 'ServiceVersion',
      description: 'The highest version of the service’s API that is Published; null if none is.',
      link: highestVersion(sql`v.release_order`),
    },
    {
      on: 'Service',
      name: 'preferredVersion',
      gives: 'one',
      to: 'ServiceVersion',
      description:
        'The version of the service’s API that clients should use: the highest that is Published and stable or, if none is stable, the highest Published; null if none is.',
      link: highestVersion(sql`v.stage = 'Stable' desc, v.release_order`),
    },
    {
      on: 'MonitoredResourceType',
      name: 'apiResource',
      gives: 'one',
      to: 'ApiResource',
      description:
        'The type of object that has the same canonical name in the service’s API; null if it is not registered.',
      link: { on: (from, to) => sql`${to}.fqn = ${from}.resource_type_name` },
    },
    {
      on: 'ApiResource',
      name: 'monitoredResourceType',
      gives: 'one',
      to: 'MonitoredResourceType',
      description: 'The metered resource type that has the same canonical name and is in force; null if there is none.',
      link: { on: (from, to) => sql`${to}.resource_type_name = ${from}.fqn and ${to}.in_force` },
    },
  ],
};
