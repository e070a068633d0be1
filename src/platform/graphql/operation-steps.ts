import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextExecutionDidStart,
  GraphQLRequestContextParsingDidStart,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextValidationDidStart,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';

import { carried } from '../carried.ts';

type Now<T> = T | Promise<T>;
type Hook<At, Result = void> = (at: At) => Now<Result>;
/** Called at the end of what began. */
type End = (() => void) | undefined;

/**
 * What a part of the service does as Apollo Server goes through an operation, in hooks of Apollo's names. It is one for all
 * operations, and gives a promise only where something has to be waited for.
 */
export interface OperationStep<Context extends BaseContext> {
  readonly invalidRequestWasReceived?: () => void;
  readonly parsingDidStart?: Hook<GraphQLRequestContextParsingDidStart<Context>, End>;
  readonly validationDidStart?: Hook<GraphQLRequestContextValidationDidStart<Context>, End>;
  readonly didResolveOperation?: Hook<GraphQLRequestContextDidResolveOperation<Context>>;
  readonly responseForOperation?: Hook<GraphQLRequestContextResponseForOperation<Context>, GraphQLResponse | null>;
  readonly executionDidStart?: Hook<GraphQLRequestContextExecutionDidStart<Context>, End>;
  readonly willSendResponse?: Hook<GraphQLRequestContextWillSendResponse<Context>>;
}

/** One after the other; from the first on that has to be waited for, as a promise. */
function inTurn<At, Result>(
  hooks: readonly Hook<At, Result>[],
  at: At,
  take: (result: Result) => void,
): Promise<void> | undefined {
  for (const [index, hook] of hooks.entries()) {
    const given = hook(at);
    if (given instanceof Promise)
      return given.then((result) => {
        take(result);
        return inTurn(hooks.slice(index + 1), at, take);
      });
    take(given);
  }
  return undefined;
}

const done = Promise.resolve();
const nothing = Promise.resolve(null);
const ignore = (): void => undefined;

const callAll = <At>(hooks: readonly Hook<At>[], at: At): Promise<void> => inTurn(hooks, at, ignore) ?? done;

/** Gives what ends them all, in the reverse order. */
async function begin<At>(hooks: readonly Hook<At, End>[], at: At): Promise<() => Promise<void>> {
  const ends: (() => void)[] = [];
  await inTurn(hooks, at, (end) => {
    if (end !== undefined) ends.unshift(end);
  });
  return async () => {
    for (const end of ends) end();
  };
}

/** The first answer that any of them gives. */
function firstAnswer<At>(hooks: readonly Hook<At, GraphQLResponse | null>[], at: At): Promise<GraphQLResponse | null> {
  for (const [index, hook] of hooks.entries()) {
    const given = hook(at);
    if (given instanceof Promise) return given.then((answer) => answer ?? firstAnswer(hooks.slice(index + 1), at));
    if (given !== null) return Promise.resolve(given);
  }
  return nothing;
}

/**
 * The steps in their order, as one plugin. Apollo Server makes promises for every hook of every plugin and waits for all of
 * them: for the smallest operation, a plugin for each step costs more than the steps do.
 */
export function asPlugin<Context extends BaseContext>(
  steps: readonly OperationStep<Context>[],
): ApolloServerPlugin<Context> {
  const parsing = steps.flatMap((step) => step.parsingDidStart ?? []);
  const validation = steps.flatMap((step) => step.validationDidStart ?? []);
  const resolved = steps.flatMap((step) => step.didResolveOperation ?? []);
  const answers = steps.flatMap((step) => step.responseForOperation ?? []);
  const execution = steps.flatMap((step) => step.executionDidStart ?? []);
  const sending = steps.flatMap((step) => step.willSendResponse ?? []);
  const listener: GraphQLRequestListener<Context> = {
    parsingDidStart: (at) => begin(parsing, at),
    validationDidStart: (at) => begin(validation, at),
    didResolveOperation: (at) => callAll(resolved, at),
    responseForOperation: (at) => firstAnswer(answers, at),
    ...(execution.length > 0 && {
      executionDidStart: async (at) => ({ executionDidEnd: await begin(execution, at) }),
    }),
    willSendResponse: (at) => callAll(sending, at),
  };
  const listening = Promise.resolve(listener);
  return {
    requestDidStart: () => listening,
    unexpectedErrorProcessingRequest: async ({ error }) => {
      const { operation } = carried();
      if (operation !== undefined) operation.endedBy = error;
    },
    invalidRequestWasReceived: async () => {
      for (const { invalidRequestWasReceived } of steps) invalidRequestWasReceived?.();
    },
  };
}
