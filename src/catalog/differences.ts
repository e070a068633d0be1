import type { Field, JsonField } from './fields.ts';
import { isObject } from './values/is-object.ts';

/** A difference between two values; `undefined` means absent. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Described = Readonly<Record<string, Field | JsonField>>;
type Members = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value);

/**
 * Every path at which two plain values differ, in the order of the members. Lists are compared by index; lists whose
 * entries have a key by it, so that an entry more in front is one difference: `spec.meters[name=cpu].unit`.
 */
export function differences(before: unknown, after: unknown, path: string, field?: Field | JsonField): FieldChange[] {
  const fields: Described = field !== undefined && 'fields' in field ? field.fields : {};
  if (isObject(before) && isObject(after)) return memberDifferences(before, after, path, fields);
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = field?.type === 'objects' ? field.key : undefined;
    if (key !== undefined) return keyedDifferences(before, after, path, fields, key);
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
      const entryPath = `${path}[${index}]`;
      const [entryBefore, entryAfter]: unknown[] = [before[index], after[index]];
      const areObjects = isObject(entryBefore) && isObject(entryAfter);
      if (areObjects) return memberDifferences(entryBefore, entryAfter, entryPath, fields);
      return differences(entryBefore, entryAfter, entryPath);
    }).flat();
  }
  const isSame = before === after || (isNumber(before) && isNumber(after) && BigInt(before) === BigInt(after));
  return isSame ? [] : [{ path, before, after }];
}

/** Differences of two objects whose members are described by `fields`. */
export const memberDifferences = (before: Members, after: Members, path: string, fields: Described): FieldChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    differences(before[name], after[name], `${path}.${name}`, Object.hasOwn(fields, name) ? fields[name] : undefined),
  );

function keyedDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  fields: Described,
  key: string,
): FieldChange[] {
  const keyed = (list: readonly unknown[]) =>
    new Map((list as readonly Members[]).map((one) => [String(one[key]), one]));
  const [byKeyBefore, byKeyAfter] = [keyed(before), keyed(after)];
  const found = [...new Set([...byKeyBefore.keys(), ...byKeyAfter.keys()])].flatMap((name): FieldChange[] => {
    const [from, to] = [byKeyBefore.get(name), byKeyAfter.get(name)];
    const entryPath = `${path}[${key}=${name}]`;
    if (from === undefined || to === undefined) return [{ path: entryPath, before: from, after: to }];
    return memberDifferences(from, to, entryPath, fields);
  });
  const order = (map: ReadonlyMap<string, Members>, other: ReadonlyMap<string, Members>) =>
    [...map.keys()].filter((name) => other.has(name));
  const [orderBefore, orderAfter] = [order(byKeyBefore, byKeyAfter), order(byKeyAfter, byKeyBefore)];
  const isSameOrder = orderBefore.every((name, index) => name === orderAfter[index]);
  return isSameOrder ? found : [...found, { path, before: orderBefore, after: orderAfter }];
}
