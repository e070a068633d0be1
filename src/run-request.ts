import { AFTER_REVISION_HEADER, waitForRevision } from './after-revision.ts';
import type { ActorOf } from './catalog/access/actors.ts';
import type { AuthorizationStore } from './catalog/access/authorization-store.ts';
import { isStaff } from './catalog/access/rights.ts';
import type { RequestContext } from './catalog/schema/index.ts';
import { EXPLAIN_HEADER, explain } from './explain.ts';
import type { Authenticator } from './platform/authn/authenticator.ts';
import type { Database } from './platform/db/database.ts';
import type { HttpServerOptions } from './platform/http/server.ts';
import type { OpenFgaServer } from './platform/openfga/client.ts';
import type { ContextOf } from './request-context.ts';

/** Runs a GraphQL request over HTTP as whoever sent it, with what its headers ask for. */
export const createRunRequest =
  ({
    authenticator,
    actorOf,
    contextOf,
    authorization,
    database,
    openfga,
    explainsTo,
  }: {
    readonly authenticator: Authenticator;
    readonly actorOf: ActorOf;
    readonly contextOf: ContextOf;
    readonly authorization: AuthorizationStore;
    readonly database: Database;
    readonly openfga: OpenFgaServer;
    /** Who may ask with what statements a request was answered. */
    readonly explainsTo: 'staff' | 'everyone';
  }): HttpServerOptions<RequestContext>['execute'] =>
  async ({ headers, requestId, origin }, run) => {
    const credential = await authenticator.authenticate(headers.get('authorization'));
    const revision = headers.get(AFTER_REVISION_HEADER);
    if (revision !== undefined) await waitForRevision(authorization, revision);
    const answer = async () => run(await contextOf({ requestId, origin }, credential));
    if (headers.get(EXPLAIN_HEADER) !== 'true') return answer();
    const mayExplain = async (): Promise<boolean> =>
      explainsTo === 'everyone' || isStaff((await actorOf(credential)).rights);
    return explain({ database, openfga }, answer, mayExplain);
  };
