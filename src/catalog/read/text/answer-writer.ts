import type { GraphQLOutputType, SelectionSetNode } from 'graphql';
import { JsonText } from '../../../platform/json-text.ts';
import type { Operation } from '../plan-types.ts';
import { TextOut } from './text-out.ts';
import { valueWriter } from './value-writer.ts';

/** The text of what a field of Query gives, in pieces. */
export function answerPieces(
  operation: Operation,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  answer: unknown,
): readonly (string | Buffer)[] {
  if (answer instanceof JsonText) return answer.pieces;
  const out = new TextOut();
  valueWriter(operation, type, sets)(out, answer);
  return out.take().pieces;
}
