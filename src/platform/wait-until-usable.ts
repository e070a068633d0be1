import { setTimeout as sleep } from 'node:timers/promises';

/** For how long something is waited for that starts beside the service, and who is told. */
export interface Waiting {
  readonly forMs: number;
  /** Called once, when it has to be waited for. */
  readonly say: (line: string) => void;
  /** Called at each attempt that fails, with the reason. */
  readonly waitsFor?: ((problem: string) => void) | undefined;
}

/** Why something cannot be used; passing: a moment later it may be. */
export interface Hindrance {
  readonly cause: string;
  readonly isPassing: boolean;
}

const RETRY_MS = 500;

/**
 * Resolves when the attempt succeeds; tries for so long while what stands in its way is passing. Then, or when it is not
 * passing, gives the last hindrance.
 */
export async function waitUntilUsable(
  name: string,
  attempt: () => Promise<Hindrance | undefined>,
  { forMs, say, waitsFor }: Waiting,
): Promise<Hindrance | undefined> {
  const end = performance.now() + forMs;
  for (let count = 1; ; count++) {
    const found = await attempt();
    if (found === undefined || !found.isPassing || performance.now() >= end) return found;
    if (count === 1) say(`Waiting for ${name}: ${found.cause}`);
    waitsFor?.(found.cause);
    await sleep(RETRY_MS);
  }
}
