export interface Registry {
  readonly regions: number;
  readonly coreServices: number;
  readonly deployments: number;
  readonly imports: number;
}

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
  /** How much of the registry there is: services are deployed in some of these regions, and import each other. */
  readonly registry: Registry;
  /** Ports of the import that is measured, beside those that are there. */
  readonly importedPorts: number;
  /** How many grants each of the callers is behind, the administrator apart. */
  readonly grants: { readonly one: 1; readonly hundred: 100; readonly most: number };
}

const perParent = { devicesPerRack: 20, portsPerDevice: 25, metersPerService: 10, typesPerService: 5 };

const wholeRegistry: Registry = { regions: 50, coreServices: 10, deployments: 20_000, imports: 10_000 };
const smallPlant = { sites: 20, racks: 80, cables: 18_000, circuits: 100, importedPorts: 20_000 };
const fewTenants = { organizations: 20, projects: 200, grants: { one: 1, hundred: 100, most: 400 } } as const;

/** `full` is the size that figures are quoted at, `registry` the same for services alone; `small` is for trying things out. */
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
    registry: wholeRegistry,
    importedPorts: 200_000,
    grants: { one: 1, hundred: 100, most: 10_000 },
  },
  {
    ...perParent,
    ...smallPlant,
    ...fewTenants,
    name: 'registry',
    services: 1_000,
    registry: wholeRegistry,
  },
  {
    ...perParent,
    ...smallPlant,
    ...fewTenants,
    name: 'small',
    services: 60,
    registry: { regions: 10, coreServices: 2, deployments: 240, imports: 300 },
  },
];

/** In order of position, so that the first rack of every site comes before the second of any. */
export const rackName = ({ sites }: Size, index: number): string =>
  `s${index % sites}-r${1 + Math.floor(index / sites)}`;
export const deviceName = (rack: string, index: number): string => `${rack}-d${index}`;
export const portName = (device: string, index: number): string => `${device}-p${index}`;
