import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { UnauthenticatedError } from '../errors.ts';
import type { Credential } from './credential.ts';
import type { Issuer } from './issuer.ts';
import type { KeySet, KeySource } from './key-set.ts';
import { createKeySource } from './key-source.ts';
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
  /** Called when an issuer's keys cannot be fetched, also while the last ones are still used. */
  readonly report?: (problem: Error) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Neither `none` nor shared secrets: a service that can verify a token must not be able to issue one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Access and ID tokens; not logout tokens or proofs that the same keys sign. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];
/** Longest life of a token, unless said otherwise: one that cannot be taken back should not live for long. */
export const LONGEST_TOKEN_DAYS = 30;
const LEEWAY_SECONDS = 60;
const DAY_SECONDS = 86_400;
const MAX_TOKEN_LENGTH = 8_192;
const REMEMBERED_TOKENS = 5_000;

interface TrustedIssuer extends Issuer {
  readonly keys: KeySource;
}

/** Accepts the tokens (signed JWTs, as `Authorization: Bearer …`) of these issuers. */
export function createAuthenticator({
  issuers,
  longestTokenDays = LONGEST_TOKEN_DAYS,
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

  const verify = async (token: string): Promise<Credential> => {
    const claims = readUnverified(token);
    const issuer = trusted.get(claims.iss ?? '');
    if (issuer === undefined)
      throw new UnauthenticatedError(
        'UNKNOWN_ISSUER',
        `the token's issuer is not trusted here: ${claimText(claims.iss)}`,
      );
    const check = async (keySet: KeySet): Promise<Credential> => {
      const { payload } = await jwtVerify(token, keySet, {
        algorithms: ALGORITHMS,
        issuer: issuer.issuer,
        audience: [...issuer.audiences],
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: LEEWAY_SECONDS,
        // jose looks at `iat` only where tokens may have an age; how long one lives is the issuer's business.
        maxTokenAge: Number.MAX_SAFE_INTEGER,
        currentDate: new Date(now()),
      });
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
      const known = await remembered.find(token);
      if (known !== undefined && known.credential.expiresAt + LEEWAY_SECONDS > now() / 1_000) return known.credential;
      return verify(token);
    },
    warmUp: async () => {
      await Promise.allSettled([...trusted.values()].map(({ keys }) => keys.current()));
    },
  };
}

function bearerToken(authorization: string): string {
  if (authorization.length > MAX_TOKEN_LENGTH + 'Bearer '.length)
    throw new UnauthenticatedError('TOKEN_TOO_LONG', `the token has more than ${MAX_TOKEN_LENGTH} characters`);
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new UnauthenticatedError('MALFORMED_HEADER', 'the Authorization header is not of the form: Bearer TOKEN');
  return token;
}

/** The claims as they stand there, to find out whose keys to try; refuses what no key could make valid. */
function readUnverified(token: string): JWTPayload {
  const parts = token.split('.').length;
  if (parts === 5) throw new UnauthenticatedError('NOT_A_JWT', 'the token is encrypted; a signed JWT is needed');
  if (parts !== 3) {
    const advice = 'have the issuer give JWTs to this client';
    throw new UnauthenticatedError('NOT_A_JWT', `the token is opaque, a signed JWT is needed: ${advice}`);
  }
  let header: ReturnType<typeof decodeProtectedHeader>;
  let claims: JWTPayload;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch (cause) {
    throw new UnauthenticatedError('NOT_A_JWT', 'the token is not a JWT: its parts are not JSON', { cause });
  }
  if (!ALGORITHMS.includes(String(header.alg))) {
    const accepted = `accepted: ${ALGORITHMS.join(', ')}`;
    throw new UnauthenticatedError('WRONG_ALGORITHM', `the token's algorithm is ${claimText(header.alg)}; ${accepted}`);
  }
  if (header.typ !== undefined && !TYPES.includes(String(header.typ).toLowerCase()))
    throw new UnauthenticatedError('WRONG_TYPE', `the token is a ${claimText(header.typ)}, not an access token`);
  return claims;
}

function credentialOf(issuer: string, payload: JWTPayload, longestTokenDays: number): Credential {
  const { sub, iat, exp, azp, client_id: client = azp, act, email, email_verified: isVerified } = payload;
  if (!isText(sub) || sub.length > 255)
    throw invalidClaim('sub', 'is not a text of 1 to 255 characters without control characters');
  const [issuedAt, expiresAt] = [Number(iat), Number(exp)];
  if (!(expiresAt - issuedAt <= longestTokenDays * DAY_SECONDS))
    throw invalidClaim(
      'exp',
      `lies more than ${longestTokenDays} days after its iat, longer than a token may live here`,
    );
  const delegatedBy = actorIn(act);
  return {
    issuer,
    subject: sub,
    ...(isText(client) && { clientId: client.slice(0, 255) }),
    ...(delegatedBy !== undefined && { delegatedBy }),
    ...(isText(email) && isVerified !== false && { email }),
    issuedAt,
    expiresAt,
  };
}

const invalidClaim = (claim: string, what: string): UnauthenticatedError =>
  new UnauthenticatedError('INVALID_CLAIM', `the token's ${claim} ${what}`);

/** Something that can be stored as it is. Halves of surrogate pairs cannot: two subjects that differ in one would be one. */
const isText = (claim: unknown): claim is string =>
  typeof claim === 'string' && /^\P{Cc}+$/u.test(claim) && claim.isWellFormed();

/** Who acts, of the claim `act` (RFC 8693); of a chain the last, who is the one that acts now. */
const actorIn = (act: unknown): string | undefined =>
  typeof act === 'object' && act !== null && 'sub' in act && isText(act.sub) ? act.sub.slice(0, 255) : undefined;

/** A claim of an unverified token, shortened for a message. */
const claimText = (claim: unknown): string => (JSON.stringify(claim) ?? 'missing').slice(0, 200);
