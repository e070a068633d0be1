import { once } from 'node:events';
import { createServer } from 'node:http';
import { findFreePort } from '../../src/platform/embedded/ports.ts';
import type { Engines } from '../engines.ts';
import type { Identities } from '../identities.ts';
import { type RunningServer, startCatalog } from './start.ts';

/** Services that differ only in what they tell of themselves; the traces go to a collector that forgets them. */
export async function startTelling(
  engines: Engines,
  identities: Identities,
  directory: string,
): Promise<Readonly<Record<string, RunningServer>>> {
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  }).unref();
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const silent = { CATALOG_LOG_LEVEL: 'silent' };
  const metrics = async () => ({ CATALOG_METRICS_PORT: String(await findFreePort()) });
  const traces = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  };
  const start = (settings: Readonly<Record<string, string>>) => startCatalog(engines, identities, directory, settings);
  return {
    nothing: await start(silent),
    'log lines': await start({}),
    metrics: await start({ ...silent, ...(await metrics()) }),
    'log lines and metrics': await start(await metrics()),
    'traces of 1 %': await start({ ...silent, ...traces }),
  };
}
