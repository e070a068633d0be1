import { InvalidInputError } from '../../platform/errors.ts';
import type { Cursors, Position } from '../read/cursor.ts';
import type { PlanContext } from '../read/plan-types.ts';

/** A page of a list that is read forward: its rows, how to name a row's place, how many there are in all. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(row: Row): string;
  /** Counts when asked, up to the cap and one more. */
  count(): Promise<number>;
}

export function pageSize(limits: PlanContext['limits'], first: unknown): number {
  if (typeof first !== 'number') return limits.defaultPage;
  const refuse = (rule: string, message: string): never => {
    throw new InvalidInputError(message, { violations: [{ rule, path: 'first', message, value: first }] });
  };
  if (first < 1) refuse('PAGE_SIZE', 'first must be at least 1');
  if (first > limits.maxPage)
    refuse('PAGE_TOO_LARGE', `first: ${first} is more than a page may hold; at most ${limits.maxPage}`);
  return first;
}

export interface PageRequest {
  readonly limits: PlanContext['limits'];
  readonly cursors: Cursors;
  readonly args: { readonly first?: unknown; readonly after?: unknown };
  /** Names the list: cursors of another one are refused. */
  readonly list: string;
}

/** Reads one row more than the page holds, to know whether it is the last. */
export async function readPage<Row>(
  { limits, cursors, args, list }: PageRequest,
  load: (after: Position | undefined, limit: number) => Promise<readonly Row[]>,
  place: (row: Row) => Position,
  count: () => Promise<number>,
): Promise<Page<Row>> {
  const size = pageSize(limits, args.first);
  const after = typeof args.after === 'string' ? cursors.decode(list, 'after', args.after) : undefined;
  const rows = await load(after, size + 1);
  return {
    rows: rows.slice(0, size),
    hasNextPage: rows.length > size,
    hasPreviousPage: after !== undefined,
    cursorOf: (row) => cursors.encode(list, place(row)),
    count,
  };
}
