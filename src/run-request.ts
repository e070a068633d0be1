import { AFTER_REVISION_HEADER, waitForRevision } from './after-revision.ts';
import type { ActorOf } from './catalog/access/actors.ts';
import type { AuthorizationStore } from './catalog/access/authorization-store.ts';
import { isStaff, mayWrite } from './catalog/access/rights.ts';
import type { RequestContext } from './catalog/schema/index.ts';
import { EXPLAIN_HEADER, explain } from './explain.ts';
import type { Authenticator } from './platform/authn/authenticator.ts';
import type { Credential } from './platform/authn/credential.ts';
import { carrying } from './platform/carried.ts';
import { STRANGERS } from './platform/fair-shares.ts';
import type { Endpoint } from './platform/http/endpoint.ts';
import type { Asker } from './platform/http/request.ts';
import type { Sender } from './platform/http/request-body.ts';
import { type ContextOf, callerOf } from './request-context.ts';

/** Runs GraphQL requests as their callers, with the options from their headers. */
export interface RunRequest extends Pick<Endpoint<RequestContext>, 'contextOf' | 'inContext' | 'execute'> {
  /** Whoever this `Authorization` header is of. */
  senderOf(header: string | undefined): Promise<Sender>;
}

export function createRunRequest({
  authenticator,
  actorOf,
  contextOf,
  authorization,
  explainsTo,
}: {
  readonly authenticator: Authenticator;
  readonly actorOf: ActorOf;
  readonly contextOf: ContextOf;
  readonly authorization: AuthorizationStore;
  /** Who may ask with what statements a request was answered. */
  readonly explainsTo: 'staff' | 'everyone';
}): RunRequest {
  /** Who asks; once the write that the request names, if any, is in force. */
  const admit = async (asker: Asker): Promise<Credential | null> => {
    const credential = await authenticator.authenticate(asker.authorization);
    const revision = asker.headers[AFTER_REVISION_HEADER];
    if (revision !== undefined) await waitForRevision(authorization, String(revision));
    return credential;
  };
  const inContext = async <T>(
    asker: Asker,
    credential: Credential | null,
    work: (context: RequestContext) => Promise<T>,
  ): Promise<T> => {
    const context = await contextOf(asker, credential);
    // Operations that come in together begin one by one; those first whose caller has held the event loop less.
    const wait = context.slices.next();
    if (wait !== undefined) await wait;
    return carrying({ caller: callerOf(context) }, () => work(context));
  };
  return {
    contextOf: async (asker) => contextOf(asker, await admit(asker)),
    inContext: async (asker, work) => inContext(asker, await admit(asker), work),
    execute: async (asker, run) => {
      const credential = await admit(asker);
      const answer = () => inContext(asker, credential, run);
      if (asker.headers[EXPLAIN_HEADER] !== 'true') return answer();
      const mayExplain = async (): Promise<boolean> =>
        explainsTo === 'everyone' || isStaff((await actorOf(credential)).rights);
      return explain(answer, mayExplain);
    },
    senderOf: async (header) => {
      const credential = await authenticator.authenticate(header);
      if (credential === null) return { caller: STRANGERS, mayWrite: false };
      const author = await actorOf(credential);
      return { caller: author.caller.principalId ?? STRANGERS, mayWrite: mayWrite(author.rights) };
    },
  };
}
