import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { carrying } from '../../src/platform/carried.ts';
import { DeadlineError } from '../../src/platform/deadline.ts';
import { apolloLogger } from '../../src/platform/graphql/apollo-logger.ts';
import { asPlugin, type OperationStep } from '../../src/platform/graphql/operation-steps.ts';
import { createScope } from '../../src/platform/http/delivery.ts';

/** A step that notes what it is called for; a late one lets others wait. */
const step = (did: string[], name: string, isLate: boolean): OperationStep<object> => {
  const note = (what: string) => {
    did.push(`${name} ${what}`);
    const end = (): void => void did.push(`${name} ${what} ends`);
    return isLate ? nextTurn(end) : end;
  };
  const noteAlone = (what: string): Promise<void> | undefined => {
    void note(what);
    return isLate ? nextTurn(undefined) : undefined;
  };
  return {
    validationDidStart: () => note('validates'),
    didResolveOperation: () => noteAlone('resolved'),
    responseForOperation: () => (isLate ? nextTurn(null) : null),
    willSendResponse: () => noteAlone('sends'),
  };
};

async function ask(steps: readonly OperationStep<object>[]) {
  const server = new ApolloServer<object>({
    schema: buildSchema('type Query { name: String }'),
    includeStacktraceInErrorResponses: false,
    plugins: [asPlugin(steps)],
  });
  const { body } = await server.executeOperation({ query: '{ name }' });
  return body.kind === 'single' ? body.singleResult : undefined;
}

test.each([
  ['at once', false],
  ['late', true],
])(
  'steps come one after the other, and end the other way round, when the first one is done %s',
  async (_when, isLate) => {
    const did: string[] = [];
    expect(await ask([step(did, 'a', isLate), step(did, 'b', false)])).toEqual({ data: { name: null } });
    expect(did).toEqual([
      'a validates',
      'b validates',
      'b validates ends',
      'a validates ends',
      'a resolved',
      'b resolved',
      'a sends',
      'b sends',
    ]);
  },
);

test.each([
  ['at once', false],
  ['late', true],
])('an error that is thrown %s ends the operation before the next step', async (_when, isLate) => {
  const did: string[] = [];
  const refusing: OperationStep<object> = {
    didResolveOperation: async () => {
      if (isLate) await nextTurn();
      throw new Error('refused');
    },
  };
  expect(await ask([refusing, step(did, 'b', false)])).toMatchObject({ errors: [{ message: 'refused' }] });
  expect(did).not.toContain('b resolved');
});

test('the first step that has an answer gives it', async () => {
  const answering = (name: string): OperationStep<object> => ({
    responseForOperation: () => ({
      http: { headers: new HeaderMap() },
      body: { kind: 'single', singleResult: { data: { name } } },
    }),
  });
  const late = step([], 'late', true);
  expect(await ask([late, answering('first'), answering('second')])).toEqual({ data: { name: 'first' } });
});

test.each(['responseForOperation', 'willSendResponse'] as const)(
  'what ends an operation in %s is known by what it is, and Apollo Server says nothing of it in the log',
  async (hook) => {
    const told: string[] = [];
    const gone = new DeadlineError('CLIENT_GONE', 'the client has disconnected');
    const fail = (): never => {
      throw gone;
    };
    const server = new ApolloServer({
      schema: buildSchema('type Query { name: String }'),
      plugins: [asPlugin([{ [hook]: fail }])],
      logger: apolloLogger({ warn: (_fields, text) => told.push(text), error: (text) => told.push(text) }),
    });
    const delivery = { takesStream: false, isReadOnly: false, isLarge: false };
    const over = {
      requestId: 'r',
      traceId: undefined,
      trace: {},
      transport: 'post',
      connection: {},
      wantsCost: false,
    } as const;
    const operation = createScope({ ...over, delivery });
    const asked = carrying({ operation }, () => server.executeOperation({ query: '{ name }' }));
    await expect(asked).rejects.toThrow('Internal server error');
    expect(operation.endedBy).toBe(gone);
    expect(told).toEqual([]);
  },
);

test('what else Apollo Server has to say is in the log', () => {
  const told: unknown[] = [];
  const logger = apolloLogger({
    warn: (_fields, text) => told.push(text),
    error: (text, cause) => told.push(text, cause),
  });
  logger.warn('beware');
  logger.error('it cannot start');
  expect(told).toEqual(['Apollo Server: beware', 'Apollo Server', new Error('it cannot start')]);
});
