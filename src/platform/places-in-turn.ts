import type { LazyAbort } from './lazy-abort.ts';
import { takeOut } from './take-out.ts';

/** For whom a place is wanted. */
export interface PlaceTaker {
  /** Who has so many places at most; undefined: the service itself, which may have all. */
  readonly caller: string | undefined;
  /** One of that caller's pieces of work. */
  readonly work: object;
}

/** A number of places; those who wait for several get one in turn, however many each of them wants. */
export interface PlacesInTurn {
  /** Takes a place if one is free; gives what leaves it again. */
  takeFree(caller: PlaceTaker['caller']): (() => void) | undefined;
  /** Waits for a place; gives what leaves it again. When it is given up first, throws the reason. */
  take(who: PlaceTaker, ended: LazyAbort): Promise<() => void>;
  /** Whether a caller has all the places that it may have. */
  hasItsShare(caller: PlaceTaker['caller']): boolean;
  /** How many wait. */
  readonly waiting: number;
}

/** One piece of work, and what begins when it gets places. */
interface Waiting {
  readonly work: object;
  readonly begins: (() => void)[];
}

/** The places that a caller has, and what of it waits for one. */
interface Share {
  readonly caller: PlaceTaker['caller'];
  taken: number;
  readonly waiting: Waiting[];
}

/*
 *   waiting: ada ► report ► r1 r2 r3      the next place: r1, and ada goes to the end, and in her line the report;
 *            │     page   ► p1            then b1, p1, r2, r3
 *            bob ► page   ► b1
 */
/** `mostOfOne`: how many places one caller may have. */
export function createPlacesInTurn(count: number, mostOfOne: number = count): PlacesInTurn {
  const shares: Share[] = [];
  let taken = 0;
  let left = 0;

  const findShare = (caller: PlaceTaker['caller']): Share | undefined => shares.find((one) => one.caller === caller);
  const shareOf = (caller: PlaceTaker['caller']): Share => {
    const known = findShare(caller);
    if (known !== undefined) return known;
    const share: Share = { caller, taken: 0, waiting: [] };
    shares.push(share);
    return share;
  };
  const hasItsShare = (caller: PlaceTaker['caller']): boolean =>
    caller !== undefined && (findShare(caller)?.taken ?? 0) >= mostOfOne;

  const isInUse = (share: Share): boolean => share.taken > 0 || share.waiting.length > 0;

  /** Who gave up, or whose turn it was, is last from now on. */
  const forget = ({ caller, work }: PlaceTaker, begin: () => void): void => {
    const share = findShare(caller);
    const own = share?.waiting.find((one) => one.work === work);
    if (share === undefined || own === undefined || !takeOut(own.begins, begin)) return;
    left--;
    takeOut(share.waiting, own);
    if (own.begins.length > 0) share.waiting.push(own);
    takeOut(shares, share);
    if (isInUse(share)) shares.push(share);
  };

  const occupy = (caller: PlaceTaker['caller']): void => {
    shareOf(caller).taken++;
    taken++;
  };

  /** The place goes to whoever's turn it is; it is free only when nobody waits who may have it. */
  const handOn = (): void => {
    for (const { caller, waiting } of shares) {
      const [first] = waiting;
      const [begin] = first?.begins ?? [];
      if (first === undefined || begin === undefined || hasItsShare(caller)) continue;
      occupy(caller);
      forget({ caller, work: first.work }, begin);
      begin();
      return;
    }
  };

  const leaving = (caller: PlaceTaker['caller']) => (): void => {
    const share = shareOf(caller);
    share.taken--;
    taken--;
    if (!isInUse(share)) takeOut(shares, share);
    handOn();
  };

  const wait = async (who: PlaceTaker, ended: LazyAbort): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      forget(who, resolve);
      reject(ended.reason);
    };
    const { waiting } = shareOf(who.caller);
    const own = waiting.find((one) => one.work === who.work);
    if (own === undefined) waiting.push({ work: who.work, begins: [resolve] });
    else own.begins.push(resolve);
    left++;
    ended.follow(abort);
    try {
      await promise;
    } finally {
      ended.unfollow(abort);
    }
  };

  const takeFree = (caller: PlaceTaker['caller']): (() => void) | undefined => {
    if (taken >= count || hasItsShare(caller)) return undefined;
    occupy(caller);
    return leaving(caller);
  };

  return {
    takeFree,
    hasItsShare,
    take: async (who, ended) => {
      ended.throwIfAborted();
      const free = takeFree(who.caller);
      if (free !== undefined) return free;
      await wait(who, ended);
      return leaving(who.caller);
    },
    get waiting() {
      return left;
    },
  };
}
