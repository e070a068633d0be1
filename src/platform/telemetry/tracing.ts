import type { OperationScope } from '../http/delivery.ts';
import type { TraceSpan } from './trace-span.ts';

/** Begins traces; what happens within is found out by `inSpan`. */
export interface Tracing {
  /** Begins the span of a request, in the trace that it came with, and notes its trace in the scope; undefined: not recorded. */
  request(scope: OperationScope): TraceSpan | undefined;
  /** Begins the span of a task of the service's own. */
  task(name: string): TraceSpan | undefined;
  /** Sends what has been recorded. */
  close(): Promise<void>;
}

/** Records nothing, and passes on what it gets. */
export const noTracing: Tracing = {
  request: () => undefined,
  task: () => undefined,
  close: () => Promise.resolve(),
};

/** How traces are recorded, from the standard variables of OpenTelemetry. */
export interface TracingOptions {
  readonly sampler: SamplerName;
  /** Part of the traces that is recorded, from 0 to 1, where the sampler has one. */
  readonly ratio: number;
}

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];
