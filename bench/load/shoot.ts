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
  /** Requests that were answered with anything but 200: a busy server says so. */
  readonly refused: number;
}

const CONNECTIONS = 8;
const LONGEST = 4;

/** As many requests as eight connections can ask in so many seconds, or in twice or four times as many when none is answered sooner. */
export async function shoot(shot: Shot, postgresPid: number, seconds: number): Promise<Round> {
  for (let length = seconds; ; length *= 2) {
    const round = await shootFor(shot, postgresPid, length);
    if (round !== undefined) return round;
    if (length >= seconds * LONGEST) throw new Error(`${shot.url}: no answer in ${length} s`);
  }
}

async function shootFor(shot: Shot, postgresPid: number, seconds: number): Promise<Round | undefined> {
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
  let refused = 0;
  run.on('response', (_client, status, _bytes, ms) => {
    if (status === 200) times.push(ms);
    else refused++;
  });
  const { errors, timeouts, duration } = await run;
  const count = times.length;
  if (errors + timeouts > 0 || (count === 0 && refused > 0)) {
    const problems = `${errors} errors, ${timeouts} timeouts, ${refused} refused`;
    throw new Error(`${shot.url}: ${count} answers in ${seconds} s; ${problems}`);
  }
  if (count === 0) return undefined;
  return {
    perSecond: times.length / duration,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    nodeMs: (cpuOf(shot.pid) - before.node) / count,
    postgresMs: (cpuOfPostgres(postgresPid) - before.postgres) / count,
    refused,
  };
}
