import type { BaseContext } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { Deadline } from '../carried.ts';
import { currentDeadline } from '../deadline.ts';
import type { FairShares } from '../fair-shares.ts';
import { operationError } from './operation-error.ts';
import type { OperationStep } from './operation-steps.ts';

/** How long an operation may take; settings. */
export interface TimeLimits {
  readonly queryMs: number;
  readonly mutationMs: number;
}

/**
 * Gives each caller its share of what is done at once, and each operation its time; whatever the transport. A
 * subscription takes a place only until it has begun, and goes on for as long as its client likes.
 */
export const operationTurns = <Context extends BaseContext>(
  shares: FairShares,
  limits: TimeLimits,
  callerOf: (context: Context) => string,
): OperationStep<Context> => ({
  didResolveOperation: ({ contextValue, operation }) => {
    const deadline = currentDeadline();
    if (deadline === undefined) throw new Error('an operation is run outside of any request');
    const isMutation = operation?.operation === OperationTypeNode.MUTATION;
    deadline.endAfter(isMutation ? limits.mutationMs : limits.queryMs);
    const caller = callerOf(contextValue);
    const leave = deadline.ended.isAborted ? undefined : shares.takeFree(caller);
    if (leave === undefined) return wait(shares, caller, deadline);
    deadline.atEnd(leave);
  },
});

async function wait(shares: FairShares, caller: string, deadline: Deadline): Promise<void> {
  try {
    deadline.atEnd(await shares.take(caller, deadline.ended.signal));
  } catch (error) {
    throw operationError(error);
  }
}
