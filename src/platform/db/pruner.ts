/** Rows of one store that nobody needs any more, and how they are deleted. */
export interface Pruning {
  readonly name: string;
  /** Deletes them; how many. */
  prune(): Promise<number>;
}

export interface Pruner {
  stop(): void;
}

const EVERY_MS = 3_600_000;

/** Prunes each store once an hour, one after another, until stopped. */
export function startPruner(prunings: readonly Pruning[], report: (problem: unknown) => void): Pruner {
  const pruneAll = async (): Promise<void> => {
    for (const { name, prune } of prunings) {
      await prune().catch((error: unknown) => report(`pruning ${name}: ${String(error)}`));
    }
  };
  const timer = setInterval(() => void pruneAll(), EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}
