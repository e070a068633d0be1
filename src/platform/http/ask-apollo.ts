import type { BaseContext, GraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Asked } from '../graphql/documents.ts';
import type { Endpoint } from './endpoint.ts';
import type { Answer } from './refusal.ts';
import { headerMap } from './request.ts';

/** One GraphQL request over HTTP. */
export interface HttpOperation {
  readonly request: FastifyRequest;
  /** The request as it came, and as Apollo Server is to be asked. */
  readonly asked: unknown;
  readonly sent: unknown;
  /** The query string, with its question mark. */
  readonly search: string;
  /** Its result is sent as an event. */
  readonly isStream: boolean;
}

/** Has Apollo Server run a request in its context. */
export type AskApollo<Context extends BaseContext> = (operation: HttpOperation, context: Context) => Promise<Answer>;

export const isAsked = (body: unknown): body is Asked =>
  typeof body === 'object' && body !== null && !Array.isArray(body);

/** A query string for the same request. */
function searchFor(body: Asked): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(body))
    parameters.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return `?${parameters}`;
}

const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;

/** The operation in a body with which nothing is wrong; undefined when Apollo Server has to look at it. */
function operationIn({ query, operationName, variables, extensions }: Asked): GraphQLRequest | undefined {
  const request: GraphQLRequest = {};
  if (typeof query === 'string') request.query = query;
  else if (query !== undefined || isNothing(extensions)) return undefined;
  if (typeof operationName === 'string') request.operationName = operationName;
  else if (!isNothing(operationName)) return undefined;
  if (isAsked(variables)) request.variables = variables;
  else if (!isNothing(variables)) return undefined;
  if (isAsked(extensions)) request.extensions = extensions;
  else if (!isNothing(extensions)) return undefined;
  return request;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MOST_ACCEPTS = 100;
const LONGEST_ACCEPT = 256;

/**
 * Apollo Server's way in for HTTP reads each request's headers several times over. Its result does not depend on them but
 * for the type of the answer, which is always the same for an `Accept` header: a JSON body (another has been refused
 * already) with which nothing is wrong goes past it, once it has answered that header.
 */
export function createAskApollo<Context extends BaseContext>({
  apollo,
  textOf,
}: Pick<Endpoint<Context>, 'apollo' | 'textOf'>): AskApollo<Context> {
  const types = new LRUCache<string, string>({ max: MOST_ACCEPTS });

  const askDirectly = async (request: GraphQLRequest, type: string, contextValue: Context): Promise<Answer> => {
    const { body, http } = await apollo.executeOperation(request, { contextValue });
    if (body.kind !== 'single') throw new Error('Apollo Server answers in parts, which nobody asked for');
    const { errors, data, extensions } = body.singleResult;
    http.headers.set('content-type', type);
    const text = await textOf({
      ...(errors !== undefined && { errors }),
      ...(data !== undefined && { data }),
      ...(extensions !== undefined && { extensions }),
    });
    return { status: http.status ?? 200, headers: http.headers, body: text };
  };

  const askOverHttp = async (
    { request, asked, sent, search, isStream }: HttpOperation,
    context: Context,
  ): Promise<Answer> => {
    const headers = headerMap(request.headers);
    // Events are sent by the caller; to Apollo Server the request is one for a single result.
    if (isStream) headers.set('accept', 'application/json');
    const isPost = request.method === 'POST';
    const isGetOfEvents = isStream && request.method === 'GET';
    const isRenamed = !isPost && isAsked(sent) && sent !== asked;
    const httpGraphQLRequest = isGetOfEvents
      ? { method: 'POST', headers, search: '', body: sent }
      : {
          method: request.method,
          headers,
          search: isRenamed ? searchFor(sent) : search,
          body: isPost ? sent : request.body,
        };
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      context: () => Promise.resolve(context),
    });
    if (response.body.kind !== 'complete') throw new Error('Apollo Server answers in parts, which nobody asked for');
    return { status: response.status ?? 200, headers: response.headers, body: response.body.string };
  };

  return async (operation, context) => {
    const { request, sent, isStream } = operation;
    const { accept } = request.headers;
    const isBody = request.method === 'POST' && !isStream && isAsked(sent);
    const type = accept === undefined ? JSON_TYPE : types.get(accept);
    const plain = isBody && type !== undefined ? operationIn(sent) : undefined;
    if (plain !== undefined && type !== undefined) return askDirectly(plain, type, context);
    const answer = await askOverHttp(operation, context);
    const given = answer.headers.get('content-type');
    if (
      isBody &&
      answer.status === 200 &&
      given !== undefined &&
      accept !== undefined &&
      accept.length <= LONGEST_ACCEPT
    )
      types.set(accept, given);
    return answer;
  };
}
