import { bool, choice, group, int, type JsonFields, objects, ref, refs, text, texts } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { fixedServiceRef, labelledDomains, registryGeneration } from './fields.ts';
import { checkRegionName, domain } from './grammar.ts';

interface Row {
  readonly expected: string;
  readonly service: string;
  readonly version: string;
  readonly owns_version: boolean;
  readonly public_domain: string;
  readonly global_of: string | null;
  readonly global_id: string;
}

/** Its name, its version and its domain fit the service and the region (rules N3, V2, E2). */
const checkPlace = rowRule<Row>(
  (ids) => sql`select d.id, s.name || '.' || r.name as expected, s.name as service, v.name as version,
     v.service_id = d.service_id as owns_version, d.public_domain, g.name as global_of, g.id as global_id
   from deployment d
   join service s on s.id = d.service_id
   join region r on r.id = d.region_id
   join service_version v on v.id = d.current_version_id
   left join service_runtime g on g.global_domain = d.public_domain
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
    if (row.global_of !== null) {
      const message = `${row.public_domain} is the global domain of ServiceRuntime/${row.global_of}.`;
      const mentions = [{ kind: 'ServiceRuntime', id: row.global_id, name: row.global_of }];
      const evidence = { value: row.public_domain, accepted: 'a domain of its own', mentions };
      found.push(refuse(change, 'E2_DOMAIN_TAKEN', 'spec.publicDomain', message, evidence));
    }
    return found;
  },
);

const place = (what: string, max: number) =>
  text({ description: `The ${what} it runs in.`, required: true, min: 1, max });

const upgrade: JsonFields = {
  targetVersion: text({ description: 'The version it is upgraded to.' }),
  dbDataTargetVersion: text({ description: 'The data version it is upgraded to.' }),
  dbTargetLocationTag: text({ description: 'Where its data will live.' }),
  readyShards: texts({ description: 'Shards that are done.' }),
  pendingShards: texts({ description: 'Shards that are not.' }),
  stage: choice('UpgradeStage', ['Ready', 'InitialSyncing', 'Switching'], {
    description: 'How far the upgrade is.',
    meanings: {
      Ready: 'None is running.',
      InitialSyncing: 'Data is being copied.',
      Switching: 'Traffic is being moved.',
    },
  }),
};

export const deployment = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'Deployment',
  plural: 'deployments',
  description: 'A service in a region: where it is reached, which version it serves, and what it runs on.',
  scope: { home: ['serviceRef'] },
  isPublicWithScope: true,
  spec: {
    serviceRef: fixedServiceRef('The service', {
      name: 'deployments',
      description: 'Where the service is deployed, one per region.',
    }),
    regionRef: ref('Region', {
      description: 'The region; a service is deployed there at most once.',
      required: true,
      immutable: 'always',
      inverse: { name: 'deployments', description: 'Services deployed in the region.' },
    }),
    publicDomain: domain({ description: 'Address of the service in the region.', required: true }),
    privateDomain: domain({ description: 'Address within the local network.' }),
    localNetworkId: text({
      description: 'The local network: deployments of one region with the same id reach each other by private address.',
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
      { description: 'Where it is, for choosing the nearest.', required: true },
    ),
    disabled: bool({ description: 'No traffic is sent there.', default: false }),
    currentVersionRef: ref('ServiceVersion', {
      description: 'The highest version it serves; lower ones are served too.',
      required: true,
      inverse: { name: 'deployments', description: 'Deployments whose highest version this is.' },
    }),
    dbDataVersion: text({
      description: 'Version of its data.',
      pattern: /^$|^v[0-9.]{1,64}$/,
      accepts: 'nothing, or v and numbers with dots: v1.2',
    }),
    dbLocationTag: text({ description: 'Where its data lives.', max: 64 }),
    automaticVersionSwitch: bool({
      description:
        'It switches to a newer version as soon as its data is upgraded; what the service says, when absent.',
    }),
    registryGeneration,
    runsOn: refs(['Site', 'Cluster', 'Node'], {
      description: 'What it physically runs on: facilities, clusters or single servers.',
      table: 'deployment_runs_on',
      abstract: 'DeploymentHost',
      unique: true,
    }),
  },
  status: {
    availableUpgrade: objects(
      'AvailableUpgrade',
      {
        apiVersion: text({ description: 'The API version it could serve.' }),
        dbDataVersion: text({ description: 'The data version that needs.' }),
        dbLocationTag: text({ description: 'Where the data would live.' }),
        totalShardsCount: int({ description: 'How many shards there are.' }),
      },
      { description: 'What the installed image could become.', single: true },
    ),
    upgrade: objects('DeploymentUpgrade', upgrade, { description: 'The upgrade in progress.', single: true }),
    dataTasks: objects(
      'DataTask',
      {
        taskTag: text({ description: 'The task.', required: true }),
        shardsCount: int({ description: 'How many shards there are.' }),
        readyShards: texts({ description: 'Shards that are done.' }),
        targetVersion: text({ description: 'The data version it is upgraded to.' }),
        progress: texts({ description: 'How far each shard is.' }),
      },
      { description: 'A change of the data in place.' },
    ),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'REGION', path: 'spec.regionRef.name' },
    { name: 'VERSION', path: 'spec.currentVersionRef.name' },
    { name: 'DOMAIN', path: 'spec.publicDomain' },
    { name: 'DISABLED', path: 'spec.disabled', wide: true },
  ],
  check: checkRegionName,
  checkAll: allOf(
    checkPlace,
    uniqueIn('deployment', [
      {
        columns: ['service_id', 'region_id'],
        rule: 'N4_DUPLICATE_DEPLOYMENT',
        path: 'spec.regionRef',
        message: 'The service is deployed in this region already',
      },
      {
        columns: ['public_domain'],
        rule: 'E2_DOMAIN_TAKEN',
        path: 'spec.publicDomain',
        message: 'Another deployment has this public domain',
      },
    ]),
  ),
});
