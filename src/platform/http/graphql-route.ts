import type { BaseContext } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { STRANGERS } from '../fair-shares.ts';
import { COST_HEADER } from '../graphql/cost-limit.ts';
import { requireShallow } from '../graphql/nesting.ts';
import type { SharedSlices } from '../time-slices.ts';
import { type AskApollo, createAskApollo, isAsked } from './ask-apollo.ts';
import { abortWhenLeft, send } from './create-fastify.ts';
import { createScope, type Delivery, type OperationNotes, type Sending, type Transport } from './delivery.ts';
import type { Endpoint } from './endpoint.ts';
import type { EventSender } from './event-stream.ts';
import { documentOf, introspectionAnswer } from './introspection-answer.ts';
import { unlessHad } from './kept-answer.ts';
import type { Answer } from './refusal.ts';
import { askerOf, type OriginReader } from './request.ts';
import { traceHeadersOf } from './request-origin.ts';
import { answerAsItIs } from './same-machine.ts';

export interface GraphqlRouteOptions<Context extends BaseContext> {
  readonly endpoint: Endpoint<Context>;
  readonly originOf: OriginReader;
  readonly events: EventSender;
  readonly slices: SharedSlices;
}

/** Handles every method; those other than GET and POST are answered with an error. */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

const EVENTS = 'text/event-stream';

/** Whether events are all that a client takes. */
const wantsEvents = (accept: string | undefined): boolean =>
  accept?.includes(EVENTS) === true && !/application\/|\*\/\*/.test(accept);

/** Reads the query string as if it were a body. A value that is not JSON stays text, and is refused as such. */
function bodyOfSearch(search: string): Record<string, unknown> {
  const parameters = new URLSearchParams(search);
  const json = (name: string): unknown => {
    const text = parameters.get(name);
    if (text === null) return undefined;
    requireShallow(text, `\`${name}\``);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  };
  const text = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const body = {
    query: text('query'),
    operationName: text('operationName'),
    documentId: text('documentId'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** The one result of a stream, when the request was read, however wrong its document may be; else undefined. */
function resultFor({ result }: Delivery, { status }: Answer): FormattedExecutionResult | undefined {
  const isRead = status === 200 || (status === 400 && result?.errors?.[0]?.extensions?.code !== 'BAD_REQUEST');
  return isRead ? result : undefined;
}

/** The answer that says why there is no stream. */
const withText = (answer: Answer, { result }: Delivery): Answer =>
  result === undefined ? answer : { ...answer, body: `${JSON.stringify(result)}\n` };

const searchOf = (url: string): string => {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
};

const transportOf = (method: string, isStream: boolean): Transport => {
  if (isStream) return 'sse';
  return method === 'GET' ? 'get' : 'post';
};

/** The operation that is not run, because its answer is kept. */
const completeIntrospection: OperationNotes = { name: 'IntrospectionQuery', type: 'query', cost: 0 };

async function run<Context extends BaseContext>(
  { endpoint, originOf, events, slices }: GraphqlRouteOptions<Context>,
  ask: AskApollo<Context>,
  request: FastifyRequest,
  reply: FastifyReply,
  isStream: boolean,
): Promise<FastifyReply | undefined> {
  answerAsItIs(request.raw);
  const { accept } = request.headers;
  let sending: Sending | undefined;
  const delivery: Delivery = {
    takesStream: isStream || accept?.includes(EVENTS) === true,
    isReadOnly: request.method !== 'POST',
    isLarge: request.hasLargeBody,
    makesText: isStream,
    whenSent: (told) => {
      const isMade = !isStream || delivery.stream !== undefined;
      if (reply.raw.closed || (isMade && delivery.longText === undefined)) return told.read();
      reply.raw.once('close', told.read);
      if (isMade) told.handed?.();
      else sending = told; // As an event it is made text when it is sent.
    },
    giveUp: () => reply.raw.destroy(),
  };
  request.isOperation = true;
  const origin = originOf(request.raw);
  const scope = createScope({
    requestId: request.id,
    traceId: origin.traceId,
    trace: traceHeadersOf(request.headers),
    transport: transportOf(request.method, isStream),
    delivery,
    connection: request.raw.socket,
    wantsCost: request.headers[COST_HEADER] === 'true',
  });
  const { gone } = scope;
  abortWhenLeft(reply, gone);
  const asker = askerOf(request, origin, gone);
  const search = searchOf(request.url);
  const isPost = request.method === 'POST';
  const answer = await endpoint.inScope(scope, () => {
    const asked = isPost ? request.body : bodyOfSearch(search);
    if (delivery.takesStream && isAsked(asked)) endpoint.requirePlace(asked);
    return endpoint.execute(asker, async (context) => {
      const admitted = isAsked(asked) ? endpoint.admit(asked, context) : undefined;
      const document = isStream || !isAsked(asked) ? undefined : documentOf(admitted?.text, asked.operationName);
      const kept = document && (await introspectionAnswer(endpoint.introspection, document, request.headers));
      if (kept !== undefined) {
        Object.assign(scope.notes, completeIntrospection);
        return kept;
      }
      const sent = admitted?.request ?? asked;
      const answer = await ask({ request, asked, sent, search, isStream }, context);
      const told = unlessHad(answer, request.headers);
      if (told.status === 304) delivery.longText = undefined;
      if (delivery.longText === undefined) return told;
      const whole = { ...answer, body: delivery.longText };
      // With its cost beside it, an answer is more than its tag tells of.
      return scope.wantsCost ? whole : endpoint.pack(whole, request.headers);
    });
  });
  const results = delivery.stream ?? (isStream ? resultFor(delivery, answer) : undefined);
  if (results === undefined) {
    sending?.read();
    return send(reply, isStream ? withText(answer, delivery) : answer);
  }
  await events.send(reply, results, { slices: slices.of(scope.notes.caller ?? STRANGERS), gone, sending });
  return undefined;
}

/** GraphQL at `/graphql`, one result or, where a client takes them, events; at `/graphql/stream` always events. */
export function serveGraphql<Context extends BaseContext>(
  app: FastifyInstance,
  options: GraphqlRouteOptions<Context>,
): void {
  const ask = createAskApollo(options.endpoint);
  app.route({
    method: METHODS.filter((method) => method !== 'GET'),
    url: '/graphql',
    handler: (request, reply) => run(options, ask, request, reply, wantsEvents(request.headers.accept)),
  });
  app.route({
    method: METHODS,
    url: '/graphql/stream',
    handler: (request, reply) => run(options, ask, request, reply, true),
  });
}

/** The same by GET, which shares its route with WebSocket. */
export function answerGet<Context extends BaseContext>(options: GraphqlRouteOptions<Context>) {
  const ask = createAskApollo(options.endpoint);
  return (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    run(options, ask, request, reply, wantsEvents(request.headers.accept));
}
