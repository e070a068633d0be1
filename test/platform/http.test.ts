import { request } from 'node:http';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { createTestDatabase } from '../kit/database.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ maxBodyBytes: 2_000 });
});
afterAll(() => app.close());

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const query = JSON.stringify({ query: '{ __typename }' });

test.for([
  [['/healthz', '/livez', '/healthcheck'], 'ok'],
  [['/readyz', '/readiness'], 'ready'],
  [['/startupz'], 'started'],
] as const)(
  'whether it lives, is ready and has started can be asked, under each of the names %j',
  async ([paths, status]) => {
    for (const path of paths) {
      const answer = await fetch(app.url + path);
      expect([path, answer.status, await answer.json()]).toEqual([path, 200, { status }]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  },
);

test('a service whose store in OpenFGA is gone is not ready, and says how to get another', async () => {
  const other = await startApp();
  const [row] = await other.database.cells(
    sql`select value::json ->> 'storeId' from setting where name = 'openfga-store'`,
  );
  const gone = await fetch(`${inject('openfgaUrl')}/stores/${String(row?.[0])}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${inject('openfgaToken')}` },
  });
  expect(gone.status).toBe(204);
  expect(await (await fetch(`${other.url}/readyz`)).json()).toEqual({
    status: 'not ready',
    missing: [
      { part: 'authorization', problem: `OpenFGA does not have the store ${String(row?.[0])} any more: rebuild it` },
    ],
  });
  await other.authorization.rebuild();
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
  await other.close();
});

test('what strangers can reach says which part is missing, and only operators learn why', async () => {
  const database = await createTestDatabase();
  const metrics = { host: '127.0.0.1', port: 0 };
  const other = await startApp({ databaseUrl: database.url, host: '0.0.0.0', metrics });
  await database.drop();
  expect(await (await fetch(`${other.url}/readyz`)).json()).toEqual({
    status: 'not ready',
    missing: [{ part: 'database' }],
  });
  expect(await (await fetch(`${other.metricsUrl}/readyz`)).json()).toEqual({
    status: 'not ready',
    missing: [{ part: 'database', problem: expect.stringContaining('does not exist') }],
  });
  await other.close();
});

test('a database that lacks a migration makes the service not ready, and says which', async () => {
  const other = await startApp();
  const [last] = await other.database.rows<{ name: string }>(
    sql`update _prisma_migrations m set migration_name = 'another', checksum = ''
      from (select max(migration_name) as name from _prisma_migrations) l where m.migration_name = l.name returning l.name`,
  );
  const answer = await fetch(`${other.url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({
    status: 'not ready',
    missing: [{ part: 'migrations', problem: `${last?.name} is not applied` }],
  });
  await other.close();
});

test('a database that is gone makes the service not ready, while its process is well', async () => {
  const database = await createTestDatabase();
  const other = await startApp({ databaseUrl: database.url });
  await database.drop();
  const ready = await fetch(`${other.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({
    status: 'not ready',
    missing: [{ part: 'database', problem: expect.any(String) }],
  });
  expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
  await other.close();
});

test('a body larger than the limit is refused, declared or not', async () => {
  const refused = {
    errors: [
      {
        message: 'the request body is larger than 2000 bytes; send less at once',
        extensions: { code: 'PAYLOAD_TOO_LARGE' },
      },
    ],
  };
  const declared = await post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(3_000)}` }));
  expect([declared.status, await declared.json()]).toEqual([413, refused]);
  const chunked = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(
      `${app.url}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      },
    );
    sent.on('error', reject);
    for (let part = 0; part < 4; part++) sent.write('x'.repeat(1_000));
    sent.end();
  });
  expect([chunked.status, JSON.parse(chunked.text)]).toEqual([413, refused]);
});

test('a body that is not JSON is refused', async () => {
  const answer = await post('{"query": ');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    errors: [
      { message: expect.stringMatching(/^the request body is not JSON: /), extensions: { code: 'BAD_REQUEST' } },
    ],
  });
});

test('queries can be got and posted, but a form of another site cannot post one', async () => {
  const got = await fetch(`${app.url}/graphql?query=${encodeURIComponent('{ __typename }')}`, {
    headers: { 'content-type': 'application/json' },
  });
  expect(await got.json()).toEqual({ data: { __typename: 'Query' } });
  expect(await (await post(query)).json()).toEqual({ data: { __typename: 'Query' } });
  expect((await post(query, { 'content-type': 'text/plain' })).status).toBe(415);
});

test('batches are refused', async () => {
  expect((await post(`[${query}]`)).status).toBe(400);
});

test('a request keeps the id it came with, or gets one', async () => {
  expect((await post(query, { 'x-request-id': 'mine-1' })).headers.get('x-request-id')).toBe('mine-1');
  expect((await post(query)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect((await post(query, { 'x-request-id': 'with spaces' })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a query that nests too deep is refused', async () => {
  const shallow = await startApp({ maxDepth: 3 });
  const { errors } = await shallow.execute(
    '{ kinds { ...more } __schema { types { fields { args { type { name } } } } } } fragment more on KindInfo { columns { name } }',
  );
  expect(errors).toBeUndefined();
  const deep = await shallow.execute('{ organizations { nodes { projects { nodes { name } } } } }');
  expect(deep.errors?.[0]).toMatchObject({
    message: 'the operation nests 5 fields deep; at most 3 are allowed',
    extensions: { code: 'BAD_USER_INPUT' },
  });
  await shallow.close();
});

test('a defect tells the caller nothing but the id under which it is logged', async () => {
  const broken = await startApp();
  await broken.database.execute(sql`alter table organization rename to hidden`);
  const response = await fetch(`${broken.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await broken.token('test-admin')}`,
      'x-request-id': 'seen-1',
    },
    body: JSON.stringify({ query: '{ organizations { nodes { name } } }' }),
  });
  const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
  expect(errors[0]).toMatchObject({
    message: 'internal error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'seen-1' },
  });
  expect(JSON.stringify(errors)).not.toContain('organization"');
  await broken.close();
});

test('an unknown path is not found', async () => {
  const answer = await fetch(`${app.url}/nothing`);
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: 'nothing is served at /nothing; the API is at /graphql' },
  ]);
});

test('closing lets a running request finish', async () => {
  const closing = await startApp();
  await closing.execute('{ organizations { totalCount } }'); // Nothing of the start waits for the table any more.
  const blocker = createDatabase(closing.databaseUrl, { poolSize: 1 });
  const slow = await blocker.transaction(async (connection) => {
    await connection.execute(sql`lock table organization`);
    const answer = closing.execute('{ organizations { nodes { name } } }');
    const waiting = sql`select count(*) from pg_locks where not granted`;
    await expect.poll(() => connection.cells(waiting)).toEqual([[1n]]);
    const closed = closing.close();
    // A moment later nobody new is let in.
    const knock = (): Promise<string> =>
      fetch(`${closing.url}/healthz`).then(
        () => 'answered',
        () => 'refused',
      );
    await expect.poll(knock).toBe('refused');
    return { answer, closed };
  });
  expect(await slow.answer).toEqual({ data: { organizations: { nodes: [] } } });
  await blocker.close();
  await slow.closed;
});
