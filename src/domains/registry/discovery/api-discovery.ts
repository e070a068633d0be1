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

/** Text of which the literal parts are written as such. */
type Pieces = readonly (string | Sql)[];

/** Puts pieces together, with as few concatenations as can be. */
function joined(pieces: Pieces): Sql {
  const merged: (string | Sql)[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  return sql.join(
    merged.map((piece) => (typeof piece === 'string' ? sql.raw(`'${piece}'`) : piece)),
    ' || ',
  );
}

/** A JSON object as text. Names and host names have nothing in them that JSON escapes; other texts are encoded. */
const json = (members: Readonly<Record<string, Pieces>>): Sql =>
  joined([
    ...Object.entries(members).flatMap(([name, pieces], index) => [`${index === 0 ? '{' : ','}"${name}":`, ...pieces]),
    '}',
  ]);
const plain = (name: Sql): Pieces => ['"', name, '"'];
const encoded = (value: Sql): Pieces => [sql`coalesce(to_json(${value})::text, 'null')`];
const list = (members: Sql): Pieces => ['[', sql`coalesce(${members}, '')`, ']'];

/** Only rows of some services, where such are given, by the column that has their id. */
type Only = (serviceId: Sql) => Sql;

/**
 * A number for a row, and by `bit_xor` for a set of rows. Of one state of the catalog equal numbers mean that the same rows of a
 * service are seen, so that the same is told of it.
 */
const numberOf = (id: Sql, seed = sql`0`): Sql => sql`uuid_hash_extended(${id}, ${seed})`;

/** The same for a type `x` in a version, to which `l` links it. */
const numberOfType = numberOf(sql`x.id`, numberOf(sql`l.service_version_id`));

/** Whether a type `x` is shown in a context. */
const isInContext = (context: unknown): Sql =>
  sql`(${context ?? null}::text is null or cardinality(x.contexts) = 0 or ${context ?? null}::text = any(x.contexts))`;

/** Types by version; what is stated of a type in that version is an entry of a list. */
const typesByVersion = (context: unknown, see: See, only: Only): Sql => {
  const stated = (member: string, none: string): Pieces => [
    sql`coalesce((p.entry -> ${sql.raw(`'${member}'`)})::text, ${sql.raw(`'${none}'`)})`,
  ];
  return sql`
    select l.service_version_id, bit_xor(${numberOfType}) as seen,
      string_agg(${json({
        type: plain(sql`x.fqn`),
        singularName: plain(sql`x.singular_name`),
        pluralName: plain(sql`x.plural_name`),
        isRegional: stated('isRegional', 'null'),
        scope: stated('scope', 'null'),
        verbs: stated('verbs', '[]'),
        parents: stated('parents', '[]'),
        patterns: stated('patterns', '[]'),
        shortNames: stated('shortNames', '[]'),
        categories: stated('categories', '[]'),
        contexts: encoded(sql`x.contexts`),
      })}, ',' order by x.singular_name) as list
    from api_resource_version l
    join api_resource x on x.id = l.api_resource_id and ${see('ApiResource', sql`x`)}
    join service_version v on v.id = l.service_version_id
    left join lateral (
      select e.entry from jsonb_array_elements(x.per_version) e (entry) where e.entry ->> 'version' = v.version limit 1) p on true
    where ${isInContext(context)}${only(sql`x.service_id`)}
    group by l.service_version_id`;
};

/** Enabled deployments `d`, each with its region `r` and its version `cur`. */
const discoveredDeployments = (see: See): Sql => sql`deployment d
    join region r on r.id = d.region_id and ${see('Region', sql`r`)}
    join service_version cur on cur.id = d.current_version_id and ${see('ServiceVersion', sql`cur`)}
    where not d.disabled and ${see('Deployment', sql`d`)}`;

/**
 * Enabled deployments by service; `stale_up_to`: versions up to this one are served by a deployment that was changed after its report.
 * `offset 0`: what is read once is joined by hashing, and sorted as a whole.
 */
const endpointsByService = (see: See, only: Only): Sql => sql`
  select d.service_id, bit_xor(${numberOf(sql`d.id`)}) as seen, max(d.release_order) filter (where d.freshness = 'Stale') as stale_up_to,
    string_agg(${json({
      region: plain(sql`d.region`),
      endpoint: plain(sql`d.public_domain`),
      highestVersion: plain(sql`d.version`),
      health: plain(sql`d.health`),
      freshness: plain(sql`d.freshness`),
    })}, ',' order by d.region collate "C") as list
  from (
    select d.id, d.service_id, d.public_domain, r.name as region, cur.version, cur.release_order, ${healthOf(sql`d`)} as health, ${freshnessOf(sql`d`)} as freshness
    from ${discoveredDeployments(see)}${only(sql`d.service_id`)} offset 0) d
  group by d.service_id`;

/**
 * Kinds whose changes can change what is discovered, beside what changes the rights of who asks. Each object is told of one service
 * alone: it, or the one that it names as its own. Of a region its name is told, which stays.
 */
export const discoveredKinds = ['Service', 'ServiceRuntime', 'ServiceVersion', 'ApiResource', 'Deployment'];

/** Name of the service that a change `c` of such a kind is about. */
export const discoveredWith = (change: Sql): Sql =>
  sql`case when ${change}.kind = 'Service' then ${change}.name else ${change}.state #>> '{spec,serviceRef,name}' end`;

/** Object names of services of which another thing is told in another context; of all others the same is told in each. */
export const toldByContext: Sql = sql`select distinct s.name from api_resource x join service s on s.id = x.service_id where cardinality(x.contexts) > 0`;

/**
 * The services that offer a version of an API, as far as the caller sees them: `name` and `service_name`, by which they are sorted, and `entry`, the text of a
 * JSON object, which is put together as text: that takes a third of the time of values of type json. `seen` is a number for what the
 * caller sees of a service. With `names` only the services of these object names.
 */
export const discoveredServices = (context: unknown, see: See, names?: readonly string[]): Sql => {
  const only: Only = (id) =>
    names === undefined ? sql`` : sql` and ${id} in (select o.id from service o where o.name = any(${names}::text[]))`;
  return sql`
  with type as materialized (${typesByVersion(context, see, only)}),
  endpoint as materialized (${endpointsByService(see, only)}),
  version as materialized (
    select v.service_id, bit_xor(${numberOf(sql`v.id`)} # coalesce(t.seen, 0)) as seen,
      string_agg(${json({
        version: plain(sql`v.version`),
        phase: plain(sql`v.phase`),
        stage: plain(sql`v.stage`),
        resources: list(sql`t.list`),
        freshness: plain(sql`case when v.release_order <= d.stale_up_to then 'Stale' else 'Current' end`),
      })}, ',' order by v.release_order desc) as list,
      (array_agg(v.version order by v.stage = 'Stable' desc, v.release_order desc) filter (where v.phase = 'Published'))[1] as preferred
    from ${discoveredVersions(see)}
    left join type t on t.service_version_id = v.id
    left join endpoint d on d.service_id = v.service_id
    where true${only(sql`v.service_id`)}
    group by v.service_id)
  select s.name, s.service_name, v.seen # coalesce(d.seen, 0) # coalesce(${numberOf(sql`o.id`)}, 0) as seen,
    ${json({
      name: plain(sql`s.name`),
      serviceName: plain(sql`s.service_name`),
      displayName: encoded(sql`s.display_name`),
      globalEndpoint: encoded(sql`o.global_domain`),
      preferredVersion: encoded(sql`v.preferred`),
      versions: list(sql`v.list`),
      endpoints: list(sql`d.list`),
    })} as entry
  from service s
  join version v on v.service_id = s.id
  left join endpoint d on d.service_id = s.id
  left join service_runtime o on o.service_id = s.id and ${see('ServiceRuntime', sql`o`)}
  where ${see('Service', sql`s`)}`;
};

/** Versions `v` that are offered. */
const discoveredVersions = (see: See): Sql => sql`service_version v
    join service s on s.id = v.service_id and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)}`;

/** The same services with the same numbers, and without what is told of them, which takes most of the time; `entry` is null. */
export const seenServices = (context: unknown, see: See): Sql => sql`
  with version as materialized (select v.id, v.service_id from ${discoveredVersions(see)})
  select s.name, s.service_name, k.seen, null::text as entry
  from (
    select p.service_id, bit_xor(p.seen) as seen, bool_or(p.is_version) as has_version
    from (
      select service_id, ${numberOf(sql`id`)} as seen, true as is_version from version
      union all
      select v.service_id, ${numberOfType}, false from version v
      join api_resource_version l on l.service_version_id = v.id
      join api_resource x on x.id = l.api_resource_id and ${see('ApiResource', sql`x`)} and ${isInContext(context)}
      union all
      select d.service_id, ${numberOf(sql`d.id`)}, false from ${discoveredDeployments(see)}
      union all
      select o.service_id, ${numberOf(sql`o.id`)}, false from service_runtime o where ${see('ServiceRuntime', sql`o`)}) p
    group by p.service_id) k
  join service s on s.id = k.service_id and ${see('Service', sql`s`)}
  where k.has_version`;

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
    value: (row) => sql`(case when ${row}.is_not_modified then '[]' else ${row}.services end)::json`,
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
    from (
      select w.services, md5(w.services) as etag
      from (select '[' || coalesce(string_agg(k.entry, ',' order by k.service_name), '') || ']' as services
        from (${discoveredServices(context, see)}) k) w) k`,
};
