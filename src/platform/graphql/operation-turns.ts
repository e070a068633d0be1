import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { currentDeadline } from '../deadline.ts';
import type { FairShares } from '../fair-shares.ts';
import { operationError } from './operation-error.ts';

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
): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ contextValue, operation }) => {
      const deadline = currentDeadline();
      if (deadline === undefined) throw new Error('an operation is run outside of any request');
      const isMutation = operation?.operation === OperationTypeNode.MUTATION;
      deadline.endAfter(isMutation ? limits.mutationMs : limits.queryMs);
      try {
        deadline.atEnd(await shares.take(callerOf(contextValue), deadline.signal));
      } catch (error) {
        throw operationError(error);
      }
    },
  }),
});
