import type { ObjectKey } from '../../../catalog/walk.ts';
import { mountedTables } from '../devices.ts';

/** What impact can be asked of: kinds, and their tables. */
export const lostTables = {
  Region: 'region',
  Provider: 'provider',
  ProviderNetwork: 'provider_network',
  Site: 'site',
  Cluster: 'cluster',
  Rack: 'rack',
  ...mountedTables,
  Module: 'module',
  Port: 'port',
  Cable: 'cable',
  Circuit: 'circuit',
} as const;

export type LostKind = keyof typeof lostTables;
export const lostKinds = Object.keys(lostTables) as LostKind[];

export const keyText = ({ kind, id }: ObjectKey): string => `${kind}/${id}`;
