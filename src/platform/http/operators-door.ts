import Fastify, { type FastifyInstance } from 'fastify';
import { serveHealth } from './health.ts';
import { listenOn, reachable } from './listen-on.ts';

/** Where what is measured is shown: at a port of its own, in embedded mode at the main one, or nowhere (`off`). */
export type MetricsOptions = 'off' | 'at the main port' | { readonly host: string; readonly port: number };

/** A port for those who operate the service, which no limit of the public one closes. */
export interface OperatorsDoor {
  readonly url: string;
  close(): Promise<void>;
}

/** `/metrics` in the text format of Prometheus. */
export function serveMetrics(app: FastifyInstance, metrics: () => Promise<string>): void {
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(await metrics()),
  );
}

/** Serves `/metrics` and what tells how the service is. */
export async function openOperatorsDoor(
  { host, port }: { readonly host: string; readonly port: number },
  readiness: () => Promise<readonly string[]>,
  metrics: () => Promise<string>,
): Promise<OperatorsDoor> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  serveHealth(app, readiness);
  serveMetrics(app, metrics);
  const actual = await listenOn(app, host, port, 'CATALOG_METRICS_PORT');
  return { url: `http://${reachable(host)}:${actual}`, close: () => app.close() };
}
