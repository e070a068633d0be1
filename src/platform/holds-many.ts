/** How many of `left` values are left when those of a value are taken off; it stops at none. */
function take(value: unknown, left: number): number {
  let rest = left - 1;
  if (typeof value === 'string') return rest - (value.length >> 8);
  if (typeof value !== 'object' || value === null) return rest;
  for (const key in value) {
    if (rest <= 0) return rest;
    rest = take((value as Readonly<Record<string, unknown>>)[key], rest);
  }
  return rest;
}

/** Whether a list or an object holds so many values at least; a long text counts as several. It looks no further. */
export const holdsMany = (value: unknown, count: number): value is object =>
  typeof value === 'object' && value !== null && take(value, count) <= 0;
