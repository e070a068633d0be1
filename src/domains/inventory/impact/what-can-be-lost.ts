import { decodeId } from '../../../catalog/read/id.ts';
import type { ObjectKey } from '../../../catalog/walk.ts';

/** What impact can be asked of: kinds, and their tables. */
export const lostTables = {
  Region: 'region',
  Provider: 'provider',
  ProviderNetwork: 'provider_network',
  Site: 'site',
  Cluster: 'cluster',
  Rack: 'rack',
  Node: 'node',
  NetworkDevice: 'network_device',
  Equipment: 'equipment',
  Module: 'module',
  Port: 'port',
  Cable: 'cable',
  Circuit: 'circuit',
} as const;

export type LostKind = keyof typeof lostTables;
export const lostKinds = Object.keys(lostTables) as LostKind[];
const isLostKind = (kind: string): kind is LostKind => kind in lostTables;

/** An object as an argument names it: by id, or as `Kind/name`. */
export interface Named {
  readonly text: string;
  readonly kind: LostKind | null;
  readonly id: string | null;
  readonly name: string | null;
}

export function namedBy(text: string): Named {
  const slash = text.indexOf('/');
  const kind = text.slice(0, slash);
  if (slash > 0) return { text, kind: isLostKind(kind) ? kind : null, id: null, name: text.slice(slash + 1) };
  const id = decodeId(text);
  return { text, kind: id !== undefined && isLostKind(id.kind) ? id.kind : null, id: id?.uid ?? null, name: null };
}

export const keyText = ({ kind, id }: ObjectKey): string => `${kind}/${id}`;
