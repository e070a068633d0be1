import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** Whether an OpenFGA server can be asked, as far as is known at this moment. */
export interface OpenFgaWatch {
  isReachable(): boolean;
  /** Calls back when the server no longer answers: at once if that is so already. Gives what ends it. */
  whenLost(listener: () => void): () => void;
  stop(): void;
}

const PAUSE_MS = { reachable: 1_000, unreachable: 250 };
const ANSWERS_WITHIN_MS = 1_000;

/**
 * Watches the server until stopped. A server that dies is noticed at once, through a connection that is held open for
 * that; one that hangs, or has lost its database, when it fails to answer within a second; one that comes back within a
 * quarter of a second. Not reachable until its first answer.
 */
export function watchOpenFga({ apiUrl }: { readonly apiUrl: string }): OpenFgaWatch {
  const { Agent, request } = apiUrl.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const state = { isReachable: false, isLooking: false, isStopped: false, hasAnswered: false };
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  const isLost = (): boolean => state.hasAnswered && !state.isReachable && !state.isStopped;
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
    state.isReachable = await isServing();
    state.hasAnswered ||= state.isReachable;
    if (isLost()) for (const listener of [...listeners]) listener();
    state.isLooking = false;
    if (!state.isStopped) timer = setTimeout(lookAgain, state.isReachable ? PAUSE_MS.reachable : PAUSE_MS.unreachable);
  }

  function isServing(): Promise<boolean> {
    return new Promise((resolve) => {
      const limit = AbortSignal.timeout(ANSWERS_WITHIN_MS);
      const asked = request(`${apiUrl}/healthz`, { agent, signal: limit });
      asked.on('response', (answer) => {
        const isGood = (body: string): boolean => answer.statusCode === 200 && body.includes('"SERVING"');
        text(answer).then(
          (body) => resolve(isGood(body)),
          () => resolve(false),
        );
      });
      asked.on('error', () => {
        // A kept connection may have been closed for other reasons just as it was used: a new one tells.
        if (asked.reusedSocket && !limit.aborted) resolve(isServing());
        else resolve(false);
      });
      asked.end();
    });
  }

  void look();
  return {
    isReachable: () => state.isReachable,
    whenLost: (listener) => {
      if (isLost()) listener();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => {
      state.isStopped = true;
      clearTimeout(timer);
      agent.destroy();
    },
  };
}
