import { parseDocument } from 'yaml';
import { isObject } from '../../catalog/values/is-object.ts';
import {
  deviceTypeMembers,
  type Members,
  moduleTypeMembers,
  partLists,
  rackTypeMembers,
  withoutPlace,
} from './library-format.ts';

/** A file of the community library as the catalog has it. */
export interface ReadType {
  readonly kind: 'DeviceType' | 'ModuleType' | 'RackType';
  readonly name: string;
  readonly manifest: object;
  /** What of the file the manifest does not say: a line each. */
  readonly leftOut: readonly string[];
}

const RACKS_HAVE = ['form_factor', 'starting_unit', 'outer_width', 'outer_depth', 'mounting_depth', 'desc_units'];

const kindOf = (file: object): ReadType['kind'] => {
  if (RACKS_HAVE.some((key) => key in file)) return 'RackType';
  return 'slug' in file ? 'DeviceType' : 'ModuleType';
};

const membersOf = { DeviceType: deviceTypeMembers, ModuleType: moduleTypeMembers, RackType: rackTypeMembers };

/** The name of a type that has no slug: `Cisco`, `A9K-MOD400-TR` → `cisco-a9k-mod400-tr`. */
const slugOf = (...words: readonly unknown[]): string =>
  words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Reads a file; a text says why it is none. Scalars are read as they are written: `01` is a name, no number. */
export function readType(content: string): ReadType | string {
  const document = parseDocument(content, { schema: 'failsafe' });
  const [problem] = document.errors;
  if (problem !== undefined) return problem.message.split('\n')[0] ?? problem.message;
  const file: unknown = document.toJS();
  if (!isObject(file) || typeof file.manufacturer !== 'string' || typeof file.model !== 'string') {
    return 'it is no type of the community library: manufacturer and model are missing';
  }
  const kind = kindOf(file);
  const left = new Map<string, number>();
  const leave = (what: string): void => void left.set(what, (left.get(what) ?? 0) + 1);
  const { slug, ...rest } = file;
  const spec = membersIn(rest, membersOf[kind], '', leave);
  const name = typeof slug === 'string' ? slug.toLowerCase() : slugOf(file.manufacturer, file.model);
  const manifest = { apiVersion: 'catalog.miloapis.com/v1alpha1', kind, metadata: { name }, spec };
  const leftOut = [...left].map(([what, times]) => (times === 1 ? what : `${what} (${times} times)`));
  return { kind, name, manifest, leftOut };
}

/** The fields of a manifest that some members of a file become. */
function membersIn(
  from: Readonly<Record<string, unknown>>,
  members: Members,
  at: string,
  leave: (what: string) => void,
): Record<string, unknown> {
  const spec: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(from)) {
    const path = `${at}${key}`;
    const parts = at === '' ? partLists[key] : undefined;
    if (parts !== undefined && Array.isArray(value)) {
      const [field, partMembers] = parts;
      spec[field] = value.map((part) => (isObject(part) ? membersIn(part, partMembers, `${key}[].`, leave) : part));
      continue;
    }
    const [field, read] = members[key] ?? [];
    if (field === undefined || read === undefined) {
      const why = withoutPlace[key];
      leave(why === undefined ? `${path}: the catalog has no field for it` : `${path}: ${why}`);
      continue;
    }
    if (value === '' || value === null) continue;
    const known = typeof value === 'string' ? read(value) : undefined;
    if (known === undefined) leave(`${path}: ${JSON.stringify(value)} is not understood`);
    else spec[field] = known;
  }
  return spec;
}
