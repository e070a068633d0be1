import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { served } from '../../registry/index.ts';
import { serviceOf } from '../circuit-service.ts';
import { type Verdict, verdicts } from './verdicts.ts';

/** What deployments and virtual machines run on, and what becomes of it. */
export interface Host extends ObjectKey {
  readonly verdict: Verdict;
}

/** What a deployment runs on. `site`: the facility over which its traffic goes out; null if it is not known. */
export interface DeploymentHost extends Host {
  readonly site: string | null;
}

export interface DependentDeployment {
  readonly id: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly hosts: readonly DeploymentHost[];
  /** Deployments in its region that serve a version which imports the service. */
  readonly importers: Dependents<string>;
  readonly entitledProjectCount: number;
}

/** Those that the caller may see, in the order of their names, and how many there are of all. */
export interface Dependents<Item> {
  readonly total: number;
  readonly seen: number;
  readonly items: readonly Item[];
}

export interface AllDependents {
  readonly virtualMachines: Dependents<{ readonly id: string; readonly host: string; readonly verdict: Verdict }>;
  readonly deployments: Dependents<DependentDeployment>;
  readonly services: Dependents<string>;
  readonly projects: Dependents<string>;
}

interface Asked {
  readonly key: string;
  readonly hosts: readonly Host[];
  readonly circuits: readonly string[];
  readonly first: number;
}

/** What stands on these hosts and circuits, for several questions at once. */
export async function loadDependents(
  ask: AskValue,
  see: See,
  asked: readonly Asked[],
): Promise<Map<string, AllDependents>> {
  const rows = (await ask(dependentsOf(see, asked))) as readonly (AllDependents & { readonly key: string })[];
  return new Map(rows.map((row) => [row.key, row]));
}

export type Down = Pick<AllDependents, 'virtualMachines' | 'deployments'>;

/** What is down with the hosts of one question, and with those of none of the others. */
export async function loadDownOnlyWith(ask: AskValue, see: See, asked: readonly Asked[], key: string): Promise<Down> {
  return (await ask(downOnlyWith(see, asked, key))) as Down;
}

const listOf = (rows: Sql, table: string, kind: string, see: See, item: Sql, isTold = sql`true`): Sql => sql`(
  select jsonb_build_object('total', count(*), 'seen', count(*) filter (where l.is_seen),
    'items', coalesce(jsonb_agg(l.item order by l.name, l.id) filter (where l.is_seen and l.ord <= a.most), '[]'))
  from (
    select l.*, row_number() over (partition by l.is_seen order by l.name, l.id) as ord from (
      select x.id, o.name, ${see(kind, sql`o`)} and ${isTold} as is_seen, ${item} as item
      from (${rows}) x join ${sql.ident(table)} o on o.id = x.id) l) l)`;

/** The deployments near a deployment `x` that serve a version which imports its service, and whether the caller may know why. */
const importersOf = (see: See): Sql => sql`(
  select near.deployment_id as id, bool_or(${see('ServiceImport', sql`i`)}) as is_told
  from service_import i join (${served}) near on near.version_id = i.service_version_id and near.region_id = x.region_id
  where i.target_service_id = x.service_id group by near.deployment_id)`;

/**
 *   host (given) ─► out_site ─► out_node ─► out_cluster ─► hosts of deployments ─► services ─► projects
 *                                   └─► virtual machines ──────────────────────────────────────┘
 *
 * State of a host: 3 is lost or cut off, 2 has one way left, 1 has fewer ways, 0 has lost something else.
 */
const tablesOf = (asked: readonly Asked[]): Sql => {
  const hosts = asked.flatMap(({ key, hosts: own }) => own.map((host) => ({ key, ...host })));
  const circuits = asked.flatMap(({ key, circuits: own }) => own.map((id) => ({ key, id })));
  const stateOf = (verdict: Verdict): number => 3 - verdicts.indexOf(verdict);
  return sql`
    asked as materialized (
      select * from unnest(${asked.map(({ key }) => key)}::text[], ${asked.map(({ first }) => first)}::int[]) a (key, most)
    ), given as materialized (
      select * from unnest(${hosts.map(({ key }) => key)}::text[], ${hosts.map(({ kind }) => kind)}::text[], ${hosts.map(({ id }) => id)}::uuid[],
        ${hosts.map(({ verdict }) => stateOf(verdict))}::int[]) h (key, kind, id, state)
    ), site_state as materialized (
      select key, id, max(state) as state from given where kind = 'Site' group by key, id
    ), node_state as materialized (
      select key, id, max(state) as state from (
        select key, id, state from given where kind = 'Node'
        union all select s.key, n.id, s.state from site_state s join node n on n.site_id = s.id where s.state >= 2) n
      group by key, id
    ), cluster_state as materialized (
      select key, id, max(state) as state from (
        select key, id, state from given where kind = 'Cluster'
        union all select s.key, c.id, s.state from site_state s join cluster c on c.control_plane_site_id = s.id
        union all select g.key, g.cluster_id, 3 from (
          select s.key, n.assignment_cluster_id as cluster_id, count(*) as out from node_state s join node n on n.id = s.id
          where s.state = 3 and n.assignment_cluster_id is not null group by s.key, n.assignment_cluster_id) g
        where g.out = (select count(*) from node m where m.assignment_cluster_id = g.cluster_id)) c
      group by key, id
    ), host as materialized (
      select key, 'Site' as kind, id, state from site_state
      union all select key, 'Node', id, state from node_state union all select key, 'Cluster', id, state from cluster_state
    ), touched as materialized (
      select h.key, r.deployment_id from host h join deployment_runs_on r on r.site_id = h.id where h.kind = 'Site'
      union select h.key, r.deployment_id from host h join deployment_runs_on r on r.cluster_id = h.id where h.kind = 'Cluster'
      union select h.key, r.deployment_id from host h join deployment_runs_on r on r.node_id = h.id where h.kind = 'Node'
    ), run as materialized (
      select t.key, t.deployment_id, r.position, x.kind, x.id, x.site_id, h.state
      from touched t join deployment_runs_on r on r.deployment_id = t.deployment_id
      cross join lateral (
        select 'Site' as kind, r.site_id as id, r.site_id where r.site_id is not null
        union all select 'Cluster', q.id, q.control_plane_site_id from cluster q where q.id = r.cluster_id
        union all select 'Node', n.id, n.site_id from node n where n.id = r.node_id) x
      left join host h on h.key = t.key and h.kind = x.kind and h.id = x.id
    ), deployed as materialized (
      select r.key, r.deployment_id as id, d.service_id, d.region_id,
        case when bool_and(coalesce(r.state, 0) = 3) then 3
          when bool_or(coalesce(r.state, 0) = 3) or bool_and(coalesce(r.state, 0) >= 2) then 2
          when bool_or(coalesce(r.state, 0) >= 1) then 1 else 0 end as state
      from run r join deployment d on d.id = r.deployment_id group by r.key, r.deployment_id, d.service_id, d.region_id
    ), machine as materialized (
      select s.key, v.id, v.host_id, v.project_id, s.state from node_state s join virtual_machine v on v.host_id = s.id
    ), service_touched as materialized (
      select key, service_id as id from deployed
      union select c.key, s.id from unnest(${circuits.map(({ key }) => key)}::text[], ${circuits.map(({ id }) => id)}::uuid[]) c (key, id)
        join circuit k on k.id = c.id cross join lateral (select s.id ${serviceOf(sql`k`)}) s
    ), project_touched as materialized (
      select key, project_id as id from machine where project_id is not null and state >= 2
      union select d.key, e.project_id from deployed d join service_entitlement e on e.service_id = d.service_id and e.status_phase = 'Active'
        where d.state >= 2
    )`;
};

const verdictOf = (state: Sql): Sql => sql`(${verdicts}::text[])[4 - ${state}]`;

const machines = (rows: Sql, see: See): Sql =>
  listOf(
    rows,
    'virtual_machine',
    'VirtualMachine',
    see,
    sql`jsonb_build_object('id', x.id, 'host', x.host_id, 'verdict', ${verdictOf(sql`x.state`)})`,
  );

const deployments = (rows: Sql, see: See): Sql =>
  listOf(
    rows,
    'deployment',
    'Deployment',
    see,
    sql`jsonb_build_object('id', x.id, 'service', x.service_id, 'verdict', ${verdictOf(sql`x.state`)},
      'importers', ${listOf(importersOf(see), 'deployment', 'Deployment', see, sql`to_jsonb(x.id)`, sql`x.is_told`)},
      'entitledProjectCount', (select count(distinct e.project_id) from service_entitlement e where e.service_id = x.service_id and e.status_phase = 'Active'),
      'hosts', (select jsonb_agg(jsonb_build_object('kind', r.kind, 'id', r.id, 'site', r.site_id, 'verdict', ${verdictOf(sql`coalesce(r.state, 0)`)}) order by r.position)
        from run r where r.key = x.key and r.deployment_id = x.id))`,
  );

const dependentsOf = (see: See, asked: readonly Asked[]): Sql => sql`(
    with ${tablesOf(asked)}
    select jsonb_agg(jsonb_build_object('key', a.key,
      'virtualMachines', ${machines(sql`(select m.id, m.host_id, m.state from machine m where m.key = a.key)`, see)},
      'deployments', ${deployments(sql`(select d.key, d.id, d.service_id, d.region_id, d.state from deployed d where d.key = a.key)`, see)},
      'services', ${listOf(sql`(select t.id from service_touched t where t.key = a.key)`, 'service', 'Service', see, sql`to_jsonb(x.id)`)},
      'projects', ${listOf(sql`(select t.id from project_touched t where t.key = a.key)`, 'project', 'Project', see, sql`to_jsonb(x.id)`)}))
    from asked a)`;

const downOnlyWith = (see: See, asked: readonly Asked[], key: string): Sql => sql`(
    with ${tablesOf(asked)}
    select jsonb_build_object(
      'virtualMachines', ${machines(
        sql`(select m.id, m.host_id, m.state from machine m where m.key = a.key and m.state = 3
          and not exists (select from machine o where o.id = m.id and o.key <> a.key and o.state = 3))`,
        see,
      )},
      'deployments', ${deployments(
        sql`(select d.key, d.id, d.service_id, d.region_id, d.state from deployed d where d.key = a.key and d.state = 3
          and not exists (select from deployed o where o.id = d.id and o.key <> a.key and o.state = 3))`,
        see,
      )})
    from asked a where a.key = ${key})`;
