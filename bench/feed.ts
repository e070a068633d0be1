import { type App, catalog } from '../src/app.ts';
import { bySystem } from '../src/catalog/author.ts';
import { createHistory } from '../src/catalog/history/history.ts';
import { sql } from '../src/platform/db/sql.ts';
import { aNode, aPort, aRack, plant } from '../test/history/documents.ts';
import { overEvents } from '../test/kit/streams.ts';

const CHANGES = 1_000;
const LIVE =
  'subscription { changes(initial: false, filter: {kinds: ["Rack"]}) { type name changedFields object { spec } } }';
type Headers = Readonly<Record<string, string>>;

/**
 * How fast changes reach subscribers over server-sent events, in one process with the service; and what recording history
 * costs a bulk load.
 */
export async function measureFeed(app: App, token: string, subscribers: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  console.log('');
  await apply(app, plant);
  for (const count of [1, 20, subscribers]) await throughput(app, headers, count);
  await latency(app, headers);
  await recording(app, 200_000);
}

async function apply(app: App, content: string): Promise<void> {
  const { violations } = await app.pipeline.apply([{ source: 'bench.yaml', content }], {
    by: bySystem,
    validateOnly: false,
  });
  if (violations[0] !== undefined) throw new Error(violations[0].message);
}

async function throughput(app: App, headers: Headers, subscribers: number): Promise<void> {
  let ready = 0;
  const all = Promise.all(
    Array.from({ length: subscribers }, async () => {
      let count = 0;
      for await (const { data } of overEvents(app.url, LIVE, {}, headers)) {
        if (data.changes.type === 'BOOKMARK') ready++;
        else if (++count === CHANGES) return;
      }
    }),
  );
  while (ready < subscribers) await new Promise((later) => setTimeout(later, 10));
  const startedAt = performance.now();
  for (let batch = 0; batch < 10; batch++) {
    await apply(
      app,
      Array.from({ length: CHANGES / 10 }, (_, index) => aRack(`feed${subscribers}-${batch}-${index}`)).join(''),
    );
  }
  const written = performance.now() - startedAt;
  await all;
  const told = performance.now() - startedAt;
  const perSecond = Math.round((subscribers * CHANGES * 1_000) / told);
  console.log(
    `${String(subscribers).padStart(4)} subscribers: ${CHANGES} changes written in ${Math.round(written)} ms, with all of them after ${Math.round(told)} ms: ${perSecond} messages/s`,
  );
}

async function latency(app: App, headers: Headers): Promise<void> {
  const times: number[] = [];
  const stream = overEvents(app.url, LIVE, {}, headers);
  await stream.next();
  for (let round = 0; round < 200; round++) {
    const next = stream.next();
    await apply(app, aRack(`latency-${round}`));
    const startedAt = performance.now();
    await next;
    times.push(performance.now() - startedAt);
  }
  await stream.return(undefined);
  times.sort((a, b) => a - b);
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
  console.log(`from the acknowledgement of a write to a subscriber: median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

async function recording(app: App, count: number): Promise<void> {
  await apply(app, aRack('r') + aNode('n', 'r') + aPort('p', 'n'));
  const history = createHistory(catalog(), app.database);
  const { statements } = await app.database.observe(() =>
    app.database.transaction(async (connection) => {
      await connection.execute(sql`
        insert into port (id, name, revision, scope_id, device_node_id, type, port_label)
        select uuidv7(), 'bulk-' || i, nextval('catalog_revision'), p.scope_id, p.device_node_id, 'Ethernet', 'bulk-' || i
        from port p, generate_series(1, ${count}::int) i where p.name = 'p'`);
      await history.record(connection, bySystem, 'apply');
    }),
  );
  const spent = (word: string): string =>
    (
      statements.filter((one) => one.sql.includes(`insert into ${word} `)).reduce((sum, one) => sum + one.ms, 0) / 1_000
    ).toFixed(1);
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${count} ports in one transaction: stored in ${spent('port')} s, changes ${spent('change')} s, audit ${spent('audit_record')} s; ${memory} MB`,
  );
}
