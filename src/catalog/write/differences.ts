/** A difference between two values; `undefined` stands for absent. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every path at which two plain values differ, in the order of the members. */
export function differences(before: unknown, after: unknown, path: string): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences(before[name], after[name], `${path}.${name}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => differences(before[index], after[index], `${path}[${index}]`)).flat();
  }
  return before === after || (isNumber(before) && isNumber(after) && BigInt(before) === BigInt(after))
    ? []
    : [{ path, before, after }];
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value);
