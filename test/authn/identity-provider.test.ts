import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/platform/authn/authenticator.ts';
import { type IdentityProvider, startIdentityProvider } from '../kit/identity-provider.ts';
import { basic, postForm, type Tokens } from '../kit/identity-provider-clients.ts';
import { DEVICE_GRANT, INTROSPECTING_CLIENT, PUBLIC_CLIENT } from '../kit/identity-provider-configuration.ts';

let provider: IdentityProvider;
let other: IdentityProvider;

beforeAll(async () => {
  [provider, other] = await Promise.all([startIdentityProvider(), startIdentityProvider({ format: 'opaque' })]);
});
afterAll(() => Promise.all([provider.stop(), other.stop()]));

const authenticate = async ({ access_token }: Tokens): Promise<unknown> => {
  const authenticator = createAuthenticator({ issuers: [{ issuer: provider.issuer, audiences: ['catalog'] }] });
  return authenticator.authenticate(`Bearer ${access_token}`);
};

const introspect = async (token: string, by = other): Promise<Record<string, unknown>> => {
  const { clientId, secret } = INTROSPECTING_CLIENT;
  const answer = await postForm(`${by.issuer}/token/introspection`, { token }, basic(clientId, secret));
  return (await answer.json()) as Record<string, unknown>;
};

test('people and service users of a real provider are known by its tokens', async () => {
  const secret = await provider.addServiceUser({ clientId: 'billing', subject: '770001' });
  const keyed = await provider.addServiceUser({ clientId: 'quota', proof: 'key' });
  const person = await provider.signIn('ada');
  expect(decodeProtectedHeader(person.access_token)).toMatchObject({ typ: 'at+jwt' });
  expect(decodeJwt(person.access_token)).toMatchObject({ aud: 'catalog', sub: 'ada', azp: PUBLIC_CLIENT.clientId });
  const credential = { issuer: provider.issuer, issuedAt: expect.any(Number), expiresAt: expect.any(Number) };
  expect(
    await Promise.all(
      [person, await secret.signIn(), await keyed.signIn(), await keyed.signInByJwtProfile()].map(authenticate),
    ),
  ).toEqual([
    { ...credential, subject: 'ada', clientId: 'catalog-cli' },
    { ...credential, subject: '770001', clientId: 'billing' },
    { ...credential, subject: 'quota', clientId: 'quota' },
    { ...credential, subject: 'quota', clientId: 'quota' },
  ]);
  await expect(authenticate(await provider.signIn('ada', { audience: 'shop' }))).rejects.toThrow('meant for others');
});

test('a refresh token is good once, and a new key signs what comes after a rotation', async () => {
  const first = await provider.signIn('ada');
  await provider.rotateKeys();
  const second = await provider.refresh(first.refresh_token ?? '');
  expect(decodeProtectedHeader(second.access_token).kid).not.toBe(decodeProtectedHeader(first.access_token).kid);
  await expect(authenticate(second)).resolves.toMatchObject({ subject: 'ada' });
  await expect(authenticate(first)).rejects.toThrow();
  await expect(provider.refresh(first.refresh_token ?? '')).rejects.toThrow('invalid_grant');
});

test('who has only another device signs in with a code', async () => {
  const { clientId: client_id } = PUBLIC_CLIENT;
  const asked = await postForm(`${provider.issuer}/device/auth`, { client_id, scope: 'openid catalog' });
  const device = (await asked.json()) as { readonly device_code: string; readonly verification_uri_complete: string };
  const collect = (): Promise<Response> =>
    postForm(`${provider.issuer}/token`, { grant_type: DEVICE_GRANT, client_id, device_code: device.device_code });
  await expect(collect()).rejects.toThrow('authorization_pending');
  await expect(provider.visit(device.verification_uri_complete, 'ada')).resolves.toMatchObject({ page: 'signed in' });
  await expect(authenticate((await (await collect()).json()) as Tokens)).resolves.toMatchObject({ subject: 'ada' });
});

test('opaque tokens are known by introspection, by their own provider, until they are revoked', async () => {
  const robot = await other.addServiceUser({ clientId: 'robot', subject: '880001' });
  const [person, program] = [await other.signIn('ada'), await robot.signIn()];
  const told = { active: true, iss: other.issuer, aud: 'catalog', exp: expect.any(Number) };
  expect(await introspect(person.access_token)).toMatchObject({ ...told, sub: 'ada', client_id: 'catalog-cli' });
  expect(await introspect(program.access_token)).toMatchObject({ ...told, sub: '880001', client_id: 'robot' });
  expect(await introspect(person.access_token, provider)).toEqual({ active: false });
  await other.revoke(person.refresh_token ?? '');
  expect(await introspect(person.access_token)).toEqual({ active: false });
});

test('a provider that comes back knows whom it has signed in', async () => {
  const { refresh_token = '' } = await provider.signIn('ada');
  await provider.stop();
  await expect(provider.refresh(refresh_token)).rejects.toThrow('fetch failed');
  await provider.start();
  const asked = provider.requestCount('/token');
  await expect(provider.refresh(refresh_token)).resolves.toMatchObject({ expires_in: 600 });
  expect(provider.requestCount('/token')).toBe(asked + 1);
});
