import {
  type AuthorizationModel,
  ClientWriteRequestOnDuplicateWrites,
  ClientWriteRequestOnMissingDeletes,
  ConsistencyPreference,
  CredentialsMethod,
  FgaApiError,
  FgaApiRateLimitExceededError,
  FgaApiValidationError,
  FgaError,
  OpenFgaClient,
} from '@openfga/sdk';
import { currentDeadline } from '../deadline.ts';
import { unreachable } from '../errors.ts';
import type { LazyAbort } from '../lazy-abort.ts';
import { note } from '../tally.ts';
import { type Metrics, noMetrics } from '../telemetry/metrics.ts';
import { inSpan, traceHeaders } from '../telemetry/spans.ts';
import type { OpenFgaWatch } from './health.ts';
import { protocolOf } from './protocol.ts';

/** A relation between an object and a user, all three in OpenFGA's own spelling (`type:id`, `type:id#relation`). */
export interface Tuple {
  readonly object: string;
  readonly relation: string;
  readonly user: string;
}

/** The same for two tuples that are one. */
export const tupleKey = ({ object, relation, user }: Tuple): string => `${object}#${relation}@${user}`;

/** OpenFGA refused what it was asked, and will do so again: a type, a relation or a size it does not accept. */
export class RefusedByOpenFgaError extends Error {}

/** One store of an OpenFGA server. Every call fails with a retryable UnavailableError when no answer comes in time. */
export interface OpenFga {
  /** The model that every call is made with, and how fresh an answer is asked for. */
  readonly modelId: string;
  readonly consistency: string;
  /** Objects of a type that the user has the relation to; at most 1,000, the rest is left out without a sign. */
  listObjects(user: string, relation: string, type: string): Promise<string[]>;
  /** The same without a limit of results; ends at the server's deadline without a sign. */
  streamObjects(user: string, relation: string, type: string): Promise<string[]>;
  /** Whether each of the tuples holds, in their order; in batches, each distinct one asked once. */
  check(tuples: readonly Tuple[]): Promise<boolean[]>;
  /**
   * Writes and deletes tuples, all or none of up to `MOST_WRITTEN` where the server takes so many in one request; what is there
   * already, or gone already, is no error.
   */
  write(change: { readonly writes: readonly Tuple[]; readonly deletes: readonly Tuple[] }): Promise<void>;
  /** A page of all tuples, and where the next one begins. */
  read(from?: string): Promise<{ readonly tuples: readonly Tuple[]; readonly next: string | undefined }>;
}

/** An OpenFGA server: its stores and their models. */
export interface OpenFgaServer {
  createStore(name: string): Promise<string>;
  storeExists(storeId: string): Promise<boolean>;
  deleteStore(storeId: string): Promise<void>;
  /** Writes a model into a store; its id. */
  writeModel(storeId: string, model: Omit<AuthorizationModel, 'id'>): Promise<string>;
  /** The store with the model pinned. */
  store(storeId: string, modelId: string): OpenFga;
  /** Ends the connections that were kept for the next call. */
  close(): void;
}

type Watch = Pick<OpenFgaWatch, 'whenLost' | 'noteAnswer'>;
/** What the SDK passes on to its HTTP client. */
interface CallOptions {
  readonly headers: Record<string, string>;
  readonly signal?: AbortSignal;
}
/** Runs a call: until its deadline, or to its end when it must not be reported as failed too early. */
type Call = <T>(
  method: string,
  ask: (options: CallOptions) => Promise<T>,
  until?: 'in time' | 'to the end',
) => Promise<T>;

/**
 * So many tuples are written by one request. What a request costs the server is mostly its look at the model: in hundreds,
 * 3,700 tuples cost 1.6 s of CPU, of which 1.3 s are that.
 */
export const MOST_WRITTEN = 500;
/** What every server takes that is not told to take more or less. */
const ALWAYS_WRITTEN = 100;

const CALL_MS = 2_500;
const BATCH = 50;
/** Batches under way: more of them would wait for each other at the server until their time is up. */
const AT_ONCE = 3;
const fresh = { consistency: ConsistencyPreference.HigherConsistency } as const;

const isRetryable = (error: unknown): boolean =>
  error instanceof FgaApiRateLimitExceededError ||
  !(error instanceof FgaApiError) ||
  error.statusCode === undefined ||
  error.statusCode >= 500 ||
  [401, 403, 404, 408, 409].includes(error.statusCode);

export function connectOpenFga({
  apiUrl,
  token,
  callMs = CALL_MS,
  watch,
  metrics = noMetrics,
  mostWritten = MOST_WRITTEN,
}: {
  readonly apiUrl: string;
  readonly token: string | undefined;
  /** How long a call that somebody waits for may take, with its retry. */
  readonly callMs?: number;
  /** Ends calls as soon as the server is known to be lost. */
  readonly watch?: Watch;
  readonly metrics?: Metrics;
  readonly mostWritten?: number;
}): OpenFgaServer {
  const limit = { most: mostWritten };
  const { Agent } = protocolOf(apiUrl);
  // The SDK's own would keep its connections for good, each with all that the request carries which used it last.
  const agent = new Agent({ keepAlive: true });
  const clientOf = (ids: { storeId?: string; authorizationModelId?: string }): OpenFgaClient =>
    new OpenFgaClient({
      apiUrl,
      ...ids,
      ...(token !== undefined && { credentials: { method: CredentialsMethod.ApiToken, config: { token } } }),
      retryParams: { maxRetry: 1, minWaitInMs: 50 },
      baseOptions: { timeout: callMs, maxRedirects: 0, httpAgent: agent, httpsAgent: agent },
    });
  const call: Call = (method, ask, until = 'in time') => {
    const ended = until === 'in time' ? currentDeadline()?.ended : undefined;
    const run = (): ReturnType<typeof ask> => {
      ended?.throwIfAborted();
      const options = { headers: traceHeaders(), ...(ended && { signal: ended.signal }) };
      return until === 'in time'
        ? inTime(() => ask(options), callMs, watch, ended)
        : toTheEnd(() => ask(options), watch);
    };
    return inSpan(`openfga ${method}`, () => watched(method, run, ended), {
      kind: 'client',
      attributes: { 'rpc.method': method },
    });
  };
  const watched = async <T>(method: string, run: () => Promise<T>, ended: LazyAbort | undefined): Promise<T> => {
    const startedAt = performance.now();
    let outcome = 'error';
    note((tally) => {
      tally.openfgaCalls++;
    });
    try {
      const answer = await run();
      watch?.noteAnswer();
      outcome = 'ok';
      return answer;
    } catch (error) {
      ended?.throwIfAborted(); // The error of a call that was given up says nothing.
      if (!isRetryable(error)) {
        const message = error instanceof FgaApiError ? (error.apiErrorMessage ?? error.message) : String(error);
        throw new RefusedByOpenFgaError(message, { cause: error });
      }
      if (error instanceof FgaError || error instanceof Error)
        throw unreachable('AUTHORIZATION_UNREACHABLE', { cause: error });
      throw error;
    } finally {
      metrics.count('catalog_openfga_calls_total', { method, outcome });
      metrics.observe('catalog_openfga_call_duration_seconds', { method }, (performance.now() - startedAt) / 1_000);
    }
  };
  const server = clientOf({});

  return {
    createStore: async (name) => (await call('CreateStore', (options) => server.createStore({ name }, options))).id,
    storeExists: async (storeId) => {
      try {
        await call('GetStore', (options) => server.getStore({ storeId, ...options }));
        return true;
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (cause instanceof FgaApiError && [400, 404].includes(cause.statusCode ?? 0)) return false;
        throw error;
      }
    },
    deleteStore: async (storeId) => {
      await call('DeleteStore', (options) => server.deleteStore({ storeId, ...options }));
    },
    writeModel: async (storeId, model) =>
      (
        await call('WriteAuthorizationModel', (options) =>
          server.writeAuthorizationModel(model, { storeId, ...options }),
        )
      ).authorization_model_id,
    store: (storeId, authorizationModelId) =>
      storeOf(authorizationModelId, clientOf({ storeId, authorizationModelId }), call, limit),
    close: () => agent.destroy(),
  };
}

/** A call with its retry, within a total time limit, and only while the server is reachable and somebody waits. */
function inTime<T>(
  ask: () => Promise<T>,
  mostMs: number,
  watch: Watch | undefined,
  ended: LazyAbort | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (why: string) => (): void => reject(new Error(why));
    const timer = setTimeout(end('no answer in time'), mostMs);
    const forget = watch?.whenLost(end('the server is lost'));
    const leave = end('nobody waits for it');
    ended?.follow(leave);
    ask()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        forget?.();
        ended?.unfollow(leave);
      });
  });
}

/** A call that is not made when the server is lost, and else waited for: until then it may change what is stored. */
async function toTheEnd<T>(ask: () => Promise<T>, watch: Watch | undefined): Promise<T> {
  let isLost = false;
  watch?.whenLost(() => {
    isLost = true;
  })();
  if (isLost) throw new Error('the server is lost');
  return ask();
}

const writing = {
  conflict: {
    onDuplicateWrites: ClientWriteRequestOnDuplicateWrites.Ignore,
    onMissingDeletes: ClientWriteRequestOnMissingDeletes.Ignore,
  },
  // Without a retry: after a failure the caller decides what has to be written.
  retryParams: { maxRetry: 0 },
};

/** The server takes no more than 100 tuples at a time. */
const isTooMany = (error: unknown): boolean =>
  error instanceof RefusedByOpenFgaError &&
  error.cause instanceof FgaApiValidationError &&
  error.cause.apiErrorCode === 'exceeded_entity_limit';

function storeOf(modelId: string, client: OpenFgaClient, call: Call, limit: { most: number }): OpenFga {
  return {
    modelId,
    consistency: fresh.consistency,
    listObjects: async (user, relation, type) =>
      (await call('ListObjects', (options) => client.listObjects({ user, relation, type }, { ...fresh, ...options })))
        .objects,
    streamObjects: (user, relation, type) =>
      call('StreamedListObjects', async (options) => {
        const objects: string[] = [];
        for await (const { object } of client.streamedListObjects({ user, relation, type }, { ...fresh, ...options }))
          objects.push(object);
        return objects;
      }),
    check: async (tuples) => {
      const distinct = [...new Map(tuples.map((tuple) => [tupleKey(tuple), tuple])).values()];
      const batches: Tuple[][] = [];
      for (let at = 0; at < distinct.length; at += BATCH) batches.push(distinct.slice(at, at + BATCH));
      const holds = new Map<string, boolean>();
      const work = async (): Promise<void> => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
          const own = batch;
          const checks = own.map((tuple, index) => ({ ...tuple, correlationId: `c${index}` }));
          const { result } = await call('BatchCheck', (options) =>
            client.batchCheck({ checks }, { ...fresh, ...options, maxBatchSize: BATCH }),
          );
          for (const { correlationId, allowed, error } of result) {
            const tuple = own[Number(correlationId.slice(1))];
            if (error !== undefined || tuple === undefined)
              throw unreachable('AUTHORIZATION_UNREACHABLE', { cause: error });
            holds.set(tupleKey(tuple), allowed === true);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, batches.length) }, work));
      return tuples.map((tuple) => holds.get(tupleKey(tuple)) === true);
    },
    write: async ({ writes, deletes }) => {
      for (let at = 0; at < writes.length + deletes.length; ) {
        const end = at + limit.most;
        const own = (from: number, tuples: readonly Tuple[]): Tuple[] =>
          tuples.slice(Math.max(0, at - from), Math.max(0, end - from)).map((tuple) => ({ ...tuple }));
        const body = { writes: own(0, writes), deletes: own(writes.length, deletes) };
        try {
          await call('Write', (options) => client.write(body, { ...options, ...writing }), 'to the end');
          at = end;
        } catch (error) {
          if (!isTooMany(error) || limit.most <= ALWAYS_WRITTEN) throw error;
          limit.most = ALWAYS_WRITTEN;
        }
      }
    },
    read: async (from) => {
      const page = await call('Read', (options) =>
        client.read({}, { ...options, pageSize: 100, ...(from && { continuationToken: from }), ...fresh }),
      );
      return {
        tuples: page.tuples.map(({ key: { object, relation, user } }) => ({ object, relation, user })),
        next: page.continuation_token === '' ? undefined : page.continuation_token,
      };
    },
  };
}
