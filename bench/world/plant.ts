import { deviceName, portName, rackName, type Size } from '../sizes.ts';
import { manifest } from './documents.ts';

const ENVIRONMENTS = ['prod', 'stage', 'dev', 'test'];
const ZONES = 5;

/** Labels of the device of that number; each pair of values is on one device in twenty. */
export const deviceLabels = (index: number): { readonly env: string; readonly zone: string } => ({
  env: ENVIRONMENTS[index % ENVIRONMENTS.length] ?? '',
  zone: `z${Math.floor(index / ENVIRONMENTS.length) % ZONES}`,
});

/** Regions, sites, clusters and racks. */
export function* buildings(size: Size): Generator<string> {
  yield manifest('inventory', 'Region', { name: 'r1' }, { displayName: 'Region 1' });
  yield manifest('inventory', 'Provider', { name: 'carrier' }, { displayName: 'Carrier', type: 'Transit' });
  for (let index = 0; index < size.sites; index++) {
    const name = `s${index}`;
    const site = { displayName: `Site ${index}`, regionRef: { name: 'r1' }, type: 'Datacenter' };
    yield manifest('inventory', 'Site', { name }, site);
    const cluster = { displayName: name, controlPlaneSiteRef: { name }, role: 'Compute', provider: 'bench' };
    yield manifest('inventory', 'Cluster', { name }, cluster);
  }
  for (let index = 0; index < size.racks; index++) {
    const siteRef = { name: `s${index % size.sites}` };
    yield manifest('inventory', 'Rack', { name: rackName(size, index) }, { siteRef, heightU: 42 });
  }
}

/** Devices that fill every rack, each with its ports. */
export function* devicesWithPorts(size: Size): Generator<string> {
  for (let index = 0; index < size.racks; index++) {
    const rack = rackName(size, index);
    for (let unit = 0; unit < size.devicesPerRack; unit++) {
      const name = deviceName(rack, unit);
      yield device(name, `s${index % size.sites}`, {
        labels: deviceLabels(index * size.devicesPerRack + unit),
        placement: { rackRef: { name: rack }, startUnit: 1 + 2 * unit, unitHeight: 2 },
      });
      for (let position = 0; position < size.portsPerDevice; position++) yield port(name, position);
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

export const port = (device: string, index: number): string =>
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
    { endpoints: ends.map((end) => ({ name: end })), media: 'FiberSMF', lengthM: '2', label: name.toUpperCase() },
  );
