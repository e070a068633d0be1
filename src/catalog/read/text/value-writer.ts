import {
  defaultFieldResolver,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { JsonText } from '../../../platform/json-text.ts';
import type { Operation } from '../plan-types.ts';
import { select, TYPENAME } from '../select.ts';
import { fixed, type TextOut } from './text-out.ts';

/** A value that the schema does not allow here, or that is not written: graphql-js says what becomes of it. */
export class NotWritable extends Error {}

export type WriteValue = (out: TextOut, value: unknown) => void;

/**
 * Writes values of a field as graphql-js completes them: scalars, objects with members by the name of their field, answers with
 * members by response key, and objects and lists that are text already.
 */
export function valueWriter(
  operation: Operation,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  if (isNonNullType(type)) {
    const write = valueWriter(operation, type.ofType, sets);
    return (out, value) => {
      if (value === null || value === undefined) throw new NotWritable('null where none may be');
      write(out, value);
    };
  }
  const write = writerOf(operation, type, sets);
  return (out, value) => {
    if (value === null || value === undefined) out.null();
    else write(out, value);
  };
}

function writerOf(operation: Operation, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): WriteValue {
  if (isListType(type)) return listWriter(valueWriter(operation, type.ofType, sets));
  if (isLeafType(type)) return leafWriter(type);
  if (isCompositeType(type)) return compositeWriter(operation, type, sets);
  throw new NotWritable(`values of ${String(type)} are not written`);
}

/** An answer says its type; what writes objects of a type is made when the first of them is there. */
function compositeWriter(
  operation: Operation,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  const writers = new Map<string, WriteValue>();
  const writerFor = (name: string): WriteValue => {
    const known = writers.get(name);
    if (known !== undefined) return known;
    const object = isObjectType(type) ? type : operation.schema.getType(name);
    if (!isObjectType(object)) throw new NotWritable(`${name} is no type of objects`);
    const made = objectValueWriter(operation, object, sets);
    writers.set(name, made);
    return made;
  };
  return (out, value) => {
    if (value instanceof JsonText) return out.json(value);
    if (typeof value !== 'object' || value === null) throw new NotWritable('no object');
    return writerFor(isObjectType(type) ? type.name : String(Reflect.get(value, TYPENAME)))(out, value);
  };
}

/** Of texts there may be thousands in one value, and they are what `serialize` would make of them. */
function leafWriter(type: GraphQLLeafType): WriteValue {
  const write: WriteValue = (out, value) => out.text(serialized(type, value));
  if (type !== GraphQLString) return write;
  return (out, value) => (typeof value === 'string' ? out.string(value) : write(out, value));
}

const comma = fixed(',');
const opened = fixed('[');
const closed = fixed(']');

const listWriter =
  (write: WriteValue): WriteValue =>
  (out, value) => {
    if (value instanceof JsonText) return out.json(value);
    if (!Array.isArray(value)) throw new NotWritable('no list');
    out.raw(opened);
    for (const [index, item] of value.entries()) {
      if (index > 0) out.raw(comma);
      out.mark();
      write(out, item);
    }
    out.raw(closed);
  };

/** JSON of what the type's own `serialize` makes of a value. */
export function serialized(type: GraphQLLeafType, value: unknown): string {
  let text: string | undefined;
  try {
    const made: unknown = type.serialize(value);
    text = made === null ? undefined : (JSON.stringify(made) as string | undefined);
  } catch (error) {
    throw new NotWritable('', { cause: error });
  }
  if (text === undefined) throw new NotWritable(`${type.name} makes nothing of a value`);
  return text;
}

/** Where the member of a value comes from: that of its name, or whatever is made of the value alone. */
export function memberOf({ name, resolve }: GraphQLField<unknown, unknown>): ((value: object) => unknown) | undefined {
  if (resolve === undefined || resolve === defaultFieldResolver) return (value) => Reflect.get(value, name) as unknown;
  if (resolve.length > 1) return undefined;
  const ofValue = resolve as unknown as (value: object) => unknown;
  return ofValue;
}

function objectValueWriter(
  operation: Operation,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  const fields = type.getFields();
  const members = select(operation, type, sets).map(({ key, name, below }, index) => {
    const prefix = fixed(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    const field = fields[name];
    if (field === undefined) return { prefix, read: () => type.name, write: writeName };
    const read = memberOf(field) ?? ((value: object) => Reflect.get(value, key) as unknown);
    return { prefix, read, write: valueWriter(operation, field.type, below) };
  });
  const end = fixed(members.length === 0 ? '{}' : '}');
  return (out, value) => {
    if (typeof value !== 'object' || value === null) throw new NotWritable('no object');
    for (const { prefix, read, write } of members) {
      const member = read(value);
      if (typeof member === 'function' || member instanceof Promise) throw new NotWritable('resolved by itself');
      out.raw(prefix);
      write(out, member);
    }
    out.raw(end);
  };
}

const writeName: WriteValue = (out, name) => out.text(JSON.stringify(name));
