import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';
import type { ListCursors } from './cursor.ts';
import type { Arguments, Page, PlanContext } from './plan-types.ts';

export type PageContext = Pick<PlanContext, 'limits' | 'cursors' | 'slices'>;

const invalidPage = (rule: string, path: string, message: string, value?: unknown): InvalidInputError =>
  invalidInput({ rule, path, message, ...(value !== undefined && { value }) });

/** `first` or `last`, if it is given and within bounds. */
export function pageSize(
  { limits: { maxPage } }: Pick<PageContext, 'limits'>,
  args: Arguments,
  name: 'first' | 'last',
) {
  const value = args[name];
  if (typeof value !== 'number') return undefined;
  if (value < 0) throw invalidPage('PAGE_SIZE', name, `${name} must not be negative`, value);
  if (value > maxPage)
    throw invalidPage(
      'PAGE_TOO_LARGE',
      name,
      `${name}: ${value} is more than a page may hold; at most ${maxPage}`,
      value,
    );
  return value;
}

/** The page that `first`, `after`, `last`, `before` ask for, with the cursors of its list. */
export function readPage(
  context: Pick<PageContext, 'limits'>,
  args: Arguments,
  cursors: ListCursors,
  defaultPage = context.limits.defaultPage,
): Page {
  const first = pageSize(context, args, 'first');
  const last = pageSize(context, args, 'last');
  const after = typeof args.after === 'string' ? args.after : undefined;
  const before = typeof args.before === 'string' ? args.before : undefined;
  if (first !== undefined && last !== undefined)
    throw invalidPage('PAGE_ARGUMENTS', 'last', 'first and last exclude each other');
  if (last !== undefined && after !== undefined)
    throw invalidPage('PAGE_ARGUMENTS', 'after', 'after goes with first; last takes before');
  if (last === undefined && before !== undefined)
    throw invalidPage('PAGE_ARGUMENTS', 'before', 'before goes with last');
  const isBackward = last !== undefined;
  const cursor = isBackward ? before : after;
  const position = cursor === undefined ? undefined : cursors.decode(isBackward ? 'before' : 'after', cursor);
  return { size: last ?? first ?? defaultPage, isBackward, position };
}
