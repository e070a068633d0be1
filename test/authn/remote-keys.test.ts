import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../src/platform/authn/authenticator.ts';
import { type Claims, createKey, type TestKey } from '../kit/issuer.ts';
import { type IssuerServer, startIssuerServer } from './issuer-server.ts';

const MINUTE = 60_000;
const UNREACHABLE = 'UNAVAILABLE IDENTITY_PROVIDER_UNREACHABLE';
let one: TestKey;
let two: TestKey;
let server: IssuerServer;
let authenticator: Authenticator;
let clock: number;
let problems: string[];
beforeAll(async () => {
  [one, two] = await Promise.all([createKey('one'), createKey('two')]);
});
beforeEach(async () => {
  server = await startIssuerServer(one);
  clock = Date.UTC(2026, 0, 31, 12);
  const told: string[] = [];
  problems = told;
  authenticator = createAuthenticator({
    issuers: [{ issuer: server.url, audiences: ['catalog'] }],
    now: () => clock,
    report: (problem) => told.push(`${problem.message}: ${String((problem.cause as Error).message)}`),
  });
});
afterEach(() => server.stop());

const token = (key: TestKey, overrides: Claims = {}): Promise<string> => {
  const iat = clock / 1_000;
  return key.sign({ iss: server.url, aud: 'catalog', sub: 'sam', iat, exp: iat + 86_400, ...overrides });
};
/** `ok`, or why not. */
async function present(text: string, by = authenticator): Promise<string> {
  try {
    await by.authenticate(`Bearer ${text}`);
    return 'ok';
  } catch (error) {
    const { code, data } = error as { code: string; data: { reason?: string } };
    return data.reason === undefined ? code : `${code} ${data.reason}`;
  }
}
const attempt = async (key: TestKey): Promise<string> => present(await token(key));

test('keys are found through the discovery document, or at the address that is given', async () => {
  expect(await attempt(one)).toBe('ok');
  const direct = createAuthenticator({
    issuers: [{ issuer: server.url, audiences: ['catalog'], jwksUri: server.jwksUri }],
    now: () => clock,
  });
  expect(await present(await token(one), direct)).toBe('ok');
});

test('keys are asked for once, however many ask at the same time', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => token(one, { jti: String(index) })));
  expect(new Set(await Promise.all(tokens.map((text) => present(text))))).toEqual(new Set(['ok']));
  expect(await attempt(one)).toBe('ok');
  expect(server.requestCount).toBe(1);
});

test('a key that is rotated in is found by its first token', async () => {
  expect(await attempt(one)).toBe('ok');
  server.serve(one, two);
  expect(await attempt(two)).toBe('ok');
  expect(await attempt(one)).toBe('ok');
  expect(server.requestCount).toBe(2);
});

test('unknown keys make one request a minute', async () => {
  expect(await attempt(one)).toBe('ok');
  for (let times = 0; times < 5; times++) expect(await attempt(two)).toBe('UNAUTHENTICATED UNKNOWN_KEY');
  expect(server.requestCount).toBe(2);
  server.serve(one, two);
  clock += MINUTE - 1;
  expect(await attempt(two)).toBe('UNAUTHENTICATED UNKNOWN_KEY');
  clock += 1;
  expect(await attempt(two)).toBe('ok');
  expect(server.requestCount).toBe(3);
});

test('a deleted key ends its tokens, also those accepted before, within five minutes', async () => {
  const accepted = await token(one);
  expect(await present(accepted)).toBe('ok');
  server.serve(two);
  clock += 5 * MINUTE - 1;
  expect(await present(accepted)).toBe('ok');
  clock += 1;
  expect(await present(accepted)).toBe('UNAUTHENTICATED UNKNOWN_KEY');
  expect(await attempt(two)).toBe('ok');
});

test('an issuer may ask for its keys to be looked at more often, but not at every request', async () => {
  server.answer((_request, response) => {
    response.writeHead(200, { 'cache-control': 'no-store' });
    response.end(JSON.stringify({ issuer: server.url, jwks_uri: server.jwksUri, keys: [one.jwk] }));
  });
  const accepted = await token(one);
  expect(await present(accepted)).toBe('ok');
  clock += MINUTE - 1;
  expect(await present(accepted)).toBe('ok');
  expect(server.requestCount).toBe(1);
  server.serve();
  clock += 1;
  expect(await present(accepted)).toBe('UNAUTHENTICATED UNKNOWN_KEY');
});

test('keys that stay the same keep verified tokens remembered', async () => {
  const header = `Bearer ${await token(one)}`;
  const first = await authenticator.authenticate(header);
  clock += 6 * MINUTE;
  expect(await authenticator.authenticate(header)).toBe(first);
  expect(server.requestCount).toBe(2);
});

test('while the issuer is down its last keys hold, and what they do not answer is to be tried again', async () => {
  expect(await attempt(one)).toBe('ok');
  await server.stop();
  clock += 60 * MINUTE;
  expect(await attempt(one)).toBe('ok');
  expect(await attempt(two)).toBe(UNREACHABLE);
  expect(problems).toEqual([
    expect.stringMatching(/^the keys of http:\/\/127\.0\.0\.1:\d+ cannot be fetched; try again: /),
    expect.any(String),
  ]);
  await server.start();
  server.serve(two);
  clock += 10_000;
  await attempt(one);
  await expect.poll(() => attempt(two)).toBe('ok');
  expect(await attempt(one)).toBe('UNAUTHENTICATED UNKNOWN_KEY');
});

test('an issuer that hangs holds nobody up once it is known to', async () => {
  expect(await attempt(one)).toBe('ok');
  server.answer((request) => request.socket.destroy());
  clock += 6 * MINUTE;
  expect(await attempt(one)).toBe('ok');
  server.answer(() => undefined);
  clock += MINUTE;
  const startedAt = performance.now();
  expect(await attempt(one)).toBe('ok');
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('without any keys yet the caller is to try again, and the issuer is not asked by every request', async () => {
  await server.stop();
  expect([await attempt(one), await attempt(one), await attempt(one)]).toEqual(Array(3).fill(UNREACHABLE));
  expect(problems).toHaveLength(1);
  await server.start();
  clock += 10_000;
  expect(await attempt(one)).toBe('ok');
});

test('one issuer that is down does not concern the tokens of another', async () => {
  const other = await startIssuerServer(two);
  const both = createAuthenticator({
    issuers: [server.url, other.url].map((issuer) => ({ issuer, audiences: ['catalog'] })),
    now: () => clock,
  });
  await server.stop();
  expect(await present(await token(two, { iss: other.url }), both)).toBe('ok');
  expect(await present(await token(one), both)).toBe(UNREACHABLE);
  await other.stop();
  await server.start();
});

test.each([
  ['an error', 503, 'busy', /answers 503$/],
  ['a page', 200, '<html>', /JSON/],
  ['no keys', 200, '{"issuer":"ISSUER","jwks_uri":"ISSUER/keys"}', /JSON Web Key Set malformed$/],
  [
    'another issuer’s document',
    200,
    '{"issuer":"https://other.test","jwks_uri":"ISSUER/keys"}',
    /is of the issuer "https:\/\/other\.test"$/,
  ],
  ['a document without the keys’ place', 200, '{"issuer":"ISSUER"}', /names no https:\/\/ jwks_uri$/],
  ['null', 200, 'null', /is of the issuer undefined$/],
  ['more than anybody needs', 200, `"${'x'.repeat(1_100_000)}"`, /answers with more than 1048576 bytes$/],
])('an issuer that answers with %s is as good as down', async (_what, status, text, problem) => {
  server.answer((_request, response) => {
    response.writeHead(status);
    response.end(text.replaceAll('ISSUER', server.url));
  });
  expect(await attempt(one)).toBe(UNREACHABLE);
  expect(problems).toEqual([expect.stringMatching(problem)]);
});

test('a redirect is not followed', async () => {
  server.answer((_request, response) => {
    response.writeHead(302, { location: `${server.url}/keys` });
    response.end();
  });
  expect(await attempt(one)).toBe(UNREACHABLE);
  expect(server.requestCount).toBe(0);
});

test('an issuer that does not answer is given up after five seconds', async () => {
  server.answer(() => undefined);
  const startedAt = performance.now();
  expect(await attempt(one)).toBe(UNREACHABLE);
  expect(performance.now() - startedAt).toBeLessThan(7_000);
});

test('a token that names no key is accepted when the issuer has one that fits, and only then', async () => {
  const nameless = async (): Promise<string> => {
    const iat = clock / 1_000;
    const claims = { iss: server.url, aud: 'catalog', sub: 'sam', iat, exp: iat + 600 };
    return present(await one.sign(claims, { kid: undefined }));
  };
  expect(await nameless()).toBe('ok');
  server.serve(one, two);
  clock += 6 * MINUTE;
  expect(await nameless()).toBe('UNAUTHENTICATED UNKNOWN_KEY');
});

test.each([
  ['cannot be read', { n: '!!' }],
  ['lacks a part', { n: undefined }],
  ['is too short', { n: 'AQAB' }],
  ['is of a kind that nobody knows', { kty: 'SPQR' }],
  ['says nothing of itself', { kty: undefined }],
  ['is a shared secret', { kty: 'oct', k: 'c2VjcmV0' }],
])('a key that %s is no key, and those beside it are good', async (_what, members) => {
  const rsa = await createKey('broken', 'RS256');
  server.answer((request, response) => {
    const keys = [{ ...rsa.jwk, ...members }, one.jwk];
    const found = request.url === '/keys' ? { keys } : { issuer: server.url, jwks_uri: server.jwksUri };
    response.end(JSON.stringify(found));
  });
  expect(await present(await token(rsa))).toBe('UNAUTHENTICATED UNKNOWN_KEY');
  expect(await attempt(one)).toBe('ok');
});

test('thousands of keys, and as many names that are none of them, make one request a minute', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({ ...two.jwk, kid: `key-${index}` }));
  let asked = 0;
  server.answer((request, response) => {
    if (request.url === '/keys') asked++;
    const found =
      request.url === '/keys' ? { keys: [...many, one.jwk] } : { issuer: server.url, jwks_uri: server.jwksUri };
    response.end(JSON.stringify(found));
  });
  expect(await attempt(one)).toBe('ok');
  const iat = clock / 1_000;
  const claims = { iss: server.url, aud: 'catalog', sub: 'sam', iat, exp: iat + 600 };
  const flood = await Promise.all(Array.from({ length: 200 }, (_, index) => two.sign(claims, { kid: `no-${index}` })));
  expect(new Set(await Promise.all(flood.map((text) => present(text))))).toEqual(
    new Set(['UNAUTHENTICATED UNKNOWN_KEY']),
  );
  expect(asked).toBe(2);
  expect(await attempt(one)).toBe('ok');
  expect(asked).toBe(2);
});
