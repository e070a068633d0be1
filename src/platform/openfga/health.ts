import type * as http from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { protocolOf } from './protocol.ts';

/** Whether an OpenFGA server can be asked, as far as is known at this moment. */
export interface OpenFgaWatch {
  isReachable(): boolean;
  /** Calls back when the server no longer answers: at once if that is so already. Gives what ends it. */
  whenLost(listener: () => void): () => void;
  /** It has answered something that it was asked: one that is only too busy to say how it is is not lost. */
  noteAnswer(): void;
  stop(): void;
}

const LAG_MS = 100;
/** Calls back when the time is over; time in which this process was too busy to receive anything does not count. */
function whenOver(ms: number, call: () => void): () => void {
  const dueAt = performance.now() + ms;
  let again = (): void => undefined;
  const timer = setTimeout(() => {
    if (performance.now() < dueAt + LAG_MS) call();
    else again = whenOver(ms, call);
  }, ms);
  return () => {
    clearTimeout(timer);
    again();
  };
}

type Health = 'serving' | 'not serving' | 'no answer in time' | 'gone';

const PAUSE_MS = { reachable: 500, doubtful: 0, unreachable: 250 };
const ANSWERS_WITHIN_MS = 2_400;
/** A busy server may be silent for a moment; what it was asked fails when it has been so for longer. */
const SILENT_MS = 2_000;

/** Asks the server how it is, on a connection of `agent`. */
function askHealth(apiUrl: string, agent: http.Agent): Promise<Health> {
  const { request } = protocolOf(apiUrl);
  return new Promise((resolve) => {
    const limit = new AbortController();
    const stopWaiting = whenOver(ANSWERS_WITHIN_MS, () => limit.abort());
    const asked = request(`${apiUrl}/healthz`, { agent, signal: limit.signal });
    asked.once('close', stopWaiting);
    asked.on('response', (answer) => {
      const isGood = (body: string): boolean => answer.statusCode === 200 && body.includes('"SERVING"');
      text(answer).then(
        (body) => resolve(isGood(body) ? 'serving' : 'not serving'),
        () => resolve('not serving'),
      );
    });
    asked.on('error', () => {
      // A kept-alive connection may have been closed for other reasons just as it was used: a new one decides.
      if (limit.signal.aborted) resolve('no answer in time');
      else resolve(asked.reusedSocket ? askHealth(apiUrl, agent) : 'gone');
    });
    asked.end();
  });
}

/**
 * Watches the server until stopped. A server that dies is noticed at once, through a connection that is held open for
 * that; one that hangs, or has lost its database, within three seconds; one that comes back within a quarter of a
 * second. Not reachable until its first answer.
 */
export function watchOpenFga({ apiUrl }: { readonly apiUrl: string }): OpenFgaWatch {
  const { Agent } = protocolOf(apiUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const state = { isReachable: false, isLooking: false, isStopped: false };
  let timer: NodeJS.Timeout | undefined;
  let isLost = false;
  /** Before its first answer it is not lost: nobody waits for it yet who would not wait longer. */
  let hasAnswered = false;
  let silence: NodeJS.Timeout | undefined;
  let answeredAt = performance.now();
  const listeners = new Set<() => void>();

  const lookAgain = (): void => {
    if (!state.isLooking) void look();
  };
  // Only what is kept is watched: a server that closes after each answer would else be asked without a pause.
  agent.on('free', (socket: Socket) => {
    if (!socket.listeners('close').includes(lookAgain)) socket.once('close', lookAgain);
  });

  async function look(): Promise<void> {
    if (state.isStopped) return;
    clearTimeout(timer);
    state.isLooking = true;
    const startedAt = performance.now();
    const health = await askHealth(apiUrl, agent);
    const isBusy = health === 'no answer in time' && answeredAt > startedAt;
    state.isReachable = health === 'serving' || isBusy;
    state.isLooking = false;
    clearTimeout(silence);
    if (health === 'serving') {
      answeredAt = performance.now();
      hasAnswered = true;
      isLost = false;
    } else if (health === 'gone') lose();
    else silence = setTimeout(loseWhenSilent, Math.max(0, answeredAt + SILENT_MS - performance.now()));
    const pause = state.isReachable ? 'reachable' : 'unreachable';
    if (!state.isStopped) timer = setTimeout(lookAgain, PAUSE_MS[isBusy ? 'doubtful' : pause]);
  }

  function lose(): void {
    if (!hasAnswered || state.isStopped) return;
    isLost = true;
    for (const listener of [...listeners]) listener();
  }

  function loseWhenSilent(): void {
    if (performance.now() - answeredAt >= SILENT_MS) lose();
  }

  void look();
  return {
    isReachable: () => state.isReachable,
    whenLost: (listener) => {
      if (isLost) listener();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    noteAnswer: () => {
      hasAnswered = true;
      answeredAt = performance.now();
    },
    stop: () => {
      state.isStopped = true;
      clearTimeout(timer);
      clearTimeout(silence);
      agent.destroy();
    },
  };
}
