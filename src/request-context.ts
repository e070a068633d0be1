import type { ActorOf } from './catalog/access/actors.ts';
import { createAuditLoader } from './catalog/history/audit-loader.ts';
import { createRowBudget } from './catalog/read/row-budget.ts';
import { createObjectLoader, type RequestContext } from './catalog/schema/index.ts';
import type { Credential } from './platform/authn/credential.ts';
import { carried } from './platform/carried.ts';
import type { Asker } from './platform/http/request.ts';
import type { RequestOrigin } from './platform/http/request-origin.ts';
import { inOneLine } from './platform/time-slices.ts';

/** What all requests share. */
export type SharedContext = Omit<
  RequestContext,
  'author' | 'rights' | 'gone' | 'expiresAt' | 'budget' | 'objects' | 'uids' | 'auditRecords'
>;

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
    const context = {
      ...shared,
      slices: inOneLine(shared.slices),
      author: { caller, rights, requestId, origin: inTrace(origin) },
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
