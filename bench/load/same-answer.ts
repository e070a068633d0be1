/** Where two answers first differ, in words; undefined when they tell the same. */
export function firstDifference(a: unknown, b: unknown, path = 'data'): string | undefined {
  const [left, right] = [plain(a), plain(b)];
  if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const found = firstDifference(left[key], right[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return left === right ? undefined : `${path}: ${JSON.stringify(left)} and ${JSON.stringify(right)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Lists with and without `nodes` are alike, and so are spellings of one instant. */
function plain(value: unknown): unknown {
  if (isObject(value) && Object.keys(value).length === 1 && Array.isArray(value.nodes)) return value.nodes;
  if (typeof value !== 'string') return value;
  const [, instant, fraction = ''] = /^(\d{4}-\d\d-\d\dT[\d:]{8})(?:\.(\d+))?(?:Z|\+00:00)$/.exec(value) ?? [];
  return instant === undefined ? value : `${instant}.${fraction.padEnd(6, '0')}`;
}
