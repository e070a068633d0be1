/** `spec.endpoints[0].name`, `metadata.annotations.kubernetes\.io/display-name`: a dot in a key is written `\.`. */
export function manifestValue(manifest: unknown, path: string): unknown {
  let value = manifest;
  for (const step of path.match(/(?:\\.|[^.\\[])+|\[\d+\]/g) ?? []) {
    if (value === null || typeof value !== 'object') return undefined;
    const key = step.startsWith('[') ? step.slice(1, -1) : step.replace(/\\(.)/g, '$1');
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
