import type { DynamicFields, DynamicTypes } from './dynamic-types.ts';
import { planned } from './planned.ts';

/** `Node` and `PageInfo`, as Relay has them. */
export function addRelayTypes(types: DynamicTypes): void {
  types.interface('Node', {
    description: 'An object that has an opaque id and can be fetched by it with `node(id)` (Relay).',
    fields: () => ({
      id: { type: 'ID', description: 'Opaque id, unique over all kinds; `node(id)` takes it.', resolve: planned },
    }),
  });
  types.object('PageInfo', {
    description: 'Where a page stands in its list (Relay).',
    fields: () => ({
      hasNextPage: { type: 'Boolean', description: 'Whether more items follow this page.', resolve: planned },
      hasPreviousPage: { type: 'Boolean', description: 'Whether items precede this page.', resolve: planned },
      startCursor: {
        type: 'String',
        nullable: true,
        description: 'Cursor of the first item of the page; null when the page is empty.',
        resolve: planned,
      },
      endCursor: {
        type: 'String',
        nullable: true,
        description: 'Cursor of the last item of the page; null when the page is empty.',
        resolve: planned,
      },
    }),
  });
}

/** The connection of a list, and its edges: of kinds and of history alike. Gives the connection's name. `list`: how its items are resolved. */
export function addConnection(
  types: DynamicTypes,
  item: string,
  description: string,
  list = planned,
  more: DynamicFields = {},
): string {
  types.object(`${item}Edge`, {
    description: `An item of ${item}Connection with its cursor.`,
    fields: () => ({
      cursor: {
        type: 'String',
        description: 'Position of this item in the list, for `after` and `before`.',
        resolve: planned,
      },
      node: { type: item, description: 'The item itself.', resolve: planned },
    }),
  });
  types.object(`${item}Connection`, {
    description,
    fields: (): DynamicFields => ({
      nodes: { type: [item], description: 'The items of this page.', resolve: list },
      edges: { type: [`${item}Edge`], description: 'The items of this page, each with its cursor.', resolve: list },
      pageInfo: { type: 'PageInfo', description: 'Where this page stands in the list.', resolve: planned },
      totalCount: {
        type: 'Int',
        description: 'Number of items on all pages together: exact up to 10,000, and never more than that.',
        resolve: planned,
      },
      totalCountCapped: {
        type: 'Boolean',
        description: 'Whether there are more items than `totalCount` says, because counting stopped at 10,000.',
        resolve: planned,
      },
      ...more,
    }),
  });
  return `${item}Connection`;
}
