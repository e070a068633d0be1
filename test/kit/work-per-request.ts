import { createHook } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { vi } from 'vitest';

/** What was begun for one request. */
export interface Work {
  readonly promises: number;
  readonly timers: number;
  readonly socketWrites: number;
}

/**
 * What this process begins for a request that is sent to it over and over, from another thread. Of each the least that any of
 * the requests took, since the process does other things as well.
 */
export async function workPerRequest(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  times = 30,
): Promise<{ readonly work: Work; readonly answers: readonly string[] }> {
  const requests: { promises: number; timers: number; writtenBefore: number }[] = [];
  const writes = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype, '_writev')];
  const written = (): number => writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  const begin = (): void => void requests.push({ promises: 0, timers: 0, writtenBefore: written() });
  const hook = createHook({
    init: (_id, type) => {
      const current = requests.at(-1);
      if (current === undefined) return;
      if (type === 'PROMISE') current.promises++;
      if (type === 'Timeout' || type === 'Immediate') current.timers++;
    },
  });
  const body = JSON.stringify({ query });
  const length = String(Buffer.byteLength(body));
  const worker = new Worker(new URL('./asking-thread.ts', import.meta.url), {
    workerData: {
      url,
      headers: { 'content-type': 'application/json', 'content-length': length, ...headers },
      body,
      times,
    },
  });
  subscribe('http.server.request.start', begin);
  hook.enable();
  const [answers] = (await once(worker, 'message')) as [string[]];
  hook.disable();
  unsubscribe('http.server.request.start', begin);
  await worker.terminate();
  // The last one is followed by the end of the thread.
  const counted = requests.slice(0, -1);
  const work: Work = {
    promises: Math.min(...counted.map(({ promises }) => promises)),
    timers: Math.min(...counted.map(({ timers }) => timers)),
    socketWrites: Math.min(
      ...counted.map(({ writtenBefore }, at) => (requests[at + 1]?.writtenBefore ?? 0) - writtenBefore),
    ),
  };
  for (const spy of writes) spy.mockRestore();
  return { work, answers };
}
