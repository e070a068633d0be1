import { mountedTables } from '../devices.ts';

/** What stands on the plant, and may be asked what it stands on: kinds, and their tables. */
export const standingTables = {
  Project: 'project',
  Service: 'service',
  Deployment: 'deployment',
  VirtualMachine: 'virtual_machine',
  Cluster: 'cluster',
  Site: 'site',
  ...mountedTables,
  Circuit: 'circuit',
} as const;

export type StandingKind = keyof typeof standingTables;
export const standingKinds = Object.keys(standingTables) as StandingKind[];

/** Devices in the network: they are connected with the edge of a facility. */
export const deviceKinds: ReadonlySet<string> = new Set(Object.keys(mountedTables));
