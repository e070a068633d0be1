import { expect } from 'vitest';
import { overWebSocket } from './streams.ts';

/** What a door answers with first. */
export interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  /** The code with which a WebSocket was closed instead of an answer. */
  readonly closedWith?: number;
}

/** An operation as it is sent. */
export interface Sent {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  readonly documentId?: string;
}

/** Sends an operation to a service, as whoever the `Authorization` header is of; gives the first that it answers. */
export type Door = (url: string, operation: Sent, authorization?: string) => Promise<Told>;

const post = (url: string, operation: Sent, authorization: string | undefined, accept: string): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(authorization && { authorization }) },
    body: JSON.stringify(operation),
  });

/** The ways to ask the service: by POST, for server-sent events, over WebSocket. */
export const doors: Readonly<Record<'POST' | 'events' | 'WebSocket', Door>> = {
  POST: async (url, operation, authorization) =>
    (await (await post(url, operation, authorization, 'application/json')).json()) as Told,
  events: async (url, operation, authorization) => {
    const response = await post(url, operation, authorization, 'text/event-stream');
    // Some refusals come before there is a stream.
    if (response.headers.get('content-type')?.startsWith('application/json')) return (await response.json()) as Told;
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let data: string | undefined; ; ) {
      const part = await reader?.read();
      text += part?.value ?? '';
      data = /^data: (\{.*)\n\n/m.exec(text)?.[1];
      if (data === undefined && part?.done !== false) throw new Error(`no event came: ${text}`);
      if (data === undefined) continue;
      await reader?.cancel();
      return JSON.parse(data) as Told;
    }
  },
  WebSocket: async (url, { query, variables, ...more }, authorization) => {
    const parameters = authorization === undefined ? {} : { authorization };
    const results = overWebSocket(url, query, variables, parameters, more);
    try {
      const { value } = await results.next();
      expect(value, 'something came over the WebSocket').toBeDefined();
      return value as Told;
    } catch (errors) {
      if (Array.isArray(errors)) return { errors };
      if (errors instanceof Object && 'wasClean' in errors && 'code' in errors)
        return { closedWith: Number(errors.code) };
      throw errors;
    } finally {
      await results.return(undefined);
    }
  },
};
