import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { select } from '../../read/select.ts';
import type { Builder } from '../../schema/builder.ts';
import { selectionSets } from '../../schema/context.ts';
import type { Page } from '../page.ts';

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
