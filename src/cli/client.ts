import { parseJson } from '../catalog/manifests/json.ts';
import { CliError } from './cli-error.ts';
import { describeGraphqlErrors, explainFailure, explainStatus } from './client-errors.ts';
import { EventsRefused, readEvents } from './events.ts';
import type { Server } from './find-server.ts';
import type { GraphqlError } from './graphql-error.ts';
import { post } from './post.ts';

export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: unknown;
}

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Something may have been changed even if no answer comes. */
  readonly isWrite?: boolean;
  /** Used instead of the client's own. */
  readonly onProgress?: (text: string | undefined) => void;
}

/** Talks GraphQL to one service; whatever goes wrong becomes a CliError that says what to do. */
export interface Client {
  readonly server: Server;
  /** Data and errors as they came. */
  send(request: GraphqlRequest, options?: SendOptions): Promise<GraphqlAnswer>;
  /** The data; GraphQL errors are thrown. */
  execute<Data>(query: string, variables?: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<Data>;
  /** What a subscription sends, until it ends or the connection is lost (a CliError). */
  subscribe<Data>(query: string, variables: Readonly<Record<string, unknown>>): AsyncGenerator<Data>;
}

export interface ClientOptions {
  readonly server: Server;
  readonly token: string | undefined;
  /** User agent, for the service's audit log. */
  readonly userAgent: string;
  /** 0: none. */
  readonly timeoutMs: number;
  /** Called with progress during a request: how much was sent, then how long the answer takes. */
  readonly onProgress: (text: string | undefined) => void;
  readonly onAnswer: (line: string) => void;
}

export function createClient({
  server,
  token,
  userAgent,
  timeoutMs,
  onProgress: tell,
  onAnswer,
}: ClientOptions): Client {
  const own = { 'user-agent': userAgent, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const send: Client['send'] = async (request, options = {}) => {
    const { headers = {}, isWrite = false, onProgress = tell } = options;
    const body = Buffer.from(JSON.stringify(request));
    const startedAt = performance.now();
    const answer = await post(server.url, body, {
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...own,
        ...headers,
      },
      timeoutMs,
      onProgress,
    })
      .catch((error: unknown) => {
        throw explainFailure(error, { server, timeoutMs, isWrite, bytes: body.length });
      })
      .finally(() => onProgress(undefined));
    onAnswer(`${server.url}: ${answer.status} in ${Math.round(performance.now() - startedAt)} ms`);
    const parsed = answer.isJson ? asAnswer(answer.text) : undefined;
    if (parsed?.data !== undefined && parsed.data !== null) return parsed;
    const refused = explainStatus(answer, parsed?.errors, { server, token, bytes: body.length });
    if (refused !== undefined) throw refused;
    if (parsed === undefined)
      throw new CliError(`${server.url} answers, but not with GraphQL: is it the catalog's address?`);
    return parsed;
  };
  return {
    server,
    send,
    execute: async <Data>(query: string, variables = {}, options = {}) => {
      const { data, errors = [] } = await send({ query, variables }, options);
      if (errors.length > 0 || data === undefined || data === null) throw describeGraphqlErrors(errors);
      return data as Data;
    },
    subscribe: async function* <Data>(query: string, variables: Readonly<Record<string, unknown>>) {
      const body = JSON.stringify({ query, variables });
      try {
        for await (const text of readEvents(`${server.url}/stream`, body, own)) {
          const { data, errors = [] } = asAnswer(text) ?? {};
          if (errors.length > 0 || data === undefined || data === null) throw describeGraphqlErrors(errors);
          yield data as Data;
        }
      } catch (error) {
        if (error instanceof CliError) throw error;
        if (error instanceof EventsRefused) {
          const sent = { server, token, bytes: body.length };
          throw explainStatus(error.answer, asAnswer(error.answer.text)?.errors, sent) ?? new CliError(error.message);
        }
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        throw explainFailure(cause, { server, timeoutMs, isWrite: false, bytes: body.length });
      }
    },
  };
}

/** A GraphQL answer, or undefined when the text is none. */
function asAnswer(text: string): GraphqlAnswer | undefined {
  try {
    const value = parseJson(text);
    const isAnswer = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    return isAnswer ? (value as GraphqlAnswer) : undefined;
  } catch {
    return undefined;
  }
}
