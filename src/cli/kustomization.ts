import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../catalog/values/is-object.ts';

/** The file by which kustomize knows a folder. */
export const isKustomization = (name: string): boolean => /^kustomization(\.ya?ml)?$/i.test(name);

/**
 * What a kustomization may name beside its resources: files of kustomize's own (how it finds names and images), and
 * parts of manifests that it lays over others. None of them is a manifest.
 */
const lists = [
  'configurations',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'generators',
  'validators',
  'crds',
] as const;

/** Absolute paths of the files that are not manifests according to a kustomization; none if it cannot be read. */
export async function kustomizeFiles(path: string): Promise<string[]> {
  const stated = await readFile(path, 'utf8')
    .then(parse)
    .catch(() => undefined);
  if (!isObject(stated)) return [];
  const entries = [...lists.flatMap((list) => stated[list] ?? []), stated.openapi];
  const named = entries.map((entry) => (isObject(entry) ? entry.path : entry));
  return named.flatMap((name) =>
    typeof name === 'string' && !name.includes('\n') ? resolve(dirname(path), name) : [],
  );
}
