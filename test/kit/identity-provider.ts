import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JWK } from 'oidc-provider';
import { type Arrival, browse } from './identity-browser.ts';
import {
  addServiceUser,
  postForm,
  type ServiceUser,
  type ServiceUserOptions,
  signInByCode,
  type Tokens,
  type Wishes,
} from './identity-provider-clients.ts';
import {
  createProvider,
  createSigningKey,
  PUBLIC_CLIENT,
  type TokenChoice,
} from './identity-provider-configuration.ts';
import { createProviderStore } from './identity-provider-store.ts';
import { stablePort } from './stable-port.ts';

/** A real OpenID provider (`oidc-provider`) on a loopback port. */
export interface IdentityProvider {
  readonly issuer: string;
  /** How the next access tokens are made: their audience, form and life; can be changed at any time. */
  readonly choice: TokenChoice;
  /** How often a path has been asked for, such as `/token`, `/token/introspection`, `/jwks`. */
  requestCount(path: string): number;
  /** Plays a person who opens an address of the provider and signs in as `login`; null: refuses. */
  visit(url: string, login: string | null): Promise<Arrival>;
  /** Signs a person in with authorization code and PKCE. */
  signIn(login: string, wishes?: Wishes): Promise<Tokens>;
  addServiceUser(options: ServiceUserOptions): Promise<ServiceUser>;
  /** A person's next tokens; a refresh token is good once. */
  refresh(refreshToken: string): Promise<Tokens>;
  revoke(token: string): Promise<void>;
  /** Tokens are signed by a new key from now on; the old ones are served no more unless `keepOld`. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
  stop(): Promise<void>;
  /** Listens again where it did, with all that it knew. */
  start(): Promise<void>;
}

export async function startIdentityProvider(options: Partial<TokenChoice> = {}): Promise<IdentityProvider> {
  const port = await stablePort();
  const issuer = `http://127.0.0.1:${port}`;
  const choice: TokenChoice = { audience: 'catalog', format: 'jwt', seconds: 600, ...options };
  const store = createProviderStore();
  const subjects = new Map<string, string>();
  const counts = new Map<string, number>();
  let keys: readonly JWK[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  const rotateKeys: IdentityProvider['rotateKeys'] = async ({ keepOld = false } = {}) => {
    keys = [await createSigningKey(), ...(keepOld ? keys : [])];
    answer = createProvider(issuer, { store, keys, choice, subjects }).callback();
  };
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    counts.set(path, (counts.get(path) ?? 0) + 1);
    void answer(request, response);
  });
  const start = (): Promise<void> => new Promise((started) => server.listen(port, '127.0.0.1', started));
  const visit: IdentityProvider['visit'] = (url, login) => browse(url, { login: login ?? '' });
  const { clientId: client_id } = PUBLIC_CLIENT;

  await rotateKeys();
  await start();
  return {
    issuer,
    choice,
    requestCount: (path) => counts.get(path) ?? 0,
    visit,
    signIn: (login, wishes = {}) => signInByCode(issuer, wishes, (url) => visit(url, login)),
    addServiceUser: (user) => {
      if (user.subject !== undefined) subjects.set(user.clientId, user.subject);
      return addServiceUser(issuer, store, user);
    },
    refresh: async (refresh_token) => {
      const answered = await postForm(`${issuer}/token`, { grant_type: 'refresh_token', client_id, refresh_token });
      return (await answered.json()) as Tokens;
    },
    revoke: async (token) => {
      await postForm(`${issuer}/token/revocation`, { client_id, token });
    },
    rotateKeys,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
    start,
  };
}
