import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { AppOptions } from './app-options.ts';
import { prices, type RequestContext } from './catalog/schema/index.ts';
import { withDeadline } from './platform/deadline.ts';
import { createFairShares } from './platform/fair-shares.ts';
import { createCompleteIntrospection } from './platform/graphql/complete-introspection.ts';
import { costLimit } from './platform/graphql/cost-limit.ts';
import { operationTurns } from './platform/graphql/operation-turns.ts';
import { retryAfter } from './platform/graphql/retry-after.ts';
import { createSubscriptionPlaces } from './platform/graphql/subscription-places.ts';
import type { OperationScope } from './platform/http/delivery.ts';
import type { Endpoint } from './platform/http/endpoint.ts';
import { formatError } from './platform/http/format-error.ts';
import type { LiveStreams } from './platform/http/live-streams.ts';
import { subscriptions } from './platform/http/subscriptions.ts';
import { stringifyInSlices } from './platform/stringify-in-slices.ts';
import type { TimeSlices } from './platform/time-slices.ts';

/** A browser sends these to another origin only after that has allowed it (CORS). */
const PREFLIGHTED_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];

/** Apollo Server, which runs every operation, however it comes in. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  validationRules: ValidationRule[],
  live: LiveStreams,
  slices: TimeSlices,
  { operations, subscriptions: most }: Pick<AppOptions, 'operations' | 'subscriptions'>,
  report: (message: string, cause: unknown) => void,
): Promise<Pick<Endpoint<RequestContext>, 'schema' | 'apollo' | 'introspection' | 'inScope'>> {
  const scopes = new AsyncLocalStorage<OperationScope>();
  const reportOf = (requestId: string) => (cause: unknown) => report(`request ${requestId}:`, cause);
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    validationRules,
    parseOptions: { maxTokens: 20_000 },
    includeStacktraceInErrorResponses: false,
    stringifyResult: async (result) => `${await stringifyInSlices(result, slices)}\n`,
    formatError: (formatted, error) => {
      const requestId = scopes.getStore()?.requestId ?? '';
      return formatError(formatted, error, requestId, reportOf(requestId));
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      retryAfter(),
      costLimit(schema, prices, operations, isStranger),
      operationTurns(createFairShares(operations), operations, callerOf),
      subscriptions({
        schema,
        live,
        places: createSubscriptionPlaces(most),
        callerOf,
        scope: () => scopes.getStore(),
        formatError: (error, requestId) => formatError(error.toJSON(), error, requestId, reportOf(requestId)),
      }),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  return {
    schema,
    apollo,
    introspection: createCompleteIntrospection(schema),
    inScope: async (scope, work) => {
      try {
        return await scopes.run(scope, () => withDeadline(scope.gone.signal, work));
      } catch (error) {
        await scope.delivery.stream?.return(); // Nobody will take anything from it.
        throw error;
      }
    },
  };
}

const isStranger = ({ author }: RequestContext): boolean => author.caller.principalId === null;

/** Whose share an operation is done in, and whose subscription it is; all strangers have one together. */
const callerOf = ({ author }: RequestContext): string => author.caller.principalId ?? '';
