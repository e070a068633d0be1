import { LEEWAY_SECONDS } from '../../platform/authn/claims.ts';
import type { Credential } from '../../platform/authn/credential.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';

/** What a token is told whose account is gone, or is no longer that of the token's subject. */
export const principalGone = (): UnauthenticatedError =>
  new UnauthenticatedError(
    'PRINCIPAL_GONE',
    'whom this token was made for is no longer there, or signs in as somebody else; one that is issued a minute after that ended is accepted',
  );

/**
 * Refuses a token that was or may have been issued before its subject's last link ended (milliseconds since the epoch):
 * whoever is linked to the subject since, the token was not made for them. The clock of an issuer may be ahead by as much
 * as tokens are accepted early, and whether it is cannot be known.
 */
export function refuseEnded({ issuedAt }: Credential, endedAt: number | undefined): void {
  if (endedAt !== undefined && (issuedAt - LEEWAY_SECONDS) * 1_000 <= endedAt) throw principalGone();
}
