import { text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import type { Given, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { compareRevisions, refusalsOf } from './compare.ts';
import { type Grounds, grounds, whom } from './grounds.ts';
import { columnsAlike, readMeanings, readRevision, revisionText } from './read-revision.ts';
import { type Compared, comparisonRecord, comparisonRow, noComparison } from './record.ts';

/** Both revisions with all that judges the later one, in one row; none when one of them is hidden. */
const revisions = ({ from, to }: Given, see: See): Sql => sql`
  select ${revisionText(sql`t`, see)} as later, case when f.id is not null then ${revisionText(sql`f`, see, sql`t`)} end as earlier,
    ${columnsAlike(sql`f`, sql`t`, see)} as alike, ${grounds(sql`n.meters`, sql`n.types`)}
  from service_configuration t
  join service s on s.id = t.service_id
  left join service_configuration f on f.service_id = t.service_id and ${see('ServiceConfiguration', sql`f`)}
    and case when ${from ?? null}::text is null then f.id = s.active_configuration_id else f.name = ${from ?? null}::text end
  cross join lateral (
    select array(select e->>'name' from jsonb_array_elements(coalesce(t.metrics, '[]') || coalesce(t.meters, '[]')) e) as meters,
      array(select e->>'type' from jsonb_array_elements(coalesce(t.monitored_resource_types, '[]')) e) as types) n
  ${whom(see)}
  where t.name = ${to}::text and ${see('ServiceConfiguration', sql`t`)} and (${from ?? null}::text is null or f.id is not null)`;

interface Row extends Grounds {
  readonly later: string;
  readonly earlier: string | null;
  readonly alike: readonly string[];
}

async function compute(
  [found]: readonly Readonly<Record<string, unknown>>[],
  slices: TimeSlices,
): Promise<Compared | undefined> {
  const row = found as Row | undefined;
  const to = readRevision(row?.later);
  if (row === undefined || to === undefined) return undefined;
  await slices.next();
  const from = readRevision(row.earlier, to, row.alike);
  await slices.next();
  const meanings = readMeanings(row.meters, row.types);
  await slices.next();
  const refused = refusalsOf(to, meanings);
  await slices.next();
  const compared = await compareRevisions(from, to, refused, slices);
  return { ...compared, from: from?.id ?? null, to: to.id, entitled: row.entitled, projects: row.projects };
}

/** `serviceConfigurationComparison`: what publishing a revision changes, and whether it is allowed. */
export const configurationComparison: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'serviceConfigurationComparison',
  description:
    'Compares two revisions of a service configuration, drafts as well: every difference, whether it is allowed and by which rule, what it touches, and what to do instead. Null when there is no such revision, or you may not see it.',
  args: {
    from: text({
      description: 'Name of the earlier revision. Default: the one that counts for the service now.',
      max: 253,
    }),
    to: text({ description: 'Name of the later revision, of the same service.', required: true, max: 253 }),
  },
  record: comparisonRecord,
  prepare: { rows: revisions, compute },
  rows: (_given, _see, made) => (made === undefined ? noComparison : comparisonRow(made as Compared)),
};
