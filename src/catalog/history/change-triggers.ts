import type { KindModel } from '../model.ts';

/** A table whose rows say something of an object, its own or a link table that the catalog itself keeps, and what notes their changes. */
const tablesOf = (kind: KindModel): [table: string, noting: string][] => [
  [kind.table, `note_changes('${kind.kind}')`],
  ...kind.statusReferences.flatMap(({ leaf: { field } }): [string, string][] =>
    field.type === 'refs'
      ? [[field.table, `note_changed_links('${kind.kind}', '${field.ownerColumn ?? `${kind.table}_id`}')`]]
      : [],
  ),
];

const events = [
  ['insert', 'new'],
  ['update', 'new'],
  ['delete', 'old'],
] as const;

/** SQL of the triggers that note every change of a kind's objects, whichever statement makes it. */
export const changeTriggers = (kind: KindModel): string[] =>
  tablesOf(kind).flatMap(([table, noting]) =>
    events.map(
      ([event, rows]) =>
        `create trigger ${table}_${event}_noted after ${event} on ${table} referencing ${rows} table as touched for each statement execute function ${noting};`,
    ),
  );
