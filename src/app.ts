import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { Access } from './catalog/access/access.ts';
import { type AuthorizationStore, openAuthorizationStore } from './catalog/access/authorization-store.ts';
import { type Actor, isStaff, nobody, type Rights, requireToken } from './catalog/access/rights.ts';
import { createSessions } from './catalog/access/sessions.ts';
import { synchroniseAccess } from './catalog/access/synchronise.ts';
import { bySystem } from './catalog/author.ts';
import { createAuditLoader } from './catalog/history/audit-loader.ts';
import { createFeed } from './catalog/history/feed.ts';
import { createHistory } from './catalog/history/history.ts';
import type { HistoryReads } from './catalog/history/history-reads.ts';
import { pruneAudit, pruneHistory } from './catalog/history/prune.ts';
import { createReadLog, type ReadLog } from './catalog/history/read-log.ts';
import { CHANGE_CHANNEL } from './catalog/history/record-changes.ts';
import { createCatalog } from './catalog/model.ts';
import { createCursors } from './catalog/read/cursor.ts';
import { createReader } from './catalog/read/reader.ts';
import { createObjectLoader, createSchema, type RequestContext } from './catalog/schema/index.ts';
import { readConstraintRules } from './catalog/write/constraints.ts';
import { createWritePipeline, type WritePipeline } from './catalog/write/pipeline.ts';
import { createFindPrincipal, platformAdministration } from './domains/iam/index.ts';
import { domains } from './domains/index.ts';
import { type Credential, createAuthenticator } from './platform/authn/authenticator.ts';
import type { Issuer } from './platform/authn/issuer.ts';
import type { LocalIssuer } from './platform/authn/local-issuer.ts';
import { createLocalIssuerPages } from './platform/authn/local-issuer-pages.ts';
import { createDatabase, type Database } from './platform/db/database.ts';
import { createListener } from './platform/db/listener.ts';
import { pendingMigrations, readMigrations } from './platform/db/migrate.ts';
import { sql } from './platform/db/sql.ts';
import { InvalidInputError, UnavailableError } from './platform/errors.ts';
import { formatError } from './platform/http/format-error.ts';
import { depthLimit } from './platform/http/limits.ts';
import { isLoopback } from './platform/http/loopback.ts';
import type { Asker } from './platform/http/operation.ts';
import { createPlayground } from './platform/http/playground.ts';
import { type ApolloResponse, type HttpServer, listen, type Pages } from './platform/http/server.ts';
import { connectOpenFga } from './platform/openfga/client.ts';
import { watchOpenFga } from './platform/openfga/health.ts';

export interface AppOptions {
  readonly databaseUrl: string;
  /** The OpenFGA server, the key it asks for (none when undefined), and the store in it that is this installation's. */
  readonly openfga: { readonly apiUrl: string; readonly token: string | undefined; readonly storeName: string };
  /** Whose tokens identify callers. */
  readonly issuers: readonly Issuer[];
  /** The embedded service's own issuer, trusted too. */
  readonly localIssuer?: LocalIssuer;
  /** What is answered without a token: introspection, or nothing at all. */
  readonly anonymous: 'schema' | 'none';
  /** User who holds every permission on the whole platform from the start. */
  readonly administrator?: string | undefined;
  /** Who may ask with what statements a request was answered. */
  readonly explainsTo: 'staff' | 'everyone';
  readonly poolSize: number;
  readonly host: string;
  /** Undefined: 4000, else the next free one. */
  readonly port: number | undefined;
  readonly maxBodyBytes: number;
  /** Proxies in front of the service that say in `X-Forwarded-For` who asked them. */
  readonly trustedProxies: number;
  readonly maxPage: number;
  readonly maxDepth: number;
  /** Days for which changes are kept. */
  readonly historyDays: number;
  /** Days for which records of the audit log are kept. */
  readonly auditDays: number;
}

/** The running service. */
export interface App {
  readonly url: string;
  readonly database: Database;
  readonly pipeline: WritePipeline;
  readonly history: HistoryReads;
  readonly readLog: ReadLog;
  readonly authorization: AuthorizationStore;
  /** No object has been stored yet. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

const PRUNE_EVERY_MS = 3_600_000;

export const catalog = () => createCatalog(domains);

/** Puts everything together: the one place that knows everyone. */
export async function startApp(options: AppOptions): Promise<App> {
  const database = createDatabase(options.databaseUrl, { poolSize: options.poolSize });
  const kinds = catalog();
  const constraints = await readConstraintRules(new URL('../prisma/constraints/', import.meta.url));
  const watch = watchOpenFga(options.openfga);
  const openfga = connectOpenFga({ ...options.openfga, watch });
  await synchroniseAccess(kinds, database);
  const authorization = await openAuthorizationStore({
    database,
    server: openfga,
    storeName: options.openfga.storeName,
    report: console.error,
  });
  const recorder = createHistory(kinds, database);
  await recorder.adopt();
  const pipeline = createWritePipeline({
    catalog: kinds,
    database,
    constraints,
    history: recorder,
    authorization,
  });
  const administration = await platformAdministration(kinds, database, options.administrator);
  const { violations } = await pipeline.apply(administration, { by: bySystem, validateOnly: false });
  if (violations.length > 0) throw new Error(`the administrator cannot be set up: ${violations[0]?.message}`);
  const sessions = createSessions({
    catalog: kinds,
    database,
    authorization,
    findPrincipal: createFindPrincipal({ database, pipeline, embeddedIssuer: options.localIssuer?.issuer.issuer }),
  });
  const cursors = createCursors(await cursorSecret(database));
  const reader = createReader((statement) => database.cells(statement));
  const wakeUp = createListener(options.databaseUrl, CHANGE_CHANNEL);
  const closing = new AbortController();
  const history = { feed: createFeed(kinds, database, cursors), wakeUp, database, closing: closing.signal };
  const readLog = createReadLog({ database, report: console.error });
  const prune = setInterval(() => {
    pruneHistory(database, options.historyDays)
      .catch((error: unknown) => console.error('pruning history:', error))
      .then(() => pruneAudit(database, options.auditDays))
      .catch((error: unknown) => console.error('pruning the audit log:', error));
  }, PRUNE_EVERY_MS).unref();
  const limits = { defaultPage: 50, maxPage: options.maxPage, maxCount: 10_000 };
  const migrations = await readMigrations();

  const schema = createSchema(kinds);
  const rules = [depthLimit(options.maxDepth)];
  const report = (requestId: string) => (cause: unknown) => console.error(`request ${requestId}:`, cause);
  const requestIds = new AsyncLocalStorage<string>();
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    csrfPrevention: true,
    validationRules: rules,
    parseOptions: { maxTokens: 20_000 },
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => {
      const requestId = requestIds.getStore() ?? '';
      return formatError(formatted, error, requestId, report(requestId));
    },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
    stopOnTerminationSignals: false,
  });
  await apollo.start();

  const { localIssuer } = options;
  const authenticator = createAuthenticator({
    issuers: [...options.issuers, ...(localIssuer ? [localIssuer.issuer] : [])],
    report: ({ message, cause }) => console.error(`${message}: ${String(cause)}`),
  });
  const requireAuthorization = (): void => {
    if (watch.isReachable()) return;
    throw new UnavailableError('authorization cannot be reached; try again', { retryable: true });
  };
  const actorOf = async (credential: Credential | null): Promise<Actor> => {
    if (credential === null && options.anonymous === 'none') requireToken();
    if (credential === null) return nobody;
    requireAuthorization();
    let session = await sessions.get(credential);
    const rights: Rights = {
      get access() {
        return session.access;
      },
      get holdings() {
        return session.holdings;
      },
      current: async () => {
        const [row] = await database.cells(sql`select position from access_position`);
        if (row?.[0] !== session.access.position) await rights.renew(session.access);
        return session.access;
      },
      renew: async (stale: Access) => {
        requireAuthorization();
        if (session.access === stale) session = await sessions.renew(credential, session);
      },
    };
    const { clientId, delegatedBy } = credential;
    const caller = { ...session.caller, ...(clientId && { clientId }), ...(delegatedBy && { delegatedBy }) };
    return { caller, rights };
  };
  const contextOf = async (
    { requestId, origin }: Pick<Asker, 'requestId' | 'origin'>,
    credential: Credential | null,
  ): Promise<RequestContext> => {
    const { caller, rights } = await actorOf(credential);
    const author = { caller, rights, requestId, origin };
    const until = credential === null ? {} : { expiresAt: credential.expiresAt };
    const context = {
      catalog: kinds,
      author,
      rights,
      ...until,
      reader,
      cursors,
      limits,
      pipeline,
      authorization,
      history,
      recorder,
      readLog,
    };
    return {
      ...context,
      objects: createObjectLoader(context),
      uids: new WeakMap(),
      auditRecords: createAuditLoader(context),
    };
  };
  const isPrivate = isLoopback(options.host);
  const playground = await createPlayground({
    title: 'Milo Catalog',
    examples: new URL('../graphql/operations/playground/', import.meta.url),
    offersPersonas: localIssuer !== undefined && isPrivate,
  });
  const issuerPages: Pages = localIssuer
    ? createLocalIssuerPages({ localIssuer, url: () => server.url, isPrivate })
    : () => undefined;

  const server: HttpServer = await listen(
    {
      apollo,
      pages: async (path, headers) => (await issuerPages(path, headers)) ?? playground(path, headers),
      streaming: {
        schema,
        rules,
        context: async (asker) => contextOf(asker, await authenticator.authenticate(asker.authorization)),
        formatError: (error, requestId) => formatError(error.toJSON(), error, requestId, report(requestId)),
      },
      maxBodyBytes: options.maxBodyBytes,
      trustedProxies: options.trustedProxies,
      readiness: async () => {
        try {
          const pending = await pendingMigrations(database.pool, migrations);
          const problems = pending.map(({ name }) => `migration ${name} is not applied`);
          return watch.isReachable() ? problems : [...problems, 'OpenFGA: no answer'];
        } catch (error) {
          return [`database: ${error instanceof Error ? error.message : String(error)}`];
        }
      },
      execute: ({ headers, requestId, origin }, run) =>
        requestIds.run(requestId, async () => {
          const credential = await authenticator.authenticate(headers.get('authorization'));
          const after = headers.get('x-catalog-after-revision');
          if (after !== undefined) await requireRevision(authorization, after);
          const answer = async () => run(await contextOf({ requestId, origin }, credential));
          if (headers.get('x-catalog-explain') !== 'true') return answer();
          const startedAt = performance.now();
          const { result: observed, statements } = await database.observe(() => openfga.observe(answer));
          const mayExplain = options.explainsTo === 'everyone' || isStaff((await actorOf(credential)).rights);
          if (!mayExplain) return observed.result;
          return explained(observed.result, {
            statements: statements.length,
            openfgaCalls: observed.calls,
            sql: statements.map((statement) => statement.sql),
            ms: Math.round((performance.now() - startedAt) * 100) / 100,
          });
        }),
    },
    options.host,
    options.port,
  );

  return {
    url: server.url,
    database,
    pipeline,
    history,
    readLog,
    authorization,
    isEmpty: async () => {
      const [cells] = await database.cells(
        sql`select not exists (select from organization) and not exists (select from region)`,
      );
      return cells?.[0] === true;
    },
    close: async () => {
      closing.abort();
      clearInterval(prune);
      await server.close();
      await wakeUp.close();
      await apollo.stop();
      await readLog.close();
      watch.stop();
      await authorization.close();
      await database.close();
    },
  };
}

function explained(response: ApolloResponse, explain: object): ApolloResponse {
  const parsed = JSON.parse(response.body) as { extensions?: object };
  return { ...response, body: JSON.stringify({ ...parsed, extensions: { ...parsed.extensions, explain } }) };
}

/** Waits until what a write did to rights is in force. */
async function requireRevision(authorization: AuthorizationStore, revision: string): Promise<void> {
  if (!/^\d{1,18}$/.test(revision)) {
    const message = 'x-catalog-after-revision is the `revision` of a payload’s `authorization`';
    throw new InvalidInputError(message, {
      violations: [{ rule: 'INVALID_VALUE', path: 'x-catalog-after-revision', message }],
    });
  }
  if (await authorization.settled(BigInt(revision), 2_000)) return;
  throw new UnavailableError('what the write did to rights is not in force yet; try again', { retryable: true });
}

/** One secret per installation, shared by all replicas. */
async function cursorSecret(database: Database): Promise<string> {
  const [row] = await database.rows<{ value: string }>(sql`
    insert into setting (name, value) values ('cursor-secret', gen_random_uuid()::text)
    on conflict (name) do update set value = setting.value returning value`);
  if (row === undefined) throw new Error('the cursor secret cannot be stored');
  return row.value;
}
