import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { portHolders } from '../devices.ts';
import { addPlain, loadPlant } from '../trace/load-plant.ts';
import { isOrigin, reachFrom } from '../trace/origins-over.ts';
import { Plant } from '../trace/plant.ts';
import type { Needs } from '../trace/trace-walk.ts';
import { type Loss, loadLosses } from './load-loss.ts';
import { loadPower, type PowerLead } from './power.ts';
import { type Gone, nothing } from './remaining-plant.ts';
import { loadSurvivors, type SurvivorAsked } from './survivors.ts';
import { circuitsOut, loadWaysOut, noWays, type WaysAsked, type WaysOut } from './ways-out.ts';
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

/** Whether whatever is at the core of a facility leads out of it when something is gone: where nothing says at which port its circuits end. */
export const coreLeadsOut = ({ looseCircuits, hasCircuitsAtPorts }: FacilityFacts, gone: Gone): boolean =>
  looseCircuits.length === 0 ? !hasCircuitsAtPorts : looseCircuits.some((circuit) => !gone.circuits.has(circuit));

export interface LinkFacts {
  readonly id: string;
  /** Cables that carry it. */
  readonly cables: readonly string[];
}

/** `isFar`: it is only asked which facility the device is in. */
export interface VertexAsked {
  readonly id: string;
  readonly isFar: boolean;
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
  readonly #ways = new Map<Gone, Map<string, WaysOut>>();
  readonly #survivors = new Map<Gone, Set<string>>();
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
    for (const [key, loss] of await loadLosses(this.#ask, missing, true)) {
      this.losses.set(key, loss);
      for (const row of loss.plain) addPlain(this.plant, row);
    }
  };

  /** What goes along, without the ports from which traces may have led there. */
  readonly loadLost = async (lost: readonly ObjectKey[]): Promise<void> => {
    const missing = unique(lost.filter((key) => !this.lost.has(keyText(key))));
    if (missing.length === 0) return;
    for (const [key, loss] of await loadLosses(this.#ask, missing, false)) this.lost.set(key, loss);
  };

  /** Devices, and the facilities that they are in. */
  readonly loadDevices = (ids: readonly string[]): Promise<void> =>
    this.loadVertices(ids.map((id) => ({ id, isFar: false })));

  /** Devices; of those that are far, nothing is asked of their facilities. */
  readonly loadVertices = async (vertices: readonly VertexAsked[]): Promise<void> => {
    const near = new Set(vertices.filter(({ isFar }) => !isFar).map(({ id }) => id));
    const isKnown = (id: string): boolean => {
      const site = this.devices.get(id)?.site;
      return site !== undefined && (!near.has(id) || this.facilities.has(site));
    };
    const missing = [...new Set(vertices.map(({ id }) => id))].filter((id) => !isKnown(id));
    if (missing.length === 0) return;
    type Found = { readonly devices: readonly DeviceFacts[]; readonly facilities: readonly FacilityFacts[] };
    const sites = missing.filter((id) => near.has(id));
    const { devices, facilities } = (await this.#ask(
      devicesAmong(missing, sites, [...this.facilities.keys()]),
    )) as Found;
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

  readonly loadWaysOut = (sites: readonly string[]): Promise<void> =>
    this.loadWaysLeft(sites.map((site) => ({ site, gone: nothing })));

  readonly loadWaysLeft = async (asked: readonly WaysAsked[]): Promise<void> => {
    for (const { gone } of asked) if (!this.#ways.has(gone)) this.#ways.set(gone, new Map());
    const missing = asked.filter(({ site, gone }) => this.#ways.get(gone)?.has(site) !== true);
    if (missing.length === 0) return;
    for (const { site, gone, ways } of await loadWaysOut(this.#ask, missing)) this.#ways.get(gone)?.set(site, ways);
  };

  /** The ways out of a facility, once they are loaded. */
  waysOut(site: string, gone: Gone = nothing): WaysOut {
    return this.#ways.get(gone)?.get(site) ?? noWays;
  }

  /** Of devices that have lost something: whether two cables still lead straight out of their facility. */
  readonly loadSurvivors = async (asked: readonly SurvivorAsked[]): Promise<void> => {
    if (asked.length === 0) return;
    for (const { device, gone } of await loadSurvivors(this.#ask, asked)) {
      const known = this.#survivors.get(gone) ?? new Set();
      this.#survivors.set(gone, known.add(device));
    }
  };

  /** Whether a device is at the edge of its facility because it is at its core. */
  isAtEdge(device: string, gone: Gone): boolean {
    const { kind, role, site = '' } = this.devices.get(device) ?? {};
    const facility = this.facilities.get(site);
    return (
      kind === 'NetworkDevice' && facility !== undefined && role === facility.coreRole && coreLeadsOut(facility, gone)
    );
  }

  survives(device: string, gone: Gone): boolean {
    return this.#survivors.get(gone)?.has(device) === true;
  }

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
    for (const key of missing) this.linksOf.set(keyText(key), []);
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

const devicesAmong = (ids: readonly string[], near: readonly string[], knownSites: readonly string[]): Sql => sql`(
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
    select distinct site_id as id from found where id = any(${near}::uuid[]) and site_id <> all(${knownSites}::uuid[])
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
    select p.id from (select distinct port_id from reach r where r.start = s.id and r.port_id <> s.id) r cross join lateral (
      select p.id from port p where p.id = r.port_id and ${isOrigin(sql`p`)} offset 0) p order by p.id))), '[]')
  from unnest(${ports}::uuid[]) s (id))`;

const linksAmong = (keys: readonly ObjectKey[]): Sql => sql`(
  with asked as materialized (
    select * from unnest(${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ id }) => id)}::uuid[]) k (kind, id)
  ), found as (
    select a.kind, a.id, l.link_id from asked a join link_cable l on l.cable_id = a.id where a.kind = 'Cable'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.site_id = a.id where a.kind = 'Site'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.cluster_id = a.id where a.kind = 'Cluster'
    union select a.kind, a.id, e.link_id from asked a join link_endpoint e on e.network_device_id = a.id where a.kind = 'NetworkDevice'
  )
  select coalesce(jsonb_agg(jsonb_build_object('key', f.key, 'links', f.links)), '[]') from (
    select f.kind || '/' || f.id as key, jsonb_agg(jsonb_build_object('id', f.link_id, 'cables', array(
      select c.cable_id from link_cable c where c.link_id = f.link_id order by c.position)) order by f.link_id) as links
    from found f group by f.kind, f.id) f)`;
