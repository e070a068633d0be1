/** Gives something up once, as an AbortController does. Its signal, which costs more than the rest, is made when it is asked for. */
export class LazyAbort {
  #controller: AbortController | undefined;
  #followers: Set<() => void> | undefined;
  #isAborted = false;
  #reason: unknown;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** Why, once it is aborted. */
  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const then of this.#followers ?? []) then();
    this.#followers = undefined;
  }

  /** Calls `then` at the abort, which may have been already. */
  follow(then: () => void): void {
    if (this.#isAborted) then();
    else if (this.#followers === undefined) this.#followers = new Set([then]);
    else this.#followers.add(then);
  }

  unfollow(then: () => void): void {
    this.#followers?.delete(then);
  }
}
