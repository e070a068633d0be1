import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf } from '../devices.ts';
import { differing, isPort, isSaid, none } from './difference-sql.ts';
import { everything, isUsed, usesOf } from './port-uses.ts';
import { isByHand } from './power-differences.ts';
import { wasSaidOfPort } from './said-ports.ts';

export const missingPorts = sql`
  (select ${differing(sql`w`, 'Port', 'Missing')}, null::uuid as id, w.label as part, ${none}
  from wanted w where not exists (select from port p where ${isPort(sql`p`, sql`w.device`, sql`w.label`)}))`;

const described = (port: Sql, see: See): Sql => sql`
  select 'PowerPort/' || n.name as name from power_port n where n.port_id = ${port} and ${see('PowerPort', sql`n`)}`;

/** A port of which something was set by hand is kept, and one whose media type would be another while something uses it. */
export const changedPorts = (see: See): Sql => {
  const stands = (of: See): Sql => sql`${usesOf(sql`p.id`, of)} union all ${described(sql`p.id`, of)}
    union all select 'PassThroughPort/' || t.name from pass_through_port t
      where t.port_id = p.id and w.type <> 'PatchPanel' and ${of('PassThroughPort', sql`t`)}`;
  return sql`
  select ${differing(sql`w`, 'Port', 'Changed')}, p.id, w.label as part, d.changes,
    d.is_by_hand or p.type::text <> w.type and exists (${stands(everything)}) as is_blocked,
    array(select 'Port/' || p.name where d.is_by_hand)
      || case when p.type::text <> w.type then array(${stands(see)}) else '{}' end as blockers, null::uuid[] as ends
  from wanted w
  join port p on ${isPort(sql`p`, sql`w.device`, sql`w.label`)} and p.module_id is null and ${see('Port', sql`p`)}
  cross join lateral (
    select jsonb_agg(jsonb_build_object('field', v.field, 'before', v.was, 'after', v.becomes) order by v.field) as changes,
      bool_or(v.was is not null and not ${wasSaidOfPort(sql`w.type_id`, sql`w.label`, sql`v.field`, sql`v.was`)}) as is_by_hand from (
      select 'type' as field, to_jsonb(p.type::text) as was, to_jsonb(w.type) as becomes where p.type::text <> w.type
      union all select 'speed', to_jsonb(p.speed), to_jsonb(w.speed)
        where p.speed_value is distinct from w.speed_value and (w.speed is not null or p.type::text <> w.type)
      union all select 'hardware.' || k.key, nullif(p.hardware->k.key, 'null'), w.hardware->k.key
        from jsonb_object_keys(coalesce(p.hardware, '{}') || w.hardware) k (key)
        where nullif(p.hardware->k.key, 'null') is distinct from w.hardware->k.key and (w.hardware->k.key is not null
          or ${wasSaidOfPort(sql`w.type_id`, sql`w.label`, sql`'hardware.' || k.key`, sql`p.hardware->k.key`)})
    ) v) d
  where d.changes is not null`;
};

/** Wiring that keeps a port: with a port that is used, or that the type never had. */
const wiringThatStays = (see: See): Sql => sql`
  select 'PortMapping/' || m.name as name from port_mapping m
  join port q on q.id = case when m.front_port_id = p.id then m.rear_port_id else m.front_port_id end
  where p.id in (m.front_port_id, m.rear_port_id) and ${see('PortMapping', sql`m`)}
    and (${isUsed(sql`q.id`)} or not ${isSaid(sql`o`, 'port', sql`q.port_label`)})`;

/** Outlets that get their power from a port and keep it: they are set by hand, or used and said no more, or the type never had them. */
const outletsThatStay = (see: See): Sql => sql`
  select 'PowerPort/' || fed.name from power_port n join power_port fed on fed.inlet_id = n.id join port q on q.id = fed.port_id
  where n.port_id = p.id and ${see('PowerPort', sql`fed`)} and (${isByHand(sql`fed`, sql`o.type_id`, sql`q.port_label`)}
    or (${isUsed(sql`q.id`)} or not ${isSaid(sql`o`, 'port', sql`q.port_label`)})
      and not exists (select from wanted w where w.device = o.device and w.label = q.port_label))`;

export const leftOverPorts = (see: See): Sql => {
  const byHand = (of: See): Sql =>
    sql`select 'PowerPort/' || n.name from power_port n where n.port_id = p.id and ${of('PowerPort', sql`n`)}
      and ${isByHand(sql`n`, sql`o.type_id`, sql`p.port_label`)}`;
  const stands = (of: See): Sql =>
    sql`${usesOf(sql`p.id`, of)} union all ${byHand(of)} union all ${outletsThatStay(of)} union all ${wiringThatStays(of)}`;
  return sql`
  select ${differing(sql`o`, 'Port', 'LeftOver')}, p.id, p.port_label as part, '[]'::jsonb as changes,
    exists (${stands(everything)}) as is_blocked, array(${stands(see)}) as blockers, null::uuid[] as ends
  from owner o join port p on ${deviceOf(sql`p`)} = o.device and p.module_id is null and ${see('Port', sql`p`)}
  where ${isSaid(sql`o`, 'port', sql`p.port_label`)}
    and not exists (select from wanted w where w.device = o.device and w.label = p.port_label)`;
};
