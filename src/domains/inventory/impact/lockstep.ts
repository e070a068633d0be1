/** Loads what several asked for at once, by one statement. */
export type Load<Key> = (keys: readonly Key[]) => Promise<void>;

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Runs several tasks side by side: when each of those that are not done waits for something, it is loaded for all of them
 * together. So they take as many statements as the longest of them, and not as all.
 */
export class Lockstep {
  #running = 0;
  #waiting: Waiting[] = [];
  readonly #wanted = new Map<Load<never>, unknown[]>();

  async run<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
    this.#running = tasks.length;
    return await Promise.all(
      tasks.map(async (task) => {
        try {
          return await task();
        } finally {
          this.#running--;
          this.#loadIfAllWait();
        }
      }),
    );
  }

  /** Runs both parts of a task side by side. */
  async beside<One, Other>(one: () => Promise<One>, other: () => Promise<Other>): Promise<[One, Other]> {
    this.#running++;
    let isAlone = false;
    const part = async <T>(run: () => Promise<T>): Promise<T> => {
      try {
        return await run();
      } finally {
        if (!isAlone) this.#running--;
        isAlone = true;
        this.#loadIfAllWait();
      }
    };
    return await Promise.all([part(one), part(other)]);
  }

  /** Waits until these are loaded. */
  async need<Key>(load: Load<Key>, keys: readonly Key[]): Promise<void> {
    const wanted = this.#wanted.get(load as Load<never>) ?? [];
    this.#wanted.set(load as Load<never>, wanted);
    for (const key of keys) wanted.push(key);
    await new Promise<void>((go, fail) => {
      this.#waiting.push({ go, fail });
      this.#loadIfAllWait();
    });
  }

  #loadIfAllWait(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#running) return;
    const waiting = this.#waiting;
    const wanted = [...this.#wanted];
    this.#waiting = [];
    this.#wanted.clear();
    Promise.all(wanted.map(([load, keys]) => load(keys as never[]))).then(
      () => {
        for (const { go } of waiting) go();
      },
      (error: unknown) => {
        for (const { fail } of waiting) fail(error);
      },
    );
  }
}
