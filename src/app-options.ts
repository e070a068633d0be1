import type { AuditRetention } from './catalog/history/prunings.ts';
import type { Administrator } from './platform/authn/administrator.ts';
import type { Issuer } from './platform/authn/issuer.ts';
import type { LocalIssuer } from './platform/authn/local-issuer.ts';
import type { OperationLimits } from './platform/graphql/operation-limits.ts';
import type { SubscriptionLimits } from './platform/graphql/subscription-places.ts';
import type { TrustedOptions } from './platform/graphql/trusted-documents.ts';
import type { MetricsOptions, OperatorsDoor } from './platform/http/operators-door.ts';
import type { OverloadLimits } from './platform/http/serve-operations.ts';
import type { Log } from './platform/telemetry/log.ts';
import type { Tracing } from './platform/telemetry/tracing.ts';
import type { SharedSlices } from './platform/time-slices.ts';

export interface AppOptions {
  readonly databaseUrl: string;
  /** The OpenFGA server, the key it asks for (none when undefined), and the store in it that is this installation's. */
  readonly openfga: {
    readonly apiUrl: string;
    readonly token: string | undefined;
    readonly storeName: string;
    /** How long a call may take that somebody waits for; without it, 2.5 s. */
    readonly callMs?: number;
  };
  /** Whose tokens identify callers. */
  readonly issuers: readonly Issuer[];
  /** The embedded service's own issuer, trusted too. */
  readonly localIssuer?: LocalIssuer;
  /** What is answered without a token: introspection, or nothing at all. */
  readonly anonymous: 'schema' | 'none';
  /** Who holds every permission on the whole platform from the start. */
  readonly administrator?: Administrator | undefined;
  /** No token is accepted that lives longer, from its issue to its expiry. */
  readonly longestTokenDays: number;
  /** For how long an issuer's answer about an opaque token holds. */
  readonly introspectionSeconds: number;
  /** Who may ask with what statements a request was answered. */
  readonly explainsTo: 'staff' | 'everyone';
  /** The port for operators, when it is open already. */
  readonly operators?: OperatorsDoor | undefined;
  readonly poolSize: number;
  /** Connections to the database that one caller may use at a time. */
  readonly connectionsPerCaller: number;
  readonly host: string;
  /** Undefined: 4000, else the next free one. */
  readonly port: number | undefined;
  readonly maxBodyBytes: number;
  /** The same for callers who may write something. */
  readonly maxWriteBodyBytes: number;
  readonly maxConnections: number;
  /** At a time, of one client address. */
  readonly connectionsPerAddress: number;
  readonly overload: OverloadLimits;
  /** Of one client address; undefined: as many as it likes. */
  readonly requestsPerMinute: number | undefined;
  /** How long a connection is kept for its next request. */
  readonly keepAliveMs: number;
  /** For how long everything is served as before, after the service has been asked to stop. */
  readonly drainMs: number;
  /** For how long operations that are under way then are waited for; after that they are undone and refused. */
  readonly lastAnswerMs?: number;
  /** Origins whose pages may use the service. */
  readonly allowedOrigins: readonly string[];
  /** Proxies in front of the service that say in the `X-Forwarded-…` headers who asked them for what. */
  readonly trustedProxies: number;
  /** What the service says of itself. */
  readonly log: Log;
  /** Records traces, or does not. */
  readonly tracing: Tracing;
  /** From so many milliseconds on an operation is slow. */
  readonly slowMs: number;
  readonly metrics: MetricsOptions;
  /** Of answers that are kept in memory; 0: none is. */
  readonly keptAnswerBytes: number;
  /** Of pages that are read before they are asked for; 0: none is. */
  readonly readAheadBytes: number;
  /** How many objects such a page has at least; for tests. */
  readonly leastReadAhead?: number | undefined;
  readonly maxPage: number;
  /** Rows of a list that no index leads to. */
  readonly mostLookedThrough: number;
  /** Of what leads to the rows of a list; for tests. */
  readonly mostFollowed?: number;
  readonly maxDepth: number;
  /** Limits of one operation, and of what one caller may have running at a time. */
  readonly operations: OperationLimits;
  /** How long work shares the event loop; as this service has it, when undefined. */
  readonly slices?: SharedSlices;
  /** Every operation is left to graphql-js: for tests, which compare its answers with those that are written without it. */
  readonly isReference?: boolean;
  /** Documents that clients may name instead of sending them; undefined: none. */
  readonly trustedDocuments: TrustedOptions | undefined;
  readonly subscriptions: SubscriptionLimits;
  /** Writers that may wait for their turn. */
  readonly writersWaiting: number;
  /** Days for which changes are kept. */
  readonly historyDays: number;
  /** How long records of the audit log are kept. */
  readonly audit: AuditRetention;
}
