import { z } from 'zod';
import { objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import { value } from '../../../catalog/record-fields.ts';
import type { Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { isOffered } from '../relations.ts';
import { isNamed, serviceName } from './arguments.ts';
import { dependency } from './service-dependents.ts';
import { type Edge, shortestPaths } from './shortest-paths.ts';

const MOST_PATHS = 20;

const step = objects(
  'DependencyStep',
  {
    kind: { ...dependency, required: true },
    from: text({ description: 'Object name of the service that depends.', required: true }),
    fromVersion: text({ description: 'The version of it that imports; null where not a version depends.' }),
    to: text({ description: 'Object name of the service that it depends on.', required: true }),
    toVersion: text({ description: 'The version that it imports, or needs at least.' }),
  },
  { description: 'One dependency on the way.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  length: value('Int', 'length', 'Number of steps.'),
  steps: {
    gives: 'objects',
    objects: step,
    description: 'The dependencies on the way, from the one service to the other.',
    value: (row) => sql`${row}.steps`,
  },
};

/** Every dependency that the caller sees, of the wanted kinds. */
function edges({ from, to, kinds }: Given, see: See): Sql {
  const parts: Readonly<Record<string, Sql>> = {
    Import: sql`
      select 'Import' as kind, s.name as from, v.version as from_version, t.name as to, w.version as to_version
      from service_import i
      join service_version v on v.id = i.service_version_id and ${see('ServiceVersion', sql`v`)}
      join service s on s.id = v.service_id and ${see('Service', sql`s`)} and ${isOffered(sql`v`, sql`s`)}
      join service_version w on w.id = i.target_version_id and ${see('ServiceVersion', sql`w`)}
      join service t on t.id = w.service_id and ${see('Service', sql`t`)}
      where ${see('ServiceImport', sql`i`)}`,
    Use: sql`
      select 'Use', s.name, null, t.name, w.version
      from service_use u
      join service s on s.id = u.service_id and ${see('Service', sql`s`)}
      join service t on t.id = u.target_service_id and ${see('Service', sql`t`)}
      left join service_version w on w.id = u.min_version_id and ${see('ServiceVersion', sql`w`)}
      where ${see('ServiceUse', sql`u`)}`,
    Enablement: sql`
      select 'Enablement', s.name, null, t.name, null
      from service_dependency l
      join service s on s.id = l.dependent_service_id and ${see('Service', sql`s`)}
      join service t on t.id = l.service_id and ${see('Service', sql`t`)}`,
  };
  const wanted = Object.entries(parts).filter(([kind]) => !Array.isArray(kinds) || kinds.includes(kind));
  const named = (name: unknown): Sql =>
    sql`(select x.name from service x where ${isNamed(sql`x`, sql`${name ?? null}::text`, see)})`;
  return sql`select e.*, ${named(from)} as start, ${named(to)} as goal from (${sql.join(
    wanted.map(([, part]) => part),
    ' union all ',
  )}) e (kind, "from", from_version, "to", to_version)`;
}

const row = z.object({
  kind: z.string(),
  from: z.string(),
  from_version: z.string().nullable(),
  to: z.string(),
  to_version: z.string().nullable(),
});
const ends = z.object({ start: z.string(), goal: z.string() });

async function compute(rows: readonly Readonly<Record<string, unknown>>[], slices: TimeSlices): Promise<unknown> {
  const { success, data } = ends.safeParse(rows[0]);
  if (!success) return [];
  const found: Edge[] = [];
  for (const [index, cells] of rows.entries()) {
    const wait = index % 500 === 499 ? slices.next() : undefined;
    if (wait !== undefined) await wait;
    const { kind, from, from_version: fromVersion, to, to_version: toVersion } = row.parse(cells);
    found.push({ kind, from, fromVersion, to, toVersion });
  }
  await slices.next();
  return shortestPaths(found, data.start, data.goal, MOST_PATHS);
}

/** Q18: why one service depends on another. */
export const dependencyPaths: RecordsQuery = {
  gives: 'records',
  name: 'dependencyPaths',
  description: `Why one service depends on another: the shortest ways over imports, uses and enablement, at most ${MOST_PATHS}, no service twice on any of them. Uses of core services, which every service has, are left out. Empty when there is none, or you may not see it.`,
  args: {
    from: serviceName({
      description: 'The service that depends, by its object name or its canonical name.',
      required: true,
    }),
    to: serviceName({ description: 'The service that it depends on, in the same way.', required: true }),
    kinds: texts({ description: 'Only dependencies of these kinds. Default: all.', values: dependency.values, min: 1 }),
  },
  price: 50,
  record: { name: 'DependencyPath', description: 'A way from one service to another that it depends on.', fields },
  prepare: { rows: edges, compute },
  rows: (_given, _see, paths) => sql`
    select k.ord, jsonb_array_length(k.steps) as length, k.steps
    from jsonb_array_elements(${stringifyJson(paths ?? [])}::jsonb) with ordinality k (steps, ord)`,
};
