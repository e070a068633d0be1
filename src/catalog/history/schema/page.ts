import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { InvalidInputError } from '../../../platform/errors.ts';
import type { Cursors, Position } from '../../read/cursor.ts';
import { select } from '../../read/select.ts';
import type { Builder } from '../../schema/builder.ts';
import { type ReadLimits, selectionSets } from '../../schema/context.ts';

/** A page of a list that is read forward: its rows, how to name a row's place, how many there are in all. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(row: Row): string;
  /** Counts when asked, up to the cap and one more. */
  count(): Promise<number>;
}

export function pageSize(limits: ReadLimits, first: unknown): number {
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
  readonly limits: ReadLimits;
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

/** The connection type of a list that is read forward. */
export function addConnection<Row>(builder: Builder, name: string, node: unknown, description: string) {
  interface Edge {
    readonly page: Page<Row>;
    readonly row: Row;
  }
  const edge = builder.objectRef<Edge>(`${name}Edge`).implement({
    description: `One of a list of ${name}.`,
    fields: (t) => ({
      cursor: t.string({ description: 'Its place in the list.', resolve: ({ page, row }) => page.cursorOf(row) }),
      node: t.field({ type: node as never, description: 'What stands there.', resolve: ({ row }) => row as never }),
    }),
  });
  return builder.objectRef<Page<Row>>(`${name}Connection`).implement({
    description,
    fields: (t) => ({
      nodes: t.field({
        type: [node] as never,
        description: 'What the page holds.',
        resolve: ({ rows }) => rows as never,
      }),
      edges: t.field({
        type: [edge],
        description: 'The same with their cursors.',
        resolve: (page) => page.rows.map((row) => ({ page, row })),
      }),
      pageInfo: t.field({
        type: 'PageInfo' as never,
        description: 'Where the page stands.',
        resolve: (page, _args, _context, info) => pageInfo(page, info) as never,
      }),
      totalCount: t.int({
        description: 'How many there are in all pages; exact up to 10,000.',
        resolve: async (page, _args, { limits }) => Math.min(await page.count(), limits.maxCount),
      }),
      totalCountCapped: t.boolean({
        description: 'There are more than `totalCount` says.',
        resolve: async (page, _args, { limits }) => (await page.count()) > limits.maxCount,
      }),
    }),
  });
}

/** `PageInfo` as planned lists give it: by the response's keys. */
function pageInfo<Row>(page: Page<Row>, info: GraphQLResolveInfo): Record<string, unknown> {
  const [first] = page.rows;
  const last = page.rows.at(-1);
  const values: Record<string, unknown> = {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: first === undefined ? null : page.cursorOf(first),
    endCursor: last === undefined ? null : page.cursorOf(last),
  };
  const type = info.schema.getType('PageInfo');
  if (!isObjectType(type)) throw new Error('PageInfo is not in the schema');
  return Object.fromEntries(select(info, type, selectionSets(info)).map(({ key, name }) => [key, values[name]]));
}
