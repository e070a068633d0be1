import { apartFromRequest, currentDeadline, withDeadline } from './deadline.ts';
import { LazyAbort } from './lazy-abort.ts';

/**
 * Has those who want the same thing done at the same time have it done once. It goes on for as long as one of them
 * waits for it, and is ended, with its statements and calls, when nobody does any more. Nothing is kept.
 */
export interface SharedWork<Key> {
  /** Joins the work with this key that is under way, or begins it; throws when the request under way ends first. */
  run<T>(key: Key, begin: () => Promise<T>): Promise<T>;
}

interface UnderWay {
  /** The result, for one more who waits for it. */
  join(ended: LazyAbort | undefined): Promise<unknown>;
}

/** `forget` is called when nobody can join any more. */
function beginWork(begin: () => Promise<unknown>, forget: (work: UnderWay) => void): UnderWay {
  const abandoned = new LazyAbort();
  let waiting = 0;
  const result = apartFromRequest(() => withDeadline(abandoned, begin)).finally(() => forget(work));
  const leave = (): void => {
    if (--waiting > 0) return;
    forget(work);
    abandoned.abort();
  };
  const work: UnderWay = {
    join: (ended) => {
      waiting++;
      return ended === undefined ? result : untilEnded(result, ended, leave);
    },
  };
  return work;
}

/** What others work on, for whoever waits until his own time ends; then it calls `leave` and throws the reason. */
export function untilEnded<T>(result: Promise<T>, ended: LazyAbort, leave: () => void = () => undefined): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const end = (): void => {
    reject(ended.reason);
    leave();
  };
  ended.follow(end);
  result.then(resolve, reject).finally(() => ended.unfollow(end));
  return promise;
}

export function createSharedWork<Key>(): SharedWork<Key> {
  const underWay = new Map<Key, UnderWay>();
  return {
    run: <T>(key: Key, begin: () => Promise<T>): Promise<T> => {
      const ended = currentDeadline()?.ended;
      ended?.throwIfAborted();
      const work =
        underWay.get(key) ??
        beginWork(begin, (done) => {
          if (underWay.get(key) === done) underWay.delete(key);
        });
      underWay.set(key, work);
      return work.join(ended) as Promise<T>; // The key says what is done.
    },
  };
}
