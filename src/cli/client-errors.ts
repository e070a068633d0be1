import { CliError } from './cli-error.ts';
import type { Server } from './find-server.ts';
import type { GraphqlError } from './graphql-error.ts';
import { ConnectionFailed, type HttpAnswer, TimedOut } from './post.ts';
import { mebibytes } from './sizes.ts';

interface Sent {
  readonly server: Server;
  readonly bytes: number;
}

const codeOf = (error: unknown): string => {
  const cause = error instanceof ConnectionFailed ? error.cause : error;
  // Node tries every address of a name and then gives all failures at once.
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && 'code' in first ? String(first.code) : '';
};

/** Why no answer came. */
export function explainFailure(
  error: unknown,
  { server, bytes, timeoutMs, isWrite }: Sent & { readonly timeoutMs: number; readonly isWrite: boolean },
): CliError {
  const { origin, hostname } = new URL(server.url);
  const isWhole = error instanceof TimedOut || (error instanceof ConnectionFailed && error.isSent);
  const perhaps = !isWrite
    ? []
    : isWhole
      ? ['it may have been stored all the same: run the command again, applying twice changes nothing']
      : ['nothing was written'];
  if (error instanceof TimedOut) {
    return new CliError(`${origin} did not answer within ${timeoutMs / 1000} s`, {
      advice: [...perhaps, 'allow more with --timeout, for example --timeout 30m'],
    });
  }
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return new CliError(`nothing listens at ${origin} (connection refused; address ${server.from})`, {
        advice: ['is the service running? `npm start` starts one; --server or CATALOG_SERVER names another'],
      });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CliError(`there is no host called ${hostname} (address ${server.from})`, {
        advice: ['check --server or CATALOG_SERVER'],
      });
    case 'ECONNRESET':
    case 'EPIPE':
      return new CliError(`${origin} closed the connection without an answer`, {
        advice: bytes > 2 ** 20 ? [...perhaps, ...tooLarge(bytes)] : perhaps,
      });
    default:
      return new CliError(`${origin} cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The service wants a token, or another one. */
export const isRefused = ({ status }: HttpAnswer, errors: readonly GraphqlError[] | undefined): boolean =>
  status === 401 || errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') === true;

/** Why the answer is none that a command can use; undefined when its status says nothing of the kind. */
export function explainStatus(
  answer: HttpAnswer,
  errors: readonly GraphqlError[] | undefined,
  { server, token, advice, bytes }: Sent & { readonly token: string | undefined; readonly advice: string },
): CliError | undefined {
  const { status, text, isJson, location } = answer;
  const said = errors?.[0]?.message;
  const { origin } = new URL(server.url);
  if (isRefused(answer, errors)) {
    const message =
      token === undefined
        ? `${origin} requires a token (${status})`
        : `${origin} does not accept the token (${status})${said === undefined ? '' : `: ${said}`}`;
    return new CliError(message, { advice: [advice] });
  }
  if (status === 413) {
    const limit = /larger than (\d+) bytes/.exec(said ?? '')?.[1];
    return new CliError(
      `the request is too large: ${mebibytes(bytes)}${limit === undefined ? '' : `, and ${origin} takes at most ${mebibytes(Number(limit))}`}`,
      { advice: ['nothing was written', ...tooLarge(limit === undefined ? bytes : Number(limit))] },
    );
  }
  if (status >= 300 && status < 400) {
    return new CliError(`${server.url} redirects to ${location ?? 'nowhere'} (${status})`, {
      advice: ['give that address with --server'],
    });
  }
  if (isJson && errors !== undefined) return undefined;
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  const shown = /^\s*</.test(text) ? `an HTML page${title ? ` (“${title}”)` : ''}` : summary(text);
  const what = status >= 500 ? 'is not working' : "is not the catalog's GraphQL address";
  return new CliError(`${server.url} ${what}: it answers ${status} with ${shown}`, {
    advice: status >= 500 ? ['try again later'] : ['check --server or CATALOG_SERVER'],
  });
}

const summary = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ');
  return line === '' ? 'nothing' : line.length > 120 ? `${line.slice(0, 120)}…` : line;
};

const tooLarge = (bytes: number): string[] => [
  `send less than ${mebibytes(bytes)} per request, referenced objects first: catalog apply --batch 1000 -f first/ -f second/`,
  'or start the service with a larger CATALOG_MAX_WRITE_BODY_BYTES',
];

interface ViolationData {
  readonly rule?: unknown;
  readonly message?: unknown;
  readonly path?: unknown;
}

/** GraphQL errors as one message; rules and paths of refused arguments are named. */
export function describeGraphqlErrors(errors: readonly GraphqlError[]): CliError {
  const [first, ...more] = errors;
  if (first === undefined) return new CliError('the answer of the service has neither data nor errors');
  return new CliError(describe(first), { advice: more.map(describe) });
}

export function describe({ message, locations, path, extensions = {} }: GraphqlError): string {
  const { code, requestId, violations } = extensions;
  const place =
    locations?.[0] && code === 'GRAPHQL_VALIDATION_FAILED' ? ` at ${locations[0].line}:${locations[0].column}` : '';
  const rules = Array.isArray(violations) ? (violations as ViolationData[]).map(({ rule }) => rule).join(', ') : '';
  const id = requestId === undefined ? '' : `, request ${String(requestId)}`;
  const at = path === undefined || path.length < 2 ? '' : ` (at ${path.join('.')})`;
  return `${message}${place}${at} [${String(code ?? 'ERROR')}${rules === '' ? '' : `: ${rules}`}${id}]`;
}

/** The rules that a thrown GraphQL error names. */
export const rulesOf = (errors: readonly GraphqlError[] = []): string[] =>
  errors.flatMap(({ extensions }) => {
    const violations = extensions?.violations;
    return Array.isArray(violations) ? (violations as ViolationData[]).map(({ rule }) => String(rule)) : [];
  });
