import { sql } from '../../src/platform/db/sql.ts';
import type { TestApp } from './app.ts';

/**
 * The refusals in the audit log whose sentences name an object without saying so, each as `RULE: name in sentence`: its name
 * would be told to whoever may read the log of the refused object and not that one. Whatever word is the name of an object
 * counts, so words of the language are no names in a world whose refusals are asked for.
 */
export async function undeclaredNames({ database }: Pick<TestApp, 'database'>): Promise<string[]> {
  const rows = await database.cells(sql`
    select distinct (v ->> 'rule') || ': ' || w.name || ' in ' || (v ->> 'message')
    from audit_record a cross join jsonb_array_elements(a.decision -> 'violations') v
    cross join regexp_matches(v ->> 'message', '\\w(?:[\\w.-]*\\w)?', 'g') m (words)
    cross join unnest(m.words) w (name)
    where a.resource_id is not null and w.name <> a.resource_name
      and exists (select from change c where c.name = w.name)
      and not exists (select from jsonb_array_elements(v -> 'mentions') n where n ->> 'name' = w.name)`);
  return rows.map(([text]) => String(text)).sort();
}
