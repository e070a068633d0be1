import type { HttpAnswer } from './post.ts';

/** The service did not begin to send. */
export class EventsRefused extends Error {
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`the service answers ${answer.status} instead of sending events`);
    this.answer = answer;
  }
}

/** The data of each `next` of a stream of server-sent events (graphql-sse, distinct connections), until `complete`. */
export async function* readEvents(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  until?: AbortSignal,
): AsyncGenerator<string> {
  const stop = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body,
    signal: until === undefined ? stop.signal : AbortSignal.any([stop.signal, until]),
  });
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || response.body === null || !type.startsWith('text/event-stream')) {
    throw new EventsRefused({
      status: response.status,
      text: await response.text(),
      isJson: type.includes('json'),
      location: response.headers.get('location') ?? undefined,
      requestId: response.headers.get('x-request-id') ?? undefined,
    });
  }
  let text = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        if (message.startsWith('event: complete')) return;
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (message.startsWith('event: next') && data !== undefined) yield data;
      }
    }
    throw new TypeError('terminated');
  } finally {
    stop.abort();
  }
}
