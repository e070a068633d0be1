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

  const renew = async (credential: Credential, session: Session, stale: Access): Promise<Session> => {
    requireOpenFga();
    if (session.access !== stale) return session;
    const renewed = await sessions.renew(credential, session);
    if (renewed.caller.principalId !== session.caller.principalId) throw changedAccount();
    return renewed;
  };
  const versionNow = async (): Promise<unknown> => {
    const [row] = await database.cells(sql`select version from access_version`);
    return row?.[0];
  };

  return async (credential) => {
    if (credential === null && anonymous === 'none') requireToken();
    if (credential === null) return nobody;
    requireOpenFga();
    const found = sessions.get(credential);
    const session = found instanceof Promise ? await found : found;
    const { clientId, delegatedBy } = credential;
    const caller = { ...session.caller, ...(clientId && { clientId }), ...(delegatedBy && { delegatedBy }) };
    const rights = new SessionRights(session, { versionNow, renew: (now, stale) => renew(credential, now, stale) });
    return { caller, rights };
  };
}

/** Rights that are those of a session, and of another one from when it is worked out anew. */
class SessionRights implements Rights {
  #session: Session;
  readonly #asking: Asking;

  constructor(session: Session, asking: Asking) {
    this.#session = session;
    this.#asking = asking;
  }

  get access(): Access {
    return this.#session.access;
  }

  get holdings(): Session['holdings'] {
    return this.#session.holdings;
  }

  async current(): Promise<Access> {
    if ((await this.#asking.versionNow()) !== this.access.version) await this.renew(this.access);
    return this.access;
  }

  async renew(stale: Access): Promise<void> {
    const before = this.#session;
    const renewed = await this.#asking.renew(before, stale);
    if (renewed !== before) this.#session = renewed;
  }
}

interface Asking {
  /** The access version of this moment. */
  versionNow(): Promise<unknown>;
  /** A session in place of this one, unless its access is no longer the stale one. */
  renew(session: Session, stale: Access): Promise<Session>;
}

/** Whose rights are worked out anew and whose name stands in the audit log must be one account. */
const changedAccount = (): UnavailableError =>
  new UnavailableError('the identity of the token was linked to another account just now; try again', {
    reason: 'ACCOUNT_CHANGED',
    retryable: true,
  });
