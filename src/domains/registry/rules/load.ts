import type { Ask } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { reportOn } from '../health.ts';
import { isRegional } from './hosts.ts';
import { Registry } from './registry.ts';
import type { Rows } from './rows.ts';

/** Which part of the registry rules need, to judge what has moved. */
export interface Part {
  /** Ids of services of which something has moved. */
  readonly services: readonly string[];
  /** Ids of regions whose state has moved. */
  readonly states: readonly string[];
  /** Ids of regions that a facility has come to, or that a project enables. */
  readonly claimed: readonly string[];
  /** Ids of projects that say where they keep their objects, or ask for a service. */
  readonly projects: readonly string[];
  /** Ids of regions in which something has moved. */
  readonly regions: readonly string[];
  /** Whether only deployments and states of regions have moved, so that nothing elsewhere is in question. */
  readonly isLocal: boolean;
  /** Whether deployments are gone or serve less than before, so that those who import them are in question. */
  readonly servesLess: boolean;
  /** Whether imports may have come to bind, so that there may be a circle of them. */
  readonly hasNewImports: boolean;
}

interface Columns {
  readonly table: string;
  readonly columns: Sql;
  /** What else is joined for them. */
  readonly also?: Sql;
}

/** What rules know of each table, as `Registry` has it. */
const tables = {
  services: { table: 'service', columns: sql`x.id, x.name, x.phase` },
  runtimes: {
    table: 'service_runtime',
    columns: sql`x.id, x.name, x.service_id as "serviceId", x.core, x.visibility, x.leading_service_id as "leadingServiceId",
      x.global_domain as "globalDomain", x.labelled_domains as "labelledDomains", x.primary_region_id as "primaryRegionId",
      x.max_skew_days as "maxSkewDays"`,
  },
  versions: {
    table: 'service_version',
    columns: sql`x.id, x.name, x.service_id as "serviceId", x.version, x.phase, x.release_order as "order",
      extract(epoch from write_instant() - x.created_at) / 86400 as "ageDays"`,
  },
  imports: {
    table: 'service_import',
    columns: sql`x.id, x.name, x.service_version_id as "versionId", x.target_service_id as "targetId", x.target_version_id as "targetVersionId"`,
  },
  uses: {
    table: 'service_use',
    columns: sql`x.id, x.name, x.service_id as "serviceId", x.target_service_id as "targetId"`,
  },
  regions: { table: 'region', columns: sql`x.id, x.name` },
  states: { table: 'region_state', columns: sql`x.id, x.name, x.region_id as "regionId", x.state` },
  policies: {
    table: 'region_policy',
    columns: sql`x.id, x.name, x.project_id as "projectId",
      array(select l.region_id from region_policy_region l where l.region_policy_id = x.id) as "regionIds"`,
  },
  entitlements: {
    table: 'service_entitlement',
    columns: sql`x.id, x.name, x.project_id as "projectId", x.service_id as "serviceId"`,
  },
  sites: { table: 'site', columns: sql`x.id, x.name, x.region_id as "regionId"` },
  deployments: {
    table: 'deployment',
    columns: sql`x.id, x.name, x.service_id as "serviceId", x.region_id as "regionId", x.current_version_id as "versionId", x.disabled,
      x.public_domain as "publicDomain", x.private_domain as "privateDomain", x.local_network_id as "localNetworkId",
      x.labelled_domains as "labelledDomains", coalesce(y.is_down, false) as "isDown", y.upgrade->>'stage' as "upgradeStage",
      y.available_upgrade->>'apiVersion' as "availableVersion",
      ${isRegional(sql`u.global_domain`, sql`x.public_domain`, sql`r.name`)} as "isRegional"`,
    also: sql`left join lateral (${reportOn(sql`x`)}) y on true
      join region r on r.id = x.region_id left join service_runtime u on u.service_id = x.service_id`,
  },
  apiTypes: {
    table: 'api_resource',
    columns: sql`x.id, x.name, x.service_id as "serviceId", x.per_version as "perVersion",
      array(select l.service_version_id from api_resource_version l where l.api_resource_id = x.id) as "versionIds"`,
  },
} as const satisfies { readonly [Table in keyof Registry]?: Columns };
type Table = keyof typeof tables;

/** Rows of a table, each as JSON, beside the name under which the registry keeps them. */
function rowsOf(name: Table, which: Sql): Sql {
  const { table, columns, also = sql`` }: Columns = tables[name];
  return sql`select ${sql.raw(`'${name}'`)} as "table", to_json(z) as row from (
    select ${columns} from ${sql.ident(table)} x ${also} where ${which}) z`;
}

async function load(ask: Ask, from: Sql): Promise<Registry> {
  const registry = new Registry();
  for (const { table, row } of await ask<{ table: Table; row: { id: string } }>(from)) {
    // Which rows a table has is said where its columns are.
    (registry[table] as unknown as Rows<{ readonly id: string }>).put(row);
  }
  return registry;
}

/** Sites count in regions that are closed. */
const inClosed = (which: Sql): Sql =>
  sql`${which} and x.region_id in (select z.region_id from region_state z where z.state = 'Closed')`;

/** Entitlements count, unless they are rejected, of projects that say in which regions they are. */
const isBound = sql`x.status_phase is distinct from 'Rejected' and x.project_id in (select p.project_id from region_policy p)`;

/** The whole registry. */
export const loadAll = (ask: Ask): Promise<Registry> =>
  load(
    ask,
    sql.join(
      Object.keys(tables).map((table) =>
        rowsOf(
          table as Table,
          table === 'sites' ? inClosed(sql`true`) : table === 'entitlements' ? isBound : sql`true`,
        ),
      ),
      ' union all ',
    ),
  );

interface Names {
  readonly services: readonly string[];
  readonly versions?: readonly string[];
  readonly deployments?: readonly string[];
  /** Versions whose places are asked for. */
  readonly current?: readonly string[];
  readonly projects?: readonly string[];
  readonly regions: readonly string[];
}

interface Ids {
  readonly services: readonly string[];
  readonly projects: readonly string[];
  readonly regions: readonly { readonly id: string; readonly name: string }[];
  /** Place among releases, by the name of a version. */
  readonly orders: ReadonlyMap<string, number>;
}

/** Services that are named, by themselves or by one of their versions or deployments, and regions, by themselves or by deployments. */
export async function idsOf(
  ask: Ask,
  { services, versions = [], deployments = [], current = [], projects = [], regions }: Names,
): Promise<Ids> {
  const rows = await ask<{ table: string; id: string; name: string; place: number }>(sql`
    select 'service' as table, s.id, '' as name, 0::float as place from service s where s.name = any(${services}::text[])
    union
    select 'service', v.service_id, '', 0 from service_version v where v.name = any(${versions}::text[])
    union
    select 'service', d.service_id, '', 0 from deployment d where d.name = any(${deployments}::text[])
    union
    select 'region', r.id, r.name, 0 from region r where r.name = any(${regions}::text[])
    union
    select 'project', p.id, '', 0 from project p where p.name = any(${projects}::text[])
    union
    select 'version', v.id, v.name, v.release_order from service_version v where v.name = any(${current}::text[])
    union
    select 'region', r.id, r.name, 0 from deployment d join region r on r.id = d.region_id where d.name = any(${deployments}::text[])`);
  const { service = [], region = [], project = [], version = [] } = Object.groupBy(rows, ({ table }) => table);
  return {
    services: service.map(({ id }) => id),
    projects: project.map(({ id }) => id),
    regions: region,
    orders: new Map(version.map(({ name, place }) => [name, place])),
  };
}

const ids = (list: readonly string[]): Sql => sql`any(${[...list].sort()}::uuid[])`;

/** Services that are reached over imports, in one direction. */
const walk = (name: string, from: string, to: string): Sql => {
  const near = sql.raw(from);
  const far = sql.raw(to);
  return sql`${sql.raw(name)} (id) as (
    select id from touched
    union
    select ${far} from ${sql.raw(name)} b
    cross join lateral (
      select v.service_id as importer_id, i.target_service_id as target_id
      from service_version v join service_import i on i.service_version_id = v.id where ${near} = b.id) e)`;
};

/**
 * What the rules need of the registry, as services have been touched: the services themselves with all that is theirs, and
 * those around them.
 *
 *   above ──imports, uses──► touched ──imports, uses──► below        group: who leads it, whom it leads; core services
 *
 * Of those around them deployments count only in regions where something has moved, which are those of the touched
 * services where more than deployments has.
 */
export function loadPart(ask: Ask, part: Part): Promise<Registry> {
  const { services, states, claimed, projects, regions, isLocal, servesLess, hasNewImports } = part;
  // Where deployments alone have moved, and serve more than before, nothing can break for those above them.
  const hasAbove = servesLess || !isLocal;
  const touched = ids(services);
  const graph = hasNewImports
    ? sql`, ${walk('lower', 'v.service_id', 'e.target_id')}, ${walk('upper', 'i.target_service_id', 'e.importer_id')}`
    : sql``;
  const inGraph = hasNewImports ? sql` union select id from lower union select id from upper` : sql``;
  const importsInGraph = hasNewImports
    ? sql` union select i.id from inside n join service_version v on v.service_id = n.id join service_import i on i.service_version_id = v.id
        where i.target_service_id in (select id from inside)`
    : sql``;
  const own = sql`select d.region_id from deployment d where d.service_id = ${touched} union `;
  const places = sql`${isLocal ? sql`` : own}select unnest(${[...new Set([...regions, ...states])].sort()}::uuid[])`;
  const ownEverywhere = sql`own (id) as (
    select d.id from deployment d where d.service_id in (select id from touched union select id from grouped))`;
  // Beside those in the places: the primary one, all where it is not elsewhere for certain, and those of which something is reported.
  const ownInPlace = sql`own (id) as (
    select d.id from (select id from touched union select id from grouped) n
      cross join place p join deployment d on d.service_id = n.id and d.region_id = p.id
    union select d.id from touched n join service_runtime u on u.service_id = n.id
      join deployment d on d.service_id = n.id and d.region_id = u.primary_region_id
    union select d.id from touched n join deployment d on d.service_id = n.id where not exists (
      select from service_runtime u join deployment e on e.service_id = u.service_id and e.region_id = u.primary_region_id
      where u.service_id = n.id and e.region_id not in (select id from place))
    union select x.deployment_id from touched n join deployment d on d.service_id = n.id join deployment_report x on x.deployment_id = d.id)`;
  return load(
    ask,
    sql`with recursive touched (id) as (select s.id from service s where s.id = ${touched}),
      below (id) as (
        select i.target_service_id from service_version v join service_import i on i.service_version_id = v.id where v.service_id = ${touched}
        union select u.target_service_id from service_use u where u.service_id = ${touched}),
      above (id) as (
        select v.service_id from service_import i join service_version v on v.id = i.service_version_id where i.target_service_id = ${touched}
        union select u.service_id from service_use u where u.target_service_id = ${touched}),
      core (id) as (select u.service_id from service_runtime u where u.core),
      grouped (id) as (
        select u.service_id from service_runtime u where u.leading_service_id = ${touched}
        union select u.leading_service_id from service_runtime u where u.service_id = ${touched} and u.leading_service_id is not null),
      place (id) as (${places}),
      stated (hosts) as (
        select coalesce(array_agg(h.host), '{}') from (
          select unnest(hosts_of(d.public_domain, d.labelled_domains)) as host from deployment d
          where d.service_id = ${touched} and d.region_id in (select id from place)
          union select unnest(hosts_of(u.global_domain, u.labelled_domains)) from service_runtime u where u.service_id = ${touched}) h),
      policed (id, project_id, service_id) as (
        select x.id, x.project_id, x.service_id from service_entitlement x where x.service_id = ${touched} and ${isBound}
        union select x.id, x.project_id, x.service_id from service_entitlement x where x.project_id = ${ids(projects)} and ${isBound}),
      inside (id) as (
        select service_id from policed union
        select id from touched union select id from below${hasAbove ? sql` union select id from above` : sql``} union select id from grouped union select id from core
        union select d.service_id from deployment d where d.region_id = ${ids(states)}${inGraph}),
      ${isLocal ? ownInPlace : ownEverywhere},
      present (id) as (
        select id from own
        union select d.id from deployment d where d.region_id = ${ids(states)}
        union select d.id from policed c join region_policy p on p.project_id = c.project_id
          join region_policy_region l on l.region_policy_id = p.id join deployment d on d.service_id = c.service_id and d.region_id = l.region_id
        union select d.id from deployment d where hosts_of(d.public_domain, d.labelled_domains) && (select hosts from stated)
        union select d.id from (
            select id from below union select id from core${servesLess ? sql` union select id from above` : sql``}) n
          cross join place p join deployment d on d.service_id = n.id and d.region_id = p.id),
      bound (id) as (
        select i.id from service_version v join service_import i on i.service_version_id = v.id where v.service_id = ${touched}
${hasAbove ? sql` union select i.id from service_import i where i.target_service_id = ${touched}` : sql``}${importsInGraph})${graph}
      ${sql.join(
        [
          rowsOf('services', sql`x.id in (select id from inside)`),
          rowsOf(
            'runtimes',
            sql`x.id in (
              select u.id from service_runtime u where u.service_id in (select id from inside)
              union select u.id from service_runtime u where hosts_of(u.global_domain, u.labelled_domains) && (select hosts from stated))`,
          ),
          rowsOf('versions', sql`x.service_id in (select id from inside)`),
          rowsOf('imports', sql`x.id in (select id from bound)`),
          rowsOf('uses', sql`x.service_id = ${touched} or x.target_service_id = ${touched}`),
          rowsOf('regions', sql`true`),
          rowsOf('states', sql`true`),
          rowsOf(
            'policies',
            sql`x.project_id in (select project_id from policed) or x.project_id = ${ids(projects)}
              or x.id in (select l.region_policy_id from region_policy_region l join region_state z on z.region_id = l.region_id
                where z.state = 'Closed' and l.region_id = ${ids(states)})`,
          ),
          rowsOf('entitlements', sql`x.id in (select id from policed)`),
          rowsOf('sites', inClosed(sql`x.region_id = ${ids([...states, ...claimed])}`)),
          rowsOf('deployments', sql`x.id in (select id from present)`),
          rowsOf('apiTypes', sql`x.service_id = ${touched}`),
        ],
        ' union all ',
      )}`,
  );
}

/**
 * Services that are reached from some over imports that bind: those that they import, and so on; or those that import them and
 * are in one of some regions as well.
 */
export async function reach(
  ask: Ask,
  services: readonly string[],
  { downwards, upwardsIn }: { readonly downwards: boolean; readonly upwardsIn: readonly string[] },
): Promise<readonly string[]> {
  const down = sql`union select i.target_service_id from reached r
    join service_version v on v.service_id = r.id and v.phase in ('Published', 'Deprecated')
    join service_import i on i.service_version_id = v.id`;
  const up = sql`union select v.service_id from reached r
    join service_import i on i.target_service_id = r.id
    join service_version v on v.id = i.service_version_id and v.phase in ('Published', 'Deprecated')
    where exists (select from deployment d where d.service_id = v.service_id and d.region_id = ${ids(upwardsIn)})`;
  const rows = await ask<{ id: string }>(sql`
    with recursive reached (id) as (select unnest(${[...services].sort()}::uuid[]) ${downwards ? down : up}) select id from reached`);
  return rows.map(({ id }) => id);
}
