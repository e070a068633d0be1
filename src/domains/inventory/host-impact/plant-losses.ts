import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf, mountedTables, portHolders, siteOfPort } from '../devices.ts';

/*
 * What is lost along with something of the plant, as tables of one `with`; each row says because of what. Only what the caller
 * may see is gone over.
 *
 *   asked ─► lost_device ─► lost_cable ──┐
 *     │           └──────────────────────┼─► lost_circuit ─► way (of a facility) ─┐
 *     └────────► lost_site ──────────────┘        lost_cable ─► way (of a server) ┴─► out
 *
 * A way leads out of a facility, which a circuit does, or out of a server, which a cable does. A facility or a server that has ways
 * is out when all of them are lost; of one without them nothing is known.
 */

type Table = (typeof portHolders)[number][1] | 'site' | 'cable' | 'circuit';

const askedFor = (kind: string, table: Table, see: See): Sql =>
  sql`select x.id, k.because from asked k join ${sql.ident(table)} x on x.name = k.name and ${see(kind, sql`x`)} where k.kind = ${kind}`;

/** What is mounted in a rack that is lost, as well as what is lost itself. */
const lostDevices = (see: See): Sql => {
  const inRack = Object.entries(mountedTables).map(
    ([kind, table]) => sql`select x.id, k.because from asked k join rack u on u.name = k.name and ${see('Rack', sql`u`)}
      join ${sql.ident(table)} x on x.rack_id = u.id and ${see(kind, sql`x`)} where k.kind = 'Rack'`,
  );
  const itself = portHolders.map(([kind, table]) => askedFor(kind, table, see));
  return sql.join([...itself, ...inRack], ' union all ');
};

/** Ports of devices that are lost, by the index of each kind of device. */
const portsLost = (): Sql =>
  sql.join(
    portHolders.map(
      ([, , column]) => sql`(select p.id, l.because from lost_device l join port p on p.${sql.ident(column)} = l.id)`,
    ),
    ' union all ',
  );

/** Where circuits end that are in use: as their terminations say or, where there is none, as they say themselves. */
const circuitEnds = (see: See): Sql => sql`
  select c.id, c.name, e.side, p.id as port_id, coalesce(e.site_id, ${siteOfPort(sql`p`, see)}) as site_id, ${deviceOf(sql`p`)} as device_id
  from circuit c
  cross join lateral (
    select t.side, t.place_port_id as port_id, t.place_site_id as site_id from circuit_termination t
    where t.circuit_id = c.id and ${see('CircuitTermination', sql`t`)}
    union all
    select o.side, o.port_id, o.site_id from (values
      ('A'::circuit_side, c.a_end_port_id, c.a_end_site_id), ('Z', c.z_end_port_id, c.z_end_site_id)) o (side, port_id, site_id)
    where num_nonnulls(o.port_id, o.site_id) > 0
      and not exists (select from circuit_termination t where t.circuit_id = c.id and t.side = o.side)) e
  left join port p on p.id = e.port_id and ${see('Port', sql`p`)}
  where c.type <> 'CrossConnect' and ${see('Circuit', sql`c`)} and not exists (
    select from circuit_termination t where t.circuit_id = c.id and t.status in ('Planned', 'Provisioning', 'Offline') and ${see('CircuitTermination', sql`t`)})`;

/** Whether something other than power or a console is plugged into a port. */
const carriesTraffic = (port: Sql): Sql => sql`${port}.type not in ('Power', 'Serial')`;

/** Names the tables `out (kind, id, because)` and `way (kind, id, name, because)`, in which kind and id are those of a host. */
export const plantLosses = (see: See): Sql => sql`
  lost_site as materialized (
    ${askedFor('Site', 'site', see)}
    union all
    select f.id, k.because from asked k join region r on r.name = k.name and ${see('Region', sql`r`)}
    join site f on f.region_id = r.id and ${see('Site', sql`f`)} where k.kind = 'Region'),
  lost_device as materialized (${lostDevices(see)}),
  lost_port as materialized (${portsLost()}),
  lost_cable as materialized (
    select id, min(because) as because from (
      ${askedFor('Cable', 'cable', see)}
      union all
      select e.cable_id, l.because from lost_port l join cable_termination e on e.port_id = l.id) l
    group by id),
  circuit_end as materialized (${circuitEnds(see)}),
  lost_circuit as materialized (
    select id, min(because) as because from (
      ${askedFor('Circuit', 'circuit', see)}
      union all
      select c.id, k.because from asked k join provider v on v.name = k.name and ${see('Provider', sql`v`)}
      join circuit c on c.provider_id = v.id where k.kind = 'Provider'
      union all
      select e.id, l.because from lost_site l join circuit_end e on e.site_id = l.id
      union all
      select e.id, l.because from lost_device l join circuit_end e on e.device_id = l.id
      union all
      select e.id, l.because from lost_cable l join cable_termination t on t.cable_id = l.id join circuit_end e on e.port_id = t.port_id) l
    group by id),
  way (kind, id, name, because) as materialized (
    select distinct 'Site', near.site_id, near.name, l.because
    from circuit_end near left join lost_circuit l on l.id = near.id
    where near.site_id in (select e.site_id from lost_circuit k join circuit_end e on e.id = k.id)
      and not exists (select from circuit_end far where far.id = near.id and far.side <> near.side and far.site_id = near.site_id)
    union all
    select distinct 'Node', p.device_node_id, c.name, l.because
    from port p
    join cable_termination e on e.port_id = p.id
    join cable c on c.id = e.cable_id and c.status = 'Connected' and ${see('Cable', sql`c`)}
    left join lost_cable l on l.id = c.id
    where ${carriesTraffic(sql`p`)} and ${see('Port', sql`p`)} and p.device_node_id in (
      select q.device_node_id from lost_cable k join cable_termination t on t.cable_id = k.id
      join port q on q.id = t.port_id and ${carriesTraffic(sql`q`)})),
  cut as materialized (select kind, id, max(because) as because from way group by kind, id having bool_and(because is not null)),
  out_site as materialized (
    select id, min(because) as because from (
      select id, because from lost_site union all select id, because from cut where kind = 'Site') l
    group by id),
  out_node as materialized (
    select id, min(because) as because from (
      select id, because from lost_device
      union all
      select id, because from cut where kind = 'Node'
      union all
      select n.id, l.because from out_site l join node n on n.site_id = l.id and ${see('Node', sql`n`)}) l
    group by id),
  out (kind, id, because) as materialized (
    select 'Site', id, because from out_site
    union all
    select 'Node', id, because from out_node
    union all
    select 'Cluster', id, min(because) from (
      select q.id, k.because from asked k join cluster q on q.name = k.name and ${see('Cluster', sql`q`)} where k.kind = 'Cluster'
      union all
      select q.id, l.because from out_site l join cluster q on q.control_plane_site_id = l.id and ${see('Cluster', sql`q`)}
      union all
      select q.id, max(l.because) from cluster q
      join node n on n.assignment_cluster_id = q.id and ${see('Node', sql`n`)}
      left join out_node l on l.id = n.id
      where ${see('Cluster', sql`q`)}
      group by q.id having bool_and(l.id is not null)) l
    group by id)`;
