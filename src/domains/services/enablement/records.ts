import { type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { freeName } from './free-name.ts';
import type { Ids } from './phases.ts';

const DISPLAY_NAME = sql`'kubernetes.io/display-name'`;

/** Makes the missing records of entitlements, and brings all that producers have of some projects up to date. */
export async function writeRecords(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  const name = freeName('service_consumer', sql`m.producer_id`, sql`m.wanted`, sql`m.entitlement_id`);
  await store.execute(sql`
    insert into service_consumer (id, name, project_id, scope_id, service_id, consumer_project_id, suspended, revision)
    select uuidv7(), ${name}, m.producer_id, m.producer_id, m.service_id, m.project_id, false, nextval('catalog_revision')
    from (
      select e.id as entitlement_id, e.service_id, e.project_id, s.owner_producer_project_id as producer_id,
        s.name || '--' || p.name as wanted
      from service_entitlement e
      join service s on s.id = e.service_id
      join project p on p.id = e.project_id
      where e.project_id = any(${projectIds}::uuid[]) and e.id <> all(${going}::uuid[]) and not exists (
        select from service_consumer c where c.service_id = e.service_id and c.consumer_project_id = e.project_id)) m`);
  await store.execute(sql`
    update service_consumer c set
      status_phase = d.phase, entitled_at = coalesce(d.entitled_at, c.entitled_at), request_message = d.request_message,
      consumer_project_name = d.project, consumer_project_display_name = d.project_display,
      consumer_organization_name = d.organization, consumer_organization_display_name = d.organization_display,
      ${newRevision}
    from (
      select x.id, e.entitled_at, e.request_message,
        (case
          when e.status_phase = 'Rejected' or s.phase in ('Draft', 'Retired') or x.approval_decision = 'Denied' then 'Denied'
          when e.status_phase = 'Active' then 'Active'
          when e.id is null and x.suspended then null
          when e.id is null and (x.approval_decision = 'Approved' or s.enablement_policy_mode is distinct from 'GatedByProvider') then 'Active'
          else 'PendingApproval' end)::consumer_phase as phase,
        p.name as project, coalesce(p.annotations->>${DISPLAY_NAME}, p.name) as project_display,
        o.name as organization, coalesce(o.annotations->>${DISPLAY_NAME}, o.name) as organization_display
      from service_consumer x
      join service s on s.id = x.service_id
      join project p on p.id = x.consumer_project_id
      join organization o on o.id = p.owner_id
      left join service_entitlement e on e.service_id = x.service_id and e.project_id = x.consumer_project_id
        and e.id <> all(${going}::uuid[])
      where x.consumer_project_id = any(${projectIds}::uuid[])) d
    where c.id = d.id and (c.status_phase, c.request_message, c.consumer_project_name, c.consumer_project_display_name,
        c.consumer_organization_name, c.consumer_organization_display_name, c.entitled_at)
      is distinct from (d.phase, d.request_message, d.project, d.project_display, d.organization, d.organization_display,
        coalesce(d.entitled_at, c.entitled_at))`);
}

/**
 * Deletes the records of entitlements that are deleted. Who is suspended does not get around it by asking anew: that
 * record stays, and of it the suspension alone.
 */
export async function removeRecordsOf(store: DerivedStore, entitlementIds: Ids): Promise<void> {
  if (entitlementIds.length === 0) return;
  const rows = await store.query<{ id: string; suspended: boolean }>(sql`
    select c.id, c.suspended from service_consumer c
    join service_entitlement e on e.service_id = c.service_id and e.project_id = c.consumer_project_id
    where e.id = any(${entitlementIds}::uuid[])`);
  const kept = rows.filter(({ suspended }) => suspended).map(({ id }) => id);
  if (kept.length > 0) {
    await store.execute(sql`
      update service_consumer set approval_decision = null, approval_message = null, entitled_at = null, ${newRevision}
      where id = any(${kept}::uuid[])`);
  }
  await store.remove(
    'ServiceConsumer',
    rows.filter(({ suspended }) => !suspended).map(({ id }) => id),
  );
}

/** The same, but for those whose place a dependency takes: the producer has decided on the project, not on its reason. */
export async function dropRecords(store: DerivedStore, going: Ids): Promise<void> {
  if (going.length === 0) return;
  const rows = await store.query<{ id: string }>(sql`
    select e.id from service_entitlement e where e.id = any(${going}::uuid[]) and not exists (
      select from service_entitlement o
      where o.project_id = e.project_id and o.service_id = e.service_id and o.id <> all(${going}::uuid[]))`);
  await removeRecordsOf(
    store,
    rows.map(({ id }) => id),
  );
}

/** What was denied and is withdrawn is asked for anew where something else still needs it. */
export async function dropDenials(store: DerivedStore, going: Ids): Promise<void> {
  if (going.length === 0) return;
  const rows = await store.query<{ id: string }>(
    sql`select id from service_entitlement where id = any(${going}::uuid[]) and status_phase = 'Rejected'`,
  );
  await removeRecordsOf(
    store,
    rows.map(({ id }) => id),
  );
}
