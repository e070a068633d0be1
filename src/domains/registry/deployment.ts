import { bool, group, ref, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { fixedServiceRef } from '../services/index.ts';
import { tellCondition, upgradeProgress } from './deployment-status.ts';
import { labelledDomains, registryGeneration } from './fields.ts';
import { checkRegionName, domain } from './grammar.ts';
import { remarkOnHosts } from './hosts-remark.ts';

interface Row {
  readonly expected: string;
  readonly service: string;
  readonly version: string;
  readonly owns_version: boolean;
}

/** Its name and its version fit the service and the region (rules N3, V2). */
const checkPlace = rowRule<Row>(
  (ids) => sql`select d.id, s.name || '.' || r.name as expected, s.name as service, v.name as version,
     v.service_id = d.service_id as owns_version
   from deployment d
   join service s on s.id = d.service_id
   join region r on r.id = d.region_id
   join service_version v on v.id = d.current_version_id
   where d.id = any(${ids}::uuid[])`,
  (change, row) => {
    const found: Violation[] = [];
    if (change.name !== row.expected) {
      const message = 'The name of a deployment is that of its service, a dot, and its region.';
      found.push(
        refuse(change, 'N3_DEPLOYMENT_NAME', 'metadata.name', message, { value: change.name, accepted: row.expected }),
      );
    }
    if (!row.owns_version) {
      const message = `${row.version} is not a version of ${row.service}.`;
      const evidence = { value: row.version, accepted: `a version of ${row.service}` };
      found.push(refuse(change, 'VERSION_OF_ANOTHER_SERVICE', 'spec.currentVersionRef', message, evidence));
    }
    return found;
  },
);

/** What it runs on is in its region (rule P1). Facilities stay in theirs, and clusters and servers in their facilities. */
const runsInItsRegion = rowRule<{ position: number; kind: string; host: string; host_id: string; region: string }>(
  (ids) => sql`select d.id, l.position, h.kind, h.name as host, h.id as host_id, r.name as region
   from deployment d
   join region r on r.id = d.region_id
   join deployment_runs_on l on l.deployment_id = d.id
   cross join lateral (
     select 'Site' as kind, s.id, s.name, s.id as site_id from site s where s.id = l.site_id
     union all select 'Cluster', c.id, c.name, c.control_plane_site_id from cluster c where c.id = l.cluster_id
     union all select 'Node', n.id, n.name, n.site_id from node n where n.id = l.node_id) h
   join site f on f.id = h.site_id
   where d.id = any(${ids}::uuid[]) and f.region_id <> d.region_id
   order by d.name, l.position`,
  (change, { position, kind, host: name, host_id: id, region }) => {
    const message = `${kind}/${name} is in another region: what a deployment in ${region} runs on is there as well.`;
    const evidence = { value: name, accepted: `what is in ${region}`, mentions: [{ kind, id, name }] };
    return refuse(change, 'P1_HOST_ELSEWHERE', `spec.runsOn[${position}]`, message, evidence);
  },
);

const place = (what: string, max: number) =>
  text({ description: `The ${what} it runs in.`, required: true, min: 1, max });

export const deployment = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'Deployment',
  plural: 'deployments',
  description:
    'A service that is deployed in a region: its addresses, the API versions it serves, and what it runs on.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  // A deployment also serves what was published before; of a version that is a draft it shows nothing.
  draftThrough: [],
  spec: {
    serviceRef: fixedServiceRef('The service', {
      name: 'deployments',
      description: 'The deployments of the service, at most one in each region.',
    }),
    regionRef: ref('Region', {
      description: 'The region of the deployment. A service has at most one deployment in a region.',
      required: true,
      immutable: 'always',
      inverse: { name: 'deployments', description: 'The deployments of services in the region.' },
    }),
    publicDomain: domain({ description: 'Host name at which the service is reached in the region.', required: true }),
    privateDomain: domain({ description: 'Host name at which the service is reached from its local network.' }),
    localNetworkId: text({
      description:
        'Id of the local network of the deployment. Deployments in one region that have the same id can reach each other by their private host names.',
      min: 1,
      max: 64,
    }),
    labelledDomains,
    location: group(
      'DeploymentLocation',
      {
        continent: place('continent', 32),
        country: place('country', 64),
        agglomeration: place('agglomeration', 64),
        city: place('city', 64),
        cloud: place('cloud', 32),
      },
      {
        description: 'The geographic location of the deployment, from which clients choose the nearest one.',
        required: true,
      },
    ),
    disabled: bool({
      description: 'Whether the deployment is disabled, so that no traffic is sent to it.',
      default: false,
    }),
    currentVersionRef: ref('ServiceVersion', {
      description: 'The highest API version that the deployment serves. It serves lower versions as well.',
      required: true,
      inverse: { name: 'deployments', description: 'The deployments that serve this version as their highest.' },
    }),
    dbDataVersion: text({
      description: 'Version of the data that the deployment stores.',
      pattern: /^$|^v[0-9.]{1,64}$/,
      accepts: 'nothing, or v and numbers with dots: v1.2',
    }),
    dbLocationTag: text({
      description: 'Tag of the database location that holds the data of the deployment.',
      max: 64,
    }),
    automaticVersionSwitch: bool({
      description:
        'Whether the deployment switches to a newer version as soon as its data is upgraded; null if the setting of the service applies.',
    }),
    registryGeneration,
    serviceAccountRef: ref('ServiceAccount', {
      form: 'subject',
      description:
        'The service account of the program that runs the deployment. It alone reports on it; where none is named, nobody does.',
      inverse: { name: 'reportsOn', description: 'The deployments that the service account reports on.' },
    }),
    runsOn: refs(['Site', 'Cluster', 'Node'], {
      description: 'What the deployment runs on: facilities, clusters or single servers, all of them in its region.',
      table: 'deployment_runs_on',
      abstract: 'DeploymentHost',
      unique: true,
    }),
  },
  status: {
    conditions: tellCondition(
      'What the program that runs the deployment says of it, each with the time at which its status last changed.',
      { as: 'reportedConditions' },
    ),
    ...upgradeProgress,
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'REGION', path: 'spec.regionRef.name' },
    { name: 'VERSION', path: 'spec.currentVersionRef.name' },
    { name: 'DOMAIN', path: 'spec.publicDomain' },
    { name: 'UPGRADE', path: 'status.upgrade.stage', wide: true },
    { name: 'DISABLED', path: 'spec.disabled', wide: true },
  ],
  check: checkRegionName,
  remark: remarkOnHosts,
  checkAll: allOf(
    checkPlace,
    runsInItsRegion,
    uniqueIn('deployment', [
      {
        columns: ['service_id', 'region_id'],
        rule: 'N4_DUPLICATE_DEPLOYMENT',
        path: 'spec.regionRef',
        message: 'The service is deployed in this region already',
      },
    ]),
  ),
});
