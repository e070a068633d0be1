import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  subscribe,
  type ValidationRule,
  validate,
} from 'graphql';
import type { RequestOrigin } from './request-origin.ts';

/** Who asks for an operation, as far as the connection tells. */
export interface Asker {
  /** The `Authorization` header, or what stands in for it. */
  readonly authorization: string | undefined;
  readonly requestId: string;
  readonly origin: RequestOrigin;
}

/** What operations that stream are run with. */
export interface Streaming<Context> {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  /** Makes the context of one operation. Throws when the credential is not valid. */
  context(asker: Asker): Promise<Context>;
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
}

export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

export type Results = ExecutionResult | AsyncIterable<ExecutionResult>;

const isAsync = (results: Results): results is AsyncIterable<ExecutionResult> => Symbol.asyncIterator in results;

/** The results of an operation one after another; those of a query are one. */
export async function* each(results: Results): AsyncGenerator<ExecutionResult> {
  if (isAsync(results)) yield* results;
  else yield results;
}

export const validateWith =
  (rules: readonly ValidationRule[]) =>
  (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] =>
    validate(schema, document, [...specifiedRules, ...rules]);

/** Runs a query, mutation or subscription. What is wrong with the document is a result with errors. */
export async function runOperation<Context>(
  { schema, rules }: Streaming<Context>,
  { query, variables, operationName }: OperationRequest,
  contextValue: Context,
  allowsMutation: boolean,
): Promise<Results> {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: 20_000 });
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
  const errors = validateWith(rules)(schema, document);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) {
    return { errors: [new GraphQLError('operationName has to name one of the operations')] };
  }
  if (operation.operation === OperationTypeNode.MUTATION && !allowsMutation) {
    return { errors: [new GraphQLError('a mutation takes POST')] };
  }
  const args = {
    schema,
    document,
    variableValues: variables ?? null,
    operationName: operationName ?? null,
    contextValue,
  };
  return operation.operation === OperationTypeNode.SUBSCRIPTION ? subscribe(args) : execute(args);
}
