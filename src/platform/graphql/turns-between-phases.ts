import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

/** A document of fewer characters is parsed, validated and planned in a few milliseconds. */
const SHORT = 5_000;

/** Gives others a turn between parsing a long document, validating it and executing it. */
export const turnsBetweenPhases = <Context extends BaseContext>(): ApolloServerPlugin<Context> => ({
  requestDidStart: async ({ request }) => {
    if (request.query === undefined || request.query.length <= SHORT) return;
    return {
      validationDidStart: async () => {
        await nextTurn();
      },
      responseForOperation: async () => {
        await nextTurn();
        return null;
      },
    };
  },
});
