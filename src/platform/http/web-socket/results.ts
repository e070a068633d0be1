import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ResultStream } from '../delivery.ts';

export type Results = FormattedExecutionResult | ResultStream;

/** Errors as callers see them, which is how they are sent. */
export class FormattedError extends GraphQLError {
  readonly formatted: GraphQLFormattedError;

  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message);
    this.formatted = formatted;
  }

  override toJSON(): GraphQLFormattedError {
    return this.formatted;
  }
}

/** A subscription was ended by errors. */
class EndedByError extends Error {
  readonly formatted: readonly GraphQLFormattedError[];

  constructor(formatted: readonly GraphQLFormattedError[]) {
    super('the subscription was ended');
    this.formatted = formatted;
  }
}

/** What ended a subscription, of what the library found thrown. */
export const errorsThatEnded = (thrown: readonly GraphQLError[]): readonly GraphQLFormattedError[] =>
  thrown.flatMap(({ originalError }) => (originalError instanceof EndedByError ? originalError.formatted : []));

/** Errors without data, for which the protocol has a message of its own; undefined for any other result. */
export const errorsIn = (results: Results): readonly GraphQLFormattedError[] | undefined =>
  'errors' in results && !('data' in results) ? results.errors : undefined;

/** Results as they are, but for errors without data, which are thrown: they end the operation. */
export function endingAtErrors(results: Results): Results {
  if (!(Symbol.asyncIterator in results)) return results;
  const next = results.next.bind(results);
  results.next = async () => {
    const step = await next();
    const errors = step.done === true ? undefined : errorsIn(step.value);
    if (errors === undefined) return step;
    await results.return();
    throw new EndedByError(errors);
  };
  return results;
}
