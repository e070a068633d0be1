import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../src/platform/authn/authenticator.ts';
import { type Claims, createKey, type TestKey } from '../kit/issuer.ts';

const ISSUER = 'https://issuer.test';
const OTHER = 'https://other.test';
const now = Date.UTC(2026, 0, 31, 12);
const seconds = now / 1_000;

let key: TestKey;
let otherKey: TestKey;
let authenticator: Authenticator;
beforeAll(async () => {
  [key, otherKey] = await Promise.all([createKey('one'), createKey('other')]);
  authenticator = createAuthenticator({
    issuers: [
      { issuer: ISSUER, audiences: ['catalog', '320983@milo'], jwks: { keys: [key.jwk] } },
      { issuer: OTHER, audiences: ['catalog'], jwks: { keys: [otherKey.jwk] } },
    ],
    now: () => now,
  });
});

const claims = (overrides: Claims = {}): Claims => ({
  iss: ISSUER,
  aud: 'catalog',
  sub: '326102453042806786',
  iat: seconds - 10,
  exp: seconds + 600,
  ...overrides,
});
const credential = { issuer: ISSUER, subject: '326102453042806786', issuedAt: seconds - 10, expiresAt: seconds + 600 };
const present = (token: string): Promise<unknown> => authenticator.authenticate(`Bearer ${token}`);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Why the token is refused, as a program sees it and as a person does. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error && 'code' in error && 'data' in error)) throw error;
  return `${String(error.code)} ${(error.data as { reason: string }).reason}: ${error.message}`;
}
const refused = async (overrides: Claims): Promise<string> => refusal(present(await key.sign(claims(overrides))));

test('without an Authorization header nobody in particular calls', async () => {
  expect(await authenticator.authenticate(undefined)).toBeNull();
});

test('a valid token tells issuer and subject, and what else it says', async () => {
  expect(await present(await key.sign(claims()))).toEqual(credential);
  const more = { azp: 'portal', email: 'sam@milo.example', email_verified: true, jti: 'x' };
  expect(await present(await key.sign(claims(more), { typ: 'at+JWT' }))).toEqual({
    ...credential,
    clientId: 'portal',
    email: 'sam@milo.example',
  });
  expect(await present(await key.sign(claims({ client_id: 'cli', email: 'x@y', email_verified: false })))).toEqual({
    ...credential,
    clientId: 'cli',
  });
  const delegated = { act: { sub: 'deputy', act: { sub: 'first' } } };
  expect(await present(await key.sign(claims(delegated)))).toEqual({ ...credential, delegatedBy: 'deputy' });
  for (const act of ['deputy', { client: 'x' }, [], null]) {
    expect(await present(await key.sign(claims({ act })))).toEqual(credential);
  }
  expect(await authenticator.authenticate(`bearer ${await key.sign(claims())}`)).toEqual(credential);
});

test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])('%s is accepted', async (alg) => {
  const own = await createKey('k', alg);
  const one = createAuthenticator({
    issuers: [{ issuer: ISSUER, audiences: ['catalog'], jwks: { keys: [own.jwk] } }],
    now: () => now,
  });
  expect(await one.authenticate(`Bearer ${await own.sign(claims())}`)).toEqual(credential);
});

test('a token holds between its times, with a leeway of a minute', async () => {
  expect(await refused({ exp: seconds - 60 })).toBe(
    'UNAUTHENTICATED TOKEN_EXPIRED: the token expired 2026-01-31T11:59:00Z',
  );
  expect(await present(await key.sign(claims({ exp: seconds - 59 })))).toMatchObject({ expiresAt: seconds - 59 });
  expect(await refused({ nbf: seconds + 61 })).toBe(
    'UNAUTHENTICATED TOKEN_NOT_YET_VALID: the token is valid only from 2026-01-31T12:01:01Z on',
  );
  expect(await present(await key.sign(claims({ nbf: seconds + 60 })))).toEqual(credential);
  expect(await refused({ iat: seconds + 61 })).toMatch(/^UNAUTHENTICATED TOKEN_NOT_YET_VALID: /);
  expect(await present(await key.sign(claims({ iat: seconds + 60 })))).toMatchObject({ issuedAt: seconds + 60 });
});

test('a token remembered from an earlier request is refused once it has expired', async () => {
  let clock = now;
  const one = createAuthenticator({
    issuers: [{ issuer: ISSUER, audiences: ['catalog'], jwks: { keys: [key.jwk] } }],
    now: () => clock,
  });
  const header = `Bearer ${await key.sign(claims())}`;
  const first = await one.authenticate(header);
  clock += 659_000;
  expect(await one.authenticate(header)).toBe(first);
  clock += 1_000;
  expect(await refusal(one.authenticate(header))).toMatch(/^UNAUTHENTICATED TOKEN_EXPIRED: /);
});

test('the audience may be a text or a list, and must hold one of ours', async () => {
  expect(await present(await key.sign(claims({ aud: ['someone', '320983@milo'] })))).toEqual(credential);
  const message = 'UNAUTHENTICATED WRONG_AUDIENCE: the token is meant for others (aud), not for this service';
  for (const aud of ['someone', ['someone', 'else'], [], 'catalog2', 'Catalog'])
    expect(await refused({ aud })).toBe(message);
});

test('claims that are missing or of the wrong type are refused', async () => {
  for (const claim of ['exp', 'iat', 'sub', 'aud']) {
    const message = `UNAUTHENTICATED INVALID_CLAIM: the token does not have the claim ${claim}`;
    expect(await refused({ [claim]: undefined })).toBe(message);
  }
  for (const overrides of [
    { exp: 'never' },
    { iat: 'now' },
    { nbf: [] },
    { sub: '' },
    { sub: 7 },
    { sub: 'x'.repeat(256) },
  ])
    expect(await refused(overrides)).toMatch(/^UNAUTHENTICATED INVALID_CLAIM: /);
});

test('the issuer is compared exactly', async () => {
  for (const iss of [`${ISSUER}/`, 'https://ISSUER.test', 'https://evil.test', undefined, [ISSUER]])
    expect(await refused({ iss })).toMatch(/^UNAUTHENTICATED UNKNOWN_ISSUER: .* is not trusted here: /);
});

test('one subject under two issuers is two identities, and no issuer speaks for the other', async () => {
  const theirs = await present(await otherKey.sign(claims({ iss: OTHER })));
  expect(theirs).toEqual({ ...credential, issuer: OTHER });
  expect(await refusal(present(await otherKey.sign(claims())))).toMatch(/^UNAUTHENTICATED UNKNOWN_KEY: /);
  expect(await refusal(present(await otherKey.sign(claims(), { kid: 'one' })))).toMatch(
    /^UNAUTHENTICATED BAD_SIGNATURE: /,
  );
});

test('a payload that was changed, or a signature, is refused', async () => {
  const [header = '', , signature = ''] = (await key.sign(claims())).split('.');
  const message = "UNAUTHENTICATED BAD_SIGNATURE: the token's signature is not its issuer's";
  expect(await refusal(present(`${header}.${encode(claims({ sub: 'staff' }))}.${signature}`))).toBe(message);
  expect(await refusal(present(`${header}.${encode(claims())}.${'A'.repeat(86)}`))).toBe(message);
  expect(await refusal(present(`${header}.${encode(claims())}.`))).toMatch(/^UNAUTHENTICATED /);
});

test('neither no algorithm nor a shared secret is accepted, not even with the public key as the secret', async () => {
  const unsigned = `${encode({ alg: 'none' })}.${encode(claims())}.`;
  expect(await refusal(present(unsigned))).toBe(
    `UNAUTHENTICATED WRONG_ALGORITHM: the token's algorithm is "none"; accepted: RS256, RS384, RS512, ES256, ES384, ES512, EdDSA`,
  );
  const pem = await exportSPKI((await importJWK(key.jwk, 'ES256')) as CryptoKey);
  for (const secret of [pem, JSON.stringify(key.jwk)]) {
    const signed = `${encode({ alg: 'HS256', kid: 'one' })}.${encode(claims())}`;
    const signature = createHmac('sha256', secret).update(signed).digest('base64url');
    expect(await refusal(present(`${signed}.${signature}`))).toMatch(/^UNAUTHENTICATED WRONG_ALGORITHM: /);
  }
  // The key is for ES256, whatever the header says.
  const rsa = await createKey('one', 'RS256');
  expect(await refusal(present(await rsa.sign(claims())))).toMatch(/^UNAUTHENTICATED UNKNOWN_KEY: /);
});

test('a key that comes with the token is not looked at', async () => {
  const own = await createKey('mine');
  const header = { jwk: own.jwk, jku: 'http://127.0.0.1:1/keys' };
  expect(await refusal(present(await own.sign(claims(), header)))).toMatch(/^UNAUTHENTICATED UNKNOWN_KEY: /);
  expect(await refusal(present(await own.sign(claims(), { ...header, kid: 'one' })))).toMatch(
    /^UNAUTHENTICATED BAD_SIGNATURE: /,
  );
});

test('what is no access token is refused', async () => {
  expect(await refusal(present('d4ZbVJqlhMHZrPHV'))).toBe(
    'UNAUTHENTICATED NOT_A_JWT: the token is opaque, a signed JWT is needed: have the issuer give JWTs to this client, or let it be asked (introspection, in OIDC_ISSUERS)',
  );
  expect(await refusal(present('a.b.c.d.e'))).toBe(
    'UNAUTHENTICATED NOT_A_JWT: the token is encrypted; a signed JWT is needed',
  );
  for (const token of ['a.b.c', '..', `${encode('x')}.${encode('y')}.z`, `${encode({ alg: 'ES256' })}.${encode([])}.z`])
    expect(await refusal(present(token))).toMatch(/^UNAUTHENTICATED NOT_A_JWT: /);
  expect(await refusal(present(await key.sign(claims(), { typ: 'logout+jwt' })))).toBe(
    'UNAUTHENTICATED WRONG_TYPE: the token is a "logout+jwt", not an access token',
  );
  expect(await refusal(present(await key.sign(claims({ exp: undefined }), { typ: 'JWT' })))).toMatch(/INVALID_CLAIM/);
});

test('no token with one character changed is accepted, and none makes the service fail', async () => {
  const token = await key.sign(claims({ email: 'sam@milo.example' }));
  // The last character holds bits that do not count.
  for (let place = 0; place < token.length - 1; place++) {
    const other = token[place] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, place) + other + token.slice(place + 1);
    expect(await refusal(present(changed)), changed).toMatch(/^UNAUTHENTICATED [A-Z_]+: /);
  }
  expect(await present(token)).toMatchObject(credential);
});

test('headers that ask for what is not understood are refused', async () => {
  const [, payload = '', signature = ''] = (await key.sign(claims())).split('.');
  for (const more of [
    { crit: ['exp'], exp: 1 },
    { b64: false, crit: ['b64'] },
    { kid: 7 },
    { kid: ['one'] },
    { kid: {} },
  ]) {
    const token = `${encode({ alg: 'ES256', kid: 'one', ...more })}.${payload}.${signature}`;
    expect(await refusal(present(token))).toMatch(/^UNAUTHENTICATED [A-Z_]+: /);
  }
});

test('a header of another form is refused', async () => {
  const token = await key.sign(claims());
  const message = 'UNAUTHENTICATED MALFORMED_HEADER: the Authorization header is not of the form: Bearer TOKEN';
  const headers = [
    '',
    'Bearer',
    'Bearer ',
    `Bearer  ${token}`,
    `Bearer ${token} `,
    ` Bearer ${token}`,
    token,
    'Basic YTpi',
  ];
  for (const header of [...headers, `Bearer ${token}, Bearer ${token}`, `Bearer\t${token}`])
    expect(await refusal(authenticator.authenticate(header))).toBe(message);
});

test('a token longer than any issuer makes is refused unread', async () => {
  const message = 'UNAUTHENTICATED TOKEN_TOO_LONG: the token has more than 8192 characters';
  expect(await refusal(present(await key.sign(claims({ roles: 'x'.repeat(8_192) }))))).toBe(message);
  expect(await refusal(present('x'.repeat(8_193)))).toBe(message);
});

test('without any issuer no token is accepted', async () => {
  const none = createAuthenticator({ issuers: [] });
  expect(await none.authenticate(undefined)).toBeNull();
  expect(await refusal(none.authenticate(`Bearer ${await key.sign(claims())}`))).toMatch(/UNKNOWN_ISSUER/);
});
