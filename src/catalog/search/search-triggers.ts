import type { KindModel } from '../model.ts';
import { searchedTexts } from './searched-texts.ts';

/** SQL that makes the entries of rows `t`. */
function entriesSql(kind: KindModel, rows: string): string {
  const texts = searchedTexts(kind).map(({ field, column }) => `('${field}', t.${column}::text)`);
  const others = 'also' in kind.scope ? 't.other_scope_ids' : 'null';
  return `insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, '${kind.kind}', ${kind.isPart === true}, v.value, left(lower(v.value), 400), t.scope_id, ${others} from ${rows}
    cross join lateral (values ${texts.join(', ')} union all select * from searched_labels(t.labels)) v (field, value) where v.value <> ''`;
}

/**
 * SQL of the triggers that keep what objects of a kind are found by, whichever statement changes them. Each kind has a function of
 * its own, whose statements are planned once for a connection: to plan them takes a small write longer than to run them. So no plan
 * may depend on how many rows were touched when it was made.
 */
export function searchTriggers(kind: KindModel): string[] {
  const { table } = kind;
  const scopes = ['scope_id', ...('also' in kind.scope ? ['other_scope_ids'] : [])];
  const told = (row: string): string =>
    [...searchedTexts(kind).map(({ column }) => column), 'labels', ...scopes]
      .map((column) => `${row}.${column}`)
      .join(', ');
  const trigger = (event: string, rows: string, run: string): string =>
    `create trigger ${table}_${event}_searched after ${event} on ${table} referencing ${rows} for each statement execute function ${run};`;
  return [
    `create function ${table}_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    ${entriesSql(kind, 'touched t')};
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (${told('t')}) is distinct from (${told('f')}));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      ${entriesSql(kind, 'unnest(changed) c (id) join touched t on t.id = c.id')};
    end if;
  end if;
  return null;
end $$;`,
    trigger('insert', 'new table as touched', `${table}_searched()`),
    trigger('update', 'old table as former new table as touched', `${table}_searched()`),
    trigger('delete', 'old table as touched', 'drop_search_entries()'),
  ];
}

/** SQL that makes the entries of what every catalog has from the start, before there are triggers. */
export const entriesFromTheStart = (kind: KindModel): string => `${entriesSql(kind, `${kind.table} t`)};`;
