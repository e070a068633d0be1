import Fastify, { type FastifyInstance } from 'fastify';
import { type MissingPart, type Probes, serveHealth } from './health.ts';
import { listenOn, reachable } from './listen-on.ts';

/** Where what is measured is shown: at a port of its own, in embedded mode at the main one, or nowhere (`off`). */
export type MetricsOptions = 'off' | 'at the main port' | { readonly host: string; readonly port: number };

/** What operators are told of a service that has started. */
export interface ShownService {
  readonly readiness: Probes['readiness'];
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
}

/** A port for those who operate the service, which no limit of the public one closes. It is open while it starts, too. */
export interface OperatorsDoor {
  readonly url: string;
  /** Says what the start waits for. */
  waitsFor(missing: MissingPart): void;
  /** The start is over. */
  show(service: ShownService): void;
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
export async function openOperatorsDoor({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<OperatorsDoor> {
  let lacks: readonly MissingPart[] = [{ part: 'start', problem: 'the service is starting' }];
  let service: ShownService = { readiness: () => Promise.resolve(lacks), metrics: () => Promise.resolve('') };
  const app = Fastify({ logger: false, forceCloseConnections: true });
  serveHealth(app, { startup: () => lacks, readiness: () => service.readiness() }, { explains: true });
  serveMetrics(app, () => service.metrics());
  const actual = await listenOn(app, host, port, 'CATALOG_METRICS_PORT');
  return {
    url: `http://${reachable(host)}:${actual}`,
    waitsFor: (missing) => {
      lacks = [missing];
    },
    show: (started) => {
      lacks = [];
      service = started;
    },
    close: () => app.close(),
  };
}
