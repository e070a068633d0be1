import type { AppOptions } from './app-options.ts';
import { type ActorOf, createActorOf } from './catalog/access/actors.ts';
import { type AuthorizationStore, openAuthorizationStore } from './catalog/access/authorization-store.ts';
import { createSessions } from './catalog/access/sessions.ts';
import { synchroniseAccess } from './catalog/access/synchronise.ts';
import { extensions } from './catalog/extensions.ts';
import { createFeed } from './catalog/history/feed.ts';
import { createHistory, type History } from './catalog/history/history.ts';
import type { HistoryReads } from './catalog/history/history-reads.ts';
import { prepareAuditPartitions } from './catalog/history/prunings.ts';
import { createReadLog, type ReadLog } from './catalog/history/read-log.ts';
import { CHANGE_CHANNEL } from './catalog/history/record-changes.ts';
import { createSharedReads } from './catalog/history/shared-reads.ts';
import { type Catalog, createCatalog } from './catalog/model.ts';
import { prunings } from './catalog/prunings.ts';
import { createCursors } from './catalog/read/cursor.ts';
import { loadCursorSecret } from './catalog/read/cursor-secret.ts';
import { loadIndexed, watchSmallTables } from './catalog/read/looked-through.ts';
import { createPlanCache, type PlanCache } from './catalog/read/plan-cache.ts';
import { createReader } from './catalog/read/reader.ts';
import { createSchema } from './catalog/schema/index.ts';
import { readConstraintRules } from './catalog/write/constraints.ts';
import { createWritePipeline, type WritePipeline } from './catalog/write/pipeline.ts';
import { createDiscoveryDocument } from './discovery-document.ts';
import { createFindPrincipal, endedIdentityPruning, setUpAdministration } from './domains/iam/index.ts';
import { domains } from './domains/index.ts';
import { startGraphqlServer } from './graphql-server.ts';
import { createPages } from './pages.ts';
import { pictures } from './pictures.ts';
import { createAuthenticator } from './platform/authn/authenticator.ts';
import type { Issuer } from './platform/authn/issuer.ts';
import { whyUnreachable } from './platform/authn/unreachable-issuer.ts';
import { createDatabase, type Database } from './platform/db/database.ts';
import { createListener } from './platform/db/listener.ts';
import { type Pruner, startPruner } from './platform/db/pruner.ts';
import { whileConnected } from './platform/http/create-fastify.ts';
import { depthLimit } from './platform/http/limits.ts';
import { createLiveStreams } from './platform/http/live-streams.ts';
import { isLoopback } from './platform/http/loopback.ts';
import { type MetricsOptions, openOperatorsDoor } from './platform/http/operators-door.ts';
import { type HttpServer, listen } from './platform/http/server.ts';
import { createUnderWay } from './platform/http/under-way.ts';
import { connectOpenFga, type OpenFgaServer } from './platform/openfga/client.ts';
import { type OpenFgaWatch, watchOpenFga } from './platform/openfga/health.ts';
import { slicesInTime } from './platform/slices-in-time.ts';
import { createMetrics, type Metrics, noMetrics } from './platform/telemetry/metrics.ts';
import { tellRefused } from './platform/telemetry/refused.ts';
import { createResultCounter } from './platform/telemetry/result-counter.ts';
import { watchSignIns } from './platform/telemetry/sign-ins.ts';
import { createSharedSlices } from './platform/time-slices.ts';
import { createReadiness } from './readiness.ts';
import { createContextOf } from './request-context.ts';
import { createRunRequest } from './run-request.ts';
import { showFeedConsumers, showOutbox, tellPruned, watchOutbox, watchWrites } from './watches.ts';

/** With 25 rows each, sorting those is still within the bar of a list. */
const MOST_FOLLOWED = 5_000;
/** So long one operation goes on before others have their turn. */
const SLICE_MS = 10;

export type { AppOptions } from './app-options.ts';

/** The running service. */
export interface App {
  readonly url: string;
  /** Where `/metrics` is, if anywhere. */
  readonly metricsUrl: string | undefined;
  readonly database: Database;
  readonly pipeline: WritePipeline;
  readonly history: HistoryReads;
  readonly readLog: ReadLog;
  readonly authorization: AuthorizationStore;
  close(): Promise<void>;
}

export const catalog = () => createCatalog(domains);

/** Puts everything together: the one place that knows everyone. */
export async function startApp(options: AppOptions): Promise<App> {
  const { log } = options;
  const shown = whereMetricsAre(options);
  const metrics = shown === 'off' ? noMetrics : createMetrics();
  const operators = options.operators ?? (typeof shown === 'object' ? await openOperatorsDoor(shown) : undefined);
  const stores = await openStores(options, metrics);
  const { database, kinds, watch, openfga, authorization, pipeline, recorder, pruner } = stores;
  const actorOf = createActors(options, stores, metrics);
  const cursors = createCursors(await loadCursorSecret(database));
  const smallTables = await watchSmallTables(database, options.mostLookedThrough);
  const wakeUp = createListener(options.databaseUrl, CHANGE_CHANNEL);
  const closing = new AbortController();
  const slices = slicesInTime(options.slices ?? createSharedSlices(SLICE_MS));
  const feed = createFeed(kinds, database, cursors);
  const history = { feed, wakeUp, sharedReads: createSharedReads(), database, closing: closing.signal };
  const readLog = createReadLog({ database, report: (problem) => log.error('audit log of reads', problem) });
  const contextOf = createContextOf(
    {
      catalog: kinds,
      reader: createReader(
        (statement) => database.cells(statement),
        (statement, make) => database.takeRows(statement, make),
        createPlans(metrics),
      ),
      slices,
      cursors,
      limits: {
        defaultPage: 50,
        maxPage: options.maxPage,
        maxCount: 10_000,
        mostFollowed: options.mostFollowed ?? MOST_FOLLOWED,
        lookThrough: {
          most: options.mostLookedThrough,
          indexed: await loadIndexed(database),
          isSmall: smallTables.has,
        },
      },
      pipeline,
      authorization,
      database,
      recorder,
      history,
      readLog,
    },
    actorOf,
    options.operations.cost,
  );
  const { explainsTo } = options;
  const authenticator = authenticatorOf(options);
  void authenticator.warmUp();
  const runRequest = createRunRequest({
    authenticator: watchSignIns(authenticator, { log, metrics }),
    actorOf,
    contextOf,
    authorization,
    explainsTo,
  });
  const schema = createSchema(kinds, extensions);
  const rules = [depthLimit(options.maxDepth)];
  const live = createLiveStreams(closing.signal);
  const underWay = createUnderWay();
  const graphql = await startGraphqlServer(schema, rules, live, underWay, slices, options, metrics);
  const discovery = createDiscoveryDocument();
  const server: HttpServer = await listen(
    {
      ...options,
      endpoint: { ...graphql, ...runRequest },
      documents: [{ path: '/discovery', name: 'Discovery', read: discovery.read }, ...pictures],
      live,
      underWay,
      pages: await createPages(options, isLoopback(options.host), () => server.url),
      readiness: await createReadiness({ database, authorization, isOpenFgaReachable: watch.isReachable }),
      metrics: { isAtMainPort: shown === 'at the main port', text: metrics.text },
      operators,
      operationsPerConnection: mostOnConnection(options),
      bodies: {
        ...options,
        slices,
        senderOf: (request) =>
          whileConnected(request, (gone) =>
            graphql.inTime(gone, () => runRequest.senderOf(request.headers.authorization)),
          ),
      },
      report: log.error,
      refused: tellRefused(options.log, metrics),
    },
    options.host,
    options.port,
  );

  const prepared = discovery
    .prepare({ catalog: kinds, database })
    .catch((error: unknown) => log.warn({ reason: String(error) }, 'API discovery is made when it is asked for'));

  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    database,
    pipeline,
    history,
    readLog,
    authorization,
    close: async () => {
      await server.drain();
      closing.abort();
      await pruner.stop();
      smallTables.stop();
      await server.close();
      await wakeUp.close();
      await graphql.apollo.stop();
      await readLog.close();
      await prepared;
      watch.stop();
      await authorization.close();
      openfga.close();
      await database.close();
      metrics.close();
    },
  };
}

/** Its caller's share of operations, and its subscriptions. */
const mostOnConnection = ({ operations, subscriptions }: AppOptions): number =>
  operations.atOnce + operations.queued + subscriptions.perConnection;

/** Without a port of their own they are for whoever runs the service on his own machine. */
const whereMetricsAre = ({ metrics, localIssuer, host }: AppOptions): MetricsOptions =>
  metrics === 'at the main port' && (localIssuer === undefined || !isLoopback(host)) ? 'off' : metrics;

const issuersOf = ({ issuers, localIssuer }: AppOptions): readonly Issuer[] => [
  ...issuers,
  ...(localIssuer ? [localIssuer.issuer] : []),
];

const authenticatorOf = (options: AppOptions) =>
  createAuthenticator({
    issuers: issuersOf(options),
    longestTokenDays: options.longestTokenDays,
    answerSeconds: options.introspectionSeconds,
    report: (problem) => options.log.warn({ reason: whyUnreachable(problem) }, problem.message),
  });

interface Stores {
  readonly kinds: Catalog;
  readonly database: Database;
  readonly watch: OpenFgaWatch;
  readonly openfga: OpenFgaServer;
  readonly authorization: AuthorizationStore;
  readonly recorder: History;
  readonly pipeline: WritePipeline;
  readonly pruner: Pruner;
}

/** PostgreSQL and OpenFGA, in step with the kinds of this version, and the pipeline that writes to both. */
async function openStores(options: AppOptions, metrics: Metrics): Promise<Stores> {
  const { poolSize, connectionsPerCaller, operations } = options;
  const limits = { poolSize, connectionsPerCaller, statementMs: operations.queryMs };
  const database = createDatabase(options.databaseUrl, { ...limits, metrics });
  const kinds = catalog();
  const constraints = await readConstraintRules(new URL('../prisma/constraints/', import.meta.url));
  const watch = watchOpenFga(options.openfga);
  const openfga = connectOpenFga({ ...options.openfga, watch, metrics });
  await synchroniseAccess(kinds, database);
  const { storeName } = options.openfga;
  const authorization = await openAuthorizationStore({
    database,
    server: openfga,
    storeName,
    report: (problem) => options.log.error('authorization', problem),
    watch: watchOutbox(metrics, options.log, options.tracing),
  });
  const recorder = createHistory(kinds, database);
  await recorder.adopt();
  const pipeline = createWritePipeline({
    catalog: kinds,
    database,
    constraints,
    history: recorder,
    authorization,
    mostWaiting: options.writersWaiting,
    watch: watchWrites(metrics),
  });
  showOutbox(metrics, database);
  showFeedConsumers(metrics, kinds, database);
  metrics.watch('catalog_openfga_reachable', () => [{ labels: {}, value: watch.isReachable() ? 1 : 0 }]);
  metrics.watch('catalog_writers_waiting', () => [{ labels: {}, value: pipeline.waiting }]);
  await setUpAdministration({ catalog: kinds, database, pipeline }, options.administrator);
  await prepareAuditPartitions(database, options.audit.partitionedBy).catch((error: unknown) =>
    options.log.error('audit log: partitions are made later', error),
  );
  const pruner = startPruner(
    database,
    [...prunings(options), endedIdentityPruning(options.longestTokenDays)],
    tellPruned(metrics, options.log),
  );
  return { kinds, database, watch, openfga, authorization, recorder, pipeline, pruner };
}

/** Who acts behind a credential, and with what rights. */
function createActors(
  options: AppOptions,
  { kinds, database, watch, authorization, pipeline }: Stores,
  { count, observe }: Metrics,
): ActorOf {
  const hasOneIssuer = issuersOf(options).length === 1;
  const findPrincipal = createFindPrincipal({ catalog: kinds, database, pipeline, hasOneIssuer });
  const sessions = createSessions({
    catalog: kinds,
    database,
    authorization,
    findPrincipal,
    noteLoad: (ms, outcome) => {
      count('catalog_access_renewals_total', { outcome });
      observe('catalog_access_renewal_duration_seconds', {}, ms / 1_000);
    },
  });
  return createActorOf({ database, sessions, isOpenFgaReachable: watch.isReachable, anonymous: options.anonymous });
}

const createPlans = (metrics: Metrics): PlanCache =>
  createPlanCache(createResultCounter(metrics, 'catalog_plan_cache_total'));
