import { type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';

export type Ids = readonly string[];

/**
 * The phase of an entitlement: `x` has the one it was in (`status_phase`, null when it is new), `s` is its service, `c`
 * the producer's record of its project, if there is one. Rejected is final because a denial is, and a retired service.
 */
export const phaseOf = sql`(case
  when s.phase in ('Draft', 'Retired') or c.approval_decision = 'Denied' then 'Rejected'
  when x.status_phase = 'Active' or c.approval_decision = 'Approved'
    or s.enablement_policy_mode is distinct from 'GatedByProvider' then 'Active'
  else 'PendingApproval' end)::entitlement_phase`;

/** Moves the entitlements of some projects to the phase that they should be in. */
export async function decidePhases(store: DerivedStore, projectIds: Ids): Promise<void> {
  await store.execute(sql`
    update service_entitlement e set
      status_phase = d.phase,
      entitled_at = coalesce(e.entitled_at, case when d.phase = 'Active' then write_instant() end),
      ${newRevision}
    from (
      select x.id, ${phaseOf} as phase
      from service_entitlement x
      join service s on s.id = x.service_id
      left join service_consumer c on c.service_id = x.service_id and c.consumer_project_id = x.project_id
      where x.project_id = any(${projectIds}::uuid[])) d
    where e.id = d.id and e.status_phase is distinct from d.phase`);
}
