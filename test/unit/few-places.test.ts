import { buildSchema, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { fewPlaces } from '../../src/platform/graphql/few-places.ts';
import { turnsBetweenPhases } from '../../src/platform/graphql/turns-between-phases.ts';
import { turnsDuring } from '../kit/turns.ts';

const schema = buildSchema('type Query { a: Int }');
type At = Parameters<NonNullable<ReturnType<typeof fewPlaces>['validationDidStart']>>[0];

/** What validation says of a document, and an error of its first field afterwards. */
async function errorsOf(source: string): Promise<readonly GraphQLFormattedError[]> {
  const document = parse(source);
  const end = await fewPlaces().validationDidStart?.({ source, document } as At);
  const errors = validate(schema, document).map((error) => error.toJSON());
  end?.();
  const [operation] = document.definitions;
  const nodes = operation?.kind === 'OperationDefinition' ? operation.selectionSet.selections.slice(0, 1) : [];
  return [...errors, new GraphQLError('late', { nodes }).toJSON()];
}
const fields = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) => `f${at}: ${name}`).join(' ');

test.each([
  ['a document of some thousand lines', `${'\n'.repeat(4_000)}{ nope ${fields(100, 'a')} }`, [4_001, 4_001]],
  ['one of more lines', `${'\r\n'.repeat(3_000)}{ nope }`, [undefined, undefined]],
  [
    'one of as many lines and very many fields',
    `${'\n'.repeat(4_000)}{ nope ${fields(200, 'a')} }`,
    [4_001, undefined],
  ],
  ['one of very many fields in a line', `{ nope ${fields(2_000, 'a')} }`, [1, 1]],
])('%s: where its errors are', async (_what, source, lines) => {
  const errors = await errorsOf(source);
  expect(errors.map(({ locations }) => locations?.[0]?.line)).toEqual(lines);
});

test('between the phases of a long document others have a turn', async () => {
  const { validationDidStart, didResolveOperation, responseForOperation } = turnsBetweenPhases();
  for (const phase of [validationDidStart, didResolveOperation, responseForOperation]) {
    const begin = phase as (at: { readonly source: string }) => unknown;
    expect((await turnsDuring(() => begin({ source: ' '.repeat(5_001) }))).turns).toBeGreaterThan(0);
    expect((await turnsDuring(() => begin({ source: '{ a }' }))).turns).toBe(0);
  }
});
