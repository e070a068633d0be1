import type { Credential } from '../../platform/authn/credential.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';

/** What a token is told whose account is gone, or is no longer that of the token's subject. */
export const principalGone = (): UnauthenticatedError =>
  new UnauthenticatedError(
    'PRINCIPAL_GONE',
    'whom this token was made for is no longer there, or signs in as somebody else; a token issued from now on is accepted',
  );

/**
 * Refuses a token that was issued before its subject's last link ended (milliseconds since the epoch): whoever is linked
 * to the subject since, the token was not made for them.
 */
export function refuseEnded({ issuedAt }: Credential, endedAt: number | undefined): void {
  if (endedAt !== undefined && issuedAt * 1_000 <= endedAt) throw principalGone();
}
