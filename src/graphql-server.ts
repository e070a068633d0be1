import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema, ValidationRule } from 'graphql';
import type { RequestContext } from './catalog/schema/index.ts';
import { formatError } from './platform/http/format-error.ts';

/** Apollo Server, and what operations outside of it are run with alike. */
export interface GraphqlServer {
  readonly apollo: ApolloServer<RequestContext>;
  /** Runs `work` as part of a request, so that what fails inside is reported under its id. */
  inRequest<T>(requestId: string, work: () => Promise<T>): Promise<T>;
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
}

export async function startGraphqlServer(
  schema: GraphQLSchema,
  validationRules: ValidationRule[],
  report: (message: string, cause: unknown) => void,
): Promise<GraphqlServer> {
  const requestIds = new AsyncLocalStorage<string>();
  const reportOf = (requestId: string) => (cause: unknown) => report(`request ${requestId}:`, cause);
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    csrfPrevention: true,
    validationRules,
    parseOptions: { maxTokens: 20_000 },
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => {
      const requestId = requestIds.getStore() ?? '';
      return formatError(formatted, error, requestId, reportOf(requestId));
    },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  return {
    apollo,
    inRequest: (requestId, work) => requestIds.run(requestId, work),
    formatError: (error, requestId) => formatError(error.toJSON(), error, requestId, reportOf(requestId)),
  };
}
