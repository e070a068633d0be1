import type { Credential } from '../../platform/authn/credential.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { UnavailableError, unreachable } from '../../platform/errors.ts';
import type { Access } from './access.ts';
import { type Actor, nobody, type Rights, requireToken } from './rights.ts';
import type { Session, Sessions } from './sessions.ts';

/** Who acts in a request, with rights that are worked out anew within it when the access version rises. */
export type ActorOf = (credential: Credential | null) => Promise<Actor>;

export function createActorOf({
  database,
  sessions,
  isOpenFgaReachable,
  anonymous,
}: {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly isOpenFgaReachable: () => boolean;
  /** What callers without a token may do: read the schema, or nothing at all. */
  readonly anonymous: 'schema' | 'none';
}): ActorOf {
  const requireOpenFga = (): void => {
    if (isOpenFgaReachable()) return;
    throw unreachable('AUTHORIZATION_UNREACHABLE');
  };

  const rightsOf = (credential: Credential, first: Session): Rights => {
    let session = first;
    const renew = async (stale: Access): Promise<void> => {
      requireOpenFga();
      if (session.access !== stale) return;
      const renewed = await sessions.renew(credential, session);
      if (renewed.caller.principalId !== first.caller.principalId) throw changedAccount();
      session = renewed;
    };
    return {
      get access() {
        return session.access;
      },
      get holdings() {
        return session.holdings;
      },
      current: async () => {
        const [row] = await database.cells(sql`select version from access_version`);
        if (row?.[0] !== session.access.version) await renew(session.access);
        return session.access;
      },
      renew,
    };
  };

  return async (credential) => {
    if (credential === null && anonymous === 'none') requireToken();
    if (credential === null) return nobody;
    requireOpenFga();
    const session = await sessions.get(credential);
    const { clientId, delegatedBy } = credential;
    const caller = { ...session.caller, ...(clientId && { clientId }), ...(delegatedBy && { delegatedBy }) };
    return { caller, rights: rightsOf(credential, session) };
  };
}

/** Whose rights are worked out anew and whose name stands in the audit log must be one account. */
const changedAccount = (): UnavailableError =>
  new UnavailableError('the identity of the token was linked to another account just now; try again', {
    reason: 'ACCOUNT_CHANGED',
    retryable: true,
  });
