import type { DerivedStore } from '../../catalog/kind.ts';
import { newRevision } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

interface Keeping {
  readonly table: string;
  readonly key: string;
  /** Where the meaning of published names is kept. */
  readonly names: string;
}

const kept = [
  { table: 'meter_definition', key: 'meter_name', names: 'published_meter' },
  { table: 'monitored_resource_type', key: 'resource_type_name', names: 'published_resource_type' },
] as const satisfies readonly Keeping[];

/** The phase of what a configuration `c` of a service `s` states; below as a table. */
export const statedPhase = sql`case when 'Draft' in (s.phase, c.phase) then 'Draft' else greatest(s.phase, c.phase,
  case when c.id is distinct from s.active_configuration_id then 'Deprecated'::catalog_phase end) end`;

export const phaseInForce = (phase: Sql): Sql => sql`${phase} in ('Published', 'Deprecated')`;

/** Since when something is in its phase: `was` gives what its row says so far, `first` when its name was published first. */
export const instantsOf = (phase: Sql, first: Sql, was: (column: string) => Sql): Readonly<Record<string, Sql>> => ({
  published_at: sql`case when ${phase} = 'Published' then coalesce(${was('published_at')}, ${first}, write_instant()) else ${was('published_at')} end`,
  deprecated_at: sql`case ${phase} when 'Published' then null when 'Deprecated' then coalesce(${was('deprecated_at')}, write_instant())
    else ${was('deprecated_at')} end`,
  retired_at: sql`case when ${phase} = 'Retired' then coalesce(${was('retired_at')}, write_instant()) end`,
});

/**
 * The phase of each meter or type of some services, and whether it is in force.
 *
 *                              its document   its service    it
 *   stated by what is active   Published      Published      Published, in force
 *                              Published      Deprecated     Deprecated, in force: the later phase of the two
 *                              Published      Retired        Retired
 *                              Published      Draft          Draft
 *   left out since             Published      Published      Deprecated, in force: it is billed until it is retired
 *   a document of its own      (any)          (any)          its own phase; in force when both are
 */
const wanted = (table: Sql, serviceIds: readonly string[]): Sql => sql`
  select r.id, p.phase, ${phaseInForce(sql`p.phase`)} as in_force
  from ${table} r
  join service s on s.id = r.service_id
  join service_configuration c on c.id = r.configuration_id
  cross join lateral (select ${statedPhase} as phase) p
  where r.service_id = any(${serviceIds}::uuid[])
  union all
  select r.id, r.phase, ${phaseInForce(sql`r.phase`)} and ${phaseInForce(sql`s.phase`)}
  from ${table} r join service s on s.id = r.service_id
  where r.service_id = any(${serviceIds}::uuid[]) and r.configuration_id is null`;

/** Settles what of some services is in force, and since when it is in its phase. */
export async function settleInForce(store: DerivedStore, serviceIds: readonly string[]): Promise<void> {
  if (serviceIds.length === 0) return;
  for (const { table, key, names } of kept) {
    const [rows, name] = [sql.ident(table), sql.ident(key)];
    const instants = Object.entries(
      instantsOf(sql`w.phase`, sql`h.published_at`, (column) => sql`t.${sql.ident(column)}`),
    ).map(([column, value]) => sql`${value} as ${sql.ident(column)}`);
    await store.execute(sql`
      with settled as (
        select t.id, w.phase, w.in_force, ${sql.join(instants, ', ')}
        from (${wanted(rows, serviceIds)}) w
        join ${rows} t on t.id = w.id
        left join ${sql.ident(names)} h on h.${name} = t.${name})
      update ${rows} t set phase = w.phase, in_force = w.in_force, published_at = w.published_at,
        deprecated_at = w.deprecated_at, retired_at = w.retired_at, ${newRevision}
      from settled w
      where t.id = w.id and (t.phase, t.in_force, t.published_at, t.deprecated_at, t.retired_at)
        is distinct from (w.phase, w.in_force, w.published_at, w.deprecated_at, w.retired_at)`);
    await store.execute(sql`
      update ${sql.ident(names)} h set published_at = t.published_at from ${rows} t
      where t.${name} = h.${name} and t.service_id = any(${serviceIds}::uuid[])
        and h.published_at is null and t.published_at is not null`);
    await store.execute(successors(rows, name, serviceIds));
  }
}

/**
 * Says of each name which one took its place: the next higher version of the same name that was published.
 *
 *     a.example.com/sent  ─►  a.example.com/sent/v2  ─►  a.example.com/sent/v3
 */
const successors = (table: Sql, name: Sql, serviceIds: readonly string[]): Sql => sql`
  with named as (
    select r.id, r.${name} as name, r.service_id, r.phase = 'Draft' as is_draft, regexp_replace(r.${name}, '/v[0-9]{1,9}$', '') as base,
      coalesce(substring(r.${name} from '/v([0-9]{1,9})$')::int, 0) as version
    from ${table} r where r.service_id = any(${serviceIds}::uuid[])),
  settled as (
    select n.id, case when not n.is_draft then lead(n.name) over (
      partition by n.service_id, n.base, n.is_draft order by n.version, n.name) end as next
    from named n)
  update ${table} t set replaced_by = n.next, ${newRevision}
  from settled n where t.id = n.id and t.replaced_by is distinct from n.next`;
