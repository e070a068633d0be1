import { type JWTClaimVerificationOptions, type JWTPayload, UnsecuredJWT } from 'jose';
import { UnauthenticatedError } from '../errors.ts';
import type { Credential } from './credential.ts';
import type { Issuer } from './issuer.ts';

/** Longest life of a token, unless said otherwise: one that cannot be taken back should not live for long. */
export const LONGEST_TOKEN_DAYS = 30;
export const LEEWAY_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** What the claims of an issuer's tokens have to be, wherever they come from. */
export const claimRules = ({ issuer, audiences }: Issuer, now: number): JWTClaimVerificationOptions => ({
  issuer,
  audience: [...audiences],
  requiredClaims: ['exp', 'iat', 'sub'],
  clockTolerance: LEEWAY_SECONDS,
  // jose looks at `iat` only where tokens may have an age; how long one lives is judged below.
  maxTokenAge: Number.MAX_SAFE_INTEGER,
  currentDate: new Date(now),
});

/** Judges claims that the issuer itself has told us, so that there is no signature, as those of a JWT are judged. */
export const judgeClaims = (claims: JWTPayload, rules: JWTClaimVerificationOptions): JWTPayload =>
  UnsecuredJWT.decode(new UnsecuredJWT(claims).encode(), rules).payload;

/** Who is meant by the claims of a valid token. */
export function credentialOf(issuer: string, payload: JWTPayload, longestTokenDays: number): Credential {
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
export const claimText = (claim: unknown): string => (JSON.stringify(claim) ?? 'missing').slice(0, 200);
