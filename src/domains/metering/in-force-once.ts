import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';

/** What may be in force under a name: objects of a kind, and the entries of configurations that declare the same. */
export interface Declared {
  readonly kind: string;
  readonly table: string;
  /** Column of the canonical name. */
  readonly column: string;
  readonly rule: string;
  /** Where the manifest says the name. */
  readonly path: string;
  /** Sections of a configuration that declare it, as columns, with the member that holds the name. */
  readonly sections: readonly (readonly [column: string, member: string])[];
}

/**
 * Only one object of a name can be in force at a time, whether it is an object of its own or declared by a
 * configuration.
 */
export function inForceOnce({ kind, table, column, rule, path, sections }: Declared): RowRule {
  const [rows, name] = [sql.ident(table), sql.ident(column)];
  const declares = sections.map(
    ([section, member]) =>
      sql`c.${sql.ident(section)} @> jsonb_build_array(jsonb_build_object(${member}::text, m.${name}))`,
  );
  return rowRule<{ name: string; other: string; other_id: string }>(
    (ids) => sql`select m.id, m.${name} as name, coalesce(c.id, o.id) as other_id,
       case when c.id is null then ${kind}::text || '/' || o.name else 'ServiceConfiguration/' || c.name end as other
     from ${rows} m
     join ${rows} o on o.${name} = m.${name} and o.id <> m.id
     left join service_configuration c on c.id = o.configuration_id
     where m.id = any(${ids}::uuid[]) and m.phase in ('Published', 'Deprecated')
       and case when c.id is null then o.phase in ('Published', 'Deprecated')
         else o.in_force and c.phase in ('Published', 'Deprecated') and (${sql.join(declares, ' or ')}) end
     order by m.name`,
    (change, { name: taken, other, other_id: id }) => {
      const evidence = { value: taken, accepted: 'a name that is not in force', mentions: [mentionOf(other, id)] };
      return refuse(change, rule, path, `${taken} is in force already, as ${other}.`, evidence);
    },
  );
}
