import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { differing, none } from './difference-sql.ts';
import { isUsed } from './port-uses.ts';
import { wantedPower } from './power-parts.ts';

/** What types say of their inlets and outlets now or said earlier, a row for each fact. */
export const saidPower = sql`
  (select distinct h.object_id as type_id, e->>'name' as name, f.field, f.value
  from change h
  cross join lateral (
    select 'Inlet' as power_role, h.state->'spec'->'powerPorts' as list union all select 'Outlet', h.state->'spec'->'powerOutlets') x
  cross join lateral jsonb_array_elements(case when jsonb_typeof(x.list) = 'array' then x.list else '[]' end) e
  cross join lateral (values ('role', to_jsonb(x.power_role)), ('leg', e->'feedLeg'), ('ratedWatts', e->'maximumDraw'),
    ('allocatedWatts', e->'allocatedDraw'), ('inlet', e->'powerPort')) f (field, value)
  where f.value is not null and f.value <> 'null' and h.kind = 'DeviceType' and h.object_id in (table typed))`;

const wasSaid = (type: Sql, name: Sql, field: Sql, value: Sql): Sql => sql`exists (select from said_power s
    where s.type_id = ${type} and s.name = ${name} and s.field = ${field} and s.value = ${value})`;

/** The facts of a PowerPort that a type can say, with the label of its inlet. */
const factsOf = (
  power: Sql,
): Sql => sql`(values ('role', to_jsonb(${power}.power_role::text)), ('leg', to_jsonb(${power}.power_leg::text)),
    ('ratedWatts', to_jsonb(${power}.rated_watts)), ('allocatedWatts', to_jsonb(${power}.allocated_watts)),
    ('inlet', (select to_jsonb(q.port_label) from power_port i join port q on q.id = i.port_id where i.id = ${power}.inlet_id)))`;

/** Whether a PowerPort says something that no type has ever said of a port: what people know stands in the way of its port going. */
export const isByHand = (
  power: Sql,
  type: Sql,
  label: Sql,
): Sql => sql`(num_nonnulls(${power}.power_feed, ${power}.voltage, ${power}.amps_rated) > 0
    or exists (select from ${factsOf(power)} f (field, value)
      where f.value is not null and not ${wasSaid(type, label, sql`f.field`, sql`f.value`)}))`;

const power = sql`(${wantedPower(sql`table wanted`)})`;
const says = sql`(values ('role', to_jsonb(w.power_role)), ('leg', to_jsonb(w.leg)), ('ratedWatts', to_jsonb(w.rated)),
    ('allocatedWatts', to_jsonb(w.allocated)), ('inlet', to_jsonb(w.inlet_label)))`;

/** Whether facts, set by hand and said by the type, do not go together (power-rules.ts). */
const contradicts = (facts: Sql): Sql => sql`coalesce(${facts}->>'role' <> 'Outlet' and ${facts}->>'inlet' is not null
    or (${facts}->>'allocatedWatts')::int > (${facts}->>'ratedWatts')::int, false)`;

/**
 * What is known of the power of a port. A fact that the type does not say and has never said is nobody's business; one that was
 * set by hand keeps the whole, and so does a cable where the direction would change.
 */
export const powerDifferences = (see: See): Sql[] => [
  sql`(select ${differing(sql`w`, 'PowerPort', 'Missing')}, null::uuid as id, w.label as part, ${none}
    from ${power} w where not exists (select from power_port n where n.port_id = w.port_id))`,
  sql`(select ${differing(sql`w`, 'PowerPort', 'Changed')}, n.id, w.label as part, d.changes, d.is_blocked,
      case when d.is_by_hand and ${see('PowerPort', sql`n`)} then array['PowerPort/' || n.name] else '{}' end as blockers, null::uuid[] as ends
    from ${power} w join power_port n on n.port_id = w.port_id and ${see('PowerPort', sql`n`)}
    cross join lateral (
      select v.changes, v.is_by_hand or ${contradicts(sql`v.after`)} as is_by_hand,
        v.is_by_hand or ${contradicts(sql`v.after`)} or v.turns
          and (${isUsed(sql`w.port_id`)} or exists (select from power_port fed where fed.inlet_id = n.id)) as is_blocked
      from (
        select jsonb_agg(jsonb_build_object('field', f.field, 'before', f.was, 'after', f.becomes) order by f.field) filter (where f.differs) as changes,
          coalesce(bool_or(f.differs and f.was is not null and not f.was_said), false) as is_by_hand,
          bool_or(f.differs and f.field = 'role') as turns,
          jsonb_object_agg(f.field, case when f.differs then f.becomes else f.was end) as after
        from (
          select f.*, f.was is distinct from f.becomes and (f.becomes is not null or f.was_said) as differs from (
            select f.field, f.value as was, y.value as becomes, ${wasSaid(sql`w.type_id`, sql`w.label`, sql`f.field`, sql`f.value`)} as was_said
            from ${factsOf(sql`n`)} f (field, value) join ${says} y (field, value) on y.field = f.field
          ) f
        ) f
      ) v) d
    where d.changes is not null)`,
];
