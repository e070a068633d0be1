import type { ActorOf } from './catalog/access/actors.ts';
import { createAuditLoader } from './catalog/history/audit-loader.ts';
import { createRowBudget } from './catalog/read/row-budget.ts';
import { createObjectLoader, type RequestContext } from './catalog/schema/index.ts';
import type { Credential } from './platform/authn/credential.ts';
import { carried } from './platform/carried.ts';
import { STRANGERS } from './platform/fair-shares.ts';
import type { Asker } from './platform/http/request.ts';
import type { RequestOrigin } from './platform/http/request-origin.ts';
import type { SharedSlices } from './platform/time-slices.ts';

/** What all requests share. */
export interface SharedContext
  extends Omit<
    RequestContext,
    | 'author'
    | 'rights'
    | 'gone'
    | 'expiresAt'
    | 'slices'
    | 'budget'
    | 'forNext'
    | 'pageEnds'
    | 'objects'
    | 'uids'
    | 'auditRecords'
  > {
  readonly slices: SharedSlices;
}

/** Whose share of the service a request is done in. */
export const callerOf = ({ author }: Pick<RequestContext, 'author'>): string => author.caller.principalId ?? STRANGERS;

/** Makes the context of one request: who asks with what rights, and loaders that remember nothing beyond it. */
export type ContextOf = (
  request: Pick<Asker, 'requestId' | 'origin' | 'gone'>,
  credential: Credential | null,
) => Promise<RequestContext>;

/** The trace that is recorded, if one is, is also the one that the audit log names. */
function inTrace(origin: RequestOrigin): RequestOrigin {
  const traceId = carried().operation?.traceId ?? origin.traceId;
  return traceId === undefined ? origin : { ...origin, traceId };
}

type Loaders = Pick<RequestContext, 'objects' | 'uids' | 'auditRecords'>;

const makeLoaders: { readonly [Name in keyof Loaders]: (context: RequestContext) => Loaders[Name] } = {
  objects: createObjectLoader,
  uids: () => new WeakMap(),
  auditRecords: createAuditLoader,
};

/**
 * What the context of a request inherits: what all share, which would be much to copy, and loaders that are made when the
 * request first asks for them. Apollo Server copies a context, but not what it inherits.
 */
function inherited(shared: SharedContext): SharedContext & Loaders {
  const loaders = Object.entries(makeLoaders).map(([name, make]) => {
    const get = function (this: RequestContext & { readonly made: Map<string, unknown> }): unknown {
      const known = this.made.get(name) ?? make(this);
      this.made.set(name, known);
      return known;
    };
    return [name, { get }];
  });
  return Object.create(shared, Object.fromEntries(loaders) as PropertyDescriptorMap) as SharedContext & Loaders;
}

/** Nobody has asked yet: who asks is recorded then. */
const unrecorded: Pick<RequestContext, 'readLog'> = {
  readLog: {
    note: () => {
      throw new Error('what is recorded is not read before it is asked for');
    },
  },
};

export function createContextOf(shared: SharedContext, actorOf: ActorOf, mostRows: number): ContextOf {
  const common = inherited(shared);
  return async ({ requestId, origin, gone }, credential) => {
    const { caller, rights } = await actorOf(credential);
    const author = { caller, rights, requestId, origin: inTrace(origin) };
    const ofOperation = () => ({
      slices: shared.slices.of(callerOf({ author })),
      budget: createRowBudget(mostRows),
      made: new Map<string, unknown>(),
    });
    const context: RequestContext = Object.assign(Object.create(common) as typeof common, ofOperation(), {
      author,
      rights,
      gone,
      forNext: () => Object.assign(Object.create(context) as RequestContext, ofOperation(), unrecorded),
      ...(credential !== null && { expiresAt: credential.expiresAt }),
    });
    return context;
  };
}
