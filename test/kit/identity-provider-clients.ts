import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AdapterFactory, JWK } from 'oidc-provider';
import type { Arrival } from './identity-browser.ts';
import { PUBLIC_CLIENT, resourceOf } from './identity-provider-configuration.ts';
import { JWT_GRANT } from './identity-provider-jwt-profile.ts';

/** The token endpoint's answer. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_in: number;
}

/** What is asked for in a token. */
export interface Wishes {
  /** Other than the one that the provider gives by itself. */
  readonly audience?: string;
  readonly scope?: string;
}

/** A program that signs in at the provider, by a secret or by a key of its own. */
export interface ServiceUser {
  readonly clientId: string;
  /** The `sub` of its tokens. */
  readonly subject: string;
  /** Its key, as a JWK. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Client credentials: with its secret, or with an assertion (`private_key_jwt`), as it was added. */
  signIn(wishes?: Wishes): Promise<Tokens>;
  /** The JWT profile of RFC 7523: an assertion is the grant. */
  signInByJwtProfile(wishes?: Wishes): Promise<Tokens>;
  /** A JWT signed with its key; claims replace those that it has by itself. */
  assertion(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

export interface ServiceUserOptions {
  readonly clientId: string;
  /** Some providers give service users an id beside their name. */
  readonly subject?: string;
  /** How it proves who it is; a secret unless given. */
  readonly proof?: 'secret' | 'key';
}

/** Posts a form; what is refused is an error that says how. */
export async function postForm(
  url: string,
  form: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
  const response = await fetch(url, { method: 'POST', body, headers: { connection: 'close', ...headers } });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return response;
}

const wished = ({ audience, scope }: Wishes): Record<string, string | undefined> => ({
  scope: scope ?? 'catalog',
  resource: audience === undefined ? undefined : resourceOf(audience),
});

export async function addServiceUser(
  issuer: string,
  store: AdapterFactory,
  { clientId, subject = clientId, proof = 'secret' }: ServiceUserOptions,
): Promise<ServiceUser> {
  const secret = randomBytes(16).toString('hex');
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = randomUUID();
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } as JWK;
  await store('Client').upsert(clientId, {
    client_id: clientId,
    ...(proof === 'secret' && { client_secret: secret }),
    token_endpoint_auth_method: proof === 'secret' ? 'client_secret_basic' : 'private_key_jwt',
    jwks: { keys: [jwk] },
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  });
  const assertion: ServiceUser['assertion'] = (claims = {}) => {
    const iat = Math.floor(Date.now() / 1_000);
    const own = { iss: clientId, sub: clientId, aud: issuer, iat, exp: iat + 300, jti: randomUUID() };
    return new SignJWT({ ...own, ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
  };
  const ask = async (form: Readonly<Record<string, string | undefined>>, headers = {}): Promise<Tokens> =>
    (await (await postForm(`${issuer}/token`, form, headers)).json()) as Tokens;
  return {
    clientId,
    subject,
    key: { ...(await exportJWK(privateKey)), kid },
    assertion,
    signIn: async (wishes = {}) => {
      const form = { grant_type: 'client_credentials', ...wished(wishes) };
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      return proof === 'secret'
        ? ask(form, basic(clientId, secret))
        : ask({ ...form, client_assertion_type: type, client_assertion: await assertion() });
    },
    signInByJwtProfile: async (wishes = {}) =>
      ask({
        grant_type: JWT_GRANT,
        client_id: PUBLIC_CLIENT.clientId,
        assertion: await assertion(),
        ...wished(wishes),
      }),
  };
}

export const basic = (clientId: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
});

/** Signs a person in with authorization code and PKCE; `visit` is their browser. */
export async function signInByCode(
  issuer: string,
  wishes: Wishes,
  visit: (url: string) => Promise<Arrival>,
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const { clientId, redirectUri } = PUBLIC_CLIENT;
  const question = new URL(`${issuer}/auth`);
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'consent',
    ...wished({ scope: 'openid offline_access catalog', ...wishes }),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) question.searchParams.set(name, value);
  }
  const { url, page } = await visit(question.href);
  const code = new URL(url).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${url} ${page}`);
  const answer = await postForm(`${issuer}/token`, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    code,
  });
  return (await answer.json()) as Tokens;
}
