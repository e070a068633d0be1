import { type CatalogObject, type Change, type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { freeName } from './free-name.ts';
import { settleEnablement } from './settle.ts';

/**
 * Enables services for projects as their providers asked: an entitlement as the project itself would make it, and a record
 * that is approved. Where the project has asked already, its own entitlement is approved; a denial stays.
 */
export async function activate(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.filter(({ before }) => before === undefined).map(({ id }) => id);
  if (ids.length === 0) return;
  const { kind, name } = store.by.caller;
  await store.execute(
    sql`update service_activation_request set requested_by = ${`${kind}/${name}`}, ${newRevision} where id = any(${ids}::uuid[])`,
  );
  const own = freeName('service_entitlement', sql`w.project_id`, sql`w.service`, sql`w.service_id`);
  await store.execute(sql`
    insert into service_entitlement (id, name, project_id, scope_id, service_id, request_message, activation_request_id, revision)
    select uuidv7(), ${own}, w.project_id, w.project_id, w.service_id, w.request_message, w.id, nextval('catalog_revision')
    from (
      select distinct on (r.consumer_project_id, r.service_id)
        r.id, r.consumer_project_id as project_id, r.service_id, r.request_message, s.name as service
      from service_activation_request r join service s on s.id = r.service_id
      where r.id = any(${ids}::uuid[]) and not exists (
        select from service_entitlement e
        where e.project_id = r.consumer_project_id and e.service_id = r.service_id and e.origin = 'Direct')
      order by r.consumer_project_id, r.service_id, r.id) w`);
  const rows = await store.query<{ project_id: string }>(
    sql`select distinct consumer_project_id as project_id from service_activation_request where id = any(${ids}::uuid[])`,
  );
  const projectIds = rows.map((row) => row.project_id);
  // The records have to be there before they can be approved.
  await settleEnablement(store, projectIds);
  const approved = await store.execute(sql`
    update service_consumer c set approval_decision = 'Approved', ${newRevision}
    from service_activation_request r
    where r.id = any(${ids}::uuid[]) and c.service_id = r.service_id and c.consumer_project_id = r.consumer_project_id
      and c.approval_decision is null`);
  if (approved > 0) await settleEnablement(store, projectIds);
}

/** Entitlements stay when the request that they came from is deleted. */
export async function forget(objects: readonly CatalogObject[], store: DerivedStore): Promise<void> {
  await store.execute(sql`
    update service_entitlement set activation_request_id = null, ${newRevision}
    where activation_request_id = any(${objects.map(({ id }) => id)}::uuid[])`);
}
