import type { Credential } from '../../platform/authn/authenticator.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Catalog } from '../model.ts';
import { type Access, createAccess, type Holdings } from './access.ts';
import type { AuthorizationStore } from './authorization-store.ts';
import type { Caller } from './caller.ts';
import { listGrants } from './grants.ts';
import { loadHoldings, storeHoldings } from './holdings.ts';

/** A caller and what it may do, as of one access position. */
export interface Session {
  readonly caller: Caller;
  readonly access: Access;
  readonly holdings: Holdings;
}

/** A principal as it is at one access position. */
export interface FoundPrincipal {
  readonly position: bigint;
  readonly caller: Caller & { readonly principalId: string };
}

/** Finds who is behind a credential; throws UnauthenticatedError when nobody who may act is. */
export type FindPrincipal = (credential: Credential) => Promise<FoundPrincipal>;

/** Sessions of everyone who calls, kept as long as the access position stands still. */
export interface Sessions {
  /** The session that was worked out last; without a call to OpenFGA or the database when there is one. */
  get(credential: Credential): Promise<Session>;
  /** Has the session worked out anew, because the position has moved on. */
  renew(credential: Credential, stale: Session): Promise<Session>;
}

const MOST = 10_000;

export function createSessions({
  catalog,
  database,
  authorization,
  findPrincipal,
}: {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly authorization: Pick<AuthorizationStore, 'openfga' | 'refresh'>;
  readonly findPrincipal: FindPrincipal;
}): Sessions {
  const kept = new Map<string, Promise<Session>>();
  const keyOf = ({ issuer, subject }: Credential): string => JSON.stringify([issuer, subject]);

  const load = async (credential: Credential): Promise<Session> => {
    // The position is read first: what changes while the rest is worked out raises it, and the first statement tells.
    const { position, caller } = await findPrincipal(credential);
    await authorization.refresh();
    const grantIds = await listGrants(authorization.openfga(), database, caller.principalId);
    const holdings = await loadHoldings(database, grantIds);
    const setId = await storeHoldings(database, caller.principalId, position, holdings);
    return { caller, holdings, access: createAccess(catalog, position, holdings, setId) };
  };

  const start = (credential: Credential): Promise<Session> => {
    const key = keyOf(credential);
    const loading = load(credential);
    kept.delete(key);
    kept.set(key, loading);
    if (kept.size > MOST) kept.delete(kept.keys().next().value ?? key);
    loading.catch(() => {
      if (kept.get(key) === loading) kept.delete(key);
    });
    return loading;
  };

  return {
    get: (credential) => kept.get(keyOf(credential)) ?? start(credential),
    renew: async (credential, stale) => {
      const present = kept.get(keyOf(credential));
      // Many statements of one request may notice at once; one of them has it worked out.
      if (present !== undefined && (await present.catch(() => stale)) !== stale) return present;
      return start(credential);
    },
  };
}
