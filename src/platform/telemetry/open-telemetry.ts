import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { CatalogError } from '../errors.ts';
import type { Log } from './log.ts';
import { createSampler } from './sampler.ts';
import { createTraceIds } from './trace-ids.ts';
import type { SpanAttributes, SpanKindName, TraceSpan } from './trace-span.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

const REQUEST = 'request';

const kinds: Readonly<Record<SpanKindName, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
};

function samplerOf({ sampler, ratio }: TracingOptions): Sampler {
  const [, parentBased, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const root =
    name === 'traceidratio'
      ? new TraceIdRatioBasedSampler(ratio)
      : name === 'always_off'
        ? new AlwaysOffSampler()
        : new AlwaysOnSampler();
  return parentBased === undefined ? root : new ParentBasedSampler({ root });
}

/** Traces by OpenTelemetry, sent by OTLP over HTTP to where the standard variables say. */
export function createTracing(options: TracingOptions, log: Log): Tracing {
  const named = resourceFromAttributes({ 'service.name': 'milo-catalog' });
  const sampler = samplerOf(options);
  const ids = createTraceIds();
  const provider = new TracerProvider({
    sampler,
    idGenerator: ids,
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: tellingFailures(new OTLPTraceExporter(), log) })],
  });
  const tracer = provider.getTracer('milo-catalog');
  const begin = (name: string, kind: SpanKindName, attributes: SpanAttributes, parent: Context): Span =>
    tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
  const traced = (span: Span): TraceSpan => ({
    traceparent: traceparentOf(span.spanContext()),
    child: (name, kind, attributes) => traced(begin(name, kind, attributes, trace.setSpan(noContext, span))),
    set: (attributes) => void span.setAttributes(attributes),
    rename: (name) => void span.updateName(name),
    fail: (error) => {
      span.setAttribute('error.type', typeOf(error)).setStatus({ code: SpanStatusCode.ERROR });
    },
    end: () => span.end(),
  });
  return {
    // Asked before anything is made: of a hundred requests one may be recorded, and the others are not to pay for it.
    request: (scope) => {
      const parent = remoteContext(scope.trace.traceparent);
      const givenId = trace.getSpanContext(parent)?.traceId;
      const traceId = givenId ?? ids.generateTraceId();
      scope.traceId = traceId;
      const { decision } = sampler.shouldSample(parent, traceId, REQUEST, SpanKind.SERVER, {}, []);
      if (decision === SamplingDecision.NOT_RECORD) {
        scope.trace = { ...scope.trace, traceparent: `00-${traceId}-${ids.generateSpanId()}-00` };
        return undefined;
      }
      if (givenId === undefined) ids.setNextTrace(traceId);
      const span = traced(begin(REQUEST, 'server', { 'catalog.request_id': scope.requestId }, parent));
      scope.trace = { ...scope.trace, traceparent: span.traceparent };
      return span;
    },
    task: (name) => {
      const span = begin(name, 'internal', {}, noContext);
      return span.isRecording() ? traced(span) : undefined;
    },
    close: async () => {
      await provider.forceFlush().catch(() => undefined);
      await provider.shutdown().catch(() => undefined);
    },
  };
}

const FAILURES_PER_MINUTE = 1;
const SUCCESS = 0;

/** The exporter itself is silent when the collector takes nothing. */
function tellingFailures(exporter: SpanExporter, log: Log): SpanExporter {
  const sampler = createSampler(FAILURES_PER_MINUTE);
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const taken = result.code === SUCCESS ? undefined : sampler.take();
        if (taken !== undefined) log.warn({ reason: result.error?.message ?? 'unknown', ...taken }, 'traces are lost');
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function typeOf(error: unknown): string {
  if (error instanceof CatalogError) return error.code;
  if (error instanceof Error) return error.name;
  return typeof error === 'string' ? error : 'error';
}

const noContext = ROOT_CONTEXT;

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** The context of who asks, as its valid `traceparent` says it. */
function remoteContext(traceparent: string | undefined): Context {
  if (traceparent === undefined) return noContext;
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const remote: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(remote) ? trace.setSpanContext(noContext, remote) : noContext;
}
