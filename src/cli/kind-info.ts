import { unknownKind } from '../catalog/values/unknown-kind.ts';
import { usageError } from './cli-error.ts';
import type { Client } from './client.ts';

export interface Column {
  readonly name: string;
  readonly path: string;
  readonly wide: boolean;
}

/** A kind as the service describes it. */
export interface KindInfo {
  readonly kind: string;
  readonly group: string;
  readonly groups: readonly string[];
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly inProject: boolean;
  readonly domain: string;
  readonly type: string;
  readonly field: string;
  readonly listField: string;
  readonly description: string;
  /** Field that says in which state an object is, and the states, as the graph has them. */
  readonly stateField: string | null;
  readonly states: readonly string[];
  readonly columns: readonly Column[];
}

const DOCUMENT = `query CatalogKinds { kinds { kind group groups version plural singular shortNames namespaced inProject
  domain type field listField description stateField states columns { name path wide } } }`;

/** All kinds, in load order. */
export const loadKinds = async (client: Client): Promise<readonly KindInfo[]> =>
  (await client.execute<{ kinds: readonly KindInfo[] }>(DOCUMENT)).kinds;

/** Where objects of a kind are looked for: those that live in no namespace or project not in one, as with kubectl. */
export const placeIn = (
  { namespaced, inProject }: KindInfo,
  { namespace, project }: { readonly namespace?: string | undefined; readonly project?: string | undefined },
) => ({ namespace: namespaced ? namespace : undefined, project: inProject ? project : undefined });

export const wordsOf = ({ kind, plural, singular, shortNames }: KindInfo): string[] => [
  plural,
  singular,
  ...shortNames,
  kind.toLowerCase(),
];

/** `racks`, `rack`, `Rack`, `org`, `racks.inventory.miloapis.com` → the kind. */
export function getKindInfo(kinds: readonly KindInfo[], word: string): KindInfo {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest.join('.');
  const found = kinds.find(
    (kind) =>
      wordsOf(kind).includes(name) &&
      (group === '' || kind.groups.some((of) => of === group || `${kind.version}.${of}` === group)),
  );
  if (found !== undefined) return found;
  const names = kinds.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]);
  throw usageError(unknownKind(word, names), '`catalog kinds` lists them');
}
