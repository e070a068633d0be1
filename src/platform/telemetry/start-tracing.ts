import type { Log } from './log.ts';
import { noTracing, type Tracing, type TracingOptions } from './tracing.ts';

/** Loads OpenTelemetry's SDK, which a service without traces does without. */
export async function startTracing(options: TracingOptions | undefined, log: Log): Promise<Tracing> {
  if (options === undefined) return noTracing;
  const { createTracing } = await import('./open-telemetry.ts');
  return createTracing(options, log);
}
