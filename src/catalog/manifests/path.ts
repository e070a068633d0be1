/** A place inside a manifest, step by step. */
export type Steps = readonly (string | number)[];

/** `['spec', 'endpoints', 1, 'name']` → `spec.endpoints[1].name`. */
export const pathText = (path: Steps): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** `spec.endpoints[1].name` → its steps. */
export const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
