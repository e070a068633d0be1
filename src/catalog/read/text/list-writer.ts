import type { RowSet } from '../../../platform/db/row-set.ts';
import type { TimeSlices } from '../../../platform/time-slices.ts';
import { pageInfo } from '../connection.ts';
import type { EdgeParts, ListShape, Selected } from '../plan-types.ts';
import { keptRange, type LoadedLevel } from './loaded.ts';
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
export function listWriter(shape: ListShape, slices: TimeSlices): WriteOf<ListAt> {
  const { parts, nodes, limits } = shape;
  const nodeWriter = (selected: Selected): Write => firstWriter(nodes.get(selected) ?? [], false, listWriter);
  const items = (write: Write) => itemsWriter(write, shape, slices);
  const member = (selected: Selected): WriteOf<ListAt> => {
    const { key, name } = selected;
    switch (name) {
      case 'nodes':
        return items(nodeWriter(selected));
      case 'edges':
        return items(
          edgeWriter(
            parts.edges.find((one) => one.key === key),
            shape,
            nodeWriter,
          ),
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

/** Writes the items of a page. */
function itemsWriter(write: Write, { page }: ListShape, slices: TimeSlices): WriteOf<ListAt> {
  const from = (
    first: number,
    begun: number,
    end: number,
    out: TextOut,
    level: LoadedLevel,
  ): Promise<void> | undefined => {
    for (let row = begun; row < end; row++) {
      level.rows.goTo(row);
      if (row > first) out.raw(comma);
      out.mark();
      const wait = write(out, level) ?? ((row - first) % AT_ONCE === AT_ONCE - 1 ? slices.next() : undefined);
      if (wait !== undefined) return wait.then(() => from(first, row + 1, end, out, level));
    }
    out.raw(closed);
    return undefined;
  };
  return (out, { list, number }) => {
    const [first, end] = keptRange(list.firsts[number] ?? 0, list.counts[number] ?? 0, page);
    out.raw(opened);
    return from(first, first, end, out, list.level);
  };
}

function edgeWriter(edge: EdgeParts | undefined, shape: ListShape, nodeWriter: (selected: Selected) => Write): Write {
  return membersWriter(
    (edge?.fields ?? []).map((selected) => {
      const { key, name } = selected;
      if (name === 'node') return { key, write: nodeWriter(selected) };
      if (name === '__typename') return { key, write: always(shape.parts.type.name.replace(/Connection$/, 'Edge')) };
      if (name !== 'cursor') throw new NotWritable(`${name} of an edge is not written`);
      const write: Write = (out, { rows }) => {
        out.text(JSON.stringify(cursorOf(shape, rows)));
        return undefined;
      };
      return { key, write };
    }),
  );
}

const cursorOf = ({ cursors, places }: ListShape, rows: RowSet): string =>
  cursors.encode(places.sort.map((place) => rows.text(place)));

function pageInfoWriter(fields: readonly Selected[], shape: ListShape): WriteOf<ListAt> {
  const { page } = shape;
  return membersWriter(
    fields.map(({ key, name }): Member<ListAt> => {
      if (name === '__typename') return { key, write: always('PageInfo') };
      const write: WriteOf<ListAt> = (out, { list, number }) => {
        const count = list.counts[number] ?? 0;
        const [first, end] = keptRange(list.firsts[number] ?? 0, count, page);
        const value = pageInfo(name, {
          page,
          hasMore: count > page.size,
          first: first < end ? first : undefined,
          last: first < end ? end - 1 : undefined,
          cursorOf: (row) => {
            list.level.rows.goTo(row);
            return cursorOf(shape, list.level.rows);
          },
        });
        out.text(JSON.stringify(value));
        return undefined;
      };
      return { key, write };
    }),
  );
}
