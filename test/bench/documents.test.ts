import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { cases } from '../../bench/cases/index.ts';

test('every document that the bench sends is valid in the schema', async () => {
  const schema = buildSchema(await readFile(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));
  const problems = Object.entries(cases).flatMap(([name, { documents }]) =>
    documents.flatMap((document) =>
      validate(schema, parse(document)).map(({ message }) => ({ name, document, message })),
    ),
  );
  expect(problems).toEqual([]);
});
