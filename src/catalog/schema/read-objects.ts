import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';
import { inSlices } from '../../platform/in-slices.ts';
import type { See } from '../link.ts';
import type { KindModel } from '../model.ts';
import { seeing } from '../read/hops.ts';
import type { Arguments, Target } from '../read/plan-types.ts';
import type { Found } from '../read/rows-plan.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from './context.ts';

/** The link of a root list, where no object leads to the rows. */
export const everyRow = { on: (): Sql => sql`true` };

/** A name that several objects have. */
export const ambiguous = (path: string, what: string): InvalidInputError =>
  invalidInput({ rule: 'AMBIGUOUS', path, message: `${what}; give namespace or project too` });

/** A root list; over several kinds each may have its own further condition. */
export function readList(
  context: RequestContext,
  info: GraphQLResolveInfo,
  args: Arguments,
  targets: readonly Target[],
): Promise<Found> {
  const { fieldName: name, returnType } = info;
  const selected = { key: name, name, type: getNamedType(returnType).name, args, below: selectionSets(info) };
  return readWithAccess(context, (access) =>
    context.reader.list(planContext(context, info, access), selected, targets),
  );
}

export async function readOne(
  context: RequestContext,
  info: GraphQLResolveInfo,
  kind: KindModel,
  where: (row: Sql, see: See) => Sql,
): Promise<Found | null> {
  const found = await readWithAccess(context, (access) => {
    const see = seeing({ catalog: context.catalog, access });
    const wanted = { kind, where: (row: Sql): Sql => where(row, see) };
    return context.reader.objects(planContext(context, info, access), wanted, selectionSets(info));
  });
  const [[uid = '', answer] = [], another] = found;
  if (another !== undefined) throw ambiguous(info.fieldName, `several ${kind.plural} fit`);
  if (answer === undefined) return null;
  context.uids.set(answer, uid);
  return answer;
}

/** For each key the object that fits it, null where none does. */
export async function readEach(
  context: RequestContext,
  info: GraphQLResolveInfo,
  wanted: {
    readonly kind: KindModel;
    readonly argument: string;
    readonly keys: readonly string[];
    readonly where: (row: Sql, key: Sql, see: See) => Sql;
  },
) {
  const { kind, argument, keys } = wanted;
  const { maxPage } = context.limits;
  if (keys.length > maxPage) {
    const message = `${argument} has ${keys.length} entries, more than the ${maxPage} of one call`;
    throw invalidInput({ rule: 'PAGE_TOO_LARGE', path: argument, message, accepted: `at most ${maxPage}` });
  }
  const found = await readWithAccess(context, (access) => {
    const see = seeing({ catalog: context.catalog, access });
    const where = (row: Sql, key: Sql): Sql => wanted.where(row, key, see);
    return context.reader.each(planContext(context, info, access), { kind, keys, where }, selectionSets(info));
  });
  return info.isWritten === true ? found : inSlices<unknown>(found, context.slices);
}
