import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf } from '../devices.ts';

/** Whether a port is an interface of a device, and no end of a circuit. A condition that stays where it is: most ports are. */
const isPlain = (port: Sql): Sql => sql`${port}.type not in ('PatchPanel', 'Power', 'Serial')
      and (exists (select from pass_through_port t where t.port_id = ${port}.id)) is false
      and (exists (select from circuit_termination t where t.place_port_id = ${port}.id)) is false
      and (exists (select from circuit k where k.a_end_port_id = ${port}.id)) is false
      and (exists (select from circuit k where k.z_end_port_id = ${port}.id)) is false`;

/**
 * Joins from ports `p` to those ports `q` where a trace from there ends after one cable: a plain one between two interfaces of
 * devices, with nothing else plugged in.
 *
 *   p ── e ── cable c ── o ── q
 */
export const overPlainCable = sql`
    join cable_termination e on e.port_id = p.id
    join cable c on c.id = e.cable_id and c.profile_id is null
    join cable_termination o on o.cable_id = e.cable_id and o.side <> e.side
    join port q on q.id = o.port_id and q.id <> p.id
    where ${isPlain(sql`p`)} and ${isPlain(sql`q`)}
      and (exists (select from cable_termination x where x.cable_id = e.cable_id and x.position not in (e.position, o.position))) is false
      and (exists (select from cable_termination x where x.port_id = p.id and x.cable_id <> e.cable_id)) is false`;

interface PlainCable {
  readonly port: Sql;
  readonly plug: Sql;
  readonly far: Sql;
  readonly farPlug: Sql;
}

/** What is told of such a cable, seen from one of its ports (`Plain` in load-plant.ts). */
export const plainRow = ({ port, plug, far, farPlug }: PlainCable): Sql =>
  sql`jsonb_build_array(${port}.id, ${deviceOf(port)}, ${plug}.side, ${plug}.connector, c.id, c.status = 'Connected', trim_scale(c.length_m_value)::text,
      ${far}.id, ${deviceOf(far)}, ${farPlug}.connector)`;
