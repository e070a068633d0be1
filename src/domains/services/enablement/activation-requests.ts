import { type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Ids } from './phases.ts';

/** What has become of requests to activate; once the project has ended the use, nothing more does. */
export async function followRequests(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  await store.execute(sql`
    update service_activation_request r set status_phase = w.phase, ${newRevision}
    from (
      select x.id, (case
        when x.status_phase = 'Disabled' or (e.id is null and x.status_phase is not null) then 'Disabled'
        when e.status_phase = 'Active' then 'Active'
        when e.status_phase = 'Rejected' then 'Denied'
        else 'Pending' end)::activation_phase as phase
      from service_activation_request x
      left join service_entitlement e on e.project_id = x.consumer_project_id and e.service_id = x.service_id
        and e.origin = 'Direct' and e.id <> all(${going}::uuid[])
      where x.consumer_project_id = any(${projectIds}::uuid[])) w
    where r.id = w.id and r.status_phase is distinct from w.phase`);
}
