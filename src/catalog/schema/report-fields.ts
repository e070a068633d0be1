import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { Catalog } from '../model.ts';
import { seeing } from '../read/hops.ts';
import { MOST_REPORTS, type Report } from '../report.ts';
import type { OperationResult } from '../write/operation.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from './context.ts';

/** The reports that an operation asks for, anywhere in the selection of a mutation. */
export function reportsAskedFor({ reports }: Catalog, info: GraphQLResolveInfo): readonly Report[] {
  if (reports.length === 0) return [];
  const names = new Set<string>();
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
      if (inner?.selectionSet !== undefined) look(inner.selectionSet);
    }
  };
  for (const set of selectionSets(info)) look(set);
  return reports.filter(({ name }) => names.has(name));
}

/** Says of a field how many changes of a request have the report. */
export const describeReport = ({ description }: Report): string =>
  `${description} Of one request, the first ${MOST_REPORTS} such changes are told of.`;

/** The report on the first of these results that has it; null when there is none. */
export async function readReport(
  wanted: Report,
  results: readonly OperationResult[],
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<object | null> {
  const told = results.find(({ reports = [] }) => reports.some(({ report }) => report === wanted));
  const found = told?.reports?.find(({ report }) => report === wanted);
  if (told === undefined || found === undefined) return null;
  const { change, row } = found;
  const computed = await wanted.compute({ change, row, violations: told.violations }, context.slices);
  const records = await readWithAccess(context, (access) =>
    context.reader.records(
      planContext(context, info, access),
      { typeName: wanted.record.name, rows: wanted.rows(computed, seeing({ catalog: context.catalog, access })) },
      selectionSets(info),
    ),
  );
  return records[0] ?? null;
}
