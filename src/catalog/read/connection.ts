import { objectType } from './object-type.ts';
import type { Answer, ConnectionParts, EdgeParts, Operation, Page, PlanContext, Selected } from './plan-types.ts';
import { select } from './select.ts';

const fieldsNamed = (fields: readonly Selected[], name: string): Selected[] =>
  fields.filter((one) => one.name === name);

/** `totalCount`, `nodes` … as selected on the connection, whatever the aliases. */
export function connectionParts(operation: Operation, { type: name, below }: Pick<Selected, 'type' | 'below'>) {
  const type = objectType(operation, name);
  const fields = select(operation, type, below);
  const edgeType = objectType(operation, name.replace(/Connection$/, 'Edge'));
  const edges = fieldsNamed(fields, 'edges').map(({ key, below: sets }): EdgeParts => {
    const members = select(operation, edgeType, sets);
    return { key, fields: members, cursors: fieldsNamed(members, 'cursor'), nodes: fieldsNamed(members, 'node') };
  });
  const infoType = objectType(operation, 'PageInfo');
  const pageInfo = fieldsNamed(fields, 'pageInfo').map(({ key, below: sets }) => ({
    key,
    fields: select(operation, infoType, sets),
  }));
  const nodes = fieldsNamed(fields, 'nodes');
  const counts = fieldsNamed(fields, 'totalCount');
  const caps = fieldsNamed(fields, 'totalCountCapped');
  const parts: ConnectionParts = {
    type,
    fields,
    nodes,
    edges,
    pageInfo,
    counts,
    caps,
    needsRows: nodes.length > 0 || edges.length > 0 || pageInfo.length > 0,
    needsCount: counts.length > 0 || caps.length > 0,
    needsCursor: pageInfo.length > 0 || edges.some(({ cursors }) => cursors.length > 0),
  };
  return parts;
}

/** The parts of a connection. */
export interface PageContent<Row> {
  readonly page: Page;
  /** In the list's order; one more than the page holds where there are more. */
  readonly rows: readonly Row[];
  /** How many there are in all, up to the limit and one more. */
  readonly total: number;
  readonly cursorOf: (row: Row) => string;
  /** What a row is under `nodes` or `node`. */
  readonly nodeOf: (row: Row, selected: Selected) => unknown;
  /** All of the page under `nodes`, where they are one text. */
  readonly nodesOf?: (selected: Selected) => unknown;
}

/** The rows of the page. A surplus row, which tells that there are more, is at its end; of a backward page at the beginning. */
export const keptRows = <Row>(
  { size, isBackward }: Pick<Page, 'size' | 'isBackward'>,
  rows: readonly Row[],
): readonly Row[] => (isBackward ? rows.slice(Math.max(0, rows.length - size)) : rows.slice(0, size));

/** The last row of a page read forward that more follow; undefined where none do. */
export const lastBeforeMore = ({ size }: Pick<Page, 'size'>, count: number) =>
  size > 0 && count > size ? size - 1 : undefined;

/** A page as `PageInfo` sees it. */
interface Standing<Row> {
  readonly page: Page;
  /** There are more rows, which the page does not hold. */
  readonly hasMore: boolean;
  readonly first: Row | undefined;
  readonly last: Row | undefined;
  readonly cursorOf: (row: Row) => string;
}

/** A field of `PageInfo` by its name. */
export function pageInfo<Row>(name: string, { page, hasMore, first, last, cursorOf }: Standing<Row>): unknown {
  const hasCursor = page.position !== undefined;
  switch (name) {
    case 'hasNextPage':
      return page.isBackward ? hasCursor : hasMore;
    case 'hasPreviousPage':
      return page.isBackward ? hasMore : hasCursor;
    case 'startCursor':
      return first === undefined ? null : cursorOf(first);
    case 'endCursor':
      return last === undefined ? null : cursorOf(last);
  }
  return undefined; // `__typename`, which graphql-js knows.
}

/** The connection as it was selected. */
export function connectionAnswer<Row>(
  parts: ConnectionParts,
  { maxCount }: PlanContext['limits'],
  { page, rows, total, cursorOf, nodeOf, nodesOf }: PageContent<Row>,
): Answer {
  const hasMore = rows.length > page.size;
  const kept = keptRows(page, rows);
  const answer: Answer = { __typename: parts.type.name };
  for (const selected of parts.nodes)
    answer[selected.key] = nodesOf?.(selected) ?? kept.map((row) => nodeOf(row, selected));
  for (const { key, cursors, nodes } of parts.edges) {
    answer[key] = kept.map((row) => {
      const edge: Answer = {};
      for (const cursor of cursors) edge[cursor.key] = cursorOf(row);
      for (const selected of nodes) edge[selected.key] = nodeOf(row, selected);
      return edge;
    });
  }
  for (const { key, fields } of parts.pageInfo) {
    const standing = { page, hasMore, first: kept.at(0), last: kept.at(-1), cursorOf };
    answer[key] = Object.fromEntries(fields.map((field) => [field.key, pageInfo(field.name, standing)]));
  }
  for (const { key } of parts.counts) answer[key] = Math.min(total, maxCount);
  for (const { key } of parts.caps) answer[key] = total > maxCount;
  return answer;
}
