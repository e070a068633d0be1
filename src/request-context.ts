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
    'author' | 'rights' | 'gone' | 'expiresAt' | 'slices' | 'budget' | 'objects' | 'uids' | 'auditRecords'
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

export const createContextOf =
  (shared: SharedContext, actorOf: ActorOf, mostRows: number): ContextOf =>
  async ({ requestId, origin, gone }, credential) => {
    const { caller, rights } = await actorOf(credential);
    const author = { caller, rights, requestId, origin: inTrace(origin) };
    const context = {
      ...shared,
      slices: shared.slices.of(callerOf({ author })),
      author,
      rights,
      gone,
      budget: createRowBudget(mostRows),
      ...(credential !== null && { expiresAt: credential.expiresAt }),
    };
    return {
      ...context,
      objects: createObjectLoader(context),
      uids: new WeakMap(),
      auditRecords: createAuditLoader(context),
    };
  };
