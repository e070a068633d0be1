import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import WebSocket from 'ws';
import type { Bench, Case, Target } from '../case.ts';
import { headersOf } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';

const query = '{ organizations(first: 1) { nodes { name } } }';
const EACH = 50;
const LOOK_EVERY_MS = 2;

/** Begins the query, and gives what leaves: it closes the connection, or says that the operation is over. */
type Begin = (target: Target, token: string) => Promise<() => void>;

const overHttp =
  (accept: string): Begin =>
  async ({ url }, token) => {
    const gone = new AbortController();
    const headers = { ...headersOf(token), accept };
    fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }), signal: gone.signal }).catch(
      () => undefined,
    );
    return () => gone.abort();
  };

const overWebSocket =
  (leave: (socket: WebSocket) => void): Begin =>
  async ({ url }, token) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('error', () => undefined);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    return () => leave(socket);
  };

const ways: Readonly<Record<string, Begin>> = {
  'POST, connection reset': overHttp('application/json'),
  'events, connection reset': overHttp('text/event-stream'),
  'WebSocket, connection reset': overWebSocket((socket) => socket.terminate()),
  'WebSocket, `complete`': overWebSocket((socket) => socket.send('{"type":"complete","id":"1"}')),
};

/** From the moment in which a client leaves to that in which PostgreSQL runs nothing for it any more. */
export const leaving: Case = {
  title: 'how long a statement goes on after its client has left',
  writes: false,
  documents: [query],
  run: async (bench) => {
    const columns = ['way to leave', 'p50 ms', 'p99 ms', 'at most ms'];
    const rows = [];
    for (const [name, begin] of Object.entries(ways)) rows.push([name, ...(await measure(bench, begin))]);
    return [{ title: 'After a client has left', columns, rows }];
  },
};

async function measure({ catalog, tokens, databaseUrl }: Bench, begin: Begin): Promise<string[]> {
  const locking = new pg.Client({ connectionString: databaseUrl });
  const looking = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([locking.connect(), looking.connect()]);
  /** Statements that wait for the table, which is locked. */
  const running = async (): Promise<number> => {
    const { rows } = await looking.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity where state = 'active' and wait_event_type = 'Lock' and datname = current_database()`,
    );
    return rows[0]?.count ?? 0;
  };
  const until = async (count: number): Promise<void> => {
    while ((await running()) !== count) await sleep(LOOK_EVERY_MS);
  };
  const times: number[] = [];
  try {
    await locking.query('begin; lock table organization');
    for (let time = 0; time < EACH; time++) {
      const leave = await begin(catalog, tokens['bench-admin']);
      await until(1);
      const leftAt = performance.now();
      leave();
      await until(0);
      times.push(performance.now() - leftAt);
    }
  } finally {
    await Promise.all([locking.end(), looking.end()]);
  }
  return [...timesOf(times), Math.max(...times).toFixed(1)];
}
