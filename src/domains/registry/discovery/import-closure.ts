import { bool, choice, int, objects, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { RecordField, RecordsQuery, WithinPage } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { takesTraffic } from '../health.ts';
import { isOffered, regionIn } from '../relations.ts';
import { serviceName, versionName, versionsOf } from './arguments.ts';
import { type ImportDirection, importClosure } from './walk.ts';

/** Imports are nested no deeper (rule I8). */
export const MOST_DEPTH = 32;
const MOST_PATHS = 8;

const direction = choice(
  'ImportDirection',
  {
    Imports: 'What the version imports.',
    ImportedBy: 'Which versions that are Published or Deprecated import it.',
  },
  { description: 'Which way imports are followed.', default: 'Imports' },
);

const directionOf = (given: unknown): ImportDirection => (given === 'ImportedBy' ? 'importedBy' : 'imports');

/** The columns of imports and uses: those of what leads, and of what is led to. */
const columns = (way: ImportDirection) =>
  way === 'imports'
    ? {
        importer: sql`service_version_id`,
        imported: sql`target_version_id`,
        user: sql`service_id`,
        used: sql`target_service_id`,
      }
    : {
        importer: sql`target_version_id`,
        imported: sql`service_version_id`,
        user: sql`target_service_id`,
        used: sql`service_id`,
      };

/** A step of a way as JSON; names have nothing in them that JSON escapes. */
const step = (service: Sql, version: Sql): Sql =>
  sql`'{"service":"' || ${service} || '","version":' || coalesce('"' || ${version} || '"', 'null') || '}'`;

/**
 * `stop (id, depth, service_id, name, service, release_order, is_offered, step)`: the nodes with what is told of them. They are
 * looked up one by one (`offset 0`): nobody can estimate how many there are, and there are few of all versions.
 */
const stops = sql`
  stop as materialized (
    select n.id, n.depth, v.* from node n
    cross join lateral (
      select v.service_id, v.name, s.name as service, v.release_order, ${isOffered(sql`v`, sql`s`)} as is_offered,
        ${step(sql`s.name`, sql`v.version`)} as step
      from service_version v join service s on s.id = v.service_id where v.id = n.id offset 0) v)`;

/** `edge (id, before, depth, name, step)`: imports that lead one step further from the beginning, each with the stop that it comes from. */
const edges = (way: ImportDirection, see: See): Sql => sql`
  edge (id, before, depth, name, step) as materialized (
    select m.id, n.id, n.depth, n.name, n.step
    from stop n
    join service_import i on i.${columns(way).importer} = n.id and ${see('ServiceImport', sql`i`)}
    join node m on m.id = i.${columns(way).imported} and m.depth = n.depth + 1)`;

/**
 * `back (target, id, depth, names, steps)`: the shortest ways to the nodes of the page, walked back from them, a level at a time.
 * Each beginning of a way leads on to at least one whole way, so that for a node no more of them are kept than are told, and one.
 */
const waysBack = sql`
  back (target, id, depth, names, steps) as (
    select n.id, n.id, n.depth, array[n.name], n.step from stop n where n.id in (select near from page)
    union all
    select w.target, w.id, w.depth, w.names, w.steps from (
      select b.target, e.before as id, e.depth, e.name || b.names as names, e.step || ',' || b.steps as steps,
        row_number() over (partition by b.target order by e.name || b.names) as place
      from back b join edge e on e.id = b.id) w
    where w.place <= ${MOST_PATHS + 1}::int)`;

/**
 * `told (id, paths)`: for each row of the page the ways to it, and one more than is told; what is used is one step further than what
 * uses it.
 */
const waysTold = sql`
  told (id, paths) as materialized (
    select p.id, array_agg(b.steps || p.last order by b.names)
    from page p join back b on b.target = p.near and b.depth = 0 group by p.id)`;

/** `several (service_id)`: services that are reached at more than one version. */
const several = sql`
  several (service_id) as materialized (
    select service_id from stop where depth > 0 group by service_id having count(*) > 1)`;

const path = objects(
  'ImportPath',
  {
    steps: objects(
      'ImportStep',
      {
        service: text({ description: 'Object name of the service.', required: true }),
        version: text({
          description: 'Version of its API; null where a service is used and no lowest version is stated.',
        }),
      },
      { description: 'A version of a service on the way.' },
    ),
  },
  { description: 'A way from one version over others to another, both ends included.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  service: one('Service', 'service_id', 'The service that is reached.'),
  version: one('ServiceVersion', 'version_id', 'The version of it that is reached.'),
  by: value(
    'ImportEdge',
    'by',
    'Whether imports lead to it, or a use, of which the version is null unless a lowest one is stated.',
  ),
  depth: value('Int', 'depth', 'Number of steps of the shortest way to it.'),
  paths: {
    gives: 'objects',
    objects: path,
    description: `The shortest ways to it, at most ${MOST_PATHS} of them.`,
    value: (row) =>
      sql`('[{"steps":[' || array_to_string(${row}.paths[1:${MOST_PATHS}::int], ']},{"steps":[') || ']}]')::json`,
  },
  hasMorePaths: {
    gives: 'value',
    type: 'Boolean',
    nullable: false,
    description: `Whether there are more shortest ways than the ${MOST_PATHS} that are told.`,
    value: (row) => sql`(cardinality(${row}.paths) > ${MOST_PATHS}::int)`,
  },
  regions: value('String', 'regions', 'Names of the regions in which this version is served, by name.', {
    list: true,
  }),
  unavailableIn: value(
    'String',
    'unavailable_in',
    'Names of those of these regions in which its deployment is disabled, or says that it does not serve.',
    { list: true },
  ),
  skew: value(
    'Boolean',
    'skew',
    'Whether the same service is also reached at another version. That is allowed, because deployments serve lower versions too.',
  ),
};

/**
 * Of a row `p` of the page the names of the regions in which its version is served or, where it has none, any of the service; and those
 * of them in which its deployment takes no traffic. Deployments of a service are found in the order of their names, which is that of
 * the regions: nothing is sorted, and no region looked up.
 */
const servedIn = (see: See): Sql => sql`lateral (
  select coalesce(array_agg(d.region), '{}') as regions, coalesce(array_agg(d.region) filter (where not d.takes_traffic), '{}') as unavailable_in
  from (
    select ${regionIn(sql`d`, sql`p.service`)} as region, ${takesTraffic(sql`d`)} as takes_traffic from deployment d
    where d.service_id = p.service_id and ${see('Deployment', sql`d`)}
      and d.current_version_id = any(array(select v.id from service_version v where v.service_id = p.service_id and v.release_order >= p.lowest))
      and not exists (select from region hidden where hidden.id = d.region_id and not ${see('Region', sql`hidden`)})
    order by d.name) d)`;

/** What imports lead to. */
const imported = (within: WithinPage): Sql => {
  const key = sql`lpad(n.depth::text, 3, '0') || ' ' || n.service || ' ' || lpad(n.release_order::text, 12, '0')`;
  return sql`
    select ${key} as key, n.id, n.id as version_id, n.service_id, n.service, 'Import' as by, n.depth, n.id as near, '' as last,
      case when n.is_offered then n.release_order end as lowest
    from stop n
    where n.depth > 0${within(key)}`;
};

/** Services that are used by those that the imports lead to, and are not imported; what they import is their own matter. */
const used = (way: ImportDirection, see: See, within: WithinPage): Sql => {
  const low = way === 'imports' ? sql`u.min_version_id` : sql`null::uuid`;
  const key = sql`lpad(x.depth::text, 3, '0') || ' ' || x.service`;
  return sql`
    select ${key} as key, x.service_id as id, x.version_id, x.service_id, x.service, 'Use' as by, x.depth, x.near, ',' || ${step(sql`x.service`, sql`x.version`)} as last, (
        select min(v.release_order) from service s join service_version v on v.service_id = s.id and ${isOffered(sql`v`, sql`s`)}
        where s.id = x.service_id and (x.version_id is null or v.id = x.version_id)) as lowest
    from (
      select distinct on (o.id) o.id as service_id, o.name as service, w.id as version_id, w.version, n.depth + 1 as depth, n.id as near
      from stop n
      join service_use u on u.${columns(way).user} = n.service_id and ${see('ServiceUse', sql`u`)}
      join service o on o.id = u.${columns(way).used} and ${see('Service', sql`o`)}
      left join service_version w on w.id = ${low} and ${see('ServiceVersion', sql`w`)}
      where o.id not in (select known.service_id from stop known)
      order by o.id, n.depth, n.name) x
    where true${within(key)}`;
};

/** Q7: what a version imports, directly and through others, or what imports it. */
export const importClosureQuery: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'importClosure',
  description:
    'What a version of a service imports, directly and through others, or what imports it: each version once, by its distance and then by name. Empty when there is no such version, or you may not see it. What you may not see is not followed.',
  args: {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    version: versionName({
      description: 'The version to begin with. Default: all versions that are Published or Deprecated, together.',
    }),
    direction,
    depth: int({ description: 'How many steps to follow at most.', min: 1, max: MOST_DEPTH, default: MOST_DEPTH }),
    includeUses: bool({
      description:
        'Whether services that are only used are told as well. They are not followed further; uses of core services, which every service has, are left out.',
      default: false,
    }),
  },
  record: {
    name: 'ImportedVersion',
    description: 'A version of a service that imports lead to.',
    fields,
    choices: [
      choice(
        'ImportEdge',
        { Import: 'Imports lead to it.', Use: 'A service on the way uses it, and none imports it.' },
        { description: 'What leads to a service.' },
      ),
    ],
  },
  rows: ({ service, version, direction: given, depth, includeUses }, see, _, within) => {
    const way = directionOf(given);
    const start = versionsOf(service, version, see);
    const uses = includeUses === true ? sql` union all (${used(way, see, within)})` : sql``;
    return sql`
      with recursive ${importClosure(way, start, Number(depth ?? MOST_DEPTH), see)},
      ${stops},
      page as ((${imported(within)})${uses}),
      ${edges(way, see)},
      ${waysBack},
      ${waysTold},
      ${several}
      select p.*, t.paths, r.regions, r.unavailable_in, p.by = 'Import' and p.service_id in (select service_id from several) as skew
      from page p join told t on t.id = p.id cross join ${servedIn(see)} r`;
  },
};
