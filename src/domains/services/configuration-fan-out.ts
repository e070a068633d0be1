import type { CatalogObject, Change, DerivedStore } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { activate, activeAfter, deactivate, numberRevisions } from './activate.ts';
import { settleInForce } from './in-force.ts';
import { isFrozen, stampPhases } from './lifecycle.ts';
import { linkMeters, unlinkTypes } from './meter-links.ts';
import { settleOutputs } from './outputs/settle-outputs.ts';
import { holdMetrics, keepMeters, keepTypes, releaseMetrics, requiredByName } from './published-names.ts';
import { metersOf, typesOf, writeMeters, writeTypes } from './stated-rows.ts';

/*
 * What configurations state becomes rows, all with set-based statements over the stored documents:
 *
 *   every published revision ─► published_meter, published_resource_type     what a name means, for good
 *   the one that is active ───► meter_definition, monitored_resource_type    one row for each name, which keeps its uid
 *                               and what else follows from it                outputs/stated-outputs.ts
 *
 * A name that the active revision leaves out keeps its row, which stays with the last revision that stated it.
 */

/** Names of the resource types of services, which meters of other services may name as well. */
async function typeNames(store: DerivedStore, serviceIds: readonly string[]): Promise<string[]> {
  const rows = await store.query<{ name: string }>(
    sql`select resource_type_name as name from monitored_resource_type where service_id = any(${serviceIds}::uuid[])`,
  );
  return rows.map((row) => row.name);
}

/** Rows of what was never in force, once it is stated no longer. */
const unused = (serviceIds: readonly string[]) => sql`
  t.service_id = any(${serviceIds}::uuid[]) and t.configuration_id is not null
  and num_nonnulls(t.published_at, t.deprecated_at, t.retired_at) = 0
  and not exists (select from service s where s.active_configuration_id = t.configuration_id)`;

/** Updates the rows of everything that the changed configurations state. */
export async function fanOut(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  const published = changes.filter(({ spec }) => isFrozen(spec.phase)).map(({ id }) => id);
  await stampPhases(store, 'service_configuration', ids);
  if (published.length === 0) return;
  const activations = await activeAfter(changes, store);
  const serviceIds = activations.map(({ service_id }) => service_id);
  await numberRevisions(store, changes);
  await activate(store, activations);
  const active = new Set(activations.map(({ now }) => now));
  const isOurs = new Set(published);
  const stating = activations.flatMap(({ was, now }) =>
    now !== null && (now !== was || isOurs.has(now)) ? [now] : [],
  );
  const counts = sql`w.configuration_id = any(${published.filter((id) => active.has(id))}::uuid[]) as counts`;
  await keepTypes(
    store,
    sql`select w.*, ${counts}, null::uuid as type_id, ${requiredByName(sql`w.declared_labels`)} as labels from (${typesOf(published)}) w`,
  );
  await keepMeters(store, sql`select w.*, ${counts}, null::uuid as meter_id from (${metersOf(published)}) w`);
  if (stating.length > 0) {
    await writeTypes(store, stating);
    await writeMeters(store, stating);
    await holdMetrics(store, stating);
  }
  await store.execute(sql`delete from meter_definition t where ${unused(serviceIds)}`);
  await unlinkTypes(store, unused(serviceIds));
  await store.execute(sql`delete from monitored_resource_type t where ${unused(serviceIds)}`);
  await settleInForce(store, serviceIds);
  await linkMeters(store, { serviceIds, typeNames: await typeNames(store, serviceIds) });
  await settleOutputs(store, serviceIds);
}

async function servicesOfConfigurations(store: DerivedStore, ids: readonly string[]): Promise<string[]> {
  const rows = await store.query(
    tables.selectFrom('service_configuration').select('service_id').distinct().where('id', '=', among(ids)),
  );
  return rows.map((row) => row.service_id);
}

/** Deletes the rows that configurations stated, before they are deleted themselves. */
export async function withdraw(objects: readonly CatalogObject[], store: DerivedStore): Promise<void> {
  const ids = objects.map((object) => object.id);
  const own = sql`t.configuration_id = any(${ids}::uuid[])`;
  await deactivate(store, ids);
  await releaseMetrics(store, ids);
  await settleOutputs(store, await servicesOfConfigurations(store, ids), ids);
  await unlinkTypes(store, own);
  await store.execute(sql`delete from meter_definition t where ${own}`);
  await store.execute(sql`delete from monitored_resource_type t where ${own}`);
}
