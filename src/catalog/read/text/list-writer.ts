import { pageInfo } from '../connection.ts';
import type { EdgeParts, ListShape, Selected } from '../plan-types.ts';
import { cursorAt, keptRange } from './loaded.ts';
import { always, type Member, membersWriter, type WriteOf } from './members-writer.ts';
import { firstWriter, type ListAt, type Write } from './object-writer.ts';
import { fixed, type TextOut } from './text-out.ts';
import { NotWritable } from './value-writer.ts';

/** So many items are written between two looks at the clock. */
const AT_ONCE = 10;

const opened = fixed('[');
const closed = fixed(']');
const comma = fixed(',');

/** Writes a connection. */
export function listWriter(shape: ListShape): WriteOf<ListAt> {
  const { parts, nodes, limits } = shape;
  const nodeWriter = (selected: Selected): Write => firstWriter(nodes.get(selected) ?? [], false, listWriter);
  const member = (selected: Selected): WriteOf<ListAt> => {
    const { key, name } = selected;
    switch (name) {
      case 'nodes':
        return nodesWriter(nodeWriter(selected));
      case 'edges':
        return edgesWriter(
          parts.edges.find((one) => one.key === key),
          shape,
          nodeWriter,
        );
      case 'pageInfo':
        return pageInfoWriter(parts.pageInfo.find((one) => one.key === key)?.fields ?? [], shape);
      case 'totalCount':
        return numberWriter(({ list, number }) => Math.min(list.totals[number] ?? 0, limits.maxCount));
      case 'totalCountCapped':
        return numberWriter(({ list, number }) => (list.totals[number] ?? 0) > limits.maxCount);
      case '__typename':
        return always(parts.type.name);
    }
    throw new NotWritable(`${parts.type.name}.${name} is not written`);
  };
  return membersWriter(
    parts.fields.map((selected): Member<ListAt> => ({ key: selected.key, write: member(selected) })),
  );
}

const numberWriter =
  (read: (at: ListAt) => number | boolean): WriteOf<ListAt> =>
  (out, at) => {
    out.text(String(read(at)));
    return undefined;
  };

/**
 * What writes the nodes of a list by which nothing else is selected of its rows; undefined where more is, so that they have to be kept.
 */
export function loneNodeWriter({
  parts: { nodes: asked, edges, pageInfo: infos },
  nodes,
}: ListShape): Write | undefined {
  const [only, another] = asked;
  if (only === undefined || another !== undefined || edges.length + infos.length > 0) return undefined;
  return firstWriter(nodes.get(only) ?? [], false, listWriter);
}

/** Writes the nodes of a page. */
function nodesWriter(write: Write): WriteOf<ListAt> {
  const fromRows = rowsWriter((out, { list }) => write(out, list.level));
  return (out, at) => {
    const { nodes } = at.list;
    if (nodes === undefined) return fromRows(out, at);
    out.raw(opened);
    nodes.copyTo(out, at.number);
    out.raw(closed);
    return undefined;
  };
}

function rowsWriter(write: WriteOf<ListAt>): WriteOf<ListAt> {
  // No closure of the loop, as in `membersWriter`.
  const goOn = (wait: Promise<void>, first: number, row: number, end: number, out: TextOut, at: ListAt) =>
    wait.then(() => from(first, row, end, out, at));
  const from = (first: number, begun: number, end: number, out: TextOut, at: ListAt): Promise<void> | undefined => {
    const { level, slices } = at.list;
    for (let row = begun; row < end; row++) {
      level.rows.goTo(row);
      if (row > first) out.raw(comma);
      out.mark();
      const wait = write(out, at) ?? ((row - first) % AT_ONCE === AT_ONCE - 1 ? slices.next() : undefined);
      if (wait !== undefined) return goOn(wait, first, row + 1, end, out, at);
    }
    out.raw(closed);
    return undefined;
  };
  return (out, at) => {
    const { list, number } = at;
    const [first, end] = keptRange(list.firsts[number] ?? 0, list.counts[number] ?? 0, list.asked.page);
    out.raw(opened);
    return from(first, first, end, out, at);
  };
}

function edgesWriter(
  edge: EdgeParts | undefined,
  shape: ListShape,
  nodeWriter: (selected: Selected) => Write,
): WriteOf<ListAt> {
  const member = (selected: Selected): WriteOf<ListAt> => {
    const { name } = selected;
    if (name === '__typename') return always(shape.parts.type.name.replace(/Connection$/, 'Edge'));
    if (name === 'node') {
      const write = nodeWriter(selected);
      return (out, { list }) => write(out, list.level);
    }
    if (name !== 'cursor') throw new NotWritable(`${name} of an edge is not written`);
    return (out, { list }) => {
      const { rows } = list.level;
      out.text(JSON.stringify(cursorAt(rows.row, rows, list.asked, shape)));
      return undefined;
    };
  };
  return rowsWriter(
    membersWriter((edge?.fields ?? []).map((selected) => ({ key: selected.key, write: member(selected) }))),
  );
}

function pageInfoWriter(fields: readonly Selected[], shape: ListShape): WriteOf<ListAt> {
  return membersWriter(
    fields.map(({ key, name }): Member<ListAt> => {
      if (name === '__typename') return { key, write: always('PageInfo') };
      const write: WriteOf<ListAt> = (out, { list, number }) => {
        const { page } = list.asked;
        const count = list.counts[number] ?? 0;
        const [first, end] = keptRange(list.firsts[number] ?? 0, count, page);
        const value = pageInfo(name, {
          page,
          hasMore: count > page.size,
          first: first < end ? first : undefined,
          last: first < end ? end - 1 : undefined,
          cursorOf: (row) => cursorAt(row, list.level.rows, list.asked, shape),
        });
        out.text(JSON.stringify(value));
        return undefined;
      };
      return { key, write };
    }),
  );
}
