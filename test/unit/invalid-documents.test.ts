import { ApolloServer } from '@apollo/server';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createDocuments, hashOf } from '../../src/platform/graphql/documents.ts';
import { createInvalidDocuments } from '../../src/platform/graphql/invalid-documents.ts';
import { asPlugin } from '../../src/platform/graphql/operation-steps.ts';

/** Apollo Server as the service has it, as far as documents go; with what it did to them. */
async function start() {
  const did: string[] = [];
  const documents = createDocuments({ texts: new Map(), isExclusive: false }, () => undefined);
  const invalid = createInvalidDocuments(documents.valid);
  const server = new ApolloServer({
    schema: buildSchema('type Query { name: String }'),
    documentStore: invalid.store,
    persistedQueries: { cache: documents.texts },
    includeStacktraceInErrorResponses: false,
    plugins: [
      {
        requestDidStart: async () => ({
          parsingDidStart: async () => void did.push('parse'),
          validationDidStart: async () => void did.push('validate'),
          executionDidStart: async () => void did.push('execute'),
        }),
      },
      asPlugin([invalid.step]),
    ],
  });
  const ask = async (query: string, operationName?: string) => {
    did.length = 0;
    const { body, http } = await server.executeOperation({ query, ...(operationName && { operationName }) });
    return { status: http.status, result: body.kind === 'single' && body.singleResult, did: [...did] };
  };
  const forget = (query: string) => documents.valid.delete(`of a schema:${hashOf(query)}`);
  return { ask, forget };
}

test.each([
  ['that is none', '{ name', ['parse']],
  ['that does not fit the schema', '{ nam other }', ['parse', 'validate']],
])('a document %s is looked at once; what is wrong is said each time', async (_name, query, looks) => {
  const { ask } = await start();
  const first = await ask(query);
  expect(first).toMatchObject({ status: 400, did: looks });
  for (const again of [await ask(query), await ask(query, 'Named')]) expect(again).toEqual({ ...first, did: [] });
});

test('what is wrong with a request for a valid document is found out each time', async () => {
  const { ask, forget } = await start();
  const query = 'query A { name } query B { name }';
  await ask(query);
  const { result } = await ask(query, 'C');
  expect(result).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] });
  expect(await ask(query, 'A')).toMatchObject({ result: { data: { name: null } }, did: ['execute'] });
  await forget(query);
  expect(await ask(query, 'A')).toMatchObject({ result: { data: { name: null } } });
});

test('the verdicts kept are bounded: the oldest goes', async () => {
  const { ask } = await start();
  const wrong = (at: number): string => `{ ${Array.from({ length: 90 }, (_, field) => `n${at}x${field}`).join(' ')} }`;
  for (let at = 0; at < 100; at++) await ask(wrong(at));
  expect((await ask(wrong(99))).did).toEqual([]);
  expect((await ask(wrong(0))).did).toEqual(['parse', 'validate']);
});
