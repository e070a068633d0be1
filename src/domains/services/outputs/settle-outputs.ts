import type { DerivedStore } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { mergeRows } from '../merge-rows.ts';
import { rowLabels } from '../stated-rows.ts';
import { documentsOf } from './documents.ts';
import { grants, type Output, outputs } from './stated-outputs.ts';

type Ids = readonly string[];

interface Scope {
  readonly serviceIds: Ids;
  /** Configurations that are about to be deleted. */
  readonly going: Ids;
  /** Only what is in these projects. */
  readonly projectIds?: Ids;
  /** Entitlements that are about to be deleted. */
  readonly leaving?: Ids;
}

/** Brings the objects of one kind that follow from the configurations of some services up to date. */
async function settle(store: DerivedStore, output: Output, of: Scope): Promise<void> {
  const { serviceIds, going, projectIds, leaving = [] } = of;
  const { table, rows, complete, columns, annotations = sql`'{}'::jsonb`, namespace, inProjects } = output;
  const target = sql.ident(table);
  const object = inProjects === true ? sql`r.project_id, r.name` : sql`r.name`;
  const plain = sql`select distinct on (${object}) r.* from (${rows(documentsOf(serviceIds, going))}) r order by ${object}, r.rank`;
  const stated = complete === undefined ? plain : await complete(store, plain);
  const wanted =
    projectIds === undefined
      ? stated
      : sql`select * from (${stated}) g where g.project_id = any(${projectIds}::uuid[]) and g.entitlement_id <> all(${leaving}::uuid[])`;
  const within = projectIds === undefined ? sql`true` : sql`t.project_id = any(${projectIds}::uuid[])`;
  const isSame = inProjects === true ? sql`t.name = w.name and t.project_id = w.project_id` : sql`t.name = w.name`;
  await store.execute(sql`
    with wanted as materialized (${wanted})
    delete from ${target} t
    where t.configuration_id in (select id from service_configuration where service_id = any(${serviceIds}::uuid[]))
      and ${within} and not exists (select from wanted w where ${isSame})`);
  await store.execute(
    mergeRows({
      table,
      from: wanted,
      on: sql`${isSame} and t.configuration_id is not null`,
      columns: {
        labels: rowLabels,
        annotations: sql`jsonb_strip_nulls(${annotations})`,
        phase: sql`w.output_phase`,
        stated_as: sql`w.canonical`,
        ...columns,
      },
      places: { scope_id: sql`w.scope_id`, configuration_id: sql`w.configuration_id` },
      fresh: {
        id: sql`uuidv7()`,
        name: sql`w.name`,
        ...(namespace !== undefined && { namespace: sql`${namespace}::text` }),
        ...(inProjects === true && { project_id: sql`w.project_id` }),
      },
    }),
  );
}

/**
 * Those of the outputs that any configuration of these services states, or of which it has left something: most services
 * have few kinds of them, and for the others there is nothing to do.
 */
async function concerned(store: DerivedStore, serviceIds: Ids): Promise<Output[]> {
  const all = [...outputs, grants];
  const found = all.map(
    ({ table, isStatedBy }) => sql`bool_or(${isStatedBy} or exists (
      select from ${sql.ident(table)} t where t.configuration_id = c.id)) as ${sql.ident(table)}`,
  );
  const [row = {}] = await store.query<Readonly<Record<string, boolean | null>>>(
    sql`select ${sql.join(found, ', ')} from service_configuration c where c.service_id = any(${serviceIds}::uuid[])`,
  );
  return all.filter(({ table }) => row[table] === true);
}

/**
 * Brings everything that follows from the configurations of some services up to date, besides meters and resource types.
 * The number of statements depends on nothing.
 */
export async function settleOutputs(store: DerivedStore, serviceIds: Ids, going: Ids = []): Promise<void> {
  if (serviceIds.length === 0) return;
  for (const output of await concerned(store, serviceIds)) await settle(store, output, { serviceIds, going });
}

/**
 * Grants projects what the services give that they may use now, and takes back the rest. Entitlements that are `going` are
 * about to be deleted.
 */
export async function settleProjectGrants(store: DerivedStore, projectIds: Ids, going: Ids = []): Promise<void> {
  const rows = await store.query<{ service_id: string }>(sql`
    select service_id from service_entitlement where project_id = any(${projectIds}::uuid[])
    union select c.service_id from resource_grant g join service_configuration c on c.id = g.configuration_id
    where g.project_id = any(${projectIds}::uuid[])`);
  const serviceIds = rows.map((row) => row.service_id);
  if (serviceIds.length > 0) await settle(store, grants, { serviceIds, going: [], projectIds, leaving: going });
}
