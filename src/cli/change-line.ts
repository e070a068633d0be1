import type { Terminal } from './terminal.ts';

/** A field that differs; values as JSON, null for absent. */
export interface ChangedField {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What became of an object, in words. */
export const meanings = { ADDED: 'created', MODIFIED: 'changed', DELETED: 'deleted' } as const;

/** `  ~ spec.heightU: 42 → 47`, with + and - for what is added and what is taken away. */
export function changeLine({ path, before, after }: ChangedField, terminal: Terminal): string {
  if (before === null) return terminal.paint('green', `  + ${path}: ${after ?? 'null'}\n`);
  if (after === null) return terminal.paint('red', `  - ${path}: ${before}\n`);
  return terminal.paint('yellow', `  ~ ${path}: ${before} → ${after}\n`);
}
