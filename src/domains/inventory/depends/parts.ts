import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { keyText } from '../impact/what-can-be-lost.ts';

/** So many parts are looked at for all that is asked at once; where there are more, nothing is said of single points. */
export const MOST_PARTS = 20_000;

interface Part extends ObjectKey {
  readonly of: string;
  /** Of parts of one sort each can do the work of the others. */
  readonly sort: string;
}

/** What stands directly on what, down to facilities, devices and circuits. */
export interface Parts {
  /** By what stands on them, as kind and id, and by their sort. */
  readonly of: ReadonlyMap<string, ReadonlyMap<string, readonly ObjectKey[]>>;
  readonly isCapped: boolean;
}

export async function loadParts(ask: AskValue, subjects: readonly ObjectKey[]): Promise<Parts> {
  const rows = (await ask(partsOf(subjects))) as readonly Part[];
  const of = new Map<string, Map<string, ObjectKey[]>>();
  for (const { of: above, sort, kind, id } of rows.slice(0, MOST_PARTS)) {
    const sorts = of.get(above) ?? new Map<string, ObjectKey[]>();
    of.set(above, sorts);
    sorts.set(sort, [...(sorts.get(sort) ?? []), { kind, id }]);
  }
  return { of, isCapped: rows.length > MOST_PARTS };
}

/** A subject and all that it stands on, as far as parts say. */
export function allParts({ of }: Parts, subject: ObjectKey): Map<string, ObjectKey> {
  const found = new Map([[keyText(subject), subject]]);
  for (const key of found.keys())
    for (const parts of of.get(key)?.values() ?? []) for (const part of parts) found.set(keyText(part), part);
  return found;
}

/**
 *   project ─┬─► virtual machine ───────────────────────────► node
 *            └─► service ─┬─► deployment ─► cluster ─┬─► node
 *                         │        └────────────────┴─► site
 *                         └─► circuit
 */
const partsOf = (subjects: readonly ObjectKey[]): Sql => {
  const asked = (kind: string): Sql => sql`from asked where kind = ${kind}`;
  return sql`(
    with asked as materialized (
      select * from unnest(${subjects.map(({ kind }) => kind)}::text[], ${subjects.map(({ id }) => id)}::uuid[]) k (kind, id)
    ), machine_of as materialized (
      select v.project_id, v.id from virtual_machine v where v.project_id in (select id ${asked('Project')})
    ), used as materialized (
      select e.project_id, e.service_id from service_entitlement e
      where e.project_id in (select id ${asked('Project')}) and e.status_phase = 'Active'
    ), deployed as materialized (
      select d.service_id, d.id from deployment d where d.service_id in (select id ${asked('Service')} union select service_id from used)
    ), run as materialized (
      select r.deployment_id, r.site_id, r.cluster_id, r.node_id from deployment_runs_on r
      where r.deployment_id in (select id ${asked('Deployment')} union select id from deployed)
    ), spread as materialized (
      select c.id, c.control_plane_site_id from cluster c
      where c.id in (select id ${asked('Cluster')} union select cluster_id from run where cluster_id is not null)
    ), part (of, sort, kind, id) as (
      select 'Project/' || project_id, 'VirtualMachine', 'VirtualMachine', id from machine_of
      union select 'Project/' || project_id, 'Service', 'Service', service_id from used
      union select 'Service/' || service_id, 'Deployment', 'Deployment', id from deployed
      union select 'Service/' || s.id, 'Circuit', 'Circuit', k.id
        from service s join circuit k on k.service_ref_api_group = 'services.miloapis.com' and k.service_ref_kind = 'Service'
          and k.service_ref_name in (s.name, s.service_name)
        where s.id in (select id ${asked('Service')} union select service_id from used)
      union select 'Deployment/' || deployment_id, 'Host', x.kind, x.id from run
        cross join lateral (values ('Site', site_id), ('Cluster', cluster_id), ('Node', node_id)) x (kind, id) where x.id is not null
      union select 'VirtualMachine/' || v.id, 'Host', 'Node', v.host_id from virtual_machine v
        where v.id in (select id ${asked('VirtualMachine')} union select id from machine_of)
      union select 'Cluster/' || id, 'Site', 'Site', control_plane_site_id from spread
      union select 'Cluster/' || s.id, 'Node', 'Node', n.id from spread s join node n on n.assignment_cluster_id = s.id
    )
    select coalesce(jsonb_agg(jsonb_build_object('of', p.of, 'sort', p.sort, 'kind', p.kind, 'id', p.id) order by p.of, p.sort, p.id), '[]')
    from (select * from part limit ${MOST_PARTS + 1}) p)`;
};
