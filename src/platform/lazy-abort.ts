import { takeOut } from './take-out.ts';

/** Gives something up once, as an AbortController does. Its signal, which costs more than the rest, is made when it is asked for. */
export class LazyAbort {
  #controller: AbortController | undefined;
  #followers: (() => void)[] | undefined;
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
    for (let then = this.#followers?.shift(); then !== undefined; then = this.#followers?.shift()) then();
  }

  /** Calls `then` at the abort, which may have been already. */
  follow(then: () => void): void {
    if (this.#isAborted) then();
    else if (this.#followers === undefined) this.#followers = [then];
    else this.#followers.push(then);
  }

  unfollow(then: () => void): void {
    if (this.#followers !== undefined) takeOut(this.#followers, then);
  }
}
