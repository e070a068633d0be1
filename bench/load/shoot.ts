import { headersOf } from './ask.ts';
import { cpuOf, cpuOfPostgres } from './proc.ts';
import { quantile } from './statistics.ts';

/** One kind of request to one server, its arguments rotating. */
export interface Shot {
  readonly url: string;
  readonly pid: number;
  readonly token?: string | undefined;
  readonly bodies: readonly object[];
}

/** What one round of load came to. */
export interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU per request: of the server's process, and of PostgreSQL. */
  readonly nodeMs: number;
  readonly postgresMs: number;
}

const CONNECTIONS = 8;

/** As many requests as eight connections can ask in so many seconds; anything but 200 is an error. */
export async function shoot(shot: Shot, postgresPid: number, seconds: number): Promise<Round> {
  // Before the bench's first run it is not there, and cases must be known by name all the same.
  const { default: autocannon } = await import('autocannon');
  const requests = shot.bodies.map((body) => ({ body: JSON.stringify(body) }));
  const times: number[] = [];
  let clients = 0;
  const before = { node: cpuOf(shot.pid), postgres: cpuOfPostgres(postgresPid) };
  const run = autocannon({
    url: shot.url,
    connections: CONNECTIONS,
    duration: seconds,
    method: 'POST',
    headers: headersOf(shot.token),
    // Each connection begins elsewhere, so that they do not all ask for the same at once.
    setupClient: (client) => {
      const first = (clients++ * Math.ceil(requests.length / CONNECTIONS)) % requests.length;
      client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
    },
  });
  const statuses = new Map<number, number>();
  run.on('response', (_client, status, _bytes, ms) => {
    times.push(ms);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  const { non2xx, errors, timeouts, duration } = await run;
  if (non2xx + errors + timeouts > 0) {
    const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
    throw new Error(`${shot.url}: answers ${counts}; ${errors} errors, ${timeouts} timeouts`);
  }
  const count = Math.max(1, times.length);
  return {
    perSecond: times.length / duration,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    nodeMs: (cpuOf(shot.pid) - before.node) / count,
    postgresMs: (cpuOfPostgres(postgresPid) - before.postgres) / count,
  };
}
