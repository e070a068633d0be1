import type { BaseContext } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { carried, type Deadline } from '../carried.ts';
import { RateLimitedError } from '../errors.ts';
import { type FairShares, STRANGERS } from '../fair-shares.ts';
import type { Delivery, Sending } from '../http/delivery.ts';
import { operationError } from './operation-error.ts';
import type { OperationStep } from './operation-steps.ts';
import { createUnreadAnswers } from './unread-answers.ts';

/** How long an operation may take; settings. */
export interface TimeLimits {
  readonly queryMs: number;
  readonly mutationMs: number;
}

interface Turn {
  readonly deadline: Deadline;
  readonly delivery: Delivery | undefined;
  readonly caller: string;
}

const UNREAD = 'read what was answered before you ask for more';
const RETRY_AFTER_SECONDS = 10;

/** Gives what is done for a caller its turn and its time; undefined when it has both at once. */
export type Begin = (caller: string, isMutation: boolean) => Promise<void> | undefined;

/**
 * Gives each caller its share of what is done at once, and each operation its time; whatever the transport. A
 * subscription takes a place only until it has begun, and goes on for as long as its client likes. A long answer keeps its
 * place until it has been read, that of a stranger until it is handed to its connection, so that what nobody reads does
 * not pile up in memory.
 */
export function createBegin(shares: FairShares, limits: TimeLimits): Begin {
  const keepFew = createUnreadAnswers();
  /** Strangers share one place: none of them may keep it from the others by not reading. */
  const sendingTo = (stranger: Delivery, leave: () => void): Sending => {
    let read = leave;
    let isRead = false;
    return {
      handed: () => {
        if (isRead) return; // Its client left while it was made.
        leave();
        read = keepFew(stranger);
      },
      read: () => {
        isRead = true;
        read();
      },
    };
  };
  const leaveAtEnd = ({ deadline, delivery, caller }: Turn, leave: () => void): void =>
    deadline.atEnd(() => {
      if (delivery?.whenSent === undefined) leave();
      else delivery.whenSent(caller === STRANGERS ? sendingTo(delivery, leave) : { read: leave });
    });
  const wait = async (turn: Turn, hasPlace: boolean): Promise<void> => {
    const { deadline, delivery, caller } = turn;
    const { signal } = deadline.ended;
    if (!hasPlace) leaveAtEnd(turn, await shares.take(caller, signal));
    if (delivery?.isBehind?.() !== true) return;
    if (caller === STRANGERS) throw new RateLimitedError('UNREAD_ANSWERS', UNREAD, RETRY_AFTER_SECONDS);
    await delivery.caughtUp?.(signal);
  };
  return (caller, isMutation) => {
    const { deadline, operation: { delivery } = {} } = carried();
    if (deadline === undefined) throw new Error('an operation is run outside of any request');
    deadline.endAfter(isMutation ? limits.mutationMs : limits.queryMs);
    const turn = { deadline, delivery, caller };
    const leave = deadline.ended.isAborted ? undefined : shares.takeFree(caller);
    if (leave !== undefined) leaveAtEnd(turn, leave);
    const isWaiting = leave === undefined || delivery?.isBehind?.() === true;
    return isWaiting ? wait(turn, leave !== undefined) : undefined;
  };
}

/** The same as a step of Apollo Server. */
export const operationTurns = <Context extends BaseContext>(
  begin: Begin,
  callerOf: (context: Context) => string,
): OperationStep<Context> => ({
  didResolveOperation: ({ contextValue, operation }) =>
    begin(callerOf(contextValue), operation?.operation === OperationTypeNode.MUTATION)?.catch((error: unknown) => {
      throw operationError(error);
    }),
});
