import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import { type App, type AppOptions, startApp as start } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { UnavailableError } from '../../src/platform/errors.ts';
import { createLog } from '../../src/platform/telemetry/log.ts';
import { noTracing } from '../../src/platform/telemetry/tracing.ts';
import { createTestDatabase } from './database.ts';
import { introduce } from './introduce.ts';
import { type Claims, createTestIssuer } from './issuer.ts';
import { watchErrors } from './unread-errors.ts';

export interface GraphqlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: {
    readonly explain: { readonly statements: number; readonly openfgaCalls: number; readonly sql: readonly string[] };
  };
}

export interface TestApp extends App {
  readonly databaseUrl: string;
  /** What the service has logged so far. */
  readonly log: readonly LogLine[];
  /** Another service beside it, on the same database and OpenFGA store. */
  replica(options?: Partial<AppOptions>): Promise<App>;
  /** Sends a document over HTTP. Errors in the answer fail the test unless it looks at `errors`. */
  execute(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GraphqlAnswer>;
  /** Sends documents as somebody: the name of a User or ServiceAccount. */
  as(subject: string): Pick<TestApp, 'execute'>;
  /**
   * A token of the test's own issuer; overrides replace claims. Its subject is the account of that name, if there is one.
   */
  token(subject: string, overrides?: Claims): Promise<string>;
  /** Applies manifests; the payload as it came. */
  apply(
    content: string,
    options?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApplyAnswer>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

interface UserError {
  readonly code: string;
  readonly message: string;
  readonly subject: string | null;
  readonly field: string | null;
  readonly accepted: string | null;
  readonly source: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

export interface ApplyAnswer {
  readonly applied: boolean;
  readonly counts: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly refused: number;
  };
  readonly results: readonly {
    readonly kind: string | null;
    readonly name: string | null;
    readonly outcome: string;
    readonly changes: readonly {
      readonly path: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
    readonly warnings: readonly { readonly code: string; readonly message: string }[];
  }[];
  readonly userErrors: readonly UserError[];
}

const APPLY = `mutation ($input: ApplyInput!) { apply(input: $input) {
  applied counts { created updated unchanged refused }
  results { kind name outcome changes { path before after } warnings { code message } }
  userErrors { code message subject field accepted source line column } } }`;

/** The real service over real HTTP, on a database and an OpenFGA store of its own. */
export async function startApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const { issuer, token: sign } = await createTestIssuer();
  const lines: LogLine[] = [];
  const config = readConfig({});
  const settings: AppOptions = {
    ...config,
    // Many writers at once wait for each other, on a slow machine longer than people would.
    operations: { ...config.operations, waitMs: 60_000 },
    // Tests hold reads up by locks, and change tables by hand: what is kept has tests of its own.
    keptAnswerBytes: 0,
    readAheadBytes: 0,
    // A machine that stands still for seconds, as virtual ones do, is no overload of the service. A loop that has had no turn for
    // a second counts as delayed without end.
    overload: { loopDelayMs: Number.POSITIVE_INFINITY, heapShare: 1 },
    issuers: [issuer],
    administrator: { issuer: issuer.issuer, subject: 'test-admin' },
    explainsTo: 'everyone',
    anonymous: 'schema',
    databaseUrl: database.url,
    openfga: { apiUrl: inject('openfgaUrl'), token: inject('openfgaToken'), storeName: `test ${randomUUID()}` },
    host: '127.0.0.1',
    port: 0,
    poolSize: 8,
    tracing: noTracing,
    log: createLog({ level: 'info', format: 'json' }, { write: (line) => lines.push(JSON.parse(line) as LogLine) }),
    ...options,
  };
  const app = await start(settings);
  const introduced = new Set<string>();
  const token: TestApp['token'] = async (subject, overrides) => {
    try {
      await introduce(app, issuer.issuer, subject);
      introduced.add(subject);
    } catch (error) {
      // Whoever was introduced before asks all the same while the database is away.
      if (!(error instanceof UnavailableError && introduced.has(subject))) throw error;
    }
    return sign(subject, overrides);
  };
  let administrator: string | undefined;
  /** Who says nothing else is the administrator. */
  const authorization = async (headers: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
    if ('authorization' in headers) return {};
    administrator ??= await token('test-admin');
    return { authorization: `Bearer ${administrator}` };
  };
  const execute: TestApp['execute'] = async (query, variables = {}, headers = {}) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await authorization(headers)), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return watchErrors((await response.json()) as GraphqlAnswer, { query, variables, response });
  };
  return {
    ...app,
    databaseUrl: database.url,
    log: lines,
    replica: (more = {}) => start({ ...settings, ...more }),
    close: async () => {
      await app.close();
      await database.drop();
    },
    execute,
    token,
    as: (subject) => ({
      execute: async (document, variables, headers) =>
        execute(document, variables, { authorization: `Bearer ${await token(subject)}`, ...headers }),
    }),
    apply: async (content, more = {}, headers = {}) => {
      const input = { manifests: [{ source: 'test.yaml', content }], ...more };
      const answer = await execute(APPLY, { input }, headers);
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      return answer.data.apply as ApplyAnswer;
    },
  };
}

/** What the service has logged as its own fault. */
export const defectsIn = ({ log }: Pick<TestApp, 'log'>): readonly LogLine[] =>
  log.filter(({ level }) => level === 'error');

/** The example world as one text. */
export async function exampleWorld(): Promise<string> {
  const folder = new URL('../../examples/', import.meta.url);
  const names = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(names.map((file) => readFile(new URL(file, folder), 'utf8')));
  return texts.join('---\n');
}

/** For tests that ask for much on purpose. */
export const noLimits: AppOptions['operations'] = {
  ...readConfig({}).operations,
  cost: Number.POSITIVE_INFINITY,
  lists: Number.POSITIVE_INFINITY,
  fields: Number.POSITIVE_INFINITY,
};
