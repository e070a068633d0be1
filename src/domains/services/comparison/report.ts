import type { Change } from '../../../catalog/kind.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Report } from '../../../catalog/report.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isPublication } from '../activate.ts';
import { compareRevisions } from './compare.ts';
import { whom } from './grounds.ts';
import { readRevision, revisionOf, revisionText } from './read-revision.ts';
import { type Compared, comparisonRecord, comparisonRow } from './record.ts';

/** What counts for each configuration's service until then, and whom that touches. */
const select = (changes: readonly Change[], see: See): Sql => {
  const named = changes.map(({ id, spec }) => ({ id, service: (spec.serviceRef as { readonly name: string }).name }));
  return sql`
    select c.id as object_id, case when f.id is not null then ${revisionText(sql`f`, see)} end as earlier, w.entitled, w.projects
    from jsonb_to_recordset(${stringifyJson(named)}::jsonb) as c(id uuid, service text)
    join service s on s.name = c.service or s.service_name = c.service
    left join service_configuration f on f.id = s.active_configuration_id and f.id <> c.id and ${see('ServiceConfiguration', sql`f`)}
    ${whom(see)}
    where ${see('Service', sql`s`)}`;
};

interface Row {
  readonly earlier: string | null;
  readonly entitled: number;
  readonly projects: readonly string[];
}

/**
 * What publishing a configuration changes, beside the object itself: the report that `serviceConfigurationComparison`
 * gives of a draft, with everything that the write refuses it for.
 */
export const publicationReport: Report = {
  on: 'ServiceConfiguration',
  name: 'comparison',
  description:
    'For a configuration that is published by this mutation, an earlier one again as well: what changes against the revision that counted until then, whom it touches, and by which rule each change that is refused is refused. With `validateOnly`: what would change. Null for everything else.',
  record: comparisonRecord,
  isAbout: isPublication,
  select,
  compute: async ({ change, violations, row }, slices): Promise<Compared> => {
    const { earlier, entitled, projects } = row as Row & typeof row;
    const from = readRevision(earlier);
    await slices.next();
    const to = revisionOf(change.id, change.name, change.spec);
    const compared = await compareRevisions(from, to, violations, slices);
    return { ...compared, from: from?.id ?? null, to: to.id, entitled, projects };
  },
  rows: (made) => comparisonRow(made as Compared),
};
