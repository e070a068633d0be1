import { newRevision } from '../../../catalog/kind.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isPort } from './difference-sql.ts';
import { nameOf, placed, portCalled } from './parts-sql.ts';

/** What types say of inlets and outlets, as PowerPorts have it, beside the columns of `wantedPorts`: for ports that there are. */
export const wantedPower = (wanted: Sql): Sql => sql`
  select w.*, p.id as port_id, p.scope_id as port_scope_id, ${nameOf('power_port', sql`p`)} as free,
    case w.section when 'powerPorts' then 'Inlet' else 'Outlet' end as power_role, w.entry->>'feedLeg' as leg,
    (w.entry->>'maximumDraw')::int as rated, (w.entry->>'allocatedDraw')::int as allocated,
    ${placed(sql`w.entry->>'powerPort'`, sql`w.places`)} as inlet_label
  from (${wanted}) w ${portCalled(sql`w.label`)} p
  where w.section in ('powerPorts', 'powerOutlets') and p.type = 'Power'`;

export const makeInlets = (wanted: Sql): Sql => sql`
  insert into power_port (id, revision, name, scope_id, port_id, power_role, rated_watts, allocated_watts)
  select uuidv7(), nextval('catalog_revision'), w.free, w.port_scope_id, w.port_id, 'Inlet', w.rated, w.allocated
  from (${wantedPower(wanted)}) w
  where w.power_role = 'Inlet' and not exists (select from power_port o where o.port_id = w.port_id)`;

/** An outlet of which no inlet is known learns its inlet from the type. */
export const makeOutlets = (wanted: Sql): Sql => sql`
  merge into power_port t using (
    select w.*, (
      select i.id from port ip join power_port i on i.port_id = ip.id and i.power_role = 'Inlet'
      where ${isPort(sql`ip`, sql`w.device`, sql`w.inlet_label`)}) as inlet_id
    from (${wantedPower(wanted)}) w where w.power_role = 'Outlet'
  ) w on t.port_id = w.port_id
  when matched and t.power_role = 'Outlet' and t.inlet_id is null and w.inlet_id is not null then
    update set inlet_id = w.inlet_id, ${newRevision}
  when not matched then
    insert (id, revision, name, scope_id, port_id, power_role, power_leg, inlet_id)
    values (uuidv7(), nextval('catalog_revision'), w.free, w.port_scope_id, w.port_id, 'Outlet', w.leg::power_leg, w.inlet_id)`;
