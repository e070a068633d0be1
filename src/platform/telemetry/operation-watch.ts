import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { carried, carrying, type Tally } from '../carried.ts';
import { CatalogError } from '../errors.ts';
import type { OperationNotes, OperationScope } from '../http/delivery.ts';
import { createTally } from '../tally.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createOperationNames, shortName } from './names.ts';
import { planOf } from './plan-of.ts';
import { refusalLabels } from './refusal-labels.ts';
import type { TraceSpan } from './trace-span.ts';
import type { Tracing } from './tracing.ts';

/** Counts and logs operations, one line each, whatever they come over. */
export interface OperationWatch<Context extends BaseContext> {
  /** Runs `work` as an operation. */
  run<T>(scope: OperationScope, work: () => Promise<T>): Promise<T>;
  /** Finds out from Apollo Server what the operation is and what comes of it. */
  readonly plugin: ApolloServerPlugin<Context>;
  /** A subscription that had begun has ended. */
  subscriptionEnded(scope: OperationScope): void;
}

export interface OperationWatchOptions<Context extends BaseContext> {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** From here on an operation is slow. */
  readonly slowMs: number;
  /** Id of who asks; empty for a stranger. */
  readonly callerOf: (context: Context) => string;
}

/** Names that are labels of their own. */
const MOST_NAMES = 100;
const UNRESOLVED = 'unresolved';

const round = (ms: number): number => Math.round(ms * 10) / 10;

export function createOperationWatch<Context extends BaseContext>({
  log,
  metrics,
  tracing,
  slowMs,
  callerOf,
}: OperationWatchOptions<Context>): OperationWatch<Context> {
  const names = createOperationNames(MOST_NAMES);
  let inFlight = 0;
  metrics.watch('catalog_operations_in_flight', () => [{ labels: {}, value: inFlight }]);

  const measure = (scope: OperationScope, tally: Tally, ms: number, outcome: string): void => {
    const { notes, transport } = scope;
    const { type = UNRESOLVED } = notes;
    const operation = notes.type === undefined ? UNRESOLVED : names.labelOf(notes.name, notes.caller === '');
    metrics.count('catalog_operations_total', { operation, type, transport, outcome });
    metrics.observe('catalog_operation_duration_seconds', { operation, type, transport }, ms / 1_000);
    metrics.observe('catalog_operation_statements', { type }, tally.statements.length);
    if (notes.cost !== undefined) metrics.observe('catalog_operation_cost', { type }, notes.cost);
  };

  const tell = (scope: OperationScope, tally: Tally, ms: number, outcome: string): void => {
    const { notes } = scope;
    // What is wrong with a token is told, or left out, by who looks at tokens (sign-ins.ts).
    if (outcome === 'UNAUTHENTICATED' && notes.type === undefined) return;
    const isSlow = ms >= slowMs;
    const isOurs = outcome === 'INTERNAL_SERVER_ERROR' || outcome === 'UNAVAILABLE';
    const level = isSlow || isOurs ? 'warn' : 'info';
    if (!log.writes(level)) return;
    log[level](
      {
        requestId: scope.requestId,
        traceId: scope.traceId,
        operation: nameOf(notes),
        type: notes.type ?? UNRESOLVED,
        transport: scope.transport,
        caller: notes.caller || null,
        cost: notes.cost,
        statements: tally.statements.length,
        openfgaCalls: tally.openfgaCalls,
        rows: tally.rows,
        ms: round(ms),
        outcome,
        plan: isSlow ? planOf(tally.statements) : undefined,
      },
      isSlow ? 'slow operation' : 'operation',
    );
  };

  return {
    run: async (scope, work) => {
      const tally = createTally(carried().tally);
      const span = tracing.request(scope);
      const startedAt = performance.now();
      inFlight++;
      try {
        return await carrying({ operation: scope, tally, span }, work);
      } catch (error) {
        const { code, data } = error instanceof CatalogError ? error : { code: 'INTERNAL_SERVER_ERROR', data: {} };
        metrics.count('catalog_errors_total', refusalLabels({ ...data, code }));
        scope.notes.outcome = code;
        throw error;
      } finally {
        inFlight--;
        const ms = performance.now() - startedAt;
        const isGone = scope.gone.signal.aborted && scope.delivery.stream === undefined;
        const outcome = isGone ? 'cancelled' : (scope.notes.outcome ?? 'ok');
        measure(scope, tally, ms, outcome);
        if (span !== undefined) endSpan(span, scope, outcome);
        tell(scope, tally, ms, outcome);
      }
    },
    plugin: noteOperations(metrics, callerOf),
    subscriptionEnded: (scope) => {
      const { results = 0, streamOutcome: outcome = 'ok' } = scope.notes;
      metrics.count('catalog_subscriptions_ended_total', { transport: scope.transport, outcome });
      const ms = round(performance.now() - scope.startedAt);
      const { requestId, traceId, transport, notes } = scope;
      const { type } = notes;
      const operation = nameOf(notes);
      const caller = notes.caller || null;
      log.info({ requestId, traceId, operation, type, transport, caller, results, ms, outcome }, 'subscription ended');
    },
  };
}

/** By the conventions for GraphQL; without the document, which may hold what a caller sends. */
function endSpan(span: TraceSpan, { notes, transport }: OperationScope, outcome: string): void {
  const { type, name, cost } = notes;
  if (type !== undefined) span.rename(name === undefined ? type : `${type} ${shortName(name)}`);
  span.set({
    'catalog.transport': transport,
    'catalog.outcome': outcome,
    ...(type !== undefined && { 'graphql.operation.type': type }),
    ...(name !== undefined && { 'graphql.operation.name': shortName(name) }),
    ...(cost !== undefined && { 'catalog.cost': cost }),
  });
  if (outcome === 'INTERNAL_SERVER_ERROR' || outcome === 'UNAVAILABLE') span.fail(outcome);
  span.end();
}

const nameOf = ({ name }: OperationNotes): string | null => (name === undefined ? null : shortName(name));

/** Notes on the operation under way what Apollo Server finds out about it. */
const noteOperations = <Context extends BaseContext>(
  metrics: Metrics,
  callerOf: (context: Context) => string,
): ApolloServerPlugin<Context> => ({
  invalidRequestWasReceived: async () => noteErrors(metrics, carried().operation?.notes, [badRequest]),
  requestDidStart: async () => {
    const notes = carried().operation?.notes;
    if (notes === undefined) return;
    let isKnown = true;
    return {
      parsingDidStart: async () => {
        isKnown = false;
        return endOf('parse');
      },
      validationDidStart: async () => endOf('validate'),
      executionDidStart: async () => {
        const end = endOf('execute');
        return { executionDidEnd: async () => end() };
      },
      didResolveOperation: async ({ operation, contextValue }) => {
        metrics.count('catalog_document_cache_total', { result: isKnown ? 'hit' : 'miss' });
        const name = operation?.name?.value;
        if (name !== undefined) notes.name = name;
        if (operation !== undefined) notes.type = operation.operation;
        notes.caller = callerOf(contextValue);
      },
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind === 'single') noteErrors(metrics, notes, body.singleResult.errors);
      },
    };
  },
});

/** Begins a span that Apollo Server says the end of. */
const endOf = (name: string): (() => Promise<void>) => {
  const span = carried().span?.child(name, 'internal', {});
  return async () => span?.end();
};

const badRequest: GraphQLFormattedError = { message: '', extensions: { code: 'BAD_REQUEST' } };

function noteErrors(
  metrics: Metrics,
  notes: OperationNotes | undefined,
  errors: readonly GraphQLFormattedError[] = [],
): void {
  for (const { extensions } of errors) {
    const labels = refusalLabels(extensions);
    metrics.count('catalog_errors_total', labels);
    if (notes !== undefined) notes.outcome ??= labels.code;
  }
}
