import { type RowRule, refuse, rowRule } from '../../../catalog/rules.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { activeAfter } from '../activate.ts';
import { isInForce } from '../lifecycle.ts';
import { nextName } from '../stated-names.ts';
import { asTheyAre, documentsBeside } from './documents.ts';
import { type Output, outputs } from './stated-outputs.ts';

/** What published configurations `ids` state, as it would be if they counted. */
const stated = ({ kind, rows }: Output, ids: readonly string[]): Sql => sql`
  select ${kind}::text as kind, n.configuration_id as id, n.service_id, n.canonical, n.path, n.name from (${rows(asTheyAre(sql`c.id = any(${ids}::uuid[]) and c.phase <> 'Draft'`))}) n`;

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

/** The longest name of an object, as Kubernetes has it. */
const LONGEST_NAME = 253;

/** What an entry becomes has a name that an object can have. */
export const outputNamesFit: RowRule = rowRule<{ kind: string; path: string; canonical: string; length: number }>(
  (ids) =>
    sql`select n.id, n.kind, n.path, n.canonical, length(n.name) as length from (${sql.join(
      outputs.map((output) => stated(output, ids)),
      ' union all ',
    )}) n where length(n.name) > ${LONGEST_NAME}::int order by n.id, n.path`,
  (change, { kind, path, canonical, length }) => {
    const message = `${canonical} would be kept as a ${kind} whose name has ${length} characters, ${length - LONGEST_NAME} too many.`;
    return refuse(change, 'TOO_LONG', path, message, {
      value: canonical,
      accepted: `what gives a name of at most ${LONGEST_NAME} characters`,
    });
  },
);

/** What of the metrics that `ids` leave out goes on, if each of them counts for its service. */
const goingOn =
  (ids: readonly string[]) =>
  (output: Output): Sql[] => {
    const { kind, rows, about } = output;
    if (about === undefined) return [];
    return [
      sql`
    select m.id, m.kind, m.path, m.canonical, o.canonical as other, o.${sql.ident(about)} as metric, p.name as revision, p.id as revision_id
    from (${stated(output, ids)}) m join (${rows(documentsBeside(ids))}) o on o.service_id = m.service_id and o.name = m.name
    join service_configuration p on p.id = o.configuration_id where m.kind = ${kind}::text`,
    ];
  };

/**
 * The price and the limit of a metric that a revision leaves out go on under their names, until the one that stated it last is
 * retired: what is stated for another metric has a name of its own.
 */
export const leavesNamesThatGoOn: RowRule = async (changes, state) => {
  const counting = new Set((await activeAfter(changes, state)).map(({ now }) => now));
  return rowRule<{
    kind: string;
    path: string;
    canonical: string;
    other: string;
    metric: string;
    revision: string;
    revision_id: string;
  }>(
    (ids) => sql.join(outputs.flatMap(goingOn(ids)), ' union all '),
    (change, { kind, path, canonical, other, metric, revision, revision_id: id }) => {
      const next = nextName(canonical);
      const what = kind === 'ServicePricing' ? 'the price' : 'the limit';
      const message = `${other} is ${what} of ${metric}, which ${change.name} leaves out and which counts until ${revision} is retired; for anything else it needs a new name, such as ${next}.`;
      const mentions = [{ kind: 'ServiceConfiguration', id, name: revision }];
      return refuse(change, 'FROZEN', path, message, { value: canonical, accepted: 'a new name', mentions });
    },
  )(
    changes.filter(({ id, spec }) => counting.has(id) && isInForce(spec.phase)),
    state,
  );
};
