import {
  type BaseContext,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, OperationTypeNode, subscribe } from 'graphql';
import { statusOf } from '../error-statuses.ts';
import type { OperationStep } from '../graphql/operation-steps.ts';
import type { SubscriptionPlaces } from '../graphql/subscription-places.ts';
import { refusalReason } from '../telemetry/refusal-labels.ts';
import type { OperationScope } from './delivery.ts';
import type { LiveStreams } from './live-streams.ts';

type FormatError = (error: GraphQLError, requestId: string) => GraphQLFormattedError;

const throwHttpError = (status: number, message: string, headers: [string, string][] = []): never => {
  throw new GraphQLError(message, {
    extensions: { code: 'BAD_REQUEST', http: { status, headers: new HeaderMap(headers) } },
  });
};

/** Lets an operation be run only where what comes of it can be delivered. */
function requireDelivery(type: OperationTypeNode | undefined, scope: OperationScope | undefined): void {
  if (type === OperationTypeNode.MUTATION && scope?.delivery.isReadOnly)
    throwHttpError(405, 'a mutation takes POST', [['allow', 'POST']]);
  if (type !== OperationTypeNode.MUTATION && scope?.delivery.isLarge)
    throwHttpError(413, 'a request as large as this can only be a mutation; send less at once');
  if (type === OperationTypeNode.SUBSCRIPTION && !scope?.delivery.takesStream) {
    throwHttpError(
      400,
      'a subscription is answered event by event: send `accept: text/event-stream`, or use WebSocket (graphql-transport-ws)',
    );
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** What stands in the way of a subscription and has no code yet is wrong with its variables. */
const withCode = ({ extensions, ...error }: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  extensions: { code: 'BAD_USER_INPUT', ...extensions },
});

interface SubscriptionOptions<Context extends BaseContext> {
  readonly schema: GraphQLSchema;
  readonly scope: () => OperationScope | undefined;
  readonly live: LiveStreams;
  readonly places: SubscriptionPlaces;
  /** Whose places a subscription takes. */
  readonly callerOf: (context: Context) => string;
  /** Told of each subscription that had begun. */
  readonly ended: (scope: OperationScope) => void;
  readonly formatError: FormatError;
}

/**
 * Has Apollo Server run subscriptions as it runs queries and mutations: parsed, validated, limited and reported by the
 * same code. The results go to the delivery of the operation's scope.
 */
export const subscriptions = <Context extends BaseContext>(
  options: SubscriptionOptions<Context>,
): OperationStep<Context> => ({
  didResolveOperation: ({ operation }) => requireDelivery(operation?.operation, options.scope()),
  responseForOperation: (at) => {
    if (at.operation?.operation !== OperationTypeNode.SUBSCRIPTION) return null;
    const current = options.scope();
    return current === undefined ? null : start(options, at, current);
  },
});

async function start<Context extends BaseContext>(
  { schema, live, places, callerOf, ended, formatError }: SubscriptionOptions<Context>,
  { document, request, contextValue, operationName }: GraphQLRequestContextResponseForOperation<Context>,
  current: OperationScope,
): Promise<GraphQLResponse> {
  const { requestId, delivery, gone, connection } = current;
  const format = (error: GraphQLError): GraphQLFormattedError => formatError(error, requestId);
  let leave: () => void;
  try {
    leave = places.take(connection, callerOf(contextValue));
  } catch (error) {
    const formatted = format(new GraphQLError('', { originalError: asError(error) }));
    return {
      http: { status: statusOf('RATE_LIMITED'), headers: new HeaderMap() },
      body: { kind: 'single', singleResult: { errors: [formatted] } },
    };
  }
  const variableValues = request.variables;
  const asked = { schema, document, contextValue, operationName, variableValues };
  const results = await Promise.resolve(subscribe(asked)).catch((error: unknown) => {
    leave();
    throw error;
  });
  const { notes } = current;
  const http = { headers: new HeaderMap() };
  if (!(Symbol.asyncIterator in results)) {
    leave();
    const singleResult = { errors: (results.errors ?? []).map((error) => withCode(format(error))) };
    return { http, body: { kind: 'single', singleResult } };
  }
  delivery.stream = live.follow(results, {
    gone,
    ended: () => {
      leave();
      ended(current);
    },
    formatResult: ({ errors, ...result }) => {
      notes.results = (notes.results ?? 0) + 1;
      return { ...(errors && { errors: errors.map(format) }), ...result };
    },
    formatError: (error) => {
      const formatted = format(new GraphQLError('', { originalError: asError(error) }));
      notes.streamOutcome = String(formatted.extensions?.code);
      notes.streamReason = refusalReason(formatted.extensions);
      return { errors: [formatted] };
    },
  });
  return { http, body: { kind: 'single', singleResult: {} } };
}
