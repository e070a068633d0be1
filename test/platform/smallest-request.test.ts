import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../src/platform/telemetry/log.ts';
import { startTracing } from '../../src/platform/telemetry/start-tracing.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';
import { type Work, workPerRequest } from '../kit/work-per-request.ts';

let app: TestApp;
let staff: Readonly<Record<string, string>>;

beforeAll(async () => {
  app = await startApp({ metrics: { host: '127.0.0.1', port: 0 } });
  staff = { authorization: `Bearer ${await app.token('test-admin')}` };
});
afterAll(() => app.close());

const TIMES = 30;
/** What every request costs: raise it only for something that every request has to have. */
const anonymous: Work = { promises: 84, timers: 3, socketWrites: 1 };
const signedIn: Work = { promises: 84, timers: 3, socketWrites: 1 };
/** What a read costs; the second write is its statement. */
const oneObject: Work = { promises: 114, timers: 5, socketWrites: 2 };
const aList: Work = { promises: 110, timers: 5, socketWrites: 2 };

const post = (query: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

/** Documents that were known, and that were not. */
async function lookedFor(): Promise<{ readonly known: number; readonly unknown: number }> {
  const shown = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  const of = (result: string): number =>
    Number(new RegExp(`^catalog_document_cache_total{result="${result}"} (\\d+)$`, 'm').exec(shown)?.[1] ?? 0);
  return { known: of('hit'), unknown: of('miss') };
}

test.each([
  ['of a stranger', '{ __typename }', () => ({}), anonymous],
  ['of somebody who is signed in', '{ kind: __typename }', () => staff, signedIn],
])(
  'the smallest request %s takes no statement, no call, no look at its document, one write and one line',
  async (_who, query, headers, most) => {
    await post(query, headers());
    const before = await lookedFor();
    const from = app.log.length;
    const { work, answers } = await workPerRequest(`${app.url}/graphql`, query, headers(), TIMES);
    expect(answers).toHaveLength(TIMES);
    expect(await lookedFor()).toEqual({ ...before, known: before.known + TIMES });
    expect(app.log.slice(from)).toEqual(
      Array.from({ length: TIMES }, () =>
        expect.objectContaining({ msg: 'operation', statements: 0, openfgaCalls: 0 }),
      ),
    );
    expect(work.promises).toBeLessThanOrEqual(most.promises);
    expect(work.timers).toBeLessThanOrEqual(most.timers);
    expect(work.socketWrites).toBe(most.socketWrites);
  },
);

test.each([
  ['one object', '{ site(name: "away") { name createdAt } }', oneObject],
  ['a list', '{ sites(first: 5) { totalCount nodes { name createdAt } } }', aList],
])('a read of %s takes one statement, which goes out in one write', async (_what, query, most) => {
  const anew = await app.replica({ keptAnswerBytes: 0 });
  const { work, answers } = await workPerRequest(`${anew.url}/graphql`, query, staff, TIMES);
  await anew.close();
  expect(new Set(answers).size).toBe(1);
  expect(work.socketWrites).toBe(most.socketWrites);
  expect(work.promises).toBeLessThanOrEqual(most.promises);
  expect(work.timers).toBeLessThanOrEqual(most.timers);
});

/** How often OpenFGA was asked for somebody's grants. */
async function grantsAskedFor(): Promise<number> {
  const shown = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  const counts = shown.matchAll(/^catalog_openfga_calls_total\{[^}]*method="ListObjects"[^}]*\} (\d+)$/gim);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

test.each(Object.entries(doors))(
  '%s: a credential is verified once and its grants are asked for once, however many operations come with it',
  async (name, door) => {
    const authorization = `Bearer ${await app.token(`caller-${name.toLowerCase()}`)}`;
    const before = await grantsAskedFor();
    const verify = vi.spyOn(crypto.subtle, 'verify');
    for (let time = 0; time < 3; time++)
      expect(await door(app.url, { query: '{ sites { totalCount } }' }, authorization)).toEqual({
        data: { sites: { totalCount: 0 } },
      });
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockRestore();
    expect((await grantsAskedFor()) - before).toBe(1);
  },
);

test('a credential that is looked at before a large body is read is not verified again for the operation', async () => {
  const authorization = `Bearer ${await app.token('test-admin', { jti: 'of a large body' })}`;
  const manifests = [{ content: `# ${'x'.repeat(2 ** 20)}` }];
  const query = 'mutation ($manifests: [ManifestInput!]!) { apply(input: { manifests: $manifests }) { applied } }';
  const verify = vi.spyOn(crypto.subtle, 'verify');
  const { errors } = await doors.POST(app.url, { query, variables: { manifests } }, authorization);
  expect(errors).toBeUndefined();
  expect(verify).toHaveBeenCalledTimes(1);
  verify.mockRestore();
});

test('a request that is not in the sample of traces begins no more than without traces', async () => {
  const tracing = await startTracing(
    { sampler: 'parentbased_traceidratio', ratio: 0 },
    createLog({ level: 'silent', format: 'json' }, { write: () => undefined }),
  );
  const traced = await app.replica({ tracing });
  const { work } = await workPerRequest(`${traced.url}/graphql`, '{ __typename }', {}, TIMES);
  await traced.close();
  await tracing.close();
  expect(work.promises).toBeLessThanOrEqual(anonymous.promises);
  expect(work.timers).toBeLessThanOrEqual(anonymous.timers);
});

test('what goes past Apollo Server’s reading of headers is answered as by it', async () => {
  const ask = async (accept: string, body: object) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...staff },
      body: JSON.stringify(body),
    });
    // What is asked for a second time is kept, and has a tag.
    const {
      'x-request-id': _,
      date: __,
      etag: ___,
      'cache-control': ____,
      ...headers
    } = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: (await response.text()).replace(/"requestId":"[^"]*"/, '') };
  };
  const known = 'query ($n: Int) { regions(first: $n) { nodes { name } } }';
  const bodies = [
    { query: known, variables: { n: 1 } },
    { query: known, variables: { n: 'one' } },
    { query: known, variables: null, operationName: null, extensions: {} },
    { query: known, operationName: 'Other' },
    { query: '{ nothing }' },
    { query: '{' },
    { query: 'query A { __typename } query B { me { name } }', operationName: 'B' },
    { query: 'subscription { changes { type } }' },
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } },
  ];
  for (const type of ['application/json', 'application/graphql-response+json']) {
    // Apollo Server answers an `Accept` header itself until it has answered one with success.
    const first = [];
    for (const [at, body] of bodies.entries()) first.push(await ask(`${type}, text/x-${at}`, body));
    await ask(`${type}, text/x`, { query: known });
    for (const [at, body] of bodies.entries()) expect(await ask(`${type}, text/x`, body)).toEqual(first[at]);
    expect(first[0]?.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(first.map(({ status }) => status)).toContain(400);
  }
});
