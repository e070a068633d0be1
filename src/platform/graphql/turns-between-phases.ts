import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';

/** A document of fewer characters is parsed, validated and planned in a few milliseconds. */
const SHORT = 5_000;

/** Gives others a turn between parsing a long document, validating it, working out its cost and executing it. */
export const turnsBetweenPhases = <Context extends BaseContext>(): ApolloServerPlugin<Context> => {
  // A document that is named by its hash has no text before it is found.
  const listener: GraphQLRequestListener<Context> = {
    validationDidStart: async ({ source }) => {
      if (source.length <= SHORT) return;
      await nextTurn();
      return async () => nextTurn();
    },
    responseForOperation: async ({ source }) => {
      if (source.length > SHORT) await nextTurn();
      return null;
    },
  };
  return {
    requestDidStart: async ({ request: { query } }) =>
      query === undefined || query.length > SHORT ? listener : undefined,
  };
};
