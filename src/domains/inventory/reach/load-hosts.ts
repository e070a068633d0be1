import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { conditionsOf } from '../../registry/index.ts';

/** So many servers of a cluster are looked at. */
const MOST_SERVERS = 64;

/** What a deployment runs on. */
export interface ReachHost extends ObjectKey {
  readonly name: string;
  /** The facility that it is in, for a cluster that of its control plane; null if there is none. */
  readonly site: string | null;
  /** Servers with cables: of a cluster, or the server itself. */
  readonly servers: readonly string[];
  /** How many servers there are. */
  readonly serverCount: number;
}

export interface HostedDeployment {
  readonly id: string;
  readonly generation: number;
  /** What it says, and what follows from the registry. */
  readonly conditions: readonly object[];
  readonly hosts: readonly ReachHost[];
}

/** Deployments, with what the caller may see of what they run on. */
export async function loadHosted(
  ask: AskValue,
  see: See,
  deployments: readonly string[],
): Promise<readonly HostedDeployment[]> {
  return (await ask(sql`(
    select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'generation', o.generation, 'conditions', ${conditionsOf(sql`o`, see)},
      'hosts', (select coalesce(jsonb_agg(to_jsonb(h) order by r.position), '[]') from deployment_runs_on r cross join lateral (${hostsOf(see)}) h
        where r.deployment_id = o.id))), '[]')
    from deployment o where o.id = any(${deployments}::uuid[]))`)) as readonly HostedDeployment[];
}

/** Of a row `r` of `deployment_runs_on`. */
const hostsOf = (see: See): Sql => sql`
  select 'Site' as kind, s.id, s.name, s.id as site, '[]'::jsonb as servers, 0 as "serverCount" from site s where s.id = r.site_id and ${see('Site', sql`s`)}
  union all
  select 'Cluster', k.id, k.name, s.id, n.servers, n.count from cluster k
  left join site s on s.id = k.control_plane_site_id and ${see('Site', sql`s`)}
  cross join lateral (
    select (select coalesce(jsonb_agg(c.id), '[]') from (
        select n.id from node n where ${isOfCluster(see)} and ${isCabled(sql`n.id`)} order by n.id limit ${MOST_SERVERS}::int) c) as servers,
      (select count(*)::int from node n where ${isOfCluster(see)}) as count) n
  where k.id = r.cluster_id and ${see('Cluster', sql`k`)}
  union all
  select 'Node', n.id, n.name, n.site_id, case when ${isCabled(sql`n.id`)} then jsonb_build_array(n.id) else '[]' end, 1
  from node n where n.id = r.node_id and ${see('Node', sql`n`)}`;

const isOfCluster = (see: See): Sql => sql`n.assignment_cluster_id = k.id and ${see('Node', sql`n`)}`;

/** Whether a cable for traffic is plugged into a server, or is to be. */
const isCabled = (node: Sql): Sql => sql`exists (
  select from port p join cable_termination e on e.port_id = p.id where p.device_node_id = ${node} and p.type not in ('Power', 'Serial'))`;
