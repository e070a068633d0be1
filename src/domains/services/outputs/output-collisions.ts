import { type RowRule, refuse, rowRule } from '../../../catalog/rules.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { type Output, outputs } from './stated-outputs.ts';

/** What published configurations `ids` state, as it would be if they counted. */
const stated = ({ kind, rows }: Output, ids: readonly string[]): Sql => sql`
  select ${kind}::text as kind, n.configuration_id as id, n.service_id, n.canonical, n.path, n.name from (${rows(sql`(
    select c.*, c.phase as output_phase from service_configuration c
    where c.id = any(${ids}::uuid[]) and c.phase <> 'Draft') c join service s on s.id = c.service_id`)}) n`;

/** Objects of these names that do not follow from the same service. */
const present = ({ kind, table }: Output): Sql => sql`
  select ${kind}::text as kind, o.name, o.id, coalesce(o.stated_as, ${`${kind}/`}::text || o.name) as canonical, c.service_id
  from ${sql.ident(table)} o left join service_configuration c on c.id = o.configuration_id
  where o.name = any(array(select name from stated where kind = ${kind}::text))`;

/** What two entries of configurations become has names that differ, and differ from those of objects that are there. */
export const outputNamesDiffer: RowRule = rowRule<{
  kind: string;
  path: string;
  canonical: string;
  name: string;
  other: string;
  other_id: string | null;
}>(
  (ids) => sql`with stated as materialized (${sql.join(
    outputs.map((output) => stated(output, ids)),
    ' union all ',
  )}), others as (
    select kind, canonical, name, service_id, null::uuid as id, id as document, path from stated
    union all
    select p.kind, p.canonical, p.name, p.service_id, p.id, null, null from (${sql.join(outputs.map(present), ' union all ')}) p)
  select distinct on (n.id, n.path) n.id, n.kind, n.path, n.canonical, n.name, o.canonical as other, o.id as other_id
  from stated n join others o on o.kind = n.kind and o.name = n.name
    and case when o.document = n.id then o.canonical <> n.canonical and o.kind <> 'ServicePricing'
      else o.service_id is distinct from n.service_id end
  order by n.id, n.path, o.canonical, o.id`,
  (change, { kind, path, canonical, name, other, other_id: id }) => {
    const message = `${canonical} and ${other} would both be kept as ${kind}/${name}.`;
    return refuse(change, 'NAME_COLLISION', path, message, {
      value: canonical,
      accepted: 'a name that differs by more than its punctuation',
      mentions: id === null ? [] : [{ kind, id, name: other.replace(`${kind}/`, '') }],
    });
  },
);
