import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';

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

/** Only one object of a name is in force at a time, whoever declares it. */
export function inForceOnce({ kind, table, column, rule, path, sections }: Declared): RowRule {
  const declares = sections.map(
    ([section, member]) => `c.${section} @> jsonb_build_array(jsonb_build_object('${member}', m.${column}))`,
  );
  return rowRule<{ name: string; other: string; other_id: string }>(
    `select m.id, m.${column} as name, coalesce(c.id, o.id) as other_id,
       case when c.id is null then '${kind}/' || o.name else 'ServiceConfiguration/' || c.name end as other
     from ${table} m
     join ${table} o on o.${column} = m.${column} and o.id <> m.id
     left join service_configuration c on c.id = o.configuration_id
     where m.id = any($1::uuid[]) and m.phase in ('Published', 'Deprecated')
       and case when c.id is null then o.phase in ('Published', 'Deprecated')
         else o.in_force and c.phase in ('Published', 'Deprecated') and (${declares.join(' or ')}) end
     order by m.name`,
    (change, { name, other, other_id: id }) => {
      const evidence = { value: name, accepted: 'a name that is not in force', mentions: [mentionOf(other, id)] };
      return refuse(change, rule, path, `${name} is in force already, as ${other}.`, evidence);
    },
  );
}
