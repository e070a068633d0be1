import { carried, carrying } from '../carried.ts';
import type { SpanAttributes, SpanKindName, TraceSpan } from './trace-span.ts';

/** Does `work` in a span of its own, if the work that it is a part of is traced. */
export function inSpan<T>(
  name: string,
  work: () => Promise<T>,
  { kind = 'internal', attributes = {} }: { kind?: SpanKindName; attributes?: SpanAttributes } = {},
): Promise<T> {
  const { span: whole } = carried();
  return whole === undefined ? work() : within(whole.child(name, kind, attributes), work);
}

/** Does `work` in this span, which ends with it, and fails as it does. */
export async function within<T>(span: TraceSpan, work: () => Promise<T>): Promise<T> {
  try {
    return await carrying({ span }, work);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** The same for what is done at once. */
export function inSpanNow<T>(name: string, work: () => T): T {
  const { span: whole } = carried();
  if (whole === undefined) return work();
  const span = whole.child(name, 'internal', {});
  try {
    return work();
  } finally {
    span.end();
  }
}

/** Headers by which a system that is asked learns what trace that belongs to; traces that are not ours are passed on. */
export function traceHeaders(): Record<string, string> {
  const { span, operation } = carried();
  const traceparent = span?.traceparent ?? operation?.trace.traceparent;
  const baggage = operation?.trace.baggage;
  return { ...(traceparent !== undefined && { traceparent }), ...(baggage !== undefined && { baggage }) };
}
