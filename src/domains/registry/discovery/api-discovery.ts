import { bool, choice, objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { freshnessOf, healthOf } from '../health.ts';
import { isOffered } from '../relations.ts';

/** Where clients discover types of objects. */
export const discoveryContext = choice(
  'DiscoveryContext',
  {
    Platform: 'Of the platform as a whole.',
    Organization: 'Of an organization.',
    Project: 'Of a project.',
    User: 'Of a user.',
  },
  { description: 'Only types of objects that are shown in this context. Default: all types.' },
);

const resource = objects(
  'DiscoveredResource',
  {
    type: text({ description: 'Fully qualified name: `<serviceName>/<singularName>`.', required: true }),
    singularName: text({ description: 'Name of the type in the singular.', required: true }),
    pluralName: text({ description: 'Name of the type in the plural.', required: true }),
    isRegional: bool({ description: 'Whether the names of the objects contain the region; null if it is not stated.' }),
    scope: text({ description: '`Cluster` or `Namespaced`; null if it is not stated.' }),
    verbs: texts({ description: 'Verbs that the API offers for objects of the type.' }),
    parents: texts({ description: 'Types of objects that can be the parent of an object of this type.' }),
    patterns: texts({ description: 'Patterns that the resource names of the objects follow.' }),
    shortNames: texts({ description: 'Short names of the type, for use on command lines.' }),
    categories: texts({ description: 'Categories that the type is listed in.' }),
    contexts: texts({ description: 'The contexts in which the type is shown; empty for all of them.' }),
  },
  { description: 'A type of object in one version of an API.' },
);

const services = objects(
  'DiscoveredService',
  {
    name: text({ description: 'Object name of the service.', required: true }),
    serviceName: text({ description: 'Canonical name of the service.', required: true }),
    displayName: text({ description: 'Name for people.', required: true }),
    globalEndpoint: text({ description: 'Host name that leads to the nearest healthy region; null if there is none.' }),
    preferredVersion: text({ description: 'The version that clients should use; null if none is Published.' }),
    versions: objects(
      'DiscoveredVersion',
      {
        version: text({ description: 'Name of the version.', required: true }),
        phase: text({ description: '`Published`, or `Deprecated` when it is phased out.', required: true }),
        stage: text({ description: '`Alpha`, `Beta` or `Stable`.', required: true }),
        freshness: text({
          description:
            '`Stale` when a deployment that serves it was changed since the program that runs it has reported; else `Current`.',
          required: true,
        }),
        resources: resource,
      },
      { description: 'The versions that are offered, the highest first.' },
    ),
    endpoints: objects(
      'DiscoveredEndpoint',
      {
        region: text({ description: 'Name of the region.', required: true }),
        endpoint: text({ description: 'Host name of the service in the region.', required: true }),
        highestVersion: text({
          description: 'The highest version that is served there, with all lower ones.',
          required: true,
        }),
        health: text({
          description:
            'How the deployment does: `Serving`, `Degraded`, `NotServing`, or `Unknown` where nothing is known.',
          required: true,
        }),
        freshness: text({
          description:
            'What its health rests on: a report on the deployment as it is now (`Current`), on what it was before (`Stale`), or none (`NotReported`).',
          required: true,
        }),
      },
      { description: 'Where the service is reached: its enabled deployments, by region.' },
    ),
  },
  { description: 'A service with an API, as clients need to know it.' },
);

/** Types of one version; what is stated of the type in that version is an entry of a list. */
const resources = (context: unknown, see: See): Sql => sql`(
  select coalesce(json_agg(json_build_object('type', x.fqn, 'singularName', x.singular_name, 'pluralName', x.plural_name,
    'isRegional', p.entry -> 'isRegional', 'scope', p.entry -> 'scope', 'verbs', coalesce(p.entry -> 'verbs', '[]'),
    'parents', coalesce(p.entry -> 'parents', '[]'), 'patterns', coalesce(p.entry -> 'patterns', '[]'),
    'shortNames', coalesce(p.entry -> 'shortNames', '[]'), 'categories', coalesce(p.entry -> 'categories', '[]'), 'contexts', x.contexts)
    order by x.singular_name), '[]')
  from api_resource_version l
  join api_resource x on x.id = l.api_resource_id and ${see('ApiResource', sql`x`)}
  left join lateral (
    select e.entry from jsonb_array_elements(x.per_version) e (entry) where e.entry ->> 'version' = v.version limit 1) p on true
  where l.service_version_id = v.id
    and (${context ?? null}::text is null or cardinality(x.contexts) = 0 or ${context ?? null}::text = any(x.contexts)))`;

/** Kinds whose changes can change what is discovered, beside what changes the rights of who asks. */
export const discoveredKinds = ['Service', 'ServiceRuntime', 'ServiceVersion', 'ApiResource', 'Deployment', 'Region'];

/** One column `services`: all services that offer a version of an API, as far as the caller sees them. */
export const discoveredServices = (context: unknown, see: See): Sql => sql`
  select coalesce(json_agg(json_build_object('name', s.name, 'serviceName', s.service_name, 'displayName', s.display_name,
    'globalEndpoint', o.global_domain, 'preferredVersion', y.preferred, 'versions', y.versions, 'endpoints', coalesce(d.endpoints, '[]'))
    order by s.service_name), '[]') as services
  from service s
  left join service_runtime o on o.service_id = s.id and ${see('ServiceRuntime', sql`o`)}
  left join (
    select d.service_id, max(d.release_order) filter (where d.freshness = 'Stale') as stale_up_to,
      json_agg(json_build_object('region', d.region, 'endpoint', d.public_domain, 'highestVersion', d.version, 'health', d.health,
        'freshness', d.freshness) order by d.region) as endpoints
    from (
      select d.service_id, r.name as region, d.public_domain, cur.version, cur.release_order, ${healthOf(sql`d`)} as health, ${freshnessOf(sql`d`)} as freshness
      from deployment d
      join region r on r.id = d.region_id and ${see('Region', sql`r`)}
      join service_version cur on cur.id = d.current_version_id and ${see('ServiceVersion', sql`cur`)}
      where not d.disabled and ${see('Deployment', sql`d`)}) d
    group by d.service_id) d on d.service_id = s.id
  cross join lateral (
    select json_agg(json_build_object('version', v.version, 'phase', v.phase, 'stage', v.stage, 'resources', v.resources,
        'freshness', case when v.release_order <= d.stale_up_to then 'Stale' else 'Current' end) order by v.release_order desc) as versions,
      (array_agg(v.version order by v.stage = 'Stable' desc, v.release_order desc) filter (where v.phase = 'Published'))[1] as preferred
    from (
      select v.version, v.phase, v.stage, v.release_order, ${resources(context, see)} as resources
      from service_version v where v.service_id = s.id and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)} offset 0) v) y
  where y.versions is not null and ${see('Service', sql`s`)}`;

const fields: Readonly<Record<string, RecordField>> = {
  position: {
    gives: 'value',
    type: 'BigInt',
    nullable: false,
    description:
      'Position of the last change that is in the answer: what comes after it is read from the feed of changes.',
    value: (row) => sql`${row}.position`,
  },
  generatedAt: {
    gives: 'value',
    type: 'DateTime',
    nullable: false,
    description: 'When the answer was made.',
    value: (row) => sql`${row}.generated_at`,
  },
  etag: {
    gives: 'value',
    type: 'String',
    nullable: false,
    description:
      'Changes with the answer. Sent as `ifNoneMatch` the next time, it tells whether there is anything new.',
    value: (row) => sql`${row}.etag`,
  },
  isNotModified: {
    gives: 'value',
    type: 'Boolean',
    nullable: false,
    description: 'Whether the answer is still the one that `ifNoneMatch` is of; then there are no services in it.',
    value: (row) => sql`${row}.is_not_modified`,
  },
  services: {
    gives: 'objects',
    objects: services,
    description: 'The services that have an API, by canonical name.',
    value: (row) => sql`(case when ${row}.is_not_modified then '[]'::json else ${row}.services end)`,
  },
};

/** Q10: everything that a client of the services needs to know. */
export const apiDiscovery: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'apiDiscovery',
  description:
    'Everything that a client needs to know of the services’ APIs in one read: versions, types of objects with their verbs, addresses by region. The same is at `/discovery`, by GET with `If-None-Match`.',
  args: {
    context: discoveryContext,
    ifNoneMatch: text({ description: 'The `etag` of an earlier answer.', max: 100 }),
  },
  price: 1_000,
  record: { name: 'ApiDiscovery', description: 'The APIs of the services.', fields },
  rows: ({ context, ifNoneMatch }, see) => sql`
    select 1 as ord, k.services, (select position from change_head) as position, statement_timestamp() as generated_at, k.etag, k.etag is not distinct from ${ifNoneMatch ?? null}::text as is_not_modified
    from (select k.services, md5(k.services::text) as etag from (${discoveredServices(context, see)}) k) k`,
};
