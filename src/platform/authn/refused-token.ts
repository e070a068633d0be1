import { errors, type JWTPayload } from 'jose';
import { CatalogError, UnauthenticatedError } from '../errors.ts';

/** Why a token that looks like one of a trusted issuer is not accepted; what is no such reason is given back as it is. */
export function refusedToken(error: unknown, claims: JWTPayload): unknown {
  if (error instanceof CatalogError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  if (error instanceof errors.JWTExpired)
    return new UnauthenticatedError('TOKEN_EXPIRED', `the token expired${at(claims.exp)}`, cause);
  if (error instanceof errors.JWTClaimValidationFailed) return refusedClaim(error, claims);
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new UnauthenticatedError('BAD_SIGNATURE', "the token's signature is not its issuer's", cause);
  if (error instanceof errors.JWKSNoMatchingKey)
    return new UnauthenticatedError('UNKNOWN_KEY', "the token's key (kid) is not among its issuer's", cause);
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return new UnauthenticatedError('UNKNOWN_KEY', 'the token does not say which key of its issuer it is for', cause);
  if (error instanceof errors.JOSEError)
    return new UnauthenticatedError('NOT_A_JWT', `the token is not a JWT that can be checked: ${error.message}`, cause);
  return error;
}

function refusedClaim(error: errors.JWTClaimValidationFailed, claims: JWTPayload): UnauthenticatedError {
  const { claim, reason } = error;
  const cause = { cause: error };
  if (reason === 'missing')
    return new UnauthenticatedError('INVALID_CLAIM', `the token does not have the claim ${claim}`, cause);
  if (claim === 'aud')
    return new UnauthenticatedError(
      'WRONG_AUDIENCE',
      'the token is meant for others (aud), not for this service',
      cause,
    );
  if (reason === 'check_failed' && (claim === 'nbf' || claim === 'iat'))
    return new UnauthenticatedError(
      'TOKEN_NOT_YET_VALID',
      `the token is valid only from${at(claims[claim])} on`,
      cause,
    );
  return new UnauthenticatedError('INVALID_CLAIM', `the token's claim ${claim} is not valid`, cause);
}

/** ` 2026-01-31T12:00:00Z`, or nothing for what is no time. */
function at(seconds: unknown): string {
  const time = new Date(Number(seconds) * 1_000);
  return Number.isNaN(time.getTime()) ? '' : ` ${time.toISOString().replace('.000Z', 'Z')}`;
}
