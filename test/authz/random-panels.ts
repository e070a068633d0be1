import type { Thing } from './thing.ts';

interface Around {
  readonly pick: <T>(list: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
  readonly sites: readonly Thing[];
  readonly racks: readonly Thing[];
  readonly devices: readonly Thing[];
}

const OURS = { group: 'catalog.miloapis.com' };
/** Units from here on belong to nobody else. */
const FIRST_UNIT = 20;

interface World {
  add(kind: string, name: string, spec: object, place?: { readonly group?: string }): Thing;
}

/** Equipment in racks and in slots, with ports of its own, and cables that have several connectors. */
export function addPanels(world: World, { pick, chance, sites, racks, devices }: Around): void {
  const ref = ({ name }: Thing) => ({ name });
  const kindRef = ({ kind, name }: Thing) => ({ kind, name });
  const panels = [0, 1, 2, 3].map((n) => {
    const site = pick(sites);
    const fitting = racks.filter(({ spec }) => spec.siteRef.name === site.name);
    const isPlaced = fitting.length > 0 && chance(0.7);
    const placement = isPlaced && { rackRef: ref(pick(fitting)), startUnit: FIRST_UNIT + n / 2, unitHeight: 0.5 };
    return world.add('Equipment', `panel${n}`, {
      siteRef: ref(site),
      type: 'PatchPanel',
      ...(placement && { placement }),
    });
  });
  for (const [n, panel] of panels.entries()) {
    const inside = world.add('Equipment', `cassette${n}`, { siteRef: panel.spec.siteRef, type: 'Cassette' });
    const seat = chance(0.7) && { occupantRef: kindRef(inside) };
    world.add('DeviceSlot', `slot${n}`, { chassisRef: kindRef(panel), slot: '1', ...seat });
  }
  // Types without parts: what is made of them is another test's.
  const product = { manufacturer: 'Example', model: 'Empty' };
  const types = [world.add('DeviceType', 'panels', product), world.add('ModuleType', 'cards', product)];
  world.add('RackType', 'frames', { ...product, uHeight: 42 });
  const [panelType, cardType] = types;
  for (const [n, panel] of panels.entries()) {
    if (panelType === undefined || cardType === undefined) break;
    world.add('Asset', `asset${n}`, { deviceRef: kindRef(panel), ...(n > 0 && { typeRef: ref(panelType) }) });
    const bay = world.add('ModuleBay', `bay${n}`, { deviceRef: kindRef(panel), name: 'A' });
    world.add('ModuleBay', `inner${n}`, { deviceRef: kindRef(panel), name: 'A.1', parentRef: ref(bay) });
    if (n === 0) continue;
    const card = world.add('Module', `card${n}`, { bayRef: ref(bay), typeRef: ref(cardType) });
    const spec = { deviceRef: kindRef(panel), type: 'Optical', name: `card${n}`, moduleRef: ref(card) };
    world.add('Port', `of-card${n}`, spec, OURS);
  }
  const legs = (end: 'A' | 'B', count: number, from: number) =>
    Array.from({ length: count }, (_, index) => {
      const device = pick([...panels, ...devices]);
      const place = device.kind === 'Equipment' ? OURS : {};
      const label = `leg${from + index}`;
      const spec = { deviceRef: kindRef(device), type: 'Optical', name: label };
      return { ...ref(world.add('Port', label, spec, place)), side: end, connector: index + 1 };
    });
  const breakout = { aConnectors: 1, aPositions: 3, bConnectors: 3, bPositions: 1 };
  const shuffle = { aConnectors: 2, aPositions: 2, bConnectors: 2, bPositions: 2 };
  const profiles = [
    world.add('CableProfile', 'breakout', {
      ...breakout,
      wiring: [1, 2, 3].map((leg) => ({ a: `1.${leg}`, b: `${leg}.1` })),
    }),
    world.add('CableProfile', 'crossed', {
      ...shuffle,
      wiring: [1, 2].flatMap((one) => [1, 2].map((strand) => ({ a: `${one}.${strand}`, b: `${3 - one}.${strand}` }))),
    }),
  ];
  for (const [n, profile] of profiles.entries()) {
    const { aConnectors, bConnectors } = profile.spec;
    const endpoints = [...legs('A', aConnectors, 10 * n), ...legs('B', bConnectors, 10 * n + 5)];
    world.add('Cable', `trunk${n}`, { endpoints, media: 'FiberSMF', profileRef: ref(profile) }, OURS);
  }
}
