import { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The parts of a body that is there as a whole. A response takes all of them at once, and hands them to the system by one call: one
 * after another, each would wait until the one before it has left, in turns of the event loop and calls of the system of its own.
 */
export class PartsStream extends Readable {
  readonly #parts: Iterator<Uint8Array>;

  constructor(parts: readonly Uint8Array[]) {
    super();
    this.#parts = parts.values();
  }

  override _read(): void {
    let isWanted = true;
    while (isWanted) {
      const { value, done } = this.#parts.next();
      isWanted = this.push(done === true ? null : value);
    }
  }

  override pipe<Target extends NodeJS.WritableStream>(target: Target, options?: { readonly end?: boolean }): Target {
    if (!(target instanceof ServerResponse) || options?.end === false) return super.pipe(target, options);
    for (let next = this.#parts.next(); next.done !== true; next = this.#parts.next()) target.write(next.value);
    target.end();
    this.resume(); // To its end, which Fastify waits for.
    return target;
  }
}
