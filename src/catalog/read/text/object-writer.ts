import { type GraphQLOutputType, getNullableType, isNonNullType } from 'graphql';
import type { RowSet } from '../../../platform/db/row-set.ts';
import type { FieldShape, ListShape, ObjectShape } from '../plan-types.ts';
import { same } from '../same.ts';
import { cellWriter, type WriteCell } from './cell-writer.ts';
import { isTrue, type LoadedLevel, type LoadedList } from './loaded.ts';
import { always, membersWriter, type WriteOf } from './members-writer.ts';
import type { TextOut } from './text-out.ts';
import { NotWritable, valueWriter, type WriteValue } from './value-writer.ts';

/** Writes something of the row that its level stands at. */
export type Write = WriteOf<LoadedLevel>;

/** One of the lists that were loaded together. */
export interface ListAt {
  readonly list: LoadedList;
  readonly number: number;
}

/** Makes what writes a list below an object. */
export type MakeListWriter = (shape: ListShape) => WriteOf<ListAt>;

/** Writes an object that is there. */
export const objectWriter = ({ type, fields }: ObjectShape, lists: MakeListWriter): Write =>
  membersWriter(
    fields.map((field) => ({
      key: field.selected.key,
      write: fieldWriter(field, type.name, type.getFields()[field.selected.name]?.type, lists),
    })),
  );

/** Writes the first object that is there. */
export function firstWriter(options: readonly ObjectShape[], isNullable: boolean, lists: MakeListWriter): Write {
  const [first, ...others] = options;
  if (first === undefined) return (out) => writeNull(out, isNullable);
  const { id } = first;
  const write = objectWriter(first, lists);
  const another: Write =
    others.length === 0 ? (out) => writeNull(out, isNullable) : firstWriter(others, isNullable, lists);
  return (out, level) => (id === undefined || !level.rows.isNull(id) ? write(out, level) : another(out, level));
}

function writeNull(out: TextOut, isNullable: boolean): undefined {
  if (!isNullable) throw new NotWritable('null where none may be');
  out.null();
}

function fieldWriter(
  field: FieldShape,
  typeName: string,
  type: GraphQLOutputType | undefined,
  lists: MakeListWriter,
): Write {
  if (field.from === 'typename' || type === undefined) return always(typeName);
  const isNullable = !isNonNullType(type);
  switch (field.from) {
    case 'constant':
      return constantWriter(field, type);
    case 'row':
      return rowWriter(field, type);
    case 'group': {
      const { present, shape } = field;
      const write = objectWriter(shape, lists);
      return (out, level) =>
        present === undefined || isTrue(level.rows, present) ? write(out, level) : writeNull(out, isNullable);
    }
    case 'one':
      return firstWriter(field.options, isNullable, lists);
    case 'many': {
      const { child } = field;
      const write = lists(child.plan.shape);
      return (out, level) => {
        const below = level.children[child.index];
        const number = below?.listOf[level.rows.row] ?? -1;
        if (below === undefined || number < 0) throw new Error('a list was not loaded');
        const wait = write(out, { list: below.list, number });
        return wait === undefined ? undefined : thenAt(wait, level.rows, level.rows.row);
      };
    }
    case 'walk': {
      const { child, selected, context } = field;
      const write = valueWriter(context.operation, type, selected.below);
      return (out, level) => {
        const walk = level.walks[child.index];
        write(out, walk?.values[walk.valueOf[level.rows.row] ?? -1]);
        return undefined;
      };
    }
  }
}

/** Others may have gone to another row meanwhile. */
const thenAt = (wait: Promise<void>, rows: RowSet, row: number): Promise<void> => wait.then(() => rows.goTo(row));

function constantWriter(field: Extract<FieldShape, { from: 'constant' }>, type: GraphQLOutputType): Write {
  const write = valueWriter(field.context.operation, type, field.selected.below);
  return (out) => {
    write(out, field.value);
    return undefined;
  };
}

function rowWriter(field: Extract<FieldShape, { from: 'row' }>, type: GraphQLOutputType): Write {
  const { selected, context, places, source } = field;
  const write = valueWriter(context.operation, type, selected.below);
  const [only, another] = places;
  const nullable = getNullableType(type);
  if (source.read === same && only !== undefined && another === undefined) {
    const known = cellWriter(nullable);
    return known === undefined ? sameWriter(only, write) : knownWriter(only, known, write, !isNonNullType(type));
  }
  return (out, { rows }) => {
    const values = places.map((place) => rows.value(place));
    write(out, source.read(values, selected.args, context, selected));
    return undefined;
  };
}

const sameWriter =
  (place: number, write: WriteValue): Write =>
  (out, { rows }) => {
    write(out, rows.value(place));
    return undefined;
  };

const knownWriter =
  (place: number, known: WriteCell, write: WriteValue, isNullable: boolean): Write =>
  (out, { rows }) => {
    if (rows.isNull(place)) return writeNull(out, isNullable);
    if (!known(out, rows, place)) write(out, rows.value(place));
    return undefined;
  };
