import { text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { compareRevisions, MOST_NAMES } from './compare.ts';
import { reportedChange, reportedRefusal } from './fields.ts';
import { readMeanings, readRevision } from './read-revision.ts';

/** Rows that state the meaning of the names in some lists of a configuration. */
const published = (table: string, column: string, lists: Sql, key: string): Sql => sql`
  (select coalesce(jsonb_agg(to_jsonb(h)), '[]')::text from ${sql.ident(table)} h
   where h.${sql.ident(column)} = any(array(select e->>${key}::text from jsonb_array_elements(${lists}) e)))`;

/** The projects that use the service, as far as the caller sees that: as their own, or as the service's provider. */
const entitled = (see: See): Sql => sql`
  select p.name from service_entitlement e join project p on p.id = e.project_id
  where e.service_id = s.id and e.status_phase = 'Active' and (${see('ServiceEntitlement', sql`e`)} or exists (
    select from service_consumer r where r.service_id = s.id and r.consumer_project_id = e.project_id
      and ${see('ServiceConsumer', sql`r`)}))`;

/** Both revisions with all that judges the later one, in one row; none when one of them is hidden. */
const revisions = ({ from, to }: Given, see: See): Sql => sql`
  select to_jsonb(t)::text as later, to_jsonb(f)::text as earlier,
    ${published('published_meter', 'meter_name', sql`coalesce(t.metrics, '[]') || coalesce(t.meters, '[]')`, 'name')} as meters,
    ${published('published_resource_type', 'resource_type_name', sql`coalesce(t.monitored_resource_types, '[]')`, 'type')} as types,
    (select count(*)::int from (${entitled(see)}) n) as entitled,
    array(select n.name from (${entitled(see)}) n order by n.name limit ${MOST_NAMES}::int) as projects
  from service_configuration t
  join service s on s.id = t.service_id
  left join service_configuration f on f.service_id = t.service_id and ${see('ServiceConfiguration', sql`f`)}
    and case when ${from ?? null}::text is null then f.id = s.active_configuration_id else f.name = ${from ?? null}::text end
  where t.name = ${to}::text and ${see('ServiceConfiguration', sql`t`)} and (${from ?? null}::text is null or f.id is not null)`;

async function compute(
  [row]: readonly Readonly<Record<string, unknown>>[],
  slices: TimeSlices,
): Promise<object | undefined> {
  const to = readRevision(row?.later);
  if (row === undefined || to === undefined) return undefined;
  await slices.next();
  const from = readRevision(row.earlier);
  await slices.next();
  const meanings = readMeanings(row.meters, row.types);
  await slices.next();
  return {
    ...(await compareRevisions(from, to, meanings, slices)),
    from: from?.id ?? null,
    to: to.id,
    entitled: row.entitled,
    projects: row.projects,
  };
}

const count = (name: string, description: string): RecordField => ({
  gives: 'value',
  type: 'Int',
  nullable: false,
  description,
  value: (row) => sql`(${row}.report->>${name}::text)::int`,
});
const revision = (column: string, description: string): RecordField => ({
  gives: 'one',
  to: 'ServiceConfiguration',
  description,
  link: { on: (row, to) => sql`${to}.id = ${row}.${sql.ident(column)}` },
});

const fields: Readonly<Record<string, RecordField>> = {
  from: revision('from_id', 'The earlier revision; null when the service has none in force.'),
  to: revision('to_id', 'The later revision, which takes the place of the earlier one.'),
  isAllowed: {
    gives: 'value',
    type: 'Boolean',
    nullable: false,
    description:
      'Whether what published names mean, and the phase, allow that the later revision is published. `publishServiceConfiguration` with `validateOnly` judges everything else as well.',
    value: (row) => sql`(${row}.report->>'isAllowed')::boolean`,
  },
  changes: {
    gives: 'objects',
    objects: reportedChange,
    description:
      'The differences: what was removed, then added, then modified. Entries of lists are compared by name, and a Draft with what was published as what it is once it is published.',
    value: (row) => sql`(${row}.report->'changes')`,
  },
  changeCount: count('changeCount', 'How many differences there are; `changes` may have fewer.'),
  refusedCount: count('refusedCount', 'How many of them are not allowed.'),
  refusals: {
    gives: 'objects',
    objects: reportedRefusal,
    description: 'Why the later revision is refused beside its differences.',
    value: (row) => sql`(${row}.report->'refusals')`,
  },
  entitledProjectCount: count('entitled', 'How many projects use the service now, of those that you may see.'),
  entitledProjects: {
    gives: 'value',
    type: 'String',
    list: true,
    nullable: false,
    description: `Names of projects that use the service now, at most ${MOST_NAMES}.`,
    value: (row) => sql`array(select jsonb_array_elements_text(${row}.report->'projects'))`,
  },
};

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
  record: {
    name: 'ServiceConfigurationComparison',
    description: 'What changes when one revision of a service configuration takes the place of another.',
    fields,
  },
  prepare: { rows: revisions, compute },
  rows: (_given, _see, report) => sql`
    select 1 as ord, (r.report->>'from')::uuid as from_id, (r.report->>'to')::uuid as to_id, r.report
    from (select ${report === undefined ? null : stringifyJson(report)}::jsonb as report) r where r.report is not null`,
};
