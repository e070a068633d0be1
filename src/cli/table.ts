/** A column of a kind's table. */
export interface Column {
  readonly name: string;
  readonly path: string;
  readonly wide: boolean;
}

/** The value at `spec.endpoints[0].name`; a dot inside a key is written `\.`. */
export function valueAt(manifest: unknown, path: string): string {
  const steps = path.split(/(?<!\\)\.|\[(\d+)\]\.?/).filter((step) => step !== undefined && step !== '');
  const value = steps.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | undefined)?.[step.replaceAll('\\.', '.')],
    manifest,
  );
  return value === undefined || value === null ? '<none>' : String(value);
}

/** Time since an instant, as kubectl shows it: 45s, 12m, 5h, 3d. */
export function age(instant: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(instant)) / 1_000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Rows under headings, columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('   ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
}
