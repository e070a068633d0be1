import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalIssuer, openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { overWebSocket } from '../kit/streams.ts';

let folder: string;
let localIssuer: LocalIssuer;
let app: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'milo-authn-'));
  localIssuer = await openLocalIssuer(folder);
  app = await startApp({ localIssuer });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const ask = (authorization: string, at = app): Promise<Response> =>
  fetch(`${at.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: '{"query":"{ __typename }"}',
  });
/** Status of a GET whose Host header is that of another name. */
const statusAs = (host: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request(`${app.url}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });

test('a request with a valid token is answered, whether a configured issuer’s or the service’s own', async () => {
  expect(await app.as('staff').execute('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  expect((await ask(`Bearer ${await localIssuer.signToken('staff')}`)).status).toBe(200);
});

test('a request with a token that is not valid is refused as a whole, and says why', async () => {
  const past = Math.floor(Date.now() / 1_000) - 100;
  const answer = await ask(`Bearer ${await app.token('staff', { exp: past })}`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(await answer.json()).toEqual({
    errors: [
      {
        message: `the token expired ${new Date(past * 1_000).toISOString().replace('.000', '')}`,
        extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' },
      },
    ],
  });
});

test('when an issuer cannot be reached its callers are told to try again', async () => {
  const other = await startApp({
    issuers: [{ issuer: 'https://issuer.test', audiences: ['catalog'], jwksUri: 'http://127.0.0.1:1/keys' }],
  });
  const answer = await ask(`Bearer ${await app.token('staff')}`, other);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  expect(await answer.json()).toEqual({
    errors: [
      {
        message: 'the keys of https://issuer.test cannot be fetched; try again',
        extensions: { code: 'UNAVAILABLE', reason: 'IDENTITY_PROVIDER_UNREACHABLE', retryable: true },
      },
    ],
  });
  const authorization = `Bearer ${await app.token('staff')}`;
  await expect(overWebSocket(other.url, '{ __typename }', {}, { authorization }).next()).rejects.toMatchObject({
    code: 1013,
  });
  expect(other.log).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      msg: 'the keys of https://issuer.test cannot be fetched; try again',
      reason: expect.stringMatching(/ECONNREFUSED|bad port/),
    }),
  );
  await other.close();
});

test('health and the playground need no token', async () => {
  for (const path of ['/healthz', '/readyz', '/', '/playground/page.js'])
    expect((await fetch(`${app.url}${path}`, { headers: { authorization: 'Bearer x' } })).status, path).toBe(200);
});

test('the embedded issuer’s key is made once, for its owner’s eyes only, and its name outlives the port', async () => {
  const again = await openLocalIssuer(folder);
  expect(again.issuer).toEqual(localIssuer.issuer);
  expect(JSON.stringify(again.issuer)).not.toContain('"d"');
  expect((await stat(join(folder, 'issuer-key.json'))).mode & 0o777).toBe(0o600);
});

test('the embedded issuer serves its keys as any other', async () => {
  const { issuer, jwks_uri: uri } = (await (await fetch(`${app.url}/.well-known/openid-configuration`)).json()) as {
    issuer: string;
    jwks_uri: string;
  };
  expect(uri).toBe(`${app.url}/oauth/v2/keys`);
  const keys = (await (await fetch(uri)).json()) as JSONWebKeySet;
  const token = await localIssuer.signToken('sam', { lifetimeSeconds: 60, clientId: 'cli' });
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer, audience: 'milo-catalog' });
  expect(payload).toMatchObject({ sub: 'sam', client_id: 'cli', exp: (payload.iat ?? 0) + 60 });
});

test('each persona comes with a token that is accepted', async () => {
  const answer = await fetch(`${app.url}/personas`);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const personas = (await answer.json()) as { name: string; title: string; token: string }[];
  expect(personas.map(({ name }) => name)).toEqual(
    'staff network-operator org-owner project-viewer provider billing quota auditor outsider'.split(' '),
  );
  for (const { token } of personas) expect((await ask(`Bearer ${token}`)).status).toBe(200);
});

test('tokens are handed to nobody but this machine’s own pages', async () => {
  for (const host of ['localhost:4000', '127.0.0.1', '[::1]:4000']) expect(await statusAs(host, '/personas')).toBe(200);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:4000', '192.0.2.1'])
    expect(await statusAs(host, '/personas')).toBe(404);
  const open = await startApp({ localIssuer, host: '0.0.0.0' });
  expect((await fetch(`${open.url}/personas`)).status).toBe(404);
  await open.close();
  const production = await startApp();
  for (const path of ['/personas', '/oauth/v2/keys', '/.well-known/openid-configuration'])
    expect((await fetch(`${production.url}${path}`)).status).toBe(404);
  await production.close();
});

test('without a token the schema can be asked for, or nothing at all', async () => {
  const closed = await startApp({ anonymous: 'none' });
  const ask = async (url: string, query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data?: object; errors?: { extensions: object }[] };
    return { status: response.status, data, reason: errors?.[0]?.extensions };
  };
  const refused = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' };
  expect(await ask(app.url, '{ __schema { queryType { name } } }')).toMatchObject({ status: 200, reason: undefined });
  expect(await ask(app.url, '{ sites { totalCount } }')).toMatchObject({ status: 200, reason: refused });
  expect(await ask(closed.url, '{ __schema { queryType { name } } }')).toMatchObject({ status: 401, reason: refused });
  await closed.close();
});
