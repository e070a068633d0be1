import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { circuitEnds } from '../circuit-use.ts';
import { deviceOf, mountedTables, occupantOf, portHolders, siteOfPort } from '../devices.ts';
import type { Plain } from '../trace/load-plant.ts';
import { isOrigin, reachFrom } from '../trace/origins-over.ts';
import { overPlainCable, plainRow } from '../trace/plain-cable.ts';

/** What goes along with an object that is lost, and from where a trace may have led over it. */
export interface Loss {
  readonly sites: readonly string[];
  readonly clusters: readonly string[];
  /** Devices, racks among them. */
  readonly devices: readonly ObjectKey[];
  /** Ports that are lost without their device. */
  readonly ports: readonly string[];
  readonly cables: readonly string[];
  readonly circuits: readonly string[];
  /** Circuits that are left, over which traces may have led to what is lost. */
  readonly circuitsAround: readonly string[];
  /** Devices at whose ports circuits end that are lost themselves. */
  readonly endDevices: readonly string[];
  /** Facilities in which its circuits or cables end. */
  readonly sitesAround: readonly string[];
  /** Ports of devices that are left. */
  readonly origins: readonly Origin[];
  /** Those of them from which a plain cable leads to a device that is lost. */
  readonly plain: readonly Plain[];
}

export interface PortOfDevice {
  readonly port: string;
  readonly device: string;
}

export interface Origin extends PortOfDevice {
  readonly isPower: boolean;
}

/** `reaches`: whether it is asked from where traces may have led there; of whole facilities that is much. */
export async function loadLosses(
  ask: AskValue,
  lost: readonly ObjectKey[],
  reaches: boolean,
): Promise<ReadonlyMap<string, Loss>> {
  const rows = (await ask(lossesOf(lost, reaches))) as readonly (Loss & { readonly start: string })[];
  return new Map(
    rows.map((row) => {
      const plain = row.plain.flatMap(([port, device]) => (device === null ? [] : [{ port, device, isPower: false }]));
      return [row.start, { ...row, origins: [...row.origins, ...plain] }];
    }),
  );
}

/** Facilities of regions. Regions are seen by everyone: with them goes what the caller may see. */
export async function loadSitesOf(
  ask: AskValue,
  see: See,
  keys: readonly ObjectKey[],
): Promise<ReadonlyMap<string, readonly ObjectKey[]>> {
  const regions = keys.filter(({ kind }) => kind === 'Region').map(({ id }) => id);
  if (regions.length === 0) return new Map();
  const rows = (await ask(sql`(
    select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'region', s.region_id)), '[]') from site s
    where s.region_id = any(${regions}::uuid[]) and ${see('Site', sql`s`)})`)) as readonly {
    readonly id: string;
    readonly region: string;
  }[];
  const sites = Map.groupBy(rows, ({ region }) => region);
  return new Map([...sites].map(([region, own]) => [region, own.map(({ id }) => ({ kind: 'Site', id }))]));
}

/** In place of regions their facilities. */
export const withSitesOfRegions = (
  keys: readonly ObjectKey[],
  sites: ReadonlyMap<string, readonly ObjectKey[]>,
): ObjectKey[] => keys.flatMap((key) => (key.kind === 'Region' ? (sites.get(key.id) ?? []) : key));

const askedOf = (kind: string): Sql => sql`(select start, id from asked where kind = ${kind})`;

/** What is mounted in what is lost. */
const mounted = (): Sql =>
  sql.join(
    Object.entries(mountedTables).map(
      ([kind, table]) => sql`(
        select a.start, ${kind}::text as kind, a.id from asked a where a.kind = ${kind}
        union all select g.start, ${kind}, d.id from gone_rack g join ${sql.ident(table)} d on d.rack_id = g.id
        union all select g.start, ${kind}, d.id from gone_site g join ${sql.ident(table)} d on d.site_id = g.id)`,
    ),
    ' union all ',
  );

/** What sits in a slot of a device `d`. */
const occupants = (): Sql =>
  sql.join(
    Object.values(mountedTables).map(
      (table) => sql`(
        select case when s.occupant_node_id is not null then 'Node' when s.occupant_network_device_id is not null then 'NetworkDevice' else 'Equipment' end as kind,
          ${occupantOf(sql`s`)} as id
        from device_slot s where s.${sql.ident(`chassis_${table}_id`)} = d.id)`,
    ),
    ' union all ',
  );

const portsOfGone = (): Sql =>
  sql.join(
    portHolders.map(
      ([, , column]) => sql`(
        select g.start, p.id from gone_device g
        cross join lateral (select p.id from port p where p.${sql.ident(column)} = g.id offset 0) p)`,
    ),
    ' union all ',
  );

/** Ports at which circuits end: found from these, where nothing else is asked of the ports of whole facilities. */
const circuitPortsOfGone = (): Sql => sql`(
    select g.start, p.id from (
      select place_port_id as port_id from circuit_termination where place_port_id is not null
      union select a_end_port_id from circuit where a_end_port_id is not null
      union select z_end_port_id from circuit where z_end_port_id is not null) x
    join port p on p.id = x.port_id join gone_device g on g.id = ${deviceOf(sql`p`)})`;

/**
 *   asked ─► gone_site ─► gone_rack ─► gone_device ─► gone_port ─► gone_circuit ─► start_port ─► reach ─► origins
 *
 * The plant is gone over whoever asks: what of it the caller is told is asked at the end.
 */
const lossesOf = (lost: readonly ObjectKey[], reaches: boolean): Sql => sql`(
  with recursive asked (start, kind, id) as materialized (
    select k.kind || '/' || k.id, k.kind, k.id
    from unnest(${lost.map(({ kind }) => kind)}::text[], ${lost.map(({ id }) => id)}::uuid[]) k (kind, id)
  ), gone_site as materialized (
    ${askedOf('Site')}
    union select a.start, s.id from asked a join site s on s.provider_id = a.id where a.kind = 'Provider'
  ), gone_rack as materialized (
    ${askedOf('Rack')} union select g.start, r.id from gone_site g join rack r on r.site_id = g.id
  ), gone_mounted (start, kind, id) as (
    select * from (${mounted()}) m (start, kind, id)
    union
    select d.start, o.kind, o.id from gone_mounted d cross join lateral (${occupants()}) o where o.id is not null
  ), gone_device as materialized (
    select start, kind, id from gone_mounted union select start, 'Rack', id from gone_rack
  ), gone_part as materialized (
    ${askedOf('Port')} union select a.start, p.id from asked a join port p on p.module_id = a.id where a.kind = 'Module'
  ), gone_with_device (start, id) as materialized (
    ${reaches ? portsOfGone() : circuitPortsOfGone()}
  ), gone_port as materialized (
    select start, id from gone_part union select start, id from gone_with_device
  ), gone_circuit as materialized (
    ${askedOf('Circuit')}
    union select a.start, c.id from asked a join circuit c on c.provider_id = a.id where a.kind = 'Provider'
    union select a.start, t.circuit_id from asked a join circuit_termination t on t.place_provider_network_id = a.id where a.kind = 'ProviderNetwork'
    union select g.start, t.circuit_id from gone_site g join circuit_termination t on t.place_site_id = g.id
    union select g.start, c.id from gone_site g join circuit c on c.a_end_site_id = g.id
      where not exists (select from circuit_termination t where t.circuit_id = c.id and t.side = 'A')
    union select g.start, c.id from gone_site g join circuit c on c.z_end_site_id = g.id
      where not exists (select from circuit_termination t where t.circuit_id = c.id and t.side = 'Z')
    union select g.start, t.circuit_id from gone_port g join circuit_termination t on t.place_port_id = g.id
    union select g.start, c.id from gone_port g join circuit c on c.a_end_port_id = g.id
    union select g.start, c.id from gone_port g join circuit c on c.z_end_port_id = g.id
  ), plain as materialized (
    select g.start, g.id as lost_id, x.* from gone_with_device g cross join lateral (
      select ${plainRow({ port: sql`q`, plug: sql`o`, far: sql`p`, farPlug: sql`e` })} as told, ${deviceOf(sql`q`)} as device_id, c.scope_id || c.other_scope_ids as scope_ids
      from port p ${overPlainCable} and p.id = g.id offset 0) x
    where ${reaches}::boolean
  ), not_plain as materialized (
    select start, id from gone_port except select start, lost_id from plain
  ), circuit_end as materialized (
    ${circuitEnds(sql`(select id from gone_circuit)`)}
  ), end_site as materialized (
    select g.start, coalesce(e.site_id, ${siteOfPort(sql`p`)}) as id
    from gone_circuit g join circuit_end e on e.circuit_id = g.id left join port p on p.id = e.port_id
    union select a.start, ${siteOfPort(sql`p`)} from asked a
      join cable_termination e on e.cable_id = a.id join port p on p.id = e.port_id where a.kind = 'Cable'
    union select x.start, s.id from (
      select f.start, unnest(f.scope_ids) as scope_id from plain f where cardinality(f.scope_ids) > 1
      union select g.start, f.scope_id from not_plain g cross join lateral (
        select unnest(c.scope_id || c.other_scope_ids) as scope_id from cable_termination e
        join cable c on c.id = e.cable_id and c.other_scope_ids <> '{}' where e.port_id = g.id offset 0) f) x
    join scope_closure k on k.descendant_id = x.scope_id join site s on s.scope_id = k.ancestor_id
  ), ${reachFrom(sql`(select start, port_id from (
    select g.start, g.id as port_id from not_plain g where (exists (select from cable_termination e where e.port_id = g.id)) is true
    union select a.start, e.port_id from asked a join cable_termination e on e.cable_id = a.id where a.kind = 'Cable'
    union select g.start, e.port_id from gone_circuit g join circuit_end e on e.circuit_id = g.id where e.port_id is not null) s
    where ${reaches}::boolean)`)}
  , origin as materialized (
    select r.start, p.id as port, p.device, p.is_power from (
      select start, port_id from reach except select start, id from gone_with_device) r cross join lateral (
      select p.id, ${deviceOf(sql`p`)} as device, p.type = 'Power' as is_power from port p where p.id = r.port_id and ${isOrigin(sql`p`)} offset 0) p
  ), circuit_around as materialized (
    select r.start, x.circuit_id as id from reach r join circuit_port x on x.port_id = r.port_id
    except select start, id from gone_circuit
  )
  select coalesce(jsonb_agg(jsonb_build_object('start', a.start,
    'clusters', array(select x.id from asked x where x.start = a.start and x.kind = 'Cluster'),
    'cables', array(select x.id from asked x where x.start = a.start and x.kind = 'Cable'),
    'sites', array(select g.id from gone_site g where g.start = a.start),
    'devices', (select coalesce(jsonb_agg(jsonb_build_object('kind', g.kind, 'id', g.id) order by g.id), '[]') from gone_device g where g.start = a.start),
    'ports', array(select g.id from gone_part g where g.start = a.start),
    'sitesAround', array(select e.id from end_site e where e.start = a.start and e.id is not null),
    'circuits', array(select g.id from gone_circuit g where g.start = a.start order by g.id),
    'circuitsAround', array(select r.id from circuit_around r where r.start = a.start order by r.id),
    'endDevices', array(select distinct ${deviceOf(sql`p`)} from circuit_end e join port p on p.id = e.port_id where a.kind = 'Circuit' and e.circuit_id = a.id),
    'plain', (
      select coalesce(jsonb_agg(f.told), '[]') from plain f
      where f.start = a.start and not exists (select from gone_device g where g.start = f.start and g.id = f.device_id)),
    'origins', (
      select coalesce(jsonb_agg(jsonb_build_object('port', o.port, 'device', o.device, 'isPower', o.is_power) order by o.port), '[]') from origin o
      where o.start = a.start and not exists (select from gone_device g where g.start = o.start and g.id = o.device)))), '[]')
  from asked a)`;
