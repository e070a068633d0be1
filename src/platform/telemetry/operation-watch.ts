import type { BaseContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { carried, carrying, type Tally } from '../carried.ts';
import { CatalogError } from '../errors.ts';
import type { OperationStep } from '../graphql/operation-steps.ts';
import type { OperationNotes, OperationScope } from '../http/delivery.ts';
import { createTally } from '../tally.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { shortName } from './names.ts';
import { createOperationFigures, type OperationOutcome } from './operation-figures.ts';
import { nameOf, operationFields } from './operation-line.ts';
import { refusalLabels, refusalReason } from './refusal-labels.ts';
import { createResultCounter } from './result-counter.ts';
import type { TraceSpan } from './trace-span.ts';
import type { Tracing } from './tracing.ts';

/** Counts and logs operations, one line each, whatever they come over. */
export interface OperationWatch<Context extends BaseContext> {
  /** Runs `work` as an operation. */
  run<T>(scope: OperationScope, work: () => Promise<T>): Promise<T>;
  /** Finds out from Apollo Server what the operation is and what comes of it. */
  readonly step: OperationStep<Context>;
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

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

export function createOperationWatch<Context extends BaseContext>({
  log,
  metrics,
  tracing,
  slowMs,
  callerOf,
}: OperationWatchOptions<Context>): OperationWatch<Context> {
  const measure = createOperationFigures(metrics);
  let inFlight = 0;
  metrics.watch('catalog_operations_in_flight', () => [{ labels: {}, value: inFlight }]);

  const tell = (scope: OperationScope, tally: Tally, came: OperationOutcome): void => {
    const { outcome, ms } = came;
    // What is wrong with a token is told, or left out, by who looks at tokens (sign-ins.ts).
    if (outcome === 'UNAUTHENTICATED' && scope.notes.type === undefined) return;
    const isSlow = ms >= slowMs;
    const isOurs = outcome === 'INTERNAL_SERVER_ERROR' || outcome === 'UNAVAILABLE';
    const level = isSlow || isOurs ? 'warn' : 'info';
    if (log.writes(level))
      log.line(level, operationFields(scope, tally, came, isSlow), isSlow ? 'slow operation' : 'operation');
  };

  return {
    run: async (scope, work) => {
      const tally = createTally(carried().tally);
      const span = tracing.request(scope);
      inFlight++;
      try {
        return await carrying({ operation: scope, tally, span }, work);
      } catch (error) {
        const { code, data } = error instanceof CatalogError ? error : { code: 'INTERNAL_SERVER_ERROR', data: {} };
        metrics.count('catalog_errors_total', refusalLabels({ ...data, code }));
        noteOutcome(scope.notes, code, refusalReason(data));
        throw error;
      } finally {
        inFlight--;
        const ms = performance.now() - scope.startedAt;
        const isGone = scope.gone.isAborted && scope.delivery.stream === undefined;
        const outcome = isGone ? 'cancelled' : (scope.notes.outcome ?? 'ok');
        const came = { outcome, ms, statements: tally.statements.length };
        measure(scope, came);
        if (span !== undefined) endSpan(span, scope, outcome);
        tell(scope, tally, came);
      }
    },
    step: noteOperations(metrics, callerOf),
    subscriptionEnded: (scope) => {
      const { results = 0, streamOutcome: outcome = 'ok', streamReason: reason } = scope.notes;
      metrics.count('catalog_subscriptions_ended_total', { transport: scope.transport, outcome });
      const ms = tenths(performance.now() - scope.startedAt);
      const { requestId, traceId, transport, notes } = scope;
      const { type } = notes;
      const operation = nameOf(notes);
      const caller = notes.caller || null;
      log.info(
        { requestId, traceId, operation, type, transport, caller, results, ms, outcome, reason },
        'subscription ended',
      );
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

/** Notes on the operation under way what Apollo Server finds out about it. */
const noteOperations = <Context extends BaseContext>(
  metrics: Metrics,
  callerOf: (context: Context) => string,
): OperationStep<Context> => {
  const noteDocument = createResultCounter<'hit' | 'miss'>(metrics, 'catalog_document_cache_total');
  return {
    invalidRequestWasReceived: () => noteErrors(metrics, carried().operation?.notes, [badRequest]),
    parsingDidStart: () => {
      const notes = carried().operation?.notes;
      if (notes !== undefined) notes.isNew = true;
      return endOf('parse');
    },
    validationDidStart: () => endOf('validate'),
    executionDidStart: () => endOf('execute'),
    didResolveOperation: ({ operation, contextValue }) => {
      const notes = carried().operation?.notes;
      if (notes === undefined) return;
      noteDocument(notes.isNew === true ? 'miss' : 'hit');
      const name = operation?.name?.value;
      if (name !== undefined) notes.name = name;
      if (operation !== undefined) notes.type = operation.operation;
      notes.caller = callerOf(contextValue);
    },
    willSendResponse: ({ response: { body } }) => {
      if (body.kind === 'single' && body.singleResult.errors !== undefined)
        noteErrors(metrics, carried().operation?.notes, body.singleResult.errors);
    },
  };
};

/** Begins a span, if the operation is traced; gives what ends it. */
function endOf(name: string): (() => void) | undefined {
  const span = carried().span?.child(name, 'internal', {});
  return span && (() => span.end());
}

const badRequest: GraphQLFormattedError = { message: '', extensions: { code: 'BAD_REQUEST' } };

function noteErrors(
  metrics: Metrics,
  notes: OperationNotes | undefined,
  errors: readonly GraphQLFormattedError[] = [],
): void {
  for (const { extensions } of errors) {
    const labels = refusalLabels(extensions);
    metrics.count('catalog_errors_total', labels);
    if (notes?.outcome === undefined && notes !== undefined) noteOutcome(notes, labels.code, refusalReason(extensions));
  }
}

function noteOutcome(notes: OperationNotes, outcome: string, reason: string | undefined): void {
  notes.outcome = outcome;
  if (reason === undefined) delete notes.reason;
  else notes.reason = reason;
}
