import type { DerivedStore } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { settleProjectGrants } from '../outputs/settle-outputs.ts';
import { followRequests } from './activation-requests.ts';
import { writeConditions } from './conditions.ts';
import { enrol, leave, pointToParents, takeOver } from './dependencies.ts';
import { decidePhases, type Ids } from './phases.ts';
import { dropDenials, dropRecords, writeRecords } from './records.ts';

/**
 * Brings the enablement of some projects into the state that follows from what is stored: their entitlements, those of
 * the services that these need, the records that producers have of them, and what the projects are granted.
 * Whatever moves it comes here: a request, a decision, a service that changes its phase, mode or dependencies, a
 * suspension. Entitlements that are `going` are about to be deleted and count no more.
 *
 *     asked for ──► PendingApproval ──► Active ──► Rejected        who is Active goes on when the service becomes
 *         │              │ denied                     ▲            gated or Deprecated; Rejected is left only by
 *         └──────────────┴────────────────────────────┘            deleting the entitlement and asking again
 *             denied, or the service is Retired
 *
 * The number of statements does not depend on the number of projects.
 */
export async function settleEnablement(store: DerivedStore, projectIds: Ids, going: Ids = []): Promise<void> {
  const ids = [...new Set(projectIds)];
  if (ids.length === 0) return;
  await takeOver(store, ids);
  await decidePhases(store, ids);
  await dropDenials(store, going);
  await enrol(store, ids, going);
  await leave(store, ids, going);
  await pointToParents(store, ids, going);
  await dropRecords(store, going);
  await writeRecords(store, ids, going);
  await followRequests(store, ids, going);
  await writeConditions(store, ids, going);
  await settleProjectGrants(store, ids, going);
}

/** The projects that asked for one of some services, or for one that depends on it, directly or through others. */
export async function projectsUsing(store: DerivedStore, serviceIds: Ids): Promise<string[]> {
  if (serviceIds.length === 0) return [];
  const rows = await store.query<{ project_id: string }>(sql`
    with recursive used(id) as (
      select unnest(${serviceIds}::uuid[])
      union select d.dependent_service_id from used u join service_dependency d on d.service_id = u.id)
    select project_id from service_entitlement where service_id in (select id from used)
    union select consumer_project_id from service_consumer where service_id = any(${serviceIds}::uuid[])`);
  return rows.map((row) => row.project_id);
}
