import { UnauthenticatedError } from '../../platform/errors.ts';
import type { WriterRights } from '../kind.ts';
import { PLATFORM } from '../well-known.ts';
import type { Access } from './access.ts';
import { anonymous, type Caller } from './caller.ts';
import type { Holdings } from './holdings.ts';
import { CREATE_BINDINGS } from './permissions.ts';

/** What a caller may do, during one request; renewed when the access version rises. */
export interface Rights {
  readonly access: Access;
  readonly holdings: Holdings;
  /** The access as it is at this moment, for what outlives a statement. */
  current(): Promise<Access>;
  /** Has them worked out anew, unless something else in the request has done so already. */
  renew(stale: Access): Promise<void>;
}

/** A caller and its rights. */
export interface Actor {
  readonly caller: Caller;
  readonly rights: Rights;
}

/** Asks for a token. */
export const requireToken = (): never => {
  throw new UnauthenticatedError('TOKEN_REQUIRED', 'sign in first: send a token as `Authorization: Bearer …`');
};

/** Nobody who is signed in: only what touches no data is open. */
export const nobody: Actor = {
  caller: anonymous,
  rights: {
    get access() {
      return requireToken();
    },
    get holdings() {
      return requireToken();
    },
    current: () => Promise.resolve(requireToken()),
    renew: () => Promise.resolve(requireToken()),
  },
};

/** Somebody who may change anything at all. */
export const mayWrite = ({ holdings }: Rights): boolean =>
  holdings.permissions.some((permission) => !/\.(get|list|watch)$/.test(permission));

/** A member of the platform's staff: somebody who may give roles on everything. Reading everything makes no staff. */
export const isStaff = ({ holdings }: WriterRights): boolean =>
  holdings.slot(CREATE_BINDINGS)?.scopeIds.has(PLATFORM) === true;
