/**
 * `spec.endpoints[0].name`; `spec.roles[*].name`: of every entry; `metadata.annotations.kubernetes\.io/display-name`: a dot
 * in a key is written `\.`.
 */
export function manifestValue(manifest: unknown, path: string): unknown {
  return valueAt(manifest, path.match(/(?:\\.|[^.\\[])+|\[(?:\d+|\*)\]/g) ?? []);
}

function valueAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (value === null || typeof value !== 'object') return undefined;
  if (step === '[*]') return Array.isArray(value) ? value.map((entry) => valueAt(entry, rest)) : undefined;
  const key = step.startsWith('[') ? step.slice(1, -1) : step.replace(/\\(.)/g, '$1');
  return valueAt((value as Record<string, unknown>)[key], rest);
}
