import type { See } from '../link.ts';
import type { Given, RecordsQuery } from '../root-query.ts';
import type { RequestContext } from './context.ts';

/** Statements before the one of the records, which finds out whether the access of all still holds. */
export async function prepareRecords(
  { prepare }: RecordsQuery,
  given: Given,
  see: See,
  { database, slices }: RequestContext,
): Promise<unknown> {
  if (prepare === undefined) return undefined;
  if ('inquire' in prepare) return prepare.inquire(given, see, (statement) => database.rows(statement));
  return prepare.compute(await database.rows(prepare.rows(given, see)), slices);
}
