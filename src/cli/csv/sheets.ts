import type { PortOnDevice, Row, Sheet, SheetColumn } from './sheet.ts';

const UPSTREAM = 'inventory.miloapis.com';
const OURS = 'catalog.miloapis.com';

const slug = (text: unknown): string =>
  String(text ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const joined =
  (by: string, ...paths: readonly string[]) =>
  (row: Row): string | undefined => {
    const parts = paths.map((path) => slug(row.get(path)));
    return parts.includes('') ? undefined : parts.join(by);
  };

const name: SheetColumn = { heading: 'Name', path: 'metadata.name', also: ['hostname', 'object'] };
const deviceKinds = ['Node', 'NetworkDevice', 'Equipment'];
const rack = 'spec.placement.rackRef.name';
const ofPlacement: readonly SheetColumn[] = [
  { heading: 'Unit', path: 'spec.placement.startUnit', also: ['u', 'position', 'start unit', 'ru'], isNumber: true },
  { heading: 'Height', path: 'spec.placement.unitHeight', also: ['height u', 'units', 'u height'], isNumber: true },
  { heading: 'Face', path: 'spec.placement.face', also: ['side'], words: ['Front', 'Rear'] },
];
const placement: readonly SheetColumn[] = [
  { heading: 'Rack', path: rack, also: ['cabinet'] },
  ...ofPlacement.map((column) => ({ ...column, partOf: rack })),
];
const kindOfDevice: SheetColumn = {
  heading: 'Kind',
  path: 'kind',
  also: ['device kind'],
  words: deviceKinds,
  isRequired: true,
};

/** The device or rack that a port is on, or that an asset is. */
const ofDevice: readonly SheetColumn[] = [
  {
    heading: 'Device Kind',
    path: 'spec.deviceRef.kind',
    also: ['kind'],
    words: [...deviceKinds, 'Rack'],
    isRequired: true,
  },
  { heading: 'Device', path: 'spec.deviceRef.name', also: ['device name', 'hostname'], isRequired: true },
];

const devices: Sheet = {
  name: 'devices',
  description: 'servers, network devices and equipment, with their places',
  kinds: deviceKinds,
  columns: [
    { ...name, also: [...(name.also ?? []), 'device'], isRequired: true },
    kindOfDevice,
    { heading: 'Site', path: 'spec.siteRef.name', also: ['facility', 'location'] },
    { heading: 'Cluster', path: 'spec.clusterRef.name', kinds: ['NetworkDevice'] },
    {
      heading: 'Role',
      path: 'spec.role',
      words: ['BorderRouter', 'Spine', 'Leaf', 'Firewall'],
      kinds: ['NetworkDevice'],
    },
    {
      heading: 'Management Address',
      path: 'spec.managementAddress',
      also: ['management ip', 'mgmt'],
      kinds: ['NetworkDevice'],
    },
    { heading: 'Cores', path: 'spec.hardware.cpuCores', also: ['cpu cores'], isNumber: true, kinds: ['Node'] },
    {
      heading: 'Architecture',
      path: 'spec.hardware.cpuArchitecture',
      also: ['cpu architecture'],
      words: ['amd64', 'arm64'],
      kinds: ['Node'],
    },
    {
      heading: 'Memory',
      path: 'spec.hardware.memoryBytes',
      also: ['memory bytes', 'ram'],
      isNumber: true,
      kinds: ['Node'],
    },
    { heading: 'Type', path: 'spec.type', also: ['equipment type'], kinds: ['Equipment'] },
    ...placement,
  ],
  groupOf: (kind) => (kind === 'Equipment' ? OURS : UPSTREAM),
};

const placements: Sheet = {
  name: 'placements',
  description: 'where devices that the catalog has are mounted',
  kinds: deviceKinds,
  columns: [
    { ...name, also: [...(name.also ?? []), 'device'], isRequired: true },
    kindOfDevice,
    ...placement.map((column) => (column.heading === 'Rack' ? { ...column, isRequired: true as const } : column)),
  ],
  groupOf: devices.groupOf,
  isOfExisting: true,
  leavesOut: ({ spec }) => spec?.placement === undefined,
};

const mountings: Sheet = {
  name: 'mountings',
  description: 'how much of its placement a server or network device takes: half units, both sides, none',
  kinds: ['DeviceMounting'],
  columns: [
    { ...name, also: ['object'] },
    ...ofDevice.map((column) =>
      column.path.endsWith('kind') ? { ...column, words: ['Node', 'NetworkDevice'] } : column,
    ),
    { heading: 'Depth', path: 'spec.depth', words: ['OneFace', 'BothFaces'] },
    { heading: 'Units', path: 'spec.unitHeight', also: ['u height', 'height', 'unit height'], isNumber: true },
    { heading: 'Half Unit Up', path: 'spec.startsHalfUnitUp', also: ['starts half unit up'], isYesOrNo: true },
    { heading: 'Width', path: 'spec.width', words: ['Full', 'Left', 'Right'] },
  ],
  nameOf: joined('-', 'spec.deviceRef.name'),
  groupOf: () => OURS,
};

const ports: Sheet = {
  name: 'ports',
  description: 'ports of devices',
  kinds: ['Port'],
  columns: [
    { ...name, also: ['port id', 'object'] },
    ...ofDevice,
    { heading: 'Port', path: 'spec.name', also: ['port name', 'interface', 'label'], isRequired: true },
    {
      heading: 'Type',
      path: 'spec.type',
      also: ['port type'],
      words: ['Power', 'Serial', 'Ethernet', 'Optical', 'PatchPanel'],
    },
    { heading: 'Speed', path: 'spec.speed', also: ['rate', 'line rate'] },
    { heading: 'Module', path: 'spec.moduleRef.name' },
  ],
  nameOf: joined('-', 'spec.deviceRef.name', 'spec.name'),
  groupOf: (_kind, row) =>
    row.get('spec.deviceRef.kind') === 'Equipment' || row.has('spec.moduleRef.name') ? OURS : UPSTREAM,
};

/** The device of an end, beside the port of it. */
const deviceOfEnd = (end: 'A' | 'Z', more: readonly string[]): SheetColumn[] => {
  const sides = [end, `side ${end}`, ...more];
  return [
    {
      heading: `${end} Device Kind`,
      path: `${end}.device.kind`,
      also: sides.map((side) => `${side} device kind`),
      words: [...deviceKinds, 'Rack'],
      isAside: true,
    },
    {
      heading: `${end} Device`,
      path: `${end}.device.name`,
      also: sides.flatMap((side) => [`${side} device`, `device ${side}`, `${side} host`, `${side} hostname`]),
      isAside: true,
    },
  ];
};

const portOfEnd = (end: 'A' | 'Z', port: string): PortOnDevice => ({
  port,
  device: `${end}.device.name`,
  kind: `${end}.device.kind`,
});

const cables: Sheet = {
  name: 'cables',
  description: 'cables with two ends',
  kinds: ['Cable'],
  columns: [
    { ...name, also: ['cable', 'cable id', 'object'] },
    ...deviceOfEnd('A', ['from']),
    {
      heading: 'A',
      path: 'spec.endpoints[0].name',
      also: ['a port', 'from', 'from port', 'port a', 'a end', 'side a', 'side a port', 'side a name'],
      isRequired: true,
    },
    ...deviceOfEnd('Z', ['to', 'b', 'side b']),
    {
      heading: 'Z',
      path: 'spec.endpoints[1].name',
      also: [
        'z port',
        'b',
        'to',
        'to port',
        'port z',
        'port b',
        'b port',
        'z end',
        'side b',
        'side b port',
        'side b name',
      ],
      isRequired: true,
    },
    {
      heading: 'Media',
      path: 'spec.media',
      also: ['medium', 'cable type', 'type'],
      words: ['Copper', 'FiberSMF', 'FiberMMF', 'Power', 'DAC'],
    },
    { heading: 'Length', path: 'spec.lengthM', also: ['length m', 'metres', 'meters'] },
    { heading: 'Label', path: 'spec.label', also: ['sticker'] },
    { heading: 'Status', path: 'spec.status', words: ['Connected', 'Planned', 'Decommissioning'] },
    { heading: 'Profile', path: 'spec.profileRef.name', also: ['cable profile'] },
  ],
  ports: [portOfEnd('A', 'spec.endpoints[0].name'), portOfEnd('Z', 'spec.endpoints[1].name')],
  nameOf: joined('--', 'spec.endpoints[0].name', 'spec.endpoints[1].name'),
  groupOf: (_kind, row) =>
    row.has('spec.profileRef.name') || (row.get('spec.status') ?? 'Connected') !== 'Connected' ? OURS : UPSTREAM,
  leavesOut: ({ spec = {} }) => !Array.isArray(spec.endpoints) || spec.endpoints.length !== 2,
};

const ends = (side: 'a' | 'z'): SheetColumn[] => {
  const [letter, word] = side === 'a' ? (['A', 'from'] as const) : (['Z', 'to'] as const);
  const path = `spec.${side}End`;
  return [
    { heading: `${letter} Kind`, path: `${path}.kind`, also: [`${side} end kind`], words: ['Site', 'Port'] },
    ...deviceOfEnd(letter, [word]),
    { heading: letter, path: `${path}.name`, also: [`${side} end`, word, `${side} port`, `${word} port`] },
  ];
};

const circuits: Sheet = {
  name: 'circuits',
  description: 'circuits of providers, with the ends that are known',
  kinds: ['Circuit'],
  columns: [
    { ...name, also: ['circuit', 'object'] },
    { heading: 'Provider', path: 'spec.providerRef.name', also: ['carrier', 'vendor'], isRequired: true },
    {
      heading: 'Type',
      path: 'spec.type',
      also: ['circuit type'],
      words: ['CrossConnect', 'ProviderCircuit', 'Transit', 'Peering'],
    },
    { heading: 'Circuit ID', path: 'spec.circuitID', also: ['cid', 'service id', 'loa'] },
    { heading: 'Bandwidth', path: 'spec.bandwidthMbps', also: ['bandwidth mbps', 'mbps'], isNumber: true },
    ...ends('a'),
    ...ends('z'),
  ],
  ports: [
    { ...portOfEnd('A', 'spec.aEnd.name'), isPortBy: 'spec.aEnd.kind' },
    { ...portOfEnd('Z', 'spec.zEnd.name'), isPortBy: 'spec.zEnd.kind' },
  ],
  nameOf: joined('-', 'spec.providerRef.name', 'spec.circuitID'),
  groupOf: (_kind, row) => (row.has('spec.aEnd.name') && row.has('spec.zEnd.name') ? UPSTREAM : OURS),
};

const assets: Sheet = {
  name: 'assets',
  description: 'what devices are: type, manufacturer, serial numbers, tags',
  kinds: ['Asset'],
  columns: [
    { ...name, also: ['asset', 'object'] },
    ...ofDevice,
    { heading: 'Device Type', path: 'spec.typeRef.name', also: ['type'] },
    { heading: 'Manufacturer', path: 'spec.manufacturer', also: ['vendor', 'make'] },
    { heading: 'Model', path: 'spec.model' },
    { heading: 'Part Number', path: 'spec.partNumber', also: ['part'] },
    { heading: 'Serial', path: 'spec.serial', also: ['serial number', 's/n'] },
    { heading: 'Asset Tag', path: 'spec.assetTag', also: ['tag'] },
    { heading: 'Status', path: 'spec.status', words: ['Planned', 'Staged', 'Active', 'Offline', 'Decommissioning'] },
  ],
  nameOf: joined('-', 'spec.deviceRef.name'),
  groupOf: () => OURS,
};

export const sheets: readonly Sheet[] = [devices, placements, mountings, ports, cables, circuits, assets];
