import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { isInForce } from '../services/index.ts';

/** Meters or resource types that are documents of their own, beside those that configurations state. */
export interface StandAlone {
  readonly kind: string;
  readonly table: 'meter_definition' | 'monitored_resource_type';
  /** Column of the canonical name. */
  readonly column: string;
  readonly rule: string;
  /** Where the manifest says the name. */
  readonly path: string;
  readonly nameOf: (object: Pick<CatalogObject, 'spec'>) => string;
}

/** There is one object of a canonical name, whether it stands on its own or is stated by a configuration. */
export function oneOfAName({ kind, table, column, rule, path }: StandAlone): RowRule {
  const [rows, name] = [sql.ident(table), sql.ident(column)];
  return rowRule<{ name: string; other: string; other_id: string }>(
    (ids) => sql`select m.id, m.${name} as name, coalesce(c.id, o.id) as other_id,
       case when c.id is null then ${kind}::text || '/' || o.name else 'ServiceConfiguration/' || c.name end as other
     from ${rows} m
     join ${rows} o on o.${name} = m.${name} and o.id <> m.id
     left join service_configuration c on c.id = o.configuration_id
     where m.id = any(${ids}::uuid[]) order by m.name`,
    (change, { name: taken, other, other_id: id }) => {
      const what = other.startsWith(`${kind}/`) ? `is an object already: ${other}` : `is stated by ${other}`;
      const evidence = { value: taken, accepted: 'a name that no other has', mentions: [mentionOf(other, id)] };
      return refuse(change, rule, path, `${taken} ${what}.`, evidence);
    },
  );
}

interface Standing {
  readonly name: string;
  readonly in_force: boolean;
}

/** What is in force is retired before it is deleted, unless another document of the batch goes on with its name. */
export const checkOutOfForce =
  ({ table, column, nameOf }: StandAlone) =>
  async (objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> => {
    const current = objects.filter(({ spec }) => isInForce(spec.phase));
    if (current.length === 0) return [];
    const going = await state.query<Standing>(
      sql`select ${sql.ident(column)} as name, in_force from ${sql.ident(table)} where ${sql.ident(column)} = any(${current.map(nameOf)})`,
    );
    const goesOn = new Set(going.filter(({ in_force }) => in_force).map(({ name }) => name));
    const services = await state.query(
      tables
        .selectFrom('service')
        .select(['service_name', 'phase'])
        .where('service_name', '=', among(current.map(ownerOf))),
    );
    const idle = new Set(services.filter(({ phase }) => !isInForce(phase)).map((row) => row.service_name));
    return current
      .filter((object) => !goesOn.has(nameOf(object)) && !idle.has(ownerOf(object)))
      .map((object) => {
        const message = `${nameOf(object)} is in force: retire it first. Its usage is billed until then.`;
        return refuse(object, 'IN_FORCE', 'metadata.name', message, { accepted: 'an object that is Retired' });
      });
  };

const ownerOf = ({ spec }: CatalogObject): string => (spec.owner as { readonly service: string }).service;
