/** How much of everything the generated world holds. */
export interface Size {
  readonly name: string;
  readonly sites: number;
  readonly racks: number;
  readonly devicesPerRack: number;
  readonly portsPerDevice: number;
  readonly cables: number;
  readonly circuits: number;
  readonly organizations: number;
  readonly projects: number;
  readonly services: number;
  readonly metersPerService: number;
  readonly typesPerService: number;
  /** Ports of the import that is measured, beside those that are there. */
  readonly importedPorts: number;
  /** How many grants each of the callers is behind, the administrator apart. */
  readonly grants: { readonly one: 1; readonly hundred: 100; readonly most: number };
}

const perParent = { devicesPerRack: 20, portsPerDevice: 25, metersPerService: 10, typesPerService: 5 };

/** `full` is the size that figures are quoted at; `small` is for trying things out. */
export const sizes: readonly Size[] = [
  {
    ...perParent,
    name: 'full',
    sites: 20,
    racks: 2_000,
    cables: 450_000,
    circuits: 5_000,
    organizations: 200,
    projects: 5_000,
    services: 1_000,
    importedPorts: 200_000,
    grants: { one: 1, hundred: 100, most: 10_000 },
  },
  {
    ...perParent,
    name: 'small',
    sites: 20,
    racks: 80,
    cables: 18_000,
    circuits: 100,
    organizations: 20,
    projects: 200,
    services: 60,
    importedPorts: 20_000,
    grants: { one: 1, hundred: 100, most: 400 },
  },
];

/** In order of position, so that the first rack of every site comes before the second of any. */
export const rackName = ({ sites }: Size, index: number): string =>
  `s${index % sites}-r${1 + Math.floor(index / sites)}`;
export const deviceName = (rack: string, index: number): string => `${rack}-d${index}`;
export const portName = (device: string, index: number): string => `${device}-p${index}`;
