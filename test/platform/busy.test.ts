import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';

const WAITING = 2;
const POOL = 8;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ writersWaiting: WAITING, poolSize: POOL, metrics: { host: '127.0.0.1', port: 0 } });
  await app.execute('{ me { name } }');
});
afterAll(() => app.close());

interface Sent {
  readonly name: string;
  readonly answer: Promise<{ readonly retryAfter: string | null; readonly result: GraphqlAnswer }>;
  leave(): void;
}

let sent = 0;
async function write(): Promise<Sent> {
  const name = `region-${++sent}`;
  const gone = new AbortController();
  const query = `mutation { createRegion(input: {name: "${name}", displayName: "R"}) { region { name } userErrors { message } } }`;
  const headers = { authorization: `Bearer ${await app.token('test-admin')}`, 'content-type': 'application/json' };
  const answer = fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
    signal: gone.signal,
  }).then(async (response) => ({
    retryAfter: response.headers.get('retry-after'),
    result: (await response.json()) as GraphqlAnswer,
  }));
  answer.catch(() => undefined); // One that leaves is not looked at.
  return { name, answer, leave: () => gone.abort() };
}

/** Notes the answers as they come. */
function note(all: readonly Sent[]) {
  const answered = new Map<Sent, Awaited<Sent['answer']>>();
  for (const one of all) {
    one.answer.then(
      (answer) => answered.set(one, answer),
      () => undefined,
    );
  }
  return answered;
}

const REFUSED = {
  retryAfter: '10',
  result: {
    errors: [
      { extensions: { code: 'UNAVAILABLE', reason: 'TOO_MANY_WRITERS', retryable: true, retryAfterSeconds: 10 } },
    ],
  },
};
const done = ({ name }: Sent) => ({ data: { createRegion: { region: { name }, userErrors: [] } } });

test('so many writers wait for the one that writes, further ones are refused at once; who goes away waits no longer (E9)', async () => {
  const atOnce = 1 + WAITING + 3;
  const rest = await app.database.transaction(async (connection) => {
    await beginWriting(connection);
    const all: Sent[] = [];
    for (let one = 0; one < atOnce; one++) all.push(await write());
    const answered = note(all);
    await expect.poll(() => answered.size).toBe(3);
    for (const answer of answered.values()) expect(answer).toMatchObject(REFUSED);
    expect((await app.execute('{ regions { totalCount } }')).data).toEqual({ regions: { totalCount: 0 } });

    const waiting = all.filter((one) => !answered.has(one));
    waiting.at(-1)?.leave();
    const ended = sql`select count(*)::int from audit_record where reason = 'the client has disconnected'`;
    await expect.poll(() => app.database.cells(ended)).toEqual([[1]]);
    const more = [await write(), await write()];
    const further = note(more);
    await expect.poll(() => further.size).toBe(1);
    for (const answer of further.values()) expect(answer).toMatchObject(REFUSED);
    return [...waiting.slice(0, -1), ...more.filter((one) => !further.has(one))];
  });
  expect(rest.length).toBe(1 + WAITING);
  for (const one of rest) expect((await one.answer).result).toEqual(done(one));
  const after = await write();
  expect((await after.answer).result).toEqual(done(after));
  expect((await app.execute('{ regions { totalCount } }')).data).toEqual({ regions: { totalCount: 1 + WAITING + 1 } });
});

test('while all connections to the database are in use requests are refused; when they are free, answered again', async () => {
  const held = await Promise.all(Array.from({ length: POOL }, () => app.database.pool.connect()));
  const unreachable = { code: 'UNAVAILABLE', reason: 'DATABASE_UNREACHABLE', retryable: true };
  const { errors } = await app.execute('{ regions { totalCount } }');
  expect(errors?.[0]?.extensions).toEqual(unreachable);
  const refused = await write();
  expect((await refused.answer).result.errors?.[0]?.extensions).toEqual(unreachable);
  for (const client of held) client.release();
  await expect.poll(async () => (await app.execute('{ regions { totalCount } }')).errors).toBeUndefined();
  const again = await write();
  expect((await again.answer).result).toEqual(done(again));
  const metrics = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  expect(metrics).toContain('\ncatalog_errors_total{code="UNAVAILABLE",reason="DATABASE_UNREACHABLE"} ');
});
