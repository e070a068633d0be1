import {
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { JsonText } from '../../../platform/json-text.ts';
import type { Operation } from '../plan-types.ts';
import { select } from '../select.ts';
import { NotWritable, serialized } from './value-writer.ts';

/**
 * Writes what a field of Query gives: texts, lists of them, or an answer by response key in which there are some. Its parts
 * are put one after another.
 */
export function answerPieces(
  operation: Operation,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  answer: unknown,
): readonly (string | Buffer)[] {
  const pieces: (string | Buffer)[] = [];
  const write = (of: GraphQLOutputType, below: readonly SelectionSetNode[], value: unknown): void => {
    if (isNonNullType(of)) {
      if (value === null || value === undefined) throw new NotWritable('null where none may be');
      write(of.ofType, below, value);
    } else if (value === null || value === undefined) pieces.push('null');
    else if (value instanceof JsonText) for (const piece of value.pieces) pieces.push(piece);
    else if (isListType(of) && Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        pieces.push(index === 0 ? '[' : ',');
        write(of.ofType, below, item);
      }
      pieces.push(value.length === 0 ? '[]' : ']');
    } else if (isLeafType(of)) pieces.push(serialized(of, value));
    else if (isObjectType(of) && typeof value === 'object') {
      const selected = select(operation, of, below);
      for (const [index, { key, name, below: inner }] of selected.entries()) {
        pieces.push(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
        const field = of.getFields()[name];
        if (field === undefined) pieces.push(JSON.stringify(of.name));
        else write(field.type, inner, Reflect.get(value, key));
      }
      pieces.push(selected.length === 0 ? '{}' : '}');
    } else throw new NotWritable(`a value of ${String(of)} is not written`);
  };
  write(type, sets, answer);
  return pieces;
}
