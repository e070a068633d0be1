import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { differing, isPort, none } from './difference-sql.ts';
import { everything, isUsed, usesOf } from './port-uses.ts';

/** The strands that front ports are to be wired to, with the wiring that they have. */
export const wired = sql`
  (select w.id, w.device, w.device_kind, w.device_name, w.label, w.rear_label, w.strand, f.id as front_id, r.id as rear_id,
    m.id as mapping_id, m.rear_port_id, m.rear_position, q.port_label as rear_now,
    m.rear_port_id is distinct from r.id or m.rear_position <> w.strand as differs
  from (select *, coalesce((entry->>'rearPortPosition')::int, 1) as strand from wanted where section = 'frontPorts') w
  join port f on ${isPort(sql`f`, sql`w.device`, sql`w.label`)}
  left join port r on ${isPort(sql`r`, sql`w.device`, sql`w.rear_label`)}
  left join port_mapping m on m.front_port_id = f.id and m.front_position = 1
  left join port q on q.id = m.rear_port_id)`;

/** Wiring goes with a port that goes. */
const staysByItsPorts = (mapping: Sql): Sql =>
  sql`not exists (select from leftover g where not g.is_blocked and g.id in (${mapping}.front_port_id, ${mapping}.rear_port_id))`;

/**
 * What stands in the way of a strand: a cable at one of its ends, wiring at its place that the type knows nothing of, or a port
 * in use that is declared to be of the other side.
 */
const inTheWay = (see: See): Sql => sql`
  select u.name from unnest(case when x.mapping_id is null then '{}' else array[x.front_id, x.rear_port_id] end) e (port)
    cross join lateral (${usesOf(sql`e.port`, see)}) u
  union all select 'PortMapping/' || o.name from port_mapping o
    where o.rear_port_id = x.rear_id and o.rear_position = x.strand and ${see('PortMapping', sql`o`)}
      and o.id not in (select y.mapping_id from wired y where y.mapping_id is not null and y.differs)
      and ${staysByItsPorts(sql`o`)}
  union all select 'PassThroughPort/' || t.name from pass_through_port t
    where (t.port_id = x.front_id and t.side <> 'Front' or t.port_id = x.rear_id and t.side <> 'Rear')
      and ${isUsed(sql`t.port_id`)} and ${see('PassThroughPort', sql`t`)}`;

/** Wiring of a device is changed as a whole or not at all, since each strand takes the place of another. */
export const rewired = (see: See): Sql => sql`
  select ${differing(sql`x`, 'PortMapping', 'Changed')}, x.mapping_id as id, x.label as part,
    jsonb_build_array(jsonb_build_object('field', 'rearPort', 'before', x.rear_now || '/' || x.rear_position, 'after', x.rear_label || '/' || x.strand)) as changes,
    bool_or(exists (${inTheWay(everything)})) over (partition by x.device) as is_blocked,
    array(${inTheWay(see)}) as blockers, array[x.front_id, x.rear_port_id] as ends
  from wired x where x.differs and x.mapping_id is not null`;

export const wiring = sql`table rewired`;

/** What front and rear ports are declared to be. A port that is used does not get narrower, nor turn around. */
export const declared = (see: See): Sql[] => {
  const side = sql`case w.section when 'frontPorts' then 'Front' else 'Rear' end`;
  const width = sql`coalesce((w.entry->>'positions')::int, 1)`;
  const port = sql`wanted w join port p on ${isPort(sql`p`, sql`w.device`, sql`w.label`)} and w.section in ('frontPorts', 'rearPorts')`;
  const wires = (of: See): Sql => sql`select 'PortMapping/' || m.name as name from port_mapping m
    where (m.front_port_id = p.id and m.front_position > ${width} or m.rear_port_id = p.id and m.rear_position > ${width}) and ${of('PortMapping', sql`m`)}
      and m.id not in (select g.id from rewired g where not g.is_blocked) and ${staysByItsPorts(sql`m`)}`;
  const stands = (of: See): Sql => sql`${usesOf(sql`p.id`, of)} union all ${wires(of)}`;
  const narrows = sql`(t.positions > ${width} or t.side::text <> ${side})`;
  return [
    sql`(select ${differing(sql`w`, 'PassThroughPort', 'Missing')}, null::uuid as id, w.label as part, ${none}
      from ${port} where not exists (select from pass_through_port t where t.port_id = p.id))`,
    sql`select ${differing(sql`w`, 'PassThroughPort', 'Changed')}, t.id, w.label as part, d.changes,
        ${narrows} and exists (${stands(everything)}) as is_blocked,
        case when ${narrows} then array(${stands(see)}) else '{}' end as blockers, null::uuid[] as ends
      from ${port} join pass_through_port t on t.port_id = p.id and ${see('PassThroughPort', sql`t`)}
      cross join lateral (
        select jsonb_agg(jsonb_build_object('field', v.field, 'before', v.was, 'after', v.becomes)) as changes from (
          select 'positions' as field, to_jsonb(t.positions) as was, to_jsonb(${width}) as becomes where t.positions <> ${width}
          union all select 'side', to_jsonb(t.side::text), to_jsonb(${side}) where t.side::text <> ${side}
        ) v) d
      where d.changes is not null`,
    sql`select ${differing(sql`x`, 'PortMapping', 'Missing')}, null::uuid as id, x.label as part, '[]'::jsonb as changes,
        exists (${inTheWay(everything)}) as is_blocked, array(${inTheWay(see)}) as blockers, null::uuid[] as ends
      from wired x where x.mapping_id is null`,
  ];
};
