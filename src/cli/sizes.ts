/** `1234567` → `1.2 MiB`. */
export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** `34359738368` → `32Gi`, as Kubernetes writes quantities; undefined when it is no number. */
export function bytes(value: unknown): string | undefined {
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) return undefined;
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, number)) / 10));
  return `${Number((number / 2 ** (10 * power)).toFixed(1))}${units[power]}`;
}

/** `1` → `1 file`, `3` → `3 files`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
