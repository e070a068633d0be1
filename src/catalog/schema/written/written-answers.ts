import { type GraphQLResponse, HeaderMap } from '@apollo/server';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { readFresh } from '../../../platform/fresh-reads.ts';
import type { OperationStep } from '../../../platform/graphql/operation-steps.ts';
import { createReadCatalogState } from '../../read/lasting-statements.ts';
import type { RequestContext } from '../context.ts';
import { createAnswerKey } from './answer-key.ts';
import { createAnswerLasts } from './answer-lasts.ts';
import { createKeptAnswers, type KeepingAnswers } from './kept-answers.ts';
import { createReadAhead, type ReadingAhead } from './read-ahead.ts';
import { type AskedOperation, createWriteOperation } from './write-operation.ts';

/** Whoever keeps a tagged answer asks whether it still holds, and gives it to nobody else. */
const ofOneCaller = ['cache-control', 'private, no-cache'] as const;

/** What is kept in memory, of what was asked and of what will be. */
export interface AnswerMemory {
  readonly keeping: KeepingAnswers;
  readonly ahead: ReadingAhead;
}

/** Answers what can be answered without graphql-js; all else is left to it. */
export function writtenAnswers(
  schema: GraphQLSchema,
  format: (error: GraphQLError) => GraphQLFormattedError,
  { keeping, ahead }: AnswerMemory,
): OperationStep<RequestContext> {
  const shared = [createAnswerKey(), createAnswerLasts(), readFresh(createReadCatalogState())] as const;
  const write = createKeptAnswers(createReadAhead(createWriteOperation(schema), ahead, ...shared), keeping, ...shared);
  const answerTo = async (asked: AskedOperation, context: RequestContext): Promise<GraphQLResponse | null> => {
    const answer = await write(asked, context);
    if (answer === undefined) return null;
    const errors = answer.errors.map(format);
    // Whoever sends the answer puts the text in where `data` stands; nobody looks inside.
    const data = answer.data as unknown as Record<string, unknown>;
    const singleResult = { ...(errors.length > 0 && { errors }), data };
    const headers = new HeaderMap(answer.etag === undefined ? [] : [['etag', answer.etag], ofOneCaller]);
    return { http: { headers }, body: { kind: 'single', singleResult } };
  };
  return {
    responseForOperation: ({ document, operation, request: { variables = {} }, contextValue }) =>
      // There is no operation when its name is wrong.
      operation === undefined ? null : answerTo({ document, operation, variables }, contextValue),
  };
}
