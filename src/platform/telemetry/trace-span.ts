/** A part of a trace that is recorded. */
export interface TraceSpan {
  /** `00-<trace>-<span>-<flags>` (W3C Trace Context), for who is asked from within it. */
  readonly traceparent: string;
  /** Begins a span within this one. */
  child(name: string, kind: SpanKindName, attributes: SpanAttributes): TraceSpan;
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /** Says that it went wrong: the class of the error only, never what it carries. */
  fail(error: unknown): void;
  end(): void;
}

export type SpanKindName = 'internal' | 'client' | 'server';
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;
