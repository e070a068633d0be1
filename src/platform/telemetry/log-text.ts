interface Line {
  readonly time?: string;
  readonly level?: string;
  readonly msg?: string;
  readonly error?: { readonly message?: string; readonly stack?: string };
  readonly plan?: readonly { readonly sql: string; readonly ms: number }[];
}

/** A line of the log for people: the time of the day, the level if it is not the usual one, and its fields. */
export function toText(json: string): string {
  const { time = '', level = '', msg = '', error, plan = [], ...fields } = JSON.parse(json) as Line;
  const of = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  const parts = [
    time.slice(11, 19),
    ...(level === 'info' ? [] : [level.toUpperCase()]),
    msg,
    ...Object.entries(fields).map(([name, value]) => `${name}=${of(value)}`),
  ];
  const details = [
    ...(error === undefined ? [] : [`  ${error.message ?? ''}`, `  ${error.stack ?? ''}`]),
    ...plan.map(({ sql, ms }) => `  ${ms} ms  ${sql.replaceAll(/\s+/g, ' ')}`),
  ];
  return `${[parts.join(' '), ...details].join('\n')}\n`;
}
