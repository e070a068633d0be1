import { parseJson } from '../catalog/manifests/json.ts';
import { CliError } from './cli-error.ts';
import { describeGraphqlErrors, explainFailure, explainStatus, isRefused } from './client-errors.ts';
import type { Credentials } from './credentials.ts';
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
  subscribe<Data>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    until?: AbortSignal,
  ): AsyncGenerator<Data>;
}

export interface ClientOptions {
  readonly server: Server;
  readonly credentials: Credentials;
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
  credentials,
  userAgent,
  timeoutMs,
  onProgress: tell,
  onAnswer,
}: ClientOptions): Client {
  let { token } = credentials;
  const own = (): Record<string, string> => ({
    'user-agent': userAgent,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  });
  /** Gets another token after the service has refused one: once for a request. */
  const renewed = async (): Promise<boolean> => {
    if (token === undefined || credentials.renew === undefined) return false;
    const next = await credentials.renew(token);
    const isNew = next !== undefined && next !== token;
    token = next;
    return isNew;
  };
  const postOnce = async (body: Buffer, { headers = {}, isWrite = false, onProgress = tell }: SendOptions) => {
    const startedAt = performance.now();
    const answer = await post(server.url, body, {
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...own(),
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
    return { answer, parsed: answer.isJson ? asAnswer(answer.text) : undefined };
  };
  const send: Client['send'] = async (request, options = {}) => {
    const body = Buffer.from(JSON.stringify(request));
    let { answer, parsed } = await postOnce(body, options);
    if (isRefused(answer, parsed?.errors) && (await renewed())) ({ answer, parsed } = await postOnce(body, options));
    if (parsed !== undefined && hasData(parsed)) return parsed;
    const refused = explainStatus(answer, parsed?.errors, {
      server,
      token,
      advice: credentials.advice,
      bytes: body.length,
    });
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
    subscribe: async function* <Data>(
      query: string,
      variables: Readonly<Record<string, unknown>>,
      until?: AbortSignal,
    ) {
      const body = JSON.stringify({ query, variables });
      const read = (): AsyncGenerator<string> => readEvents(`${server.url}/stream`, body, own(), until);
      try {
        for await (const text of onceMore(read, renewed)) {
          const { data, errors = [] } = asAnswer(text) ?? {};
          if (errors.length > 0 || data === undefined || data === null) throw describeGraphqlErrors(errors);
          yield data as Data;
        }
      } catch (error) {
        if (error instanceof CliError) throw error;
        if (error instanceof EventsRefused) {
          const sent = { server, token, advice: credentials.advice, bytes: body.length };
          throw explainStatus(error.answer, asAnswer(error.answer.text)?.errors, sent) ?? new CliError(error.message);
        }
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        throw explainFailure(cause, { server, timeoutMs, isWrite: false, bytes: body.length });
      }
    },
  };
}

/** Events; read anew once when they are refused for want of a good token and there is another. */
async function* onceMore(read: () => AsyncGenerator<string>, renewed: () => Promise<boolean>): AsyncGenerator<string> {
  try {
    yield* read();
  } catch (error) {
    if (!(error instanceof EventsRefused && isRefused(error.answer, undefined) && (await renewed()))) throw error;
    yield* read();
  }
}

/** Something was answered: not every field of the operation is null. */
const hasData = ({ data, errors }: GraphqlAnswer): boolean =>
  typeof data === 'object' &&
  data !== null &&
  (errors === undefined || Object.values(data).some((value) => value !== null));

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
