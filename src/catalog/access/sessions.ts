import { LRUCache } from 'lru-cache';
import type { Credential } from '../../platform/authn/credential.ts';
import { carrying } from '../../platform/carried.ts';
import type { Database } from '../../platform/db/database.ts';
import { kept as keptByObject } from '../../platform/kept.ts';
import { createSharedWork } from '../../platform/shared-work.ts';
import { inSpan } from '../../platform/telemetry/spans.ts';
import type { Catalog } from '../model.ts';
import type { Access } from './access.ts';
import { storeHoldings } from './access-sets.ts';
import type { AuthorizationStore } from './authorization-store.ts';
import type { Caller } from './caller.ts';
import { createAccess } from './create-access.ts';
import { refuseEnded } from './ended.ts';
import { listGrants } from './grants.ts';
import type { Holdings } from './holdings.ts';
import { loadHoldings } from './load-holdings.ts';

/** A caller and what it may do, as of one access version. */
export interface Session {
  readonly caller: Caller;
  /** Tokens that were issued until then, in milliseconds since the epoch, were not made for this caller. */
  readonly endedAt: number | undefined;
  readonly access: Access;
  readonly holdings: Holdings;
}

/** A principal as it is at one access version. */
export interface FoundPrincipal {
  readonly accessVersion: bigint;
  readonly caller: Caller & { readonly principalId: string };
  readonly endedAt: number | undefined;
}

/** Finds who is behind a credential; throws UnauthenticatedError when nobody who may act is. */
export type FindPrincipal = (credential: Credential) => Promise<FoundPrincipal>;

/** Sessions of everyone who calls, kept until the access version rises. */
export interface Sessions {
  /** The session that was worked out last; without a call to OpenFGA or the database when there is one, and then at once. */
  get(credential: Credential): Session | Promise<Session>;
  /** Has the session worked out anew, because the access version has risen. */
  renew(credential: Credential, stale: Session): Promise<Session>;
}

export function createSessions({
  catalog,
  database,
  authorization,
  findPrincipal,
  noteLoad = () => undefined,
  capacity = 10_000,
}: {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly authorization: Pick<AuthorizationStore, 'openfga' | 'refresh'>;
  readonly findPrincipal: FindPrincipal;
  /** Told how long it took to work out what somebody may do, in milliseconds. */
  readonly noteLoad?: (ms: number, outcome: 'ok' | 'error') => void;
  /** Callers whose sessions are kept: those who called last. */
  readonly capacity?: number;
}): Sessions {
  const load = async (credential: Credential): Promise<Session> => {
    // The access version is read first: a change while the rest is loaded raises it, which the first statement notices.
    const { accessVersion, caller, endedAt } = await findPrincipal(credential);
    await authorization.refresh();
    const grantIds = await listGrants(authorization.openfga(), database, caller.principalId);
    const holdings = await loadHoldings(database, grantIds);
    const setId = await storeHoldings(database, caller.principalId, accessVersion, holdings);
    return { caller, endedAt, holdings, access: createAccess(catalog, accessVersion, holdings, setId) };
  };

  const timed = async (credential: Credential): Promise<Session> => {
    const startedAt = performance.now();
    let outcome: 'ok' | 'error' = 'error';
    try {
      const session = await load(credential);
      outcome = 'ok';
      return session;
    } finally {
      noteLoad(performance.now() - startedAt, outcome);
    }
  };

  const kept = new LRUCache<string, Session>({ max: capacity });
  // Requests of one caller that find no session wait for the same load, each until its own time is over.
  const loads = createSharedWork<string>();
  const loadFor = (key: string, credential: Credential): Promise<Session> =>
    loads.run(key, async () => {
      // Who is behind the credential is not known before; until then it is a caller of its own.
      const session = await carrying({ caller: key }, () => inSpan('access', () => timed(credential)));
      kept.set(key, session);
      return session;
    });
  // A token that was verified once has the same credential each time.
  const keyOf = keptByObject(({ issuer, subject }: Credential): string => JSON.stringify([issuer, subject]));
  // Another token of the same subject may be older than the link that the session is of.
  const admit = (credential: Credential, session: Session): Session => {
    refuseEnded(credential, session.endedAt);
    return session;
  };
  const get = (credential: Credential): Session | Promise<Session> => {
    const key = keyOf(credential);
    const session = kept.get(key);
    if (session !== undefined) return admit(credential, session);
    return loadFor(key, credential).then((loaded) => admit(credential, loaded));
  };
  return {
    get,
    renew: async (credential, stale) => {
      const key = keyOf(credential);
      // Somebody else may have had it worked out since, or be waiting for it.
      if (kept.peek(key) === stale) kept.delete(key);
      return get(credential);
    },
  };
}
