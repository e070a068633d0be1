import { parseJson } from '../catalog/manifests/json.ts';
import { usageError } from './cli-error.ts';
import { type Path, plainText, readPath } from './json-path.ts';
import type { ListedObject } from './objects.ts';

type Pages = AsyncIterable<readonly ListedObject[]>;

/** Reads `spec.type=Edge,metadata.name!=fra1` as kubectl does; `==` is `=`. */
export function readFieldSelector(text: string): (object: unknown) => boolean {
  const terms = text.split(',').map((term) => {
    const [, path, operator, value] = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term) ?? [];
    if (path === undefined || value === undefined)
      throw usageError(`'${term}' is not FIELD=VALUE or FIELD!=VALUE`, 'for example --field-selector spec.type=Edge');
    return { valuesOf: readPath(path), isEqual: operator !== '!=', value };
  });
  return (object) =>
    terms.every(({ valuesOf, isEqual, value }) => {
      const found = valuesOf(object).map(plainText);
      return (found.includes(value) || (found.length === 0 && value === '')) === isEqual;
    });
}

/** What of a list is shown, and in which order; whatever the service cannot tell itself. */
export interface Arrangement {
  readonly fieldSelector?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly limit?: number | undefined;
  /** Told how many there are in all, when a sorted list is cut by the limit. */
  readonly onCut?: ((total: string) => void) | undefined;
}

/** Sorting reads the whole list before anything of it is shown. */
export async function* arranged(
  pages: Pages,
  { fieldSelector, sortBy, limit = Number.POSITIVE_INFINITY, onCut }: Arrangement,
): AsyncGenerator<readonly ListedObject[]> {
  const isWanted = fieldSelector === undefined ? undefined : readFieldSelector(fieldSelector);
  const all: ListedObject[] = [];
  let left = limit;
  for await (const page of pages) {
    const kept = isWanted === undefined ? page : page.filter((object) => isWanted(contentOf(object)));
    if (sortBy !== undefined) all.push(...kept);
    else if (kept.length > 0) yield kept.slice(0, left);
    if (sortBy === undefined) left -= kept.length;
    if (left <= 0) return;
  }
  if (all.length > limit) onCut?.(String(all.length));
  if (sortBy !== undefined && all.length > 0) yield sorted(all, readPath(sortBy)).slice(0, limit);
}

const contentOf = ({ json, manifest }: ListedObject): unknown => parseJson(json ?? manifest);

function sorted(objects: readonly ListedObject[], path: Path): ListedObject[] {
  const keyed = objects.map((object) => ({ object, key: path(contentOf(object))[0] }));
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ object }) => object);
}

const names = new Intl.Collator('en', { numeric: true });
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** Numbers by size, instants by time, texts as people count (`Ethernet2` before `Ethernet10`); what is absent comes first. */
function compare(one: unknown, other: unknown): number {
  if (one === undefined || one === null || other === undefined || other === null)
    return Number(one !== undefined && one !== null) - Number(other !== undefined && other !== null);
  if (isNumber(one) && isNumber(other)) return one < other ? -1 : Number(one > other);
  const [a, b] = [plainText(one), plainText(other)];
  if (INSTANT.test(a) && INSTANT.test(b)) return Date.parse(a) - Date.parse(b) || (a < b ? -1 : Number(a > b));
  return names.compare(a, b);
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';
