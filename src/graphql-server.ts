import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema, ValidationRule } from 'graphql';
import type { AppOptions } from './app-options.ts';
import { isStaff } from './catalog/access/rights.ts';
import { type AnswerMemory, prices, type RequestContext, writtenAnswers } from './catalog/schema/index.ts';
import { carried } from './platform/carried.ts';
import { withDeadline } from './platform/deadline.ts';
import { createFairShares, currentCaller, type FairShares } from './platform/fair-shares.ts';
import { apolloLogger } from './platform/graphql/apollo-logger.ts';
import { createCompleteIntrospection } from './platform/graphql/complete-introspection.ts';
import { costLimit } from './platform/graphql/cost-limit.ts';
import { createDocuments } from './platform/graphql/documents.ts';
import { fewPlaces } from './platform/graphql/few-places.ts';
import { createInvalidDocuments } from './platform/graphql/invalid-documents.ts';
import { isSubscription } from './platform/graphql/is-subscription.ts';
import { largeVariables } from './platform/graphql/large-variables.ts';
import { operationError } from './platform/graphql/operation-error.ts';
import { asPlugin } from './platform/graphql/operation-steps.ts';
import { createBegin, operationTurns } from './platform/graphql/operation-turns.ts';
import { createRequireModest, MAX_TOKENS } from './platform/graphql/require-modest.ts';
import { retryAfter } from './platform/graphql/retry-after.ts';
import { schemaInSlices } from './platform/graphql/schema-in-slices.ts';
import { createSubscriptionPlaces, type SubscriptionPlaces } from './platform/graphql/subscription-places.ts';
import { readTrustedDocuments } from './platform/graphql/trusted-documents.ts';
import { turnsBetweenPhases } from './platform/graphql/turns-between-phases.ts';
import { createAnswerText } from './platform/http/answer-text.ts';
import type { Endpoint } from './platform/http/endpoint.ts';
import { formatError } from './platform/http/format-error.ts';
import { createPackAnswer } from './platform/http/kept-answer.ts';
import type { LiveStreams } from './platform/http/live-streams.ts';
import { subscriptions } from './platform/http/subscriptions.ts';
import type { UnderWay } from './platform/http/under-way.ts';
import type { LazyAbort } from './platform/lazy-abort.ts';
import type { Metrics } from './platform/telemetry/metrics.ts';
import { createOperationWatch } from './platform/telemetry/operation-watch.ts';
import { createResultCounter } from './platform/telemetry/result-counter.ts';
import type { SharedSlices, TimeSlices } from './platform/time-slices.ts';
import { callerOf } from './request-context.ts';

/** Of what answers that are kept may take, the same compressed may take so much besides. */
const PACKED_SHARE = 1 / 8;

/** A browser sends these to another origin only after that has allowed it (CORS). */
const PREFLIGHTED_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];

type MemoryOption = 'keptAnswerBytes' | 'readAheadBytes' | 'leastReadAhead';

/** Apollo Server, which runs every operation, however it comes in. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  validationRules: ValidationRule[],
  live: LiveStreams,
  underWay: UnderWay,
  slices: SharedSlices,
  {
    operations,
    subscriptions: most,
    trustedDocuments,
    slowMs,
    log,
    tracing,
    isReference = false,
    ...memory
  }: Pick<
    AppOptions,
    'operations' | 'subscriptions' | 'trustedDocuments' | 'slowMs' | 'log' | 'tracing' | 'isReference' | MemoryOption
  >,
  metrics: Metrics,
): Promise<
  Pick<
    Endpoint<RequestContext>,
    | 'schema'
    | 'apollo'
    | 'textOf'
    | 'introspection'
    | 'pack'
    | 'admit'
    | 'requirePlace'
    | 'inTime'
    | 'inScope'
    | 'beginRead'
  >
> {
  const reportOf = (requestId: string) => (cause: unknown) => log.error(`request ${requestId}`, cause);
  /** Of what Apollo Server does not execute; the code that it would give is given here. */
  const formatOwn = (error: GraphQLError): GraphQLFormattedError => {
    const requestId = carried().operation?.requestId ?? '';
    const formatted = error.toJSON();
    const extensions = { code: 'INTERNAL_SERVER_ERROR', ...formatted.extensions };
    return formatError({ ...formatted, extensions }, error, requestId, reportOf(requestId));
  };
  const watch = createOperationWatch<RequestContext>({ log, metrics, tracing, slowMs, callerOf });
  /** Until it is known to be a mutation, whatever is done for a client has the time of a query. */
  const inTime = <T>(gone: LazyAbort, work: () => Promise<T>): Promise<T> =>
    withDeadline(gone, work, { stopping: underWay.givenUp, ms: operations.queryMs });
  const shares = createFairShares(operations);
  const begin = createBegin(shares, operations);
  const places = createSubscriptionPlaces(most);
  watchQueues(metrics, shares, places);
  const documents = createDocuments(await readTrustedDocuments(trustedDocuments), createRequireModest());
  const invalid = createInvalidDocuments<RequestContext>(documents.valid);
  // Validation, which comes before the type of an operation is known, looks types up in the same list.
  const slicesNow = (): TimeSlices | undefined =>
    carried().operation?.notes.type === undefined ? undefined : slices.of(currentCaller());
  const textOf = createAnswerText(() => slices.of(currentCaller()));
  const apollo = new ApolloServer<RequestContext>({
    schema: schemaInSlices(schema, slicesNow),
    introspection: true,
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    validationRules,
    parseOptions: { maxTokens: MAX_TOKENS },
    documentStore: invalid.store,
    persistedQueries: { cache: documents.texts },
    includeStacktraceInErrorResponses: false,
    // What ends the making of a text has its status over HTTP.
    stringifyResult: (result) =>
      textOf(result).catch((error: unknown) => {
        throw operationError(error);
      }),
    formatError: (formatted, error) => {
      const { requestId = '', endedBy } = carried().operation ?? {};
      if (endedBy !== undefined) return formatOwn(operationError(endedBy));
      return formatError(formatted, error, requestId, reportOf(requestId));
    },
    logger: apolloLogger(log),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      asPlugin([
        watch.step,
        retryAfter(),
        turnsBetweenPhases(),
        fewPlaces(),
        costLimit(schema, prices, operations, isStranger, noteCost, () => carried().operation?.wantsCost === true),
        invalid.step,
        largeVariables(schema, slices, formatOwn),
        subscriptions({
          schema,
          live,
          places,
          callerOf,
          scope: () => carried().operation,
          ended: watch.subscriptionEnded,
          formatError: (error, requestId) => formatError(error.toJSON(), error, requestId, reportOf(requestId)),
        }),
        operationTurns(begin, callerOf),
        ...(isReference ? [] : [writtenAnswers(schema, formatOwn, answerMemory(memory, metrics))]),
      ]),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  return {
    schema,
    apollo,
    textOf,
    introspection: createCompleteIntrospection(schema),
    pack: createPackAnswer(memory.keptAnswerBytes * PACKED_SHARE),
    admit: (asked, context) => documents.admit(asked, () => !isStranger(context) && isStaff(context.rights)),
    beginRead: async (name, context) => {
      const caller = callerOf(context);
      const { operation } = carried();
      if (operation !== undefined) Object.assign(operation.notes, { name, type: 'query', caller });
      await begin(caller, false);
    },
    requirePlace: (asked) => {
      const { operation } = carried();
      const refusal = operation && places.refusalOn(operation.connection);
      if (refusal === undefined) return;
      const text = documents.textOf(asked);
      if (text !== undefined && isSubscription(text, asked.operationName)) throw refusal;
    },
    inTime,
    inScope: async (scope, work) => {
      try {
        return await watch.run(scope, () => underWay.run(scope, () => inTime(scope.gone, work)));
      } catch (error) {
        await scope.delivery.stream?.return(); // Nobody will take anything from it.
        throw scope.endedBy ?? error;
      }
    },
  };
}

function answerMemory(
  { keptAnswerBytes, readAheadBytes, leastReadAhead }: Pick<AppOptions, MemoryOption>,
  metrics: Metrics,
): AnswerMemory {
  return {
    keeping: { maxBytes: keptAnswerBytes, note: createResultCounter(metrics, 'catalog_kept_answers_total') },
    ahead: {
      maxBytes: readAheadBytes,
      leastObjects: leastReadAhead,
      note: createResultCounter(metrics, 'catalog_read_ahead_total'),
    },
  };
}

function noteCost(cost: number): void {
  const { operation } = carried();
  if (operation !== undefined) operation.notes.cost = cost;
}

function watchQueues({ watch }: Metrics, shares: FairShares, places: SubscriptionPlaces): void {
  watch('catalog_operations_waiting', () => [{ labels: {}, value: shares.waiting }]);
  watch('catalog_callers_active', () => [{ labels: {}, value: shares.callers }]);
  watch('catalog_subscriptions', () => [{ labels: {}, value: places.open }]);
}

const isStranger = ({ author }: RequestContext): boolean => author.caller.principalId === null;
