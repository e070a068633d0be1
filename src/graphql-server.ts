import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { RequestContext } from './catalog/schema/index.ts';
import type { OperationScope } from './platform/http/delivery.ts';
import type { Endpoint } from './platform/http/endpoint.ts';
import { formatError } from './platform/http/format-error.ts';
import type { LiveStreams } from './platform/http/live-streams.ts';
import { subscriptions } from './platform/http/subscriptions.ts';

/** A browser sends these to another origin only after that has allowed it (CORS). */
const PREFLIGHTED_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];

/** Apollo Server, which runs every operation, however it comes in. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  validationRules: ValidationRule[],
  live: LiveStreams,
  report: (message: string, cause: unknown) => void,
): Promise<Pick<Endpoint<RequestContext>, 'schema' | 'apollo' | 'inScope'>> {
  const scopes = new AsyncLocalStorage<OperationScope>();
  const reportOf = (requestId: string) => (cause: unknown) => report(`request ${requestId}:`, cause);
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    validationRules,
    parseOptions: { maxTokens: 20_000 },
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => {
      const requestId = scopes.getStore()?.requestId ?? '';
      return formatError(formatted, error, requestId, reportOf(requestId));
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      subscriptions({
        schema,
        live,
        scope: () => scopes.getStore(),
        formatError: (error, requestId) => formatError(error.toJSON(), error, requestId, reportOf(requestId)),
      }),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  return { schema, apollo, inScope: (scope, work) => scopes.run(scope, work) };
}
