import { at, doc, named } from './documents.ts';
import type { Random } from './random-plant.ts';

/*
 * Plants at random with every kind of the plant, sound throughout: two facilities, each with racks that are filled from below.
 *
 *   rack ─┬─ server, network device, chassis     mountings, assets, types, ports, inlets, bays with modules
 *         ├─ panel                               fronts, rears, wiring
 *         ├─ power strip                         inlet at a feed of the rack, outlets at inlets of devices
 *         └─ reservation of what is left
 *   cables, trunks and breakouts between what is free; circuits with ends of both sorts; links; virtual machines
 */
const OURS = 'catalog.miloapis.com';

interface Free {
  readonly interfaces: string[];
  readonly fronts: string[];
  readonly rears: string[];
  readonly inlets: string[];
  readonly outlets: string[];
}

/** The manifests of a plant, in an order in which most refer to later ones; `prefix` makes its names unique. */
export function wholePlant(random: Random, prefix: string): string[] {
  const below = (most: number): number => Math.floor(random() * most);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const takeFrom = (list: string[]): string | undefined => list.splice(below(list.length), 1)[0];
  const n = (name: string): string => `${prefix}-${name}`;
  const found: string[] = [];
  const add = (of: string, spec: object, group?: string): void => {
    const [kind, name = ''] = of.split('/');
    found.push(doc(`${kind}/${n(name)}`, spec, group));
  };

  add('Region/region', { displayName: 'Region' });
  add('Provider/carrier', { displayName: 'Carrier', type: 'Transit' });
  add('ProviderNetwork/internet', { providerRef: named(n('carrier')), serviceID: 'INET', description: 'All of it.' });
  add('CableProfile/shuffle', {
    ...{ aConnectors: 2, aPositions: 2, bConnectors: 2, bPositions: 2 },
    wiring: [1, 2].flatMap((i) => [1, 2].map((j) => ({ a: `${i}.${j}`, b: `${j}.${i}` }))),
  });
  add('RackType/frame', { manufacturer: 'Example', model: n('Frame'), uHeight: 24, widthInches: 19 });
  add('DeviceType/switch', {
    ...{ manufacturer: 'Example', model: n('Switch'), partNumber: 'EX-1', isFullDepth: chance(0.5), weight: 4.5 },
    ...{ weightUnit: 'Kilogram', airflow: 'FrontToRear' },
    interfaces: Array.from({ length: 2 + below(3) }, (_, index) => ({ name: `Eth${index}`, form: '25gbase-x-sfp28' })),
    consolePorts: [{ name: 'con', form: 'rj-45' }],
    powerPorts: [{ name: 'PSU0', form: 'iec-60320-c14', maximumDraw: 400, allocatedDraw: below(400) }],
    moduleBays: [{ name: 'Slot 1', position: '1' }],
  });
  add('DeviceType/splitter', {
    ...{ manufacturer: 'Example', model: n('Splitter'), uHeight: 0.5 },
    frontPorts: [1, 2].map((strand) => ({
      name: `${strand}`,
      form: 'lc',
      rearPort: 'trunk',
      rearPortPosition: strand,
    })),
    rearPorts: [{ name: 'trunk', form: 'mpo', positions: 2 }],
  });
  add('ModuleType/card', {
    ...{ manufacturer: 'Example', model: n('Card') },
    interfaces: [0, 1].map((index) => ({ name: `card{module}/${index}`, form: '10gbase-x-sfpp' })),
  });

  const servers: string[] = [];
  const switches: string[] = [];
  const ports: string[] = [];
  const free: Free = { interfaces: [], fronts: [], rears: [], inlets: [], outlets: [] };
  const port = (name: string, device: string, type: string, more: object = {}): string => {
    const [kind = '', of = ''] = device.split('/');
    const isOurs = kind === 'Equipment';
    const spec = { deviceRef: at(`${kind}/${n(of)}`), type, name, ...more };
    const own = `${of}-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`;
    add(`Port/${own}`, spec, isOurs ? OURS : undefined);
    ports.push(own);
    return own;
  };
  const power = (of: string, spec: object): void => add(`PowerPort/${of}`, { portRef: named(n(of)), ...spec });

  const describe = (device: string, more: object = {}): void => {
    const [kind, name = ''] = device.split('/');
    add(`Asset/${name}`, {
      deviceRef: at(`${kind}/${n(name)}`),
      manufacturer: 'Example',
      ...(chance(0.8) && { serial: n(`SN-${name}`) }),
      ...(chance(0.5) && { assetTag: n(`TAG-${name}`) }),
      ...(chance(0.5) && { status: pick(['Planned', 'Staged', 'Active', 'Offline', 'Decommissioning']) }),
      ...(chance(0.3) && { contacts: [{ name: 'Ada', email: 'ada@example.com' }] }),
      ...(chance(0.3) && { externalLinks: [{ title: 'Ticket', url: 'https://example.com/1' }] }),
      ...more,
    });
  };

  /** A server or network device with its ports, on so many units or on none. */
  const device = (name: string, site: string, placement: object | undefined, units: number): void => {
    const isServer = chance(0.5);
    const kind = isServer ? 'Node' : 'NetworkDevice';
    const where = { siteRef: named(n(site)), ...(placement && { placement }) };
    const hardware = { cpuCores: 1 + below(64), cpuArchitecture: 'amd64', memoryBytes: 2 ** 34 };
    const network = { clusterRef: named(n(`${site}-cluster`)), role: pick(['Leaf', 'Spine', 'Firewall']) };
    add(`${kind}/${name}`, { ...where, ...(isServer ? { hardware } : network) });
    (isServer ? servers : switches).push(name);
    const isTyped = !isServer && chance(0.5);
    if (isTyped) describe(`${kind}/${name}`, { typeRef: named(n('switch')) });
    else if (chance(0.6)) describe(`${kind}/${name}`, { model: 'Other', partNumber: 'P-1' });
    if (placement !== undefined && chance(0.5)) {
      const spec = { deviceRef: at(`${kind}/${n(name)}`) };
      const takes = pick([
        {},
        { unitHeight: units - 0.5, startsHalfUnitUp: true },
        { unitHeight: 0 },
        { unitHeight: units - 0.5, width: 'Left' },
      ]);
      add(`DeviceMounting/${name}`, { ...spec, ...takes, depth: pick(['OneFace', 'BothFaces']) });
    }
    for (let index = 0; index < below(4); index++)
      free.interfaces.push(port(`x${index}`, `${kind}/${name}`, 'Optical', chance(0.5) ? { speed: '10G' } : {}));
    const inlet = port('psu', `${kind}/${name}`, 'Power');
    if (chance(0.8)) power(inlet, { role: 'Inlet', ratedWatts: 800, allocatedWatts: below(800), voltage: 230 });
    free.inlets.push(inlet);
    if (!isTyped && chance(0.4)) {
      add(`ModuleBay/${name}-bay`, { deviceRef: at(`${kind}/${n(name)}`), name: 'Bay', position: '7' });
      if (chance(0.7)) {
        const more = chance(0.5) ? { serial: n(`CARD-${name}`), assetTag: n(`CARD-${name}`), status: 'Active' } : {};
        add(`Module/${name}-card`, { bayRef: named(n(`${name}-bay`)), typeRef: named(n('card')), ...more });
      }
    }
  };

  const panel = (name: string, site: string, placement: object): void => {
    add(`Equipment/${name}`, { siteRef: named(n(site)), type: 'PatchPanel', placement, description: 'A panel.' });
    const strands = 1 + below(3);
    const rear = port('R', `Equipment/${name}`, 'PatchPanel');
    add(`PassThroughPort/${rear}`, { portRef: named(n(rear)), side: 'Rear', positions: strands });
    free.rears.push(rear);
    for (let strand = 1; strand <= strands; strand++) {
      const front = port(`F${strand}`, `Equipment/${name}`, 'PatchPanel');
      add(`PassThroughPort/${front}`, { portRef: named(n(front)), side: 'Front' });
      free.fronts.push(front);
      if (chance(0.8)) {
        const ends = { frontPortRef: named(n(front)), frontPosition: 1, rearPortRef: named(n(rear)) };
        add(`PortMapping/${front}`, { ...ends, rearPosition: strand });
      }
    }
  };

  const strip = (name: string, site: string, rack: string): void => {
    add(`Equipment/${name}`, {
      ...{ siteRef: named(n(site)), type: 'PowerDistributionUnit' },
      placement: { rackRef: named(n(rack)), unitHeight: 0, face: 'Rear' },
    });
    const inlet = port('in', `Equipment/${name}`, 'Power');
    power(inlet, { role: 'Inlet', ratedWatts: 7000 });
    const feed = port('feed', `Rack/${rack}`, 'Power');
    power(feed, { role: 'Feed', feed: 'A', voltage: 230, ampsRated: 32 });
    add(`Cable/${name}-feed`, { media: 'Power', endpoints: [named(n(feed)), named(n(inlet))] });
    for (let index = 0; index < 1 + below(4); index++) {
      const outlet = port(`o${index}`, `Equipment/${name}`, 'Power');
      power(outlet, { role: 'Outlet', inletRef: named(n(inlet)), leg: pick(['A', 'B', 'C']), ratedWatts: 2300 });
      free.outlets.push(outlet);
    }
  };

  for (const site of ['one', 'two']) {
    add(`Site/${site}`, { displayName: site, regionRef: named(n('region')), type: 'Datacenter' });
    const cluster = { displayName: site, provider: 'BareMetal', role: 'Compute', controlPlaneSiteRef: named(n(site)) };
    add(`Cluster/${site}-cluster`, cluster);
    for (let index = 0; index < 1 + below(2); index++) {
      const rack = `${site}-r${index}`;
      const feeds = [
        { name: 'A', phase: 'ThreePhase', voltage: 400, ampsRated: 32 },
        ...(chance(0.5) ? [{ name: 'B' }] : []),
      ];
      const stands = { siteRef: named(n(site)), cage: 'C1', row: 'A', name: `A${index}` };
      add(`Rack/${rack}`, { ...stands, heightU: 24, powerFeeds: feeds });
      let unit = 1;
      for (let count = 0; unit < 20; count++) {
        const units = 1 + below(3);
        const placement = { rackRef: named(n(rack)), startUnit: unit, unitHeight: units };
        if (chance(0.3)) panel(`${rack}-p${count}`, site, { ...placement, width: pick(['Full', 'Right']) });
        else device(`${rack}-d${count}`, site, { ...placement, face: pick(['Front', 'Rear']) }, units);
        unit += units + below(2);
      }
      strip(`${rack}-strip`, site, rack);
      add(`Equipment/${rack}-splitter`, {
        ...{ siteRef: named(n(site)), type: 'Cassette' },
        placement: { rackRef: named(n(rack)), startUnit: 23.5, unitHeight: 0.5 },
      });
      describe(`Equipment/${rack}-splitter`, { typeRef: named(n('splitter')) });
      const reserved = { rackRef: named(n(rack)), startUnit: 22.5, unitHeight: 1.5, requestedBy: 'Ada' };
      const kept = [at(`Equipment/${n(`${rack}-splitter`)}`)];
      add(`UnitReservation/${rack}`, { ...reserved, reason: 'Growth', deviceRefs: kept });
      add(`Equipment/${rack}-chassis`, { siteRef: named(n(site)), type: 'Shelf' });
      device(`${rack}-blade`, site, undefined, 0);
      const blade = servers.includes(`${rack}-blade`) ? 'Node' : 'NetworkDevice';
      add(`DeviceSlot/${rack}-1`, {
        ...{ chassisRef: at(`Equipment/${n(`${rack}-chassis`)}`), slot: '1' },
        occupantRef: at(`${blade}/${n(`${rack}-blade`)}`),
      });
      add(`DeviceSlot/${rack}-2`, { chassisRef: at(`Equipment/${n(`${rack}-chassis`)}`), slot: '2' });
    }
  }

  const cables: string[] = [];
  const cable = (spec: object, isOurs = false): void => {
    const name = `cable${cables.length}`;
    cables.push(name);
    add(`Cable/${name}`, spec, isOurs ? OURS : undefined);
  };
  for (let index = 0; index < 4 + below(6); index++) {
    const [a, z] = [takeFrom(pick([free.interfaces, free.fronts])), takeFrom(pick([free.fronts, free.rears]))];
    if (a === undefined || z === undefined) continue;
    const plain = { media: 'FiberSMF', endpoints: [named(n(a)), named(n(z))], ...(chance(0.5) && { lengthM: '20.5' }) };
    if (chance(0.5)) cable({ ...plain, label: `L${index}` });
    else cable({ ...plain, status: pick(['Planned', 'Decommissioning']) }, true);
  }
  const legs = [takeFrom(free.interfaces), takeFrom(free.interfaces), takeFrom(free.interfaces)];
  if (legs.every((leg) => leg !== undefined)) {
    const ends = legs.map((leg, at) => ({ name: n(leg), side: at === 0 ? 'A' : 'B', connector: at === 2 ? 4 : 1 }));
    cable({ media: 'FiberSMF', endpoints: ends, profileRef: named('breakout-1c4p-4c1p') }, true);
  }
  for (const inlet of free.inlets) {
    const outlet = chance(0.7) ? takeFrom(free.outlets) : undefined;
    // Every pair of facilities is far enough apart for a cable that does not say how long it is.
    if (outlet !== undefined) cable({ media: 'Power', endpoints: [named(n(outlet)), named(n(inlet))] });
  }

  for (let index = 0; index < 2 + below(3); index++) {
    const circuit = `circuit${index}`;
    const spec = { providerRef: named(n('carrier')), type: 'Transit', circuitID: `ID-${index}`, bandwidthMbps: 1000 };
    const [a, z] = [takeFrom(free.interfaces), takeFrom(free.interfaces)];
    if (a !== undefined && z !== undefined && chance(0.4)) {
      const serviceRef = { apiGroup: 'example.com', kind: 'Thing', name: 'elsewhere' };
      add(`Circuit/${circuit}`, { ...spec, aEnd: at(`Port/${n(a)}`), zEnd: at(`Site/${n('two')}`), serviceRef });
      continue;
    }
    add(`Circuit/${circuit}`, { ...spec, ...(chance(0.5) && { aEnd: at(`Site/${n('one')}`) }) }, OURS);
    add(`CircuitTermination/${circuit}-z`, {
      ...{
        circuitRef: named(n(circuit)),
        side: 'Z',
        crossConnectID: `XC-${index}`,
        patchPanel: 'MMR 4',
        status: 'Active',
      },
      placeRef: z !== undefined && chance(0.5) ? at(`Port/${n(z)}`) : at(`ProviderNetwork/${n('internet')}`),
      ...{ demarcation: 'The grey socket.', distanceM: '12.5' },
    });
  }
  add('Link/link', {
    ...{ endpoints: [at(`Site/${n('one')}`), at(`Site/${n('two')}`)], type: 'Physical', capacityMbps: 10_000 },
    ...{ latencyMs: '1.5', cableRefs: cables.slice(0, 2).map((name) => named(n(name))) },
  });
  for (const host of servers.slice(0, 3)) {
    const spec = { hostRef: named(n(host)), allocation: { vcpus: 2, memoryBytes: 2 ** 30 } };
    const projectRef = { apiGroup: 'example.com', kind: 'Project', name: 'elsewhere' };
    add(`VirtualMachine/${host}-vm`, { ...spec, ...(chance(0.5) && { projectRef }) });
  }
  return found;
}
