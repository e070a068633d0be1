import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BaseContext } from '@apollo/server';
import type { OperationStep } from './operation-steps.ts';

/** A document of fewer characters is parsed, validated and planned in a few milliseconds. */
const SHORT = 5_000;

/**
 * Gives others a turn between parsing a long document, validating it, working out its cost and executing it; comes before
 * the step that works out its cost.
 */
export const turnsBetweenPhases = <Context extends BaseContext>(): OperationStep<Context> => ({
  validationDidStart: ({ source }) => (source.length > SHORT ? nextTurn(undefined) : undefined),
  didResolveOperation: ({ source }) => (source.length > SHORT ? nextTurn(undefined) : undefined),
  responseForOperation: ({ source }) => (source.length > SHORT ? nextTurn(null) : null),
});
