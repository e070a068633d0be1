import { type Sql, sql } from '../../platform/db/sql.ts';

/** Whether traffic runs over the circuit with this id: none of its ends is planned, being made or out of use. */
export const isInUse = (circuit: Sql): Sql =>
  sql`not exists (select from circuit_termination use where use.circuit_id = ${circuit} and use.status in ('Planned', 'Provisioning', 'Offline'))`;

/** What a circuit says of one of its ends counts where no termination says more. Columns: circuit_id, side, port_id, site_id, network_id. */
export const circuitEnds = (circuits: Sql): Sql => sql`
  select t.circuit_id, t.side, t.place_port_id as port_id, t.place_site_id as site_id, t.place_provider_network_id as network_id
  from circuit_termination t where t.circuit_id in (${circuits})
  union all
  select k.id, e.side, e.port_id, e.site_id, null
  from circuit k cross join lateral (values
    ('A'::circuit_side, k.a_end_port_id, k.a_end_site_id), ('Z', k.z_end_port_id, k.z_end_site_id)) e (side, port_id, site_id)
  where k.id in (${circuits}) and num_nonnulls(e.port_id, e.site_id) > 0
    and not exists (select from circuit_termination t where t.circuit_id = k.id and t.side = e.side)`;
