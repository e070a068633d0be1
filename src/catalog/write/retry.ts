import { ConflictError } from '../../platform/errors.ts';
import { AccessChangedError } from '../access/access.ts';
import type { Rights } from '../access/rights.ts';
import type { Author } from '../author.ts';
import { isRetryable } from './constraints.ts';

const ATTEMPTS = 3;
/** The same for writes whose author's permissions changed meanwhile, because of concurrent writes. */
const ATTEMPTS_OF_MOVED = 10;

/** Runs a transaction again when it conflicted with another writer, with permissions loaded again if those changed. */
export async function retry<T>(by: Author, work: (moved: Rights | undefined) => Promise<T>): Promise<T> {
  let moved: Rights | undefined;
  for (let tried = 1; ; tried++) {
    try {
      return await work(moved);
    } catch (error) {
      if (error instanceof AccessChangedError && by.rights !== undefined) moved = by.rights;
      else if (!isRetryable(error)) throw error;
      if (tried === (moved === undefined ? ATTEMPTS : ATTEMPTS_OF_MOVED)) {
        throw new ConflictError('another writer was faster; try again', { retryable: true }, { cause: error });
      }
    }
  }
}
