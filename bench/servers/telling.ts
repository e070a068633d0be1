import { once } from 'node:events';
import { createServer } from 'node:http';
import { findFreePort } from '../../src/platform/embedded/ports.ts';
import type { Bench, Target } from '../case.ts';
import type { Engines } from '../engines.ts';
import type { Identities } from '../identities.ts';
import { type RunningServer, startCatalog } from './start.ts';

/** Two starts of the same service differ by up to a tenth: how Node compiles it is decided anew each time. */
const STARTS = 3;

/** Services that differ only in what they tell of themselves; the traces go to a collector that forgets them. */
export async function startTelling(
  engines: Engines,
  identities: Identities,
  directory: string,
  started: (starting: Promise<RunningServer>) => Promise<Target>,
): Promise<Pick<Bench, 'telling' | 'inspected'>> {
  const collectorPort = await startCollector();
  const silent = { CATALOG_LOG_LEVEL: 'silent' };
  const metrics = async () => ({ CATALOG_METRICS_PORT: String(await findFreePort()) });
  const traces = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  };
  const variants: Readonly<Record<string, () => Promise<Readonly<Record<string, string>>>>> = {
    nothing: async () => silent,
    'log lines': async () => ({}),
    metrics: async () => ({ ...silent, ...(await metrics()) }),
    'log lines and metrics': metrics,
    'traces of 1 %': async () => ({ ...silent, ...traces }),
  };
  const start = async (settings: Readonly<Record<string, string>>): Promise<Target> =>
    started(startCatalog(engines, identities, directory, settings));
  const telling: Record<string, readonly Target[]> = {};
  for (let number = 0; number < STARTS; number++) {
    for (const [name, settings] of Object.entries(variants))
      telling[name] = [...(telling[name] ?? []), await start(await settings())];
  }
  const inspector = `127.0.0.1:${await findFreePort()}`;
  const all = await start({ ...(await metrics()), ...traces, NODE_OPTIONS: `--inspect=${inspector}` });
  return { telling, inspected: { ...all, inspectorUrl: `http://${inspector}` } };
}

async function startCollector(): Promise<number> {
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  }).unref();
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
