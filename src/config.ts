import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type AuditRetention, auditPartitionUnits } from './catalog/history/prunings.ts';
import { type Administrator, readAdministrator } from './platform/authn/administrator.ts';
import { ANSWER_SECONDS } from './platform/authn/authenticator.ts';
import { LONGEST_TOKEN_DAYS } from './platform/authn/claims.ts';
import { type Issuer, IssuersError, parseIssuers } from './platform/authn/issuer.ts';
import type { OperationLimits } from './platform/graphql/operation-limits.ts';
import type { SubscriptionLimits } from './platform/graphql/subscription-places.ts';
import { TRUSTED_MODES, type TrustedMode, type TrustedOptions } from './platform/graphql/trusted-documents.ts';
import { isLoopback } from './platform/http/loopback.ts';
import type { MetricsOptions } from './platform/http/operators-door.ts';
import type { OverloadLimits } from './platform/http/serve-operations.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogOptions } from './platform/telemetry/log.ts';
import { SAMPLERS, type TracingOptions } from './platform/telemetry/tracing.ts';
import { unknownSettings } from './unknown-settings.ts';

/** How long an operation waits for others of the same caller. */
const OPERATIONS_WAIT_MS = 10_000;

/** A tenth of all, unless a setting says otherwise. */
const CONNECTIONS_PER_ADDRESS = 1_000;

/** Digits and nothing else: neither `0x10`, `1e3` nor a blank, which JavaScript takes for numbers as well. */
const wholeNumber = (low: number, high: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= low && Number(text) <= high,
      `is not a whole number from ${low} to ${high}`,
    )
    .transform(Number);

/** To listen on: an IP address, or the name of a host. */
const address = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^[a-z]([a-z0-9.-]*[a-z0-9])?$/i.test(text),
    'is no IP address and no name of a host',
  );

const isDatabaseUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);

function readIssuers(text: string, context: z.RefinementCtx): readonly Issuer[] {
  try {
    return parseIssuers(text);
  } catch (error) {
    if (!(error instanceof IssuersError)) throw error;
    for (const message of error.problems) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
}

const isOrigin = (text: string): boolean => URL.parse(text)?.origin === text;

/** Every setting: what it means, what it is when not set, what it accepts. `npm run settings` prints docs/settings.md from it. */
export const settings = {
  DATABASE_URL: {
    meaning:
      'PostgreSQL to use. When it is set, neither PostgreSQL nor OpenFGA is started, and OPENFGA_API_URL is required too.',
    shown: 'embedded PostgreSQL',
    schema: z
      .string()
      .refine(isDatabaseUrl, 'is not a postgresql:// URL (what is special in URLs has to be escaped in a password)')
      .optional(),
    isSecret: true,
  },
  CATALOG_DATA_DIR: {
    meaning: 'Folder for the data of the embedded PostgreSQL and OpenFGA.',
    shown: '.catalog',
    schema: z.string().min(1).default('.catalog'),
  },
  CATALOG_CACHE_DIR: {
    meaning: 'Folder for downloaded or built programs, shared by all checkouts.',
    shown: '~/.cache/milo-catalog',
    schema: z
      .string()
      .min(1)
      .default(() => join(homedir(), '.cache/milo-catalog')),
  },
  OPENFGA_API_URL: {
    meaning:
      'OpenFGA server to use, version 1.18.1 or later, with PostgreSQL storage. When it is set, none is started.',
    shown: 'embedded OpenFGA',
    schema: z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' }).optional(),
  },
  OPENFGA_API_TOKEN: {
    meaning: 'Preshared key for the server at OPENFGA_API_URL.',
    shown: 'no key',
    schema: z.string().optional(),
  },
  OPENFGA_STORE_NAME: {
    meaning: 'Name of this installation’s store in OpenFGA.',
    shown: 'milo-catalog',
    schema: z
      .string()
      .regex(/^[\w\s./^&@-]{3,64}$/, 'is not 3 to 64 letters, digits, spaces and . - / ^ _ & @')
      .default('milo-catalog'),
  },
  OPENFGA_BIN: {
    meaning: 'OpenFGA executable for the embedded mode, 1.18.0 or later.',
    shown: 'the one in PATH, else the one in the cache, else downloaded, else built by `go install`',
    schema: z.string().optional(),
  },
  OPENFGA_DOWNLOAD_URL: {
    meaning: 'Where OpenFGA’s releases are downloaded from.',
    shown: 'https://github.com/openfga/openfga/releases/download',
    schema: z
      .url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' })
      .default('https://github.com/openfga/openfga/releases/download'),
  },
  PORT: { meaning: 'HTTP port.', shown: '4000, else the next free one', schema: wholeNumber(0, 65_535).optional() },
  HOST: {
    meaning: 'Address to listen on. Only loopback addresses are accepted unless OIDC_ISSUERS is set.',
    shown: '127.0.0.1',
    schema: address.default('127.0.0.1'),
  },
  OIDC_ISSUERS: {
    meaning:
      'Identity providers whose tokens are accepted: `https://id.example audiences=catalog,portal jwks=https://id.example/keys`; several are separated by `;` or line breaks. A token must be issued for one of the audiences. Without `jwks=` the keys are found through `/.well-known/openid-configuration`. `client=` is the id of the public client as which `catalog login` signs people in there, `scopes=` what it asks for (default: `openid,offline_access`). For opaque tokens: `introspection=URL introspection-client=ID` with `secret-file=PATH` or `key-file=PATH`; see identity.md.',
    shown: 'none; in embedded mode the service’s own issuer',
    schema: z.string().transform(readIssuers).default([]),
  },
  CATALOG_ADMIN: {
    meaning:
      'Issuer and subject of the first administrator’s tokens, as `https://id.example.com 320983`: they hold every permission on the platform and can give roles to others. The subject alone is enough where one issuer is trusted. Another value takes the role from the former one at the next start; so does none.',
    shown: 'nobody; in embedded mode `staff` of the service’s own issuer',
    schema: z.string().min(1).optional(),
  },
  CATALOG_MAX_TOKEN_DAYS: {
    meaning: 'Longest life of a token, in days from its issue to its expiry; one that lives longer is refused.',
    shown: String(LONGEST_TOKEN_DAYS),
    schema: wholeNumber(1, 366).default(LONGEST_TOKEN_DAYS),
  },
  CATALOG_INTROSPECTION_SECONDS: {
    meaning:
      'For how long an issuer’s answer about an opaque token holds, before it is asked again: a token that is taken back is good for so long at most.',
    shown: String(ANSWER_SECONDS),
    schema: wholeNumber(1, 3_600).default(ANSWER_SECONDS),
  },
  CATALOG_ANONYMOUS: {
    meaning: 'What is answered without a token: `schema` (introspection) or `none`. Health checks are always answered.',
    shown: 'schema',
    schema: z.enum(['schema', 'none']).default('schema'),
  },
  CATALOG_TRUSTED_DOCUMENTS: {
    meaning:
      'File with GraphQL documents that clients may name by their ids instead of sending them: a persisted query manifest of Apollo, or an object of documents by id as Relay’s compiler writes it. It is read at the start.',
    shown: 'none',
    schema: z.string().min(1).optional(),
  },
  CATALOG_TRUSTED_DOCUMENTS_MODE: {
    meaning:
      '`off`: the list is not read. `prefer`: other documents are answered as well. `only`: none but those of the list, except for the platform’s staff; introspection too has to be in the list.',
    shown: 'prefer',
    schema: z.enum(TRUSTED_MODES).default('prefer'),
  },
  CATALOG_NETWORK: {
    meaning:
      '`container` when the service runs in a container whose port is published on the host’s loopback only (as docker-compose.yml does); HOST may then be any address. Otherwise `host`.',
    shown: 'host',
    schema: z.enum(['host', 'container']).default('host'),
  },
  CATALOG_DATABASE_POOL: {
    meaning: 'Most connections to the database.',
    shown: '10',
    schema: wholeNumber(2, 200).default(10),
  },
  CATALOG_CONNECTIONS_PER_CALLER: {
    meaning:
      'Most connections to the database that the operations of one caller use at a time; further statements wait until it is their turn, for at most 10 s.',
    shown: 'half of CATALOG_DATABASE_POOL, at least 2',
    schema: wholeNumber(2, 200).optional(),
  },
  CATALOG_MAX_BODY_BYTES: {
    meaning: 'Largest request body in bytes, and largest message over WebSocket.',
    shown: '1048576',
    schema: wholeNumber(1_024, 2 ** 30).default(2 ** 20),
  },
  CATALOG_MAX_WRITE_BODY_BYTES: {
    meaning: 'The same for mutations of callers who may write something: `apply`, `batch` and their like.',
    shown: '33554432',
    schema: wholeNumber(1_024, 2 ** 30).default(32 * 2 ** 20),
  },
  CATALOG_ALLOWED_ORIGINS: {
    meaning:
      'Origins whose pages may use the service from a browser, over HTTP and WebSocket: `https://portal.example https://other.example`. The service’s own pages always may.',
    shown: 'none',
    schema: z
      .string()
      .default('')
      .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
      .pipe(z.array(z.string().refine(isOrigin, 'is not a list of origins such as https://portal.example'))),
  },
  CATALOG_MAX_CONNECTIONS: {
    meaning: 'Most connections at a time; more are closed at once.',
    shown: '10000',
    schema: wholeNumber(10, 1_000_000).default(10_000),
  },
  CATALOG_CONNECTIONS_PER_ADDRESS: {
    meaning:
      'Most connections at a time from one client address (for IPv6, one /64); further ones are answered with 429 and `retry-after`. Behind CATALOG_TRUSTED_PROXIES it is the number of requests under way and WebSockets of the address that the proxies name.',
    shown: '1000; on a loopback address no limit of its own',
    schema: wholeNumber(1, 1_000_000).optional(),
  },
  CATALOG_MAX_LOOP_DELAY_MS: {
    meaning:
      'When others wait longer than this for their turn, in the mean of a second, GraphQL requests are refused with UNAVAILABLE and `retry-after`.',
    shown: '5000',
    schema: wholeNumber(20, 60_000).default(5_000),
  },
  CATALOG_MAX_HEAP_PERCENT: {
    meaning: 'The same when so much of the memory that Node may use is in use.',
    shown: '90',
    schema: wholeNumber(1, 100).default(90),
  },
  CATALOG_REQUESTS_PER_MINUTE: {
    meaning:
      'Most GraphQL requests per minute from one client address (for IPv6, one /64), and as many WebSocket connections; more are answered with 429 and `retry-after`. Behind proxies CATALOG_TRUSTED_PROXIES must be set.',
    shown: 'no limit',
    schema: wholeNumber(1, 10_000_000).optional(),
  },
  CATALOG_KEEP_ALIVE_SECONDS: {
    meaning:
      'How long an idle connection is kept open for its next request. It should be longer than the keep-alive of the proxy in front: nginx and AWS 60, Google Cloud 600.',
    shown: '75',
    schema: wholeNumber(1, 3_600).default(75),
  },
  CATALOG_START_SECONDS: {
    meaning:
      'How long a start waits for the database, and then for OpenFGA, while they are only not there yet. Then it ends with a line that says what is missing, and exit code 1.',
    shown: '60',
    schema: wholeNumber(0, 3_600).default(60),
  },
  CATALOG_DRAIN_SECONDS: {
    meaning:
      'How long requests are still served after a signal to stop, while `/readyz` already answers that it is not ready: the time that load balancers need to notice.',
    shown: '5; in embedded mode 0',
    schema: wholeNumber(0, 600).optional(),
  },
  CATALOG_MAX_PAGE: {
    meaning: 'Largest page of a list.',
    shown: '1000',
    schema: wholeNumber(1, 10_000).default(1_000),
  },
  CATALOG_MAX_LOOKED_THROUGH: {
    meaning:
      'How many rows a list may look through where no index leads to what is asked for, as with an order by a field that has none; several kinds share them. A list that would have to look through more is refused (`TOO_EXPENSIVE`); 50,000 take about a tenth of a second, and it is a part of them where conditions take longer.',
    shown: '50000',
    schema: wholeNumber(1_000, 1_000_000_000).default(50_000),
  },
  CATALOG_HISTORY_DAYS: {
    meaning:
      'Days for which changes are kept: how far back history reaches, and how old a cursor of the change feed may be.',
    shown: '90',
    schema: wholeNumber(1, 36_500).default(90),
  },
  CATALOG_AUDIT_DAYS: {
    meaning: 'Days for which audit records are kept, at least 31; older ones go with their partition.',
    shown: '400',
    schema: wholeNumber(31, 36_500).default(400),
  },
  CATALOG_AUDIT_PARTITION: {
    meaning:
      'What one partition of the audit log holds the records of: `day`, `week` or `month`. A record is dropped together with its whole partition, so it stays up to this much longer than CATALOG_AUDIT_DAYS.',
    shown: 'month',
    schema: z.enum(auditPartitionUnits).default('month'),
  },
  CATALOG_TRUSTED_PROXIES: {
    meaning:
      'Number of reverse proxies in front of the service, one behind the other. With 1 or more, the client address in the audit log is taken from X-Forwarded-For at that depth, and X-Forwarded-Host is the name by which the service was asked; with 0 it is the address of the connection, and the name is Host.',
    shown: '0',
    schema: wholeNumber(0, 10).default(0),
  },
  CATALOG_MAX_COST: {
    meaning:
      'Highest cost of an operation: the objects that it could read, page sizes multiplied; some fields cost more (`@cost` in the schema).',
    shown: '500000',
    schema: wholeNumber(1_000, 10 ** 9).default(500_000),
  },
  CATALOG_MAX_LISTS: {
    meaning: 'Most lists that one operation may read, fragments spread out.',
    shown: '1000',
    schema: wholeNumber(10, 100_000).default(1_000),
  },
  CATALOG_MAX_FIELDS: {
    meaning: 'Most fields that one operation may select, fragments spread out.',
    shown: '10000',
    schema: wholeNumber(100, 10 ** 6).default(10_000),
  },
  CATALOG_QUERY_SECONDS: {
    meaning: 'How long a query may take before it is ended.',
    shown: '20',
    schema: wholeNumber(1, 3_600).default(20),
  },
  CATALOG_MUTATION_SECONDS: {
    meaning: 'How long a mutation may take before it is ended and undone.',
    shown: '300',
    schema: wholeNumber(1, 3_600).default(300),
  },
  CATALOG_OPERATIONS_AT_ONCE: {
    meaning: 'How many operations of one caller are done at once; of all who are not signed in together, one.',
    shown: '8',
    schema: wholeNumber(1, 1_000).default(8),
  },
  CATALOG_OPERATIONS_WAITING: {
    meaning:
      'How many more operations of one caller may wait, each for at most 10 s; further ones are refused with RATE_LIMITED.',
    shown: '256',
    schema: wholeNumber(0, 100_000).default(256),
  },
  CATALOG_SUBSCRIPTIONS_PER_CONNECTION: {
    meaning: 'How many subscriptions may be open on one WebSocket; further ones are refused with RATE_LIMITED.',
    shown: '50',
    schema: wholeNumber(1, 100_000).default(50),
  },
  CATALOG_SUBSCRIPTIONS_PER_CALLER: {
    meaning: 'How many subscriptions one caller may have open, on all connections together.',
    shown: '100',
    schema: wholeNumber(1, 100_000).default(100),
  },
  CATALOG_SUBSCRIPTIONS: {
    meaning: 'How many subscriptions may be open at this process, of all callers together.',
    shown: '5000',
    schema: wholeNumber(1, 1_000_000).default(5_000),
  },
  CATALOG_KEPT_ANSWERS_MIB: {
    meaning:
      'Memory for answers that are given again for as long as nothing has changed, in MiB, and an eighth of it for the same compressed; 0: none is kept.',
    shown: '64',
    schema: wholeNumber(0, 65_536).default(64),
  },
  CATALOG_READ_AHEAD_MIB: {
    meaning:
      'Memory for pages that are read before they are asked for, while whoever reads a list page by page looks at the one before, in MiB; 0: none is.',
    shown: '16',
    schema: wholeNumber(0, 65_536).default(16),
  },
  CATALOG_MAX_DEPTH: {
    meaning: 'Largest nesting depth of a query.',
    shown: '30',
    schema: wholeNumber(3, 100).default(30),
  },
  CATALOG_WRITERS_WAITING: {
    meaning:
      'How many writes, of all callers together, may wait for the one under way; further ones are refused at once with UNAVAILABLE and `retry-after`.',
    shown: '500',
    schema: wholeNumber(1, 100_000).default(500),
  },
  CATALOG_LOG_LEVEL: {
    meaning:
      'Which lines are written to standard output: `error` (what is wrong with the service), `warn` (slow or failed operations too), `info` (one line for each operation), `debug`, or `silent`.',
    shown: 'info',
    schema: z.enum(LOG_LEVELS).default('info'),
  },
  CATALOG_LOG_FORMAT: {
    meaning: '`json`: one object per line, for programs; `text`: for people.',
    shown: '`text` on a terminal, else `json`',
    schema: z.enum(LOG_FORMATS).optional(),
  },
  CATALOG_SLOW_OPERATION_MS: {
    meaning: 'Operations that take so many milliseconds or more are logged as slow, with the statements they ran.',
    shown: '1000',
    schema: wholeNumber(0, 3_600_000).default(1_000),
  },
  OTEL_TRACES_EXPORTER: {
    meaning:
      '`otlp`: traces are recorded and sent by OTLP over HTTP (JSON); `none`: never. The other variables of OpenTelemetry’s exporter, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` count as well.',
    shown: '`otlp` when OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, else `none`',
    schema: z.enum(['otlp', 'none']).optional(),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning: 'Collector that traces are sent to, at its path `/v1/traces`.',
    shown: 'http://localhost:4318 with OTEL_TRACES_EXPORTER=otlp',
    schema: z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' }).optional(),
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    meaning: 'The same, with the path.',
    shown: 'OTEL_EXPORTER_OTLP_ENDPOINT and /v1/traces',
    schema: z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' }).optional(),
  },
  OTEL_TRACES_SAMPLER: {
    meaning: 'Which traces are recorded, by OpenTelemetry’s names: `parentbased_traceidratio`, `always_on` and so on.',
    shown: 'parentbased_always_on',
    schema: z.enum(SAMPLERS).default('parentbased_always_on'),
  },
  OTEL_TRACES_SAMPLER_ARG: {
    meaning: 'Part of the traces that `traceidratio` and `parentbased_traceidratio` record, from 0 to 1.',
    shown: '1',
    schema: z
      .string()
      .regex(/^(0?\.\d+|[01](\.0*)?)$/, 'is not a number from 0 to 1')
      .transform(Number)
      .default(1),
  },
  OTEL_SDK_DISABLED: {
    meaning: '`true`: no traces are recorded, whatever else is set.',
    shown: 'false',
    schema: z.enum(['true', 'false']).default('false'),
  },
  CATALOG_METRICS_PORT: {
    meaning:
      'Port of its own for those who operate the service: `/metrics` (Prometheus), and `/healthz`, `/readyz` and `/startupz` with reasons, from the beginning of the start; without limits or tokens, so it must not be reachable for others. `off`: nothing is measured.',
    shown: 'none; in embedded mode on loopback `/metrics` is at PORT',
    schema: z.union([z.literal('off'), wholeNumber(0, 65_535)], { error: 'is neither a port nor `off`' }).optional(),
  },
  CATALOG_METRICS_HOST: {
    meaning: 'Address on which CATALOG_METRICS_PORT listens.',
    shown: 'HOST',
    schema: address.optional(),
  },
  CATALOG_EXAMPLES: {
    meaning: 'Whether to load the example world into an empty catalog (embedded mode only).',
    shown: 'true',
    schema: z
      .enum(['true', 'false'])
      .default('true')
      .transform((text) => text === 'true'),
  },
} as const;

export interface Config {
  readonly database:
    | { readonly mode: 'embedded'; readonly dataDir: string }
    | { readonly mode: 'external'; readonly url: string };
  readonly openfga: { readonly storeName: string } & (EmbeddedOpenFgaConfig | ExternalOpenFgaConfig);
  readonly issuers: readonly Issuer[];
  readonly administrator: Administrator | undefined;
  readonly longestTokenDays: number;
  readonly introspectionSeconds: number;
  /** What is answered without a token. */
  readonly anonymous: 'schema' | 'none';
  readonly host: string;
  readonly port: number | undefined;
  readonly poolSize: number;
  readonly connectionsPerCaller: number;
  readonly maxBodyBytes: number;
  readonly maxWriteBodyBytes: number;
  readonly allowedOrigins: readonly string[];
  readonly maxConnections: number;
  readonly connectionsPerAddress: number;
  readonly overload: OverloadLimits;
  readonly requestsPerMinute: number | undefined;
  readonly keepAliveMs: number;
  /** How long a start waits for what it needs. */
  readonly startMs: number;
  readonly drainMs: number;
  readonly keptAnswerBytes: number;
  readonly readAheadBytes: number;
  readonly maxPage: number;
  readonly mostLookedThrough: number;
  readonly maxDepth: number;
  readonly operations: OperationLimits;
  readonly trustedDocuments: TrustedOptions | undefined;
  readonly subscriptions: SubscriptionLimits;
  /** Writers that may wait for their turn. */
  readonly writersWaiting: number;
  readonly historyDays: number;
  readonly audit: AuditRetention;
  readonly trustedProxies: number;
  readonly logging: { readonly level: LogOptions['level']; readonly format: LogOptions['format'] | undefined };
  readonly slowMs: number;
  /** Undefined: no traces are recorded. */
  readonly traces: TracingOptions | undefined;
  readonly metrics: MetricsOptions;
  readonly loadsExamples: boolean;
  /** Variables that look like settings and are none. */
  readonly ignored: readonly string[];
}

interface EmbeddedOpenFgaConfig {
  readonly mode: 'embedded';
  readonly executable: string | undefined;
  readonly cacheDir: string;
  readonly downloadUrl: string;
  /** Environment of the programs that find or build it: PATH and the variables of Go. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface ExternalOpenFgaConfig {
  readonly mode: 'external';
  readonly apiUrl: string;
  readonly token: string | undefined;
}

const metricsOf = (port: 'off' | number | undefined, host: string): MetricsOptions => {
  if (port === undefined) return 'at the main port';
  return port === 'off' ? 'off' : { host, port };
};

/** Settings that cannot be used; one line per problem. */
export class ConfigError extends Error {}

/** A value as a problem shows it: what has a password in it is shown to nobody. */
const shown = (name: keyof typeof settings, text = ''): string => ('isSecret' in settings[name] ? '***' : text);

/** Reads the settings once; every problem is reported together. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const read = <Name extends keyof typeof settings>(name: Name): z.output<(typeof settings)[Name]['schema']> => {
    const text = environment[name];
    const parsed = settings[name].schema.safeParse(text === '' ? undefined : text);
    if (!parsed.success)
      problems.push(...parsed.error.issues.map(({ message }) => `${name}=${shown(name, text)}: ${message}`));
    return parsed.data as z.output<(typeof settings)[Name]['schema']>;
  };
  const strange = unknownSettings(environment, Object.keys(settings));
  const url = read('DATABASE_URL');
  const dataDir = read('CATALOG_DATA_DIR');
  const apiUrl = read('OPENFGA_API_URL')?.replace(/\/+$/, '');
  if (url !== undefined && apiUrl === undefined) {
    problems.push(
      'OPENFGA_API_URL is not set: with DATABASE_URL no engine is started, so an OpenFGA server must be named too',
    );
  }
  const engine = {
    executable: read('OPENFGA_BIN'),
    cacheDir: read('CATALOG_CACHE_DIR'),
    downloadUrl: read('OPENFGA_DOWNLOAD_URL'),
    environment,
  };
  const server = { token: read('OPENFGA_API_TOKEN') };
  const host = read('HOST');
  const hasIssuer = Boolean(environment.OIDC_ISSUERS);
  const problemsBefore = problems.length;
  const issuers = read('OIDC_ISSUERS');
  const areIssuersRead = problems.length === problemsBefore;
  if (read('CATALOG_NETWORK') === 'host' && !isLoopback(host) && !hasIssuer) {
    problems.push(
      `HOST=${host}: is not a loopback address; that needs OIDC_ISSUERS, so that callers can be identified`,
    );
  }
  const administrator = readAdministrator(read('CATALOG_ADMIN'), areIssuersRead ? issuers : undefined, {
    isEmbedded: url === undefined,
    complain: (problem) => problems.push(`CATALOG_ADMIN=${environment.CATALOG_ADMIN}: ${problem}`),
  });
  const endpoint = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? read('OTEL_EXPORTER_OTLP_ENDPOINT');
  const exporter = read('OTEL_TRACES_EXPORTER') ?? (endpoint === undefined ? 'none' : 'otlp');
  const asksForTraces = exporter === 'otlp' && read('OTEL_SDK_DISABLED') === 'false';
  const poolSize = read('CATALOG_DATABASE_POOL');
  const config: Config = {
    database: url === undefined ? { mode: 'embedded', dataDir } : { mode: 'external', url },
    openfga: {
      storeName: read('OPENFGA_STORE_NAME'),
      ...(apiUrl === undefined ? { mode: 'embedded', ...engine } : { mode: 'external', apiUrl, ...server }),
    },
    issuers,
    administrator,
    longestTokenDays: read('CATALOG_MAX_TOKEN_DAYS'),
    introspectionSeconds: read('CATALOG_INTROSPECTION_SECONDS'),
    anonymous: read('CATALOG_ANONYMOUS'),
    host,
    port: read('PORT'),
    poolSize,
    connectionsPerCaller: read('CATALOG_CONNECTIONS_PER_CALLER') ?? Math.max(2, Math.floor(poolSize / 2)),
    maxBodyBytes: read('CATALOG_MAX_BODY_BYTES'),
    maxWriteBodyBytes: read('CATALOG_MAX_WRITE_BODY_BYTES'),
    allowedOrigins: read('CATALOG_ALLOWED_ORIGINS'),
    maxConnections: read('CATALOG_MAX_CONNECTIONS'),
    connectionsPerAddress:
      read('CATALOG_CONNECTIONS_PER_ADDRESS') ??
      (isLoopback(host) ? Number.POSITIVE_INFINITY : CONNECTIONS_PER_ADDRESS),
    overload: {
      loopDelayMs: read('CATALOG_MAX_LOOP_DELAY_MS'),
      heapShare: read('CATALOG_MAX_HEAP_PERCENT') / 100,
    },
    requestsPerMinute: read('CATALOG_REQUESTS_PER_MINUTE'),
    keepAliveMs: read('CATALOG_KEEP_ALIVE_SECONDS') * 1_000,
    startMs: read('CATALOG_START_SECONDS') * 1_000,
    drainMs: (read('CATALOG_DRAIN_SECONDS') ?? (url === undefined ? 0 : 5)) * 1_000,
    keptAnswerBytes: read('CATALOG_KEPT_ANSWERS_MIB') * 2 ** 20,
    readAheadBytes: read('CATALOG_READ_AHEAD_MIB') * 2 ** 20,
    maxPage: read('CATALOG_MAX_PAGE'),
    mostLookedThrough: read('CATALOG_MAX_LOOKED_THROUGH'),
    maxDepth: read('CATALOG_MAX_DEPTH'),
    operations: {
      cost: read('CATALOG_MAX_COST'),
      lists: read('CATALOG_MAX_LISTS'),
      fields: read('CATALOG_MAX_FIELDS'),
      queryMs: read('CATALOG_QUERY_SECONDS') * 1_000,
      mutationMs: read('CATALOG_MUTATION_SECONDS') * 1_000,
      atOnce: read('CATALOG_OPERATIONS_AT_ONCE'),
      queued: read('CATALOG_OPERATIONS_WAITING'),
      waitMs: OPERATIONS_WAIT_MS,
    },
    trustedDocuments: trustedOf(read('CATALOG_TRUSTED_DOCUMENTS'), read('CATALOG_TRUSTED_DOCUMENTS_MODE')),
    subscriptions: {
      perConnection: read('CATALOG_SUBSCRIPTIONS_PER_CONNECTION'),
      perCaller: read('CATALOG_SUBSCRIPTIONS_PER_CALLER'),
      inAll: read('CATALOG_SUBSCRIPTIONS'),
    },
    writersWaiting: read('CATALOG_WRITERS_WAITING'),
    historyDays: read('CATALOG_HISTORY_DAYS'),
    audit: { days: read('CATALOG_AUDIT_DAYS'), partitionedBy: read('CATALOG_AUDIT_PARTITION') },
    trustedProxies: read('CATALOG_TRUSTED_PROXIES'),
    logging: { level: read('CATALOG_LOG_LEVEL'), format: read('CATALOG_LOG_FORMAT') },
    slowMs: read('CATALOG_SLOW_OPERATION_MS'),
    traces: asksForTraces
      ? { sampler: read('OTEL_TRACES_SAMPLER'), ratio: read('OTEL_TRACES_SAMPLER_ARG') }
      : undefined,
    metrics: metricsOf(read('CATALOG_METRICS_PORT'), read('CATALOG_METRICS_HOST') ?? host),
    loadsExamples: read('CATALOG_EXAMPLES'),
    ignored: strange.ignored,
  };
  problems.push(...strange.slips);
  if (problems.length > 0)
    throw new ConfigError(`settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return config;
}

const trustedOf = (file: string | undefined, mode: TrustedMode): TrustedOptions | undefined =>
  file === undefined || mode === 'off' ? undefined : { file, mode };

/** Every setting with its default and its meaning, as `npm start -- --help` prints it. */
export const describeSettings = (): string =>
  Object.entries(settings)
    .map(([name, { meaning, shown }]) => `  ${name}\n      ${meaning}\n      Default: ${shown}`)
    .join('\n');
