declare module 'pg/lib/utils.js' {
  /** Makes of a value what is sent for it. */
  export function prepareValue(value: unknown): string | Buffer | null;
}
