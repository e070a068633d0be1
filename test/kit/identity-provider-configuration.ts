import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import {
  type AdapterFactory,
  errors,
  type JWK,
  type JWKS,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
} from 'oidc-provider';
import { addJwtProfile, JWT_GRANT } from './identity-provider-jwt-profile.ts';
import { addSignInPage } from './identity-provider-page.ts';

/** The client that signs people in: public, with PKCE, a loopback redirect or a device code, and refresh tokens. */
export const PUBLIC_CLIENT = { clientId: 'catalog-cli', redirectUri: 'http://127.0.0.1/callback' } as const;

/** The client that may ask what an opaque token is; so may clients whose id begins like its. */
export const INTROSPECTING_CLIENT = { clientId: 'catalog-service', secret: 'introspection-secret' } as const;

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** How access tokens are made from now on. */
export interface TokenChoice {
  /** The audience of tokens asked for without one. */
  audience: string;
  format: 'jwt' | 'opaque';
  seconds: number;
}

/** Resource indicators (RFC 8707) have to be URLs; an audience is any text. */
const AUDIENCE_PREFIX = 'urn:audience:';
export const resourceOf = (audience: string): string => `${AUDIENCE_PREFIX}${audience}`;

export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' } as JWK;
}

export interface ProviderParts {
  readonly store: AdapterFactory;
  readonly keys: readonly JWK[];
  readonly choice: TokenChoice;
  /** The subject of a service user's tokens where it is not the client's id. */
  readonly subjects: ReadonlyMap<string, string>;
}

export function createProvider(issuer: string, { store, keys, choice, subjects }: ProviderParts): Provider {
  const provider = new Provider(issuer, {
    adapter: store,
    jwks: { keys } as JWKS,
    cookies: { keys: ['test'] },
    clients: [
      {
        client_id: PUBLIC_CLIENT.clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT, JWT_GRANT],
        response_types: ['code'],
        redirect_uris: [PUBLIC_CLIENT.redirectUri],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: INTROSPECTING_CLIENT.clientId,
        client_secret: INTROSPECTING_CLIENT.secret,
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: ['openid', 'offline_access', 'catalog'],
    claims: { openid: ['sub'] },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    rotateRefreshToken: true,
    extraTokenClaims: (_context, token) => ({
      azp: token.clientId,
      // A person's comes from the provider itself.
      ...(token.kind === 'ClientCredentials' && { sub: subjects.get(token.clientId ?? '') ?? token.clientId }),
    }),
    formats: {
      customizers: {
        jwt: (_context, token, { payload }) => {
          payload.sub = subjects.get(token.clientId ?? '') ?? payload.sub;
        },
      },
    },
    ttl: {
      AccessToken: () => choice.seconds,
      ClientCredentials: () => choice.seconds,
      Interaction: 600,
      Session: 600,
      Grant: 3_600,
      RefreshToken: 3_600,
      DeviceCode: 600,
      IdToken: 600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: show,
        userCodeConfirmSource: show,
        successSource: (context) => show(context, 'signed in'),
      },
      revocation: { enabled: true, allowedPolicy: () => true },
      introspection: {
        enabled: true,
        allowedPolicy: (_context, { clientId }) => clientId.startsWith(INTROSPECTING_CLIENT.clientId),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? resourceOf(choice.audience),
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => resourceServer(resource, choice),
      },
    },
  });
  addSignInPage(provider);
  addJwtProfile(provider, (resource) => resourceServer(resource ?? resourceOf(choice.audience), choice));
  return provider;
}

function show(context: KoaContextWithOIDC, page: string): void {
  context.body = page;
}

function resourceServer(resource: string, { format, seconds }: TokenChoice): ResourceServer {
  if (!resource.startsWith(AUDIENCE_PREFIX)) throw new errors.InvalidTarget();
  return {
    scope: 'catalog',
    audience: resource.slice(AUDIENCE_PREFIX.length),
    accessTokenFormat: format,
    accessTokenTTL: seconds,
    ...(format === 'jwt' && { jwt: { sign: { alg: 'ES256' } } }),
  };
}
