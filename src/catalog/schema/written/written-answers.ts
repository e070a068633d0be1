import { type GraphQLResponse, HeaderMap } from '@apollo/server';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { OperationStep } from '../../../platform/graphql/operation-steps.ts';
import type { RequestContext } from '../context.ts';
import { type AskedOperation, createWriteOperation } from './write-operation.ts';

/** Answers what can be answered without graphql-js; all else is left to it. */
export function writtenAnswers(
  schema: GraphQLSchema,
  format: (error: GraphQLError) => GraphQLFormattedError,
): OperationStep<RequestContext> {
  const write = createWriteOperation(schema);
  const answerTo = async (asked: AskedOperation, context: RequestContext): Promise<GraphQLResponse | null> => {
    const answer = await write(asked, context);
    if (answer === undefined) return null;
    const errors = answer.errors.map(format);
    // Whoever sends the answer puts the text in where `data` stands; nobody looks inside.
    const data = answer.data as unknown as Record<string, unknown>;
    const singleResult = { ...(errors.length > 0 && { errors }), data };
    return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
  };
  return {
    responseForOperation: ({ document, operation, request: { variables = {} }, contextValue }) =>
      // There is no operation when its name is wrong.
      operation === undefined ? null : answerTo({ document, operation, variables }, contextValue),
  };
}
