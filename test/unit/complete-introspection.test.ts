import { gunzipSync } from 'node:zlib';
import { buildSchema, executeSync, getIntrospectionQuery, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createCompleteIntrospection } from '../../src/platform/graphql/complete-introspection.ts';

const schema = buildSchema(
  '"A rack." type Rack { "Its name." name: String! } type Query { rack(name: String!): Rack }',
);

const forms = [
  getIntrospectionQuery(),
  getIntrospectionQuery({ descriptions: false }),
  getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true }),
  getIntrospectionQuery({ oneOf: true, schemaDescription: true }).replace('IntrospectionQuery', 'Another'),
];

test.each(forms)('an introspection query as libraries send it has the answer that graphql-js gives', async (query) => {
  const kept = await createCompleteIntrospection(schema).find(parse(query));
  const answer: unknown = JSON.parse(gunzipSync(kept?.gzip ?? '').toString());
  expect(answer).toEqual(JSON.parse(JSON.stringify(executeSync({ schema, document: parse(query) }))));
});

test('it is made once, whatever the operation is called', () => {
  const introspection = createCompleteIntrospection(schema);
  const find = (query: string) => introspection.find(parse(query));
  expect(find(getIntrospectionQuery().replace('IntrospectionQuery', 'Mine'))).toBe(find(getIntrospectionQuery()));
});

test.each([
  ['an alias', getIntrospectionQuery().replace('__schema', 'again: __schema')],
  ['a second field', getIntrospectionQuery().replace('__schema', '__typename __schema')],
  [
    'more levels',
    getIntrospectionQuery().replace(/ofType \{\s+name\s+kind\s+\}/, 'ofType { name kind ofType { kind } }'),
  ],
  ['a part', '{ __schema { types { name } } }'],
])('with %s it is an operation like any other', (_, query) => {
  expect(createCompleteIntrospection(schema).find(parse(query))).toBeUndefined();
});
