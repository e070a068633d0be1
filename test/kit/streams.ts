import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { GraphqlAnswer } from './app.ts';

/** A subscription over server-sent events; ends when the reader stops. */
export async function* overEvents(
  url: string,
  query: string,
  variables: object = {},
  headers: Readonly<Record<string, string>> = {},
): AsyncGenerator<GraphqlAnswer> {
  const stop = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: stop.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status} ${await response.text()}`);
  let text = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith('event: complete')) return;
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (block.startsWith('event: next') && data !== undefined) yield JSON.parse(data) as GraphqlAnswer;
      }
    }
  } finally {
    stop.abort();
  }
}

/** The same over WebSocket. */
export async function* overWebSocket(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  connectionParams: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): AsyncGenerator<GraphqlAnswer> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });
  try {
    for await (const result of client.iterate({ query, variables, ...more })) yield result as GraphqlAnswer;
  } finally {
    await client.dispose();
  }
}
