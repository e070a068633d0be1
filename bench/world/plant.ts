import { deviceName, portName, rackName, type Size } from '../sizes.ts';
import { manifest, type Together } from './documents.ts';

const ENVIRONMENTS = ['prod', 'stage', 'dev', 'test'];
const ZONES = 5;

/** Labels of the device of that number; each pair of values is on one device in twenty. */
export const deviceLabels = (index: number): { readonly env: string; readonly zone: string } => ({
  env: ENVIRONMENTS[index % ENVIRONMENTS.length] ?? '',
  zone: `z${Math.floor(index / ENVIRONMENTS.length) % ZONES}`,
});

export function* regions(): Generator<Together> {
  yield [manifest('inventory', 'Region', { name: 'r1' }, { displayName: 'Region 1' })];
  yield [manifest('inventory', 'Provider', { name: 'carrier' }, { displayName: 'Carrier', type: 'Transit' })];
}

/** Sites, each with a cluster. */
export function* sites(size: Size): Generator<Together> {
  for (let index = 0; index < size.sites; index++) {
    const name = `s${index}`;
    const site = { displayName: `Site ${index}`, regionRef: { name: 'r1' }, type: 'Datacenter' };
    const cluster = { displayName: name, controlPlaneSiteRef: { name }, role: 'Compute', provider: 'bench' };
    yield [manifest('inventory', 'Site', { name }, site), manifest('inventory', 'Cluster', { name }, cluster)];
  }
}

export function* racks(size: Size): Generator<Together> {
  for (let index = 0; index < size.racks; index++) {
    const siteRef = { name: `s${index % size.sites}` };
    yield [manifest('inventory', 'Rack', { name: rackName(size, index) }, { siteRef, heightU: 42 })];
  }
}

/** Devices that fill every rack, each with its ports. */
export function* devices(size: Size): Generator<Together> {
  for (let index = 0; index < size.racks; index++) {
    const rack = rackName(size, index);
    for (let unit = 0; unit < size.devicesPerRack; unit++) {
      const name = deviceName(rack, unit);
      const placement = { rackRef: { name: rack }, startUnit: 1 + 2 * unit, unitHeight: 2 };
      const labels = deviceLabels(index * size.devicesPerRack + unit);
      yield deviceWithPorts(name, `s${index % size.sites}`, size.portsPerDevice, { labels, placement });
    }
  }
}

interface DeviceOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly placement?: object;
}

export function device(name: string, site: string, { labels, placement }: DeviceOptions = {}): string {
  const spec = { clusterRef: { name: site }, siteRef: { name: site }, role: 'Leaf', ...(placement && { placement }) };
  return manifest('inventory', 'NetworkDevice', { name, ...(labels && { labels }) }, spec);
}

export const deviceWithPorts = (name: string, site: string, ports: number, options?: DeviceOptions): Together => [
  device(name, site, options),
  ...Array.from({ length: ports }, (_, index) => port(name, index)),
];

const port = (device: string, index: number): string =>
  manifest(
    'inventory',
    'Port',
    { name: portName(device, index) },
    {
      deviceRef: { kind: 'NetworkDevice', name: device },
      type: 'Optical',
      name: `Ethernet${index}`,
      speed: '100G',
    },
  );

export const cable = (name: string, ends: readonly [string, string]): string =>
  manifest(
    'inventory',
    'Cable',
    { name },
    { endpoints: ends.map((end) => ({ name: end })), media: 'FiberSMF', lengthM: '20', label: name.toUpperCase() },
  );
