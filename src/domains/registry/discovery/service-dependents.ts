import { bool, choice, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { takesTraffic } from '../health.ts';
import { isNamed, serviceName, versionName, versionsOf } from './arguments.ts';
import { MOST_DEPTH } from './import-closure.ts';
import { importClosure } from './walk.ts';

export const dependency = choice(
  'ServiceDependencyKind',
  {
    Import: 'A version of the one imports a version of the other.',
    Use: 'The one calls the other.',
    Enablement: 'A project that enables the one has the other enabled with it.',
  },
  { description: 'How one service depends on another.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  kind: value(dependency.name, 'kind', 'How it depends on the service.'),
  service: one('Service', 'service_id', 'The service that depends.'),
  version: one('ServiceVersion', 'version_id', 'The version of it that imports; null where not a version depends.'),
  depth: value('Int', 'depth', 'Number of steps: 1 where it depends directly.'),
  isAutomatic: value(
    'Boolean',
    'is_automatic',
    'Whether nobody states it: every other service uses the core services.',
  ),
  targetVersions: value(
    'String',
    'target_versions',
    'Versions of the service that it imports or needs at least, where it depends directly.',
    { list: true },
  ),
  affectedRegions: value(
    'String',
    'affected_regions',
    'Names of the regions in which it is deployed, and the service is disabled or says that it does not serve.',
    { list: true },
  ),
};

/** Regions in which what depends is, and what it depends on takes no traffic. */
const affected = (see: See): Sql => sql`array(
  select r.name from target t
  join deployment x on x.service_id = t.id and ${see('Deployment', sql`x`)} and not ${takesTraffic(sql`x`)}
  join region r on r.id = x.region_id and ${see('Region', sql`r`)}
  where exists (select from deployment d where d.service_id = e.service_id and d.region_id = x.region_id and ${see('Deployment', sql`d`)})
  order by r.name)`;

/** Which versions of the service one that imports it directly imports. */
const imported = (see: See): Sql => sql`array(
  select t.version from service_import i join service_version t on t.id = i.target_version_id
  where i.service_version_id = e.version_id and e.depth = 1 and t.id in (select x.id from node x where x.depth = 0)
    and ${see('ServiceImport', sql`i`)} order by t.release_order)`;

/** Versions that import it, directly or over others. */
const importing = (mostDepth: number, see: See): Sql => sql`
  select 'Import' as kind, n.depth, v.id, s.id as service_id, s.name as service, v.id as version_id, v.release_order, false as is_automatic,
    null::text as lowest
  from node n
  join service_version v on v.id = n.id
  join service s on s.id = v.service_id and ${see('Service', sql`s`)}
  where n.depth between 1 and ${mostDepth}::int`;

/** Services that call it and do not import it: those that state it, and of a core service all others. */
const using = (see: See): Sql => sql`
  select 'Use' as kind, 1 as depth, s.id, s.id as service_id, s.name as service, null::uuid as version_id, 0::bigint as release_order,
    u.id is null as is_automatic, w.version as lowest
  from target t
  join service s on s.id <> t.id and ${see('Service', sql`s`)}
  left join service_use u on u.service_id = s.id and u.target_service_id = t.id and ${see('ServiceUse', sql`u`)}
  left join service_version w on w.id = u.min_version_id and ${see('ServiceVersion', sql`w`)}
  where (u.id is not null or t.is_core and s.phase <> 'Retired' and not exists (
      select from service_runtime o where o.service_id = s.id and o.core and ${see('ServiceRuntime', sql`o`)}))
    and not exists (select from node n join service_version v on v.id = n.id where v.service_id = s.id and n.depth = 1)`;

/** Services that have it enabled with them, directly or over others. */
const enabling = (mostDepth: number, see: See): Sql => sql`
  select 'Enablement' as kind, min(e.depth) as depth, s.id, s.id as service_id, s.name as service, null::uuid as version_id,
    0::bigint as release_order, false as is_automatic, null::text as lowest
  from enabler e join service s on s.id = e.id and ${see('Service', sql`s`)}
  where e.depth between 1 and ${mostDepth}::int
  group by s.id`;

/** Q11: who depends on a service. */
export const serviceDependents: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'serviceDependents',
  description:
    'What depends on a service: versions that import it, services that use it, services that have it enabled with them; by kind, distance and name. Imports and enablement are followed through other services, uses are not. A service that imports it is not told as one that uses it.',
  args: {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    version: versionName({
      description: 'Only imports of this version. Default: of any that is Published or Deprecated.',
    }),
    kinds: texts({ description: 'Only dependencies of these kinds. Default: all.', values: dependency.values }),
    directOnly: bool({ description: 'Whether only direct dependencies are told.', default: false }),
  },
  record: {
    name: 'ServiceDependent',
    description: 'Something that depends on a service.',
    fields,
    choices: [dependency],
  },
  rows: ({ service, version, kinds, directOnly }, see, _, within) => {
    const mostDepth = directOnly === true ? 1 : MOST_DEPTH;
    const parts = { Import: importing(mostDepth, see), Use: using(see), Enablement: enabling(mostDepth, see) };
    const wanted = Object.entries(parts).filter(([kind]) => !Array.isArray(kinds) || kinds.includes(kind));
    const union = sql.join(
      wanted.map(([, part]) => part),
      ' union all ',
    );
    const key = sql`e.kind || ' ' || lpad(e.depth::text, 3, '0') || ' ' || e.service || ' ' || lpad(e.release_order::text, 12, '0')`;
    return sql`with recursive
      target as (
        select s.id, exists (select from service_runtime o where o.service_id = s.id and o.core and ${see('ServiceRuntime', sql`o`)}) as is_core
        from service s where ${isNamed(sql`s`, sql`${service ?? null}::text`, see)}),
      ${importClosure('importedBy', versionsOf(service, version, see), mostDepth, see)},
      enabler (id, depth) as (
        select t.id, 0 from target t
        union
        select s.id, e.depth + 1
        from enabler e
        join service_dependency l on l.service_id = e.id
        join service s on s.id = l.dependent_service_id and ${see('Service', sql`s`)}
        where e.depth < ${mostDepth}::int)
      select ${key} as key, e.*, case when e.kind = 'Import' then ${imported(see)} else array_remove(array[e.lowest], null) end as target_versions,
        case when e.kind = 'Enablement' then '{}' else ${affected(see)} end as affected_regions
      from (${union}) e where true${within(key)}`;
  },
};
