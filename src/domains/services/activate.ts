import { type Change, type DerivedStore, type FinalState, newRevision } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';

/** The configuration that counts for a service, before the batch and after it. */
export interface Activation {
  readonly service_id: string;
  readonly was: string | null;
  readonly now: string | null;
  /** It is published by this batch, for the first time or again. */
  readonly is_new: boolean;
  /** Of the service. */
  readonly phase: string;
}

/** It is published by the write, for the first time or again. */
export const isPublication = ({ spec, before, isRepeated }: Change): boolean =>
  spec.phase === 'Published' && (before?.spec.phase !== 'Published' || isRepeated === true);

/** The changed configurations that are published by the batch, in its order. */
const publishedBy = (changes: readonly Change[]): string[] => changes.filter(isPublication).map(({ id }) => id);

/**
 * Which configuration counts for each changed configuration's service after the batch: the one published last, among
 * those that are Published or Deprecated; the last of the batch when it publishes several. One that came into being
 * Deprecated counts only when none was ever published. Nothing takes the place of what counted last of a service that is
 * Retired.
 */
export function activeAfter(changes: readonly Change[], state: FinalState): Promise<Activation[]> {
  const published = publishedBy(changes);
  return state.query<Activation>(sql`
    select s.id as service_id, s.active_configuration_id as was, n.id as now, coalesce(n.is_new, false) as is_new, s.phase
    from service s
    left join lateral (
      select c.id, c.id = any(${published}::uuid[]) as is_new
      from service_configuration c
      where c.service_id = s.id and c.phase in ('Published', 'Deprecated')
        and (s.phase <> 'Retired' or c.id = s.active_configuration_id
          or not exists (select from configuration_activation a where a.service_id = s.id))
      order by array_position(${published}::uuid[], c.id) desc nulls last, c.activated_at desc nulls last,
        c.published_at desc nulls last, c.id = s.active_configuration_id desc nulls last, c.id desc limit 1) n on true
    where s.id in (select service_id from service_configuration where id = any(${changes.map(({ id }) => id)}::uuid[]))`);
}

/** Numbers the revisions of a service in the order in which they leave Draft. */
export async function numberRevisions(store: DerivedStore, changes: readonly Change[]): Promise<void> {
  const ids = changes.map(({ id }) => id);
  await store.execute(sql`
    update service_configuration c set revision_number = n.number, ${newRevision}
    from (
      select x.id, coalesce((select max(o.revision_number) from service_configuration o where o.service_id = x.service_id), 0)
        + row_number() over (partition by x.service_id order by w.place) as number
      from unnest(${ids}::uuid[]) with ordinality as w(id, place) join service_configuration x on x.id = w.id
      where x.phase <> 'Draft' and x.revision_number is null) n
    where c.id = n.id`);
}

/** Records which configuration counts for each service, since when, and who made it so. */
export async function activate(
  store: DerivedStore,
  chosen: readonly Pick<Activation, 'service_id' | 'was' | 'now'>[],
): Promise<void> {
  const changed = chosen.filter(({ was, now }) => was !== now);
  if (changed.length === 0) return;
  const serviceIds = changed.map(({ service_id }) => service_id);
  const configurationIds = changed.map(({ now }) => now);
  const { kind, name } = store.by.caller;
  const who = `${kind}/${name}`;
  await store.execute(
    sql`update configuration_activation set deactivated_at = write_instant(), ${newRevision}
     where service_id = any(${serviceIds}::uuid[]) and deactivated_at is null`,
  );
  await store.execute(
    sql`insert into configuration_activation (id, name, revision, scope_id, service_id, configuration_id, revision_number, activated_by, activated_at)
     select uuidv7(), s.name || '-' || n.number, nextval('catalog_revision'), c.scope_id, s.id, c.id, c.revision_number, ${who}, write_instant()
     from service_configuration c join service s on s.id = c.service_id
     cross join lateral (
       select coalesce(max(substring(a.name from '[0-9]+$')::int), 0) + 1 as number
       from configuration_activation a where a.service_id = s.id) n
     where c.id = any(${configurationIds}::uuid[])`,
  );
  await store.execute(
    sql`update service s set active_configuration_id = w.configuration_id, ${newRevision}
     from unnest(${serviceIds}::uuid[], ${configurationIds}::uuid[]) as w(service_id, configuration_id)
     where s.id = w.service_id`,
  );
  await store.execute(
    sql`update service_configuration c set activated_at = write_instant(), ${newRevision} where c.id = any(${configurationIds}::uuid[])`,
  );
}

/** Before configurations are deleted: services for which one of them counts have none afterwards. What is noted goes with them. */
export async function deactivate(store: DerivedStore, configurationIds: readonly string[]): Promise<void> {
  const rows = await store.query(
    tables
      .selectFrom('service')
      .select(['id', 'active_configuration_id'])
      .where('active_configuration_id', '=', among(configurationIds)),
  );
  await activate(
    store,
    rows.map((row) => ({ service_id: row.id, was: row.active_configuration_id, now: null })),
  );
  await store.execute(
    sql`delete from configuration_activation where configuration_id = any(${configurationIds}::uuid[])`,
  );
}
