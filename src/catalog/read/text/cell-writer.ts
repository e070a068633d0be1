import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
} from 'graphql';
import type { ColumnFormat, RowSet } from '../../../platform/db/row-set.ts';
import { typeNumbers } from '../../../platform/db/type-numbers.ts';
import { fixed, type TextOut } from './text-out.ts';

/** Writes a cell that is not null from its bytes; false where they are not of the form that it knows. */
export type WriteCell = (out: TextOut, rows: RowSet, cell: number) => boolean;

const quote = fixed('"');
const yes = fixed('true');
const no = fixed('false');
const zone = fixed('Z"');
const dateEnd = fixed('T');
const opened = fixed('[');
const closed = fixed(']');
const comma = fixed(',');
const [TRUE, SPACE, PLUS, ZERO] = [0x74, 0x20, 0x2b, 0x30];
const [QUOTE, BACKSLASH, OPEN, COMMA] = [0x22, 0x5c, 0x7b, 0x2c];

const startOf = ({ starts }: RowSet, cell: number): number => starts[cell] ?? 0;
const endOf = ({ ends }: RowSet, cell: number): number => ends[cell] ?? 0;
const formatOf = ({ columns }: RowSet, cell: number): ColumnFormat | undefined => columns[cell];

const writeText: WriteCell = (out, rows, cell) => {
  if (formatOf(rows, cell)?.isText !== true) return false;
  out.quoted(rows.bytes, startOf(rows, cell), endOf(rows, cell));
  return true;
};

const writeInt: WriteCell = (out, rows, cell) => {
  const type = formatOf(rows, cell)?.type;
  if (type !== typeNumbers.int4 && type !== typeNumbers.int2) return false;
  out.copy(rows.bytes, startOf(rows, cell), endOf(rows, cell));
  return true;
};

const writeBigInt: WriteCell = (out, rows, cell) => {
  if (formatOf(rows, cell)?.type !== typeNumbers.int8) return false;
  out.raw(quote);
  out.copy(rows.bytes, startOf(rows, cell), endOf(rows, cell));
  out.raw(quote);
  return true;
};

const writeBoolean: WriteCell = (out, rows, cell) => {
  if (formatOf(rows, cell)?.type !== typeNumbers.bool) return false;
  out.raw(rows.bytes[startOf(rows, cell)] === TRUE ? yes : no);
  return true;
};

/** `2026-01-31 12:00:00.5+00` becomes `2026-01-31T12:00:00.5Z`. */
const writeInstant: WriteCell = (out, rows, cell) => {
  if (formatOf(rows, cell)?.type !== typeNumbers.timestamptz) return false;
  const { bytes } = rows;
  const start = startOf(rows, cell);
  const end = endOf(rows, cell);
  const isPlain =
    bytes[start + 10] === SPACE && bytes[end - 3] === PLUS && bytes[end - 2] === ZERO && bytes[end - 1] === ZERO;
  if (!isPlain) return false;
  out.raw(quote);
  out.copy(bytes, start, start + 10);
  out.raw(dateEnd);
  out.copy(bytes, start + 11, end - 3);
  out.raw(zone);
  return true;
};

function enumWriter(type: GraphQLEnumType): WriteCell {
  const written = new Map(
    type.getValues().flatMap(({ name, value }) => (typeof value === 'string' ? [[value, fixed(`"${name}"`)]] : [])),
  );
  return (out, rows, cell) => {
    if (formatOf(rows, cell)?.isText !== true) return false;
    const name = written.get(rows.bytes.toString('latin1', startOf(rows, cell), endOf(rows, cell)));
    if (name === undefined) return false;
    out.raw(name);
    return true;
  };
}

const isNull = (bytes: Buffer, start: number, end: number): boolean =>
  end - start === 4 && bytes.toString('latin1', start, end).toLowerCase() === 'null';

/** `{a,b}` becomes `["a","b"]`; not where something is quoted, nested or null. */
const writeTexts: WriteCell = (out, rows, cell) => {
  if (formatOf(rows, cell)?.type !== typeNumbers.texts) return false;
  const { bytes } = rows;
  const start = startOf(rows, cell) + 1;
  const end = endOf(rows, cell) - 1;
  if (bytes[start - 1] !== OPEN) return false;
  let itemStart = start;
  for (let at = start; at <= end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE || byte === BACKSLASH || byte === OPEN) return false;
    if (byte !== COMMA && at !== end) continue;
    if (isNull(bytes, itemStart, at)) return false;
    itemStart = at + 1;
  }
  out.raw(opened);
  itemStart = start;
  for (let at = start; at <= end && start < end; at++) {
    if (bytes[at] !== COMMA && at !== end) continue;
    if (itemStart > start) out.raw(comma);
    out.quoted(bytes, itemStart, at);
    itemStart = at + 1;
  }
  out.raw(closed);
  return true;
};

/** How cells become values of a type without being read; undefined where they have to be. */
export function cellWriter(type: GraphQLOutputType): WriteCell | undefined {
  if (isListType(type)) return String(getNullableType(type.ofType)) === GraphQLString.name ? writeTexts : undefined;
  return isLeafType(type) ? leafCellWriter(type) : undefined;
}

function leafCellWriter(type: GraphQLLeafType): WriteCell | undefined {
  if (isEnumType(type)) return enumWriter(type);
  switch (type.name) {
    case GraphQLString.name:
    case GraphQLID.name:
      return writeText;
    case GraphQLInt.name:
      return writeInt;
    case GraphQLBoolean.name:
      return writeBoolean;
    case 'BigInt':
      return writeBigInt;
    case 'DateTime':
      return writeInstant;
  }
  return undefined;
}
