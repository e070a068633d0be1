import { principalGone, refuseEnded } from '../../catalog/access/ended.ts';
import type { FindPrincipal } from '../../catalog/access/sessions.ts';
import type { Credential } from '../../platform/authn/credential.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';
import { identify, type KnownIdentity } from './identities.ts';
import { type SignUpStores, signUp } from './sign-up.ts';

/** A name that was free may be taken by the time it is stored, more than once. */
const ATTEMPTS = 3;

/**
 * Finds the account of a credential: the one that its issuer and subject are linked to, and no other (reference/iam.md
 * 6). Somebody who has never been seen gets a User of their own, without any right.
 */
export function createFindPrincipal({
  hasOneIssuer,
  ...stores
}: SignUpStores & {
  /** Whether a subject alone says who somebody is. */
  readonly hasOneIssuer: boolean;
}): FindPrincipal {
  const welcome = async ({ issuer, subject, email }: Credential): Promise<KnownIdentity> => {
    const newcomer = { issuer, subject, mayHaveOwnName: hasOneIssuer, ...(email !== undefined && { email }) };
    for (let attempt = 1; ; attempt += 1) {
      const [violation] = await signUp(stores, newcomer);
      const known = await identify(stores.database, newcomer);
      if (known.account !== undefined) return known;
      if (violation === undefined) throw principalGone();
      if (attempt === ATTEMPTS) throw new UnauthenticatedError('USER_REFUSED', violation.message);
    }
  };

  return async (credential) => {
    const { issuer, subject } = credential;
    const first = await identify(stores.database, credential);
    refuseEnded(credential, first.endedAt);
    const { accessVersion, account, endedAt } = first.account === undefined ? await welcome(credential) : first;
    refuseEnded(credential, endedAt);
    if (account === undefined) throw principalGone();
    const { kind, id, name, state, email } = account;
    if (state === 'Inactive') throw new UnauthenticatedError('PRINCIPAL_INACTIVE', `${kind} ${name} is deactivated`);
    return {
      accessVersion,
      endedAt,
      caller: { kind, principalId: id, name, issuer, subject, ...(email !== null && { email }) },
    };
  };
}
