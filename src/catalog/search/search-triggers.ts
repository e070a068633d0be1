import type { KindModel } from '../model.ts';
import { searchedTexts } from './searched-texts.ts';

/** SQL of the triggers that keep what objects of a kind are found by, whichever statement changes them. */
export function searchTriggers(kind: KindModel): string[] {
  const { table } = kind;
  const texts = searchedTexts(kind).flatMap(({ field, column }) => [field, column]);
  const told = [kind.kind, String(kind.isPart === true), ...texts].map((value) => `'${value}'`).join(', ');
  const trigger = (event: string, rows: string): string =>
    `create trigger ${table}_${event}_searched after ${event} on ${table} referencing ${rows} for each statement execute function keep_search_entries(${told});`;
  return [
    trigger('insert', 'new table as touched'),
    trigger('update', 'old table as former new table as touched'),
    trigger('delete', 'old table as touched'),
  ];
}

/** SQL that makes the entries of what is there before there are triggers. */
export const entriesFromTheStart = `-- Of what every catalog has from the start.
do $$ declare one record; begin
  for one in select tgrelid::regclass::text as rows, trim_array(string_to_array(encode(tgargs, 'escape'), '\\000'), 1) as kind
    from pg_trigger where tgname like '%\\_insert\\_searched'
  loop execute search_entries_of(one.kind, one.rows); end loop;
end $$;`;
