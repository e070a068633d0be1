import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { circuitEnds, isInUse } from '../circuit-use.ts';
import { deviceOf, portHolders, siteOfPort } from '../devices.ts';
import { loadPlant } from '../trace/load-plant.ts';
import { isOrigin, reachFrom } from '../trace/origins-over.ts';
import { Plant } from '../trace/plant.ts';
import type { Needs } from '../trace/trace-walk.ts';
import { type Loss, loadLosses, type PortOfDevice } from './load-loss.ts';
import { loadPower, type PowerLead } from './power.ts';
import { keyText } from './what-can-be-lost.ts';

export interface DeviceFacts {
  readonly id: string;
  readonly kind: string;
  readonly site: string;
  readonly role: string | null;
}

/** What is known of a facility as a whole. */
export interface FacilityFacts {
  readonly id: string;
  /** The role of the network devices at its core; null if it has none. */
  readonly coreRole: string | null;
  /** Circuits that end in it, and nothing says at which port. */
  readonly looseCircuits: readonly string[];
  /** Whether circuits end at ports in it. */
  readonly hasCircuitsAtPorts: boolean;
}

/** A circuit that leads out of a facility, or a cable into another. */
export interface WayOut {
  readonly kind: 'Circuit' | 'Cable';
  readonly id: string;
  readonly ports: readonly PortOfDevice[];
  /** A circuit of which nothing says at which port it ends here. */
  readonly isLoose: boolean;
}

export interface LinkFacts {
  readonly id: string;
  /** Cables that carry it. */
  readonly cables: readonly string[];
}

/** Facts about the plant, for all that is asked at once: each is loaded once. */
export class Facts {
  readonly plant = new Plant();
  readonly losses = new Map<string, Loss>();
  readonly lost = new Map<string, Loss>();
  readonly devices = new Map<string, DeviceFacts>();
  readonly facilities = new Map<string, FacilityFacts>();
  /** Ports of devices from which traces start. */
  readonly origins = new Map<string, readonly string[]>();
  readonly waysOut = new Map<string, readonly WayOut[]>();
  /** Of ports: the origins from which traces may lead there. */
  readonly reaching = new Map<string, readonly string[]>();
  readonly coreDevices = new Map<string, readonly string[]>();
  readonly power = new Map<string, readonly PowerLead[]>();
  /** Of cables, and of ends of links: the links that they carry or end there. */
  readonly linksOf = new Map<string, readonly LinkFacts[]>();
  readonly #ask: AskValue;

  constructor(ask: AskValue) {
    this.#ask = ask;
  }

  readonly loadRound = (needs: readonly Needs[]): Promise<void> => loadPlant(this.#ask, this.plant, needs, false);

  readonly loadStarts = (ports: readonly string[]): Promise<void> =>
    loadPlant(this.#ask, this.plant, [{ near: ports, far: [] }], true);

  readonly loadLosses = async (lost: readonly ObjectKey[]): Promise<void> => {
    const missing = unique(lost.filter((key) => !this.losses.has(keyText(key))));
    if (missing.length === 0) return;
    for (const [key, loss] of await loadLosses(this.#ask, missing, true)) this.losses.set(key, loss);
  };

  /** What goes along, without the ports from which traces may have led there. */
  readonly loadLost = async (lost: readonly ObjectKey[]): Promise<void> => {
    const missing = unique(lost.filter((key) => !this.lost.has(keyText(key))));
    if (missing.length === 0) return;
    for (const [key, loss] of await loadLosses(this.#ask, missing, false)) this.lost.set(key, loss);
  };

  /** Devices, and the facilities that they are in. */
  readonly loadDevices = async (ids: readonly string[]): Promise<void> => {
    const missing = [...new Set(ids)].filter((id) => !this.devices.has(id));
    if (missing.length === 0) return;
    type Found = { readonly devices: readonly DeviceFacts[]; readonly facilities: readonly FacilityFacts[] };
    const { devices, facilities } = (await this.#ask(devicesAmong(missing, [...this.facilities.keys()]))) as Found;
    for (const device of devices) this.devices.set(device.id, device);
    for (const facility of facilities) this.facilities.set(facility.id, facility);
  };

  readonly loadOrigins = async (devices: readonly string[]): Promise<void> => {
    const missing = [...new Set(devices)].filter((id) => !this.origins.has(id));
    if (missing.length === 0) return;
    const rows = (await this.#ask(originsOf(missing))) as readonly { readonly id: string; readonly ports: string[] }[];
    for (const id of missing) this.origins.set(id, []);
    for (const { id, ports } of rows) this.origins.set(id, ports);
  };

  readonly loadWaysOut = async (sites: readonly string[]): Promise<void> => {
    const missing = [...new Set(sites)].filter((id) => !this.waysOut.has(id));
    if (missing.length === 0) return;
    const rows = (await this.#ask(waysOutOf(missing))) as readonly { readonly id: string; readonly ways: WayOut[] }[];
    for (const { id, ways } of rows) this.waysOut.set(id, ways);
  };

  readonly loadReaching = async (ports: readonly string[]): Promise<void> => {
    const missing = [...new Set(ports)].filter((id) => !this.reaching.has(id));
    if (missing.length === 0) return;
    const rows = (await this.#ask(originsReaching(missing))) as readonly {
      readonly id: string;
      readonly ports: string[];
    }[];
    for (const { id, ports: found } of rows) this.reaching.set(id, found);
  };

  readonly loadPower = async (devices: readonly string[]): Promise<void> => {
    const missing = [...new Set(devices)].filter((id) => !this.power.has(id));
    if (missing.length === 0) return;
    const leads = Map.groupBy(await loadPower(this.#ask, missing), ({ device }) => device);
    for (const id of missing) this.power.set(id, leads.get(id) ?? []);
  };

  readonly loadLinks = async (keys: readonly ObjectKey[]): Promise<void> => {
    const missing = unique(keys.filter((key) => !this.linksOf.has(keyText(key))));
    if (missing.length === 0) return;
    const rows = (await this.#ask(linksAmong(missing))) as readonly {
      readonly key: string;
      readonly links: LinkFacts[];
    }[];
    for (const { key, links } of rows) this.linksOf.set(key, links);
  };

  /** Network devices at the core of facilities. */
  readonly loadCore = async (sites: readonly string[]): Promise<void> => {
    const missing = [...new Set(sites)].filter((id) => !this.coreDevices.has(id));
    if (missing.length === 0) return;
    const rows = (await this.#ask(coreOf(missing))) as readonly { readonly id: string; readonly devices: string[] }[];
    for (const { id, devices } of rows) this.coreDevices.set(id, devices);
  };
}

const unique = (keys: readonly ObjectKey[]): ObjectKey[] => [
  ...new Map(keys.map((key) => [keyText(key), key])).values(),
];

/** Roles of network devices, from the edge of a facility inwards. */
const roles = ['BorderRouter', 'Firewall', 'Spine', 'Leaf'] as const;

const coreRole = (site: Sql): Sql => sql`(
  select d.role from network_device d where d.site_id = ${site}
  order by array_position(${roles}::text[], d.role::text), d.id limit 1)`;

/** Tables: where circuits that are in use end, and which of them lead out of these facilities. */
const circuitsOut = (sites: Sql): Sql => sql`circuit_end as materialized (
    select e.circuit_id, e.side, e.port_id, coalesce(e.site_id, ${siteOfPort(sql`p`)}) as site_id, ${deviceOf(sql`p`)} as device_id
    from (${circuitEnds(sql`select k.id from circuit k where k.type <> 'CrossConnect' and ${isInUse(sql`k.id`)}`)}) e
    left join port p on p.id = e.port_id
  ), circuit_out as materialized (
    select site_id, circuit_id, bool_or(port_id is null) as is_loose from circuit_end
    where site_id in (${sites}) group by site_id, circuit_id having count(distinct side) = 1
  )`;

const devicesAmong = (ids: readonly string[], knownSites: readonly string[]): Sql => sql`(
  with found as materialized (
    ${sql.join(
      portHolders.map(
        ([kind, table]) => sql`(
          select d.id, ${kind}::text as kind, d.site_id, ${kind === 'NetworkDevice' ? sql`d.role::text` : sql`null`} as role
          from ${sql.ident(table)} d where d.id = any(${ids}::uuid[]))`,
      ),
      ' union all ',
    )}
  ), new_site as materialized (
    select distinct site_id as id from found where site_id <> all(${knownSites}::uuid[])
  ), ${circuitsOut(sql`(select id from new_site)`)}
  select jsonb_build_object(
    'devices', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'site', f.site_id, 'role', f.role)), '[]') from found f),
    'facilities', (
      select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'coreRole', ${coreRole(sql`s.id`)},
        'looseCircuits', array(select o.circuit_id from circuit_out o where o.site_id = s.id and o.is_loose),
        'hasCircuitsAtPorts', exists (select from circuit_out o where o.site_id = s.id and not o.is_loose))), '[]')
      from new_site s)))`;

const originsOf = (devices: readonly string[]): Sql => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', o.device, 'ports', o.ports)), '[]') from (
    select x.device, jsonb_agg(x.port order by x.port) as ports from (
      ${sql.join(
        portHolders.map(
          ([, , column]) => sql`(
            select p.${sql.ident(column)} as device, p.id as port from port p
            where p.${sql.ident(column)} = any(${devices}::uuid[]) and p.type not in ('Power', 'Serial') and ${isOrigin(sql`p`)})`,
        ),
        ' union all ',
      )}) x
    group by x.device) o)`;

const coreOf = (sites: readonly string[]): Sql => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'devices', array(
    select d.id from network_device d where d.site_id = s.id and d.role = ${coreRole(sql`s.id`)} order by d.id))), '[]')
  from unnest(${sites}::uuid[]) s (id))`;

const originsReaching = (ports: readonly string[]): Sql => sql`(
  with recursive ${reachFrom(sql`select p.id as start, p.id as port_id from unnest(${ports}::uuid[]) p (id)`)}
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'ports', array(
    select distinct p.id from reach r join port p on p.id = r.port_id where r.start = s.id and p.id <> s.id and ${isOrigin(sql`p`)}))), '[]')
  from unnest(${ports}::uuid[]) s (id))`;

/** Circuits with one end in a facility and none other there; cables from there to another facility. */
const waysOutOf = (sites: readonly string[]): Sql => sql`(
  with ${circuitsOut(sql`select unnest(${sites}::uuid[])`)}, inside as materialized (
    select s.id as site_id, c.descendant_id as scope_id from site s join scope_closure c on c.ancestor_id = s.scope_id where s.id = any(${sites}::uuid[])
  ), crossing as materialized (
    select i.site_id, c.id from inside i join cable c on c.scope_id = i.scope_id
    where c.status = 'Connected' and c.media <> 'Power' and c.other_scope_ids <> '{}'
      and exists (select from unnest(c.other_scope_ids) o (id) where not exists (select from inside j where j.site_id = i.site_id and j.scope_id = o.id))
    union
    select i.site_id, c.id from inside i join cable c on c.other_scope_ids @> array[i.scope_id]
    where c.status = 'Connected' and c.media <> 'Power' and not exists (select from inside j where j.site_id = i.site_id and j.scope_id = c.scope_id)
  ), way (site_id, kind, id, is_loose, ports) as (
    select e.site_id, 'Circuit', e.circuit_id, e.is_loose,
      (select coalesce(jsonb_agg(jsonb_build_object('port', x.port_id, 'device', x.device_id)) filter (where x.port_id is not null), '[]')
        from circuit_end x where x.circuit_id = e.circuit_id)
    from circuit_out e
    union all
    select x.site_id, 'Cable', x.id, false,
      (select jsonb_agg(jsonb_build_object('port', p.id, 'device', ${deviceOf(sql`p`)})) from cable_termination t join port p on p.id = t.port_id where t.cable_id = x.id)
    from crossing x
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'ways', (
    select coalesce(jsonb_agg(jsonb_build_object('kind', w.kind, 'id', w.id, 'ports', w.ports, 'isLoose', w.is_loose) order by w.kind, w.id), '[]') from way w where w.site_id = s.id))), '[]')
  from unnest(${sites}::uuid[]) s (id))`;

const linksAmong = (keys: readonly ObjectKey[]): Sql => sql`(
  with asked as materialized (
    select * from unnest(${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ id }) => id)}::uuid[]) k (kind, id)
  ), found as (
    select a.kind, a.id, l.link_id from asked a join link_cable l on l.cable_id = a.id where a.kind = 'Cable'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.site_id = a.id where a.kind = 'Site'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.cluster_id = a.id where a.kind = 'Cluster'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.network_device_id = a.id where a.kind = 'NetworkDevice'
  )
  select coalesce(jsonb_agg(jsonb_build_object('key', a.kind || '/' || a.id, 'links', (
    select coalesce(jsonb_agg(jsonb_build_object('id', f.link_id, 'cables', array(
      select c.cable_id from link_cable c where c.link_id = f.link_id order by c.position)) order by f.link_id), '[]')
    from found f where f.kind = a.kind and f.id = a.id))), '[]') from asked a)`;
