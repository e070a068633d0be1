import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { UnauthenticatedError } from '../errors.ts';
import { claimRules, claimText, credentialOf, LEEWAY_SECONDS, LONGEST_TOKEN_DAYS } from './claims.ts';
import type { Credential } from './credential.ts';
import type { Issuer } from './issuer.ts';
import type { KeySet, KeySource } from './key-set.ts';
import { createKeySource } from './key-source.ts';
import { createOpaqueTokens } from './opaque-tokens.ts';
import { refusedToken } from './refused-token.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Identifies callers. */
export interface Authenticator {
  /**
   * The credential of an `Authorization` header; null without one. Throws `UnauthenticatedError` when it is not valid, and
   * `UnavailableError` when that cannot be decided because the issuer's keys cannot be fetched.
   */
  authenticate(authorization: string | undefined): Promise<Credential | null>;
  /** Fetches the keys of all issuers ahead of the first token; problems are reported and stand in nobody's way. */
  warmUp(): Promise<void>;
}

export interface AuthenticatorOptions {
  readonly issuers: readonly Issuer[];
  /** A token that lives longer, from its issue to its expiry, is refused. */
  readonly longestTokenDays?: number;
  /** For how long an issuer's answer about an opaque token holds. */
  readonly answerSeconds?: number;
  /** Called when an issuer's keys cannot be fetched, also while the last ones are still used. */
  readonly report?: (problem: Error) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Neither `none` nor shared secrets: a service that can verify a token must not be able to issue one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Access and ID tokens; not logout tokens or proofs that the same keys sign. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];
/** For how long an issuer's answer about an opaque token holds, unless said otherwise. */
export const ANSWER_SECONDS = 60;
const MAX_TOKEN_LENGTH = 8_192;
const REMEMBERED_TOKENS = 5_000;

interface TrustedIssuer extends Issuer {
  readonly keys: KeySource;
}

/** Accepts the tokens (signed JWTs, as `Authorization: Bearer …`) of these issuers. */
export function createAuthenticator({
  issuers,
  longestTokenDays = LONGEST_TOKEN_DAYS,
  answerSeconds = ANSWER_SECONDS,
  report,
  now = Date.now,
}: AuthenticatorOptions): Authenticator {
  const options = { now, report: report ?? (() => undefined) };
  const trusted = new Map(
    issuers.map((issuer): [string, TrustedIssuer] => [
      issuer.issuer,
      { ...issuer, keys: createKeySource(issuer, options) },
    ]),
  );
  const remembered = new VerifiedTokens(REMEMBERED_TOKENS);
  const [ofOpaque] = issuers.flatMap(({ introspection, ...issuer }) =>
    introspection === undefined
      ? []
      : [createOpaqueTokens({ ...issuer, introspection }, { ...options, answerSeconds, longestTokenDays })],
  );

  const verify = async (token: string): Promise<Credential> => {
    const claims = readUnverified(token);
    if (claims instanceof UnauthenticatedError) {
      if (ofOpaque === undefined) throw claims;
      return ofOpaque(token);
    }
    const issuer = trusted.get(claims.iss ?? '');
    if (issuer === undefined)
      throw new UnauthenticatedError(
        'UNKNOWN_ISSUER',
        `the token's issuer is not trusted here: ${claimText(claims.iss)}`,
      );
    const check = async (keySet: KeySet): Promise<Credential> => {
      const rules = { algorithms: ALGORITHMS, ...claimRules(issuer, now()) };
      const { payload } = await jwtVerify(token, keySet, rules).catch(refuseUnusableKey);
      const credential = credentialOf(issuer.issuer, payload, longestTokenDays);
      remembered.add(token, { credential, keys: issuer.keys, keySet });
      return credential;
    };
    try {
      const known = await issuer.keys.current();
      return await check(known).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        return check(await issuer.keys.renewed());
      });
    } catch (error) {
      throw refusedToken(error, claims);
    }
  };

  return {
    authenticate: async (authorization) => {
      if (authorization === undefined) return null;
      const token = bearerToken(authorization);
      const found = remembered.find(token);
      const known = found instanceof Promise ? await found : found;
      if (known !== undefined && known.credential.expiresAt + LEEWAY_SECONDS > now() / 1_000) return known.credential;
      return verify(token);
    },
    warmUp: async () => {
      await Promise.allSettled([...trusted.values()].map(async ({ keys }) => keys.current()));
    },
  };
}

/** What is wrong with a token or its claims has an error of its own; all else is wrong with the key that its issuer serves. */
function refuseUnusableKey(error: unknown): never {
  if (error instanceof errors.JOSEError) throw error;
  const cause = { cause: error };
  throw new UnauthenticatedError(
    'UNKNOWN_KEY',
    "the token's key (kid) is among its issuer's, but cannot be used",
    cause,
  );
}

function bearerToken(authorization: string): string {
  if (authorization.length > MAX_TOKEN_LENGTH + 'Bearer '.length)
    throw new UnauthenticatedError('TOKEN_TOO_LONG', `the token has more than ${MAX_TOKEN_LENGTH} characters`);
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new UnauthenticatedError('MALFORMED_HEADER', 'the Authorization header is not of the form: Bearer TOKEN');
  return token;
}

/**
 * The claims as they stand there, to find out whose keys to try; refuses what no key could make valid. What is no signed
 * JWT at all may be an opaque token: why it is none is given back.
 */
function readUnverified(token: string): JWTPayload | UnauthenticatedError {
  const parts = token.split('.').length;
  // Its issuer made it for whoever holds the key: nobody is to be asked about it.
  if (parts === 5) throw new UnauthenticatedError('NOT_A_JWT', 'the token is encrypted; a signed JWT is needed');
  if (parts !== 3) {
    const advice = 'have the issuer give JWTs to this client, or let it be asked (introspection, in OIDC_ISSUERS)';
    return new UnauthenticatedError('NOT_A_JWT', `the token is opaque, a signed JWT is needed: ${advice}`);
  }
  let header: ReturnType<typeof decodeProtectedHeader>;
  let claims: JWTPayload;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch (cause) {
    return new UnauthenticatedError('NOT_A_JWT', 'the token is not a JWT: its parts are not JSON', { cause });
  }
  if (!ALGORITHMS.includes(String(header.alg))) {
    const accepted = `accepted: ${ALGORITHMS.join(', ')}`;
    throw new UnauthenticatedError('WRONG_ALGORITHM', `the token's algorithm is ${claimText(header.alg)}; ${accepted}`);
  }
  if (header.typ !== undefined && !TYPES.includes(String(header.typ).toLowerCase()))
    throw new UnauthenticatedError('WRONG_TYPE', `the token is a ${claimText(header.typ)}, not an access token`);
  return claims;
}
