import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { extensions } from '../../src/catalog/extensions.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';
import { partsInStock, sparePart, takeSparePart } from './spare-part.ts';

const source = await readFile(new URL('spare-part.ts', import.meta.url), 'utf8');

/** TypeScript in a page is a part of spare-part.ts, which the compiler checks and of which a schema can be made. */
export function checkKindExample(text: string, place: string): void {
  expect(source, place).toContain(text);
  const example = { kinds: [sparePart], actions: [takeSparePart], queries: [partsInStock] };
  const schema = createSchema(createCatalog([...domains, example]), extensions);
  const fields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
  const {
    sparePart: one,
    spareParts,
    partsInStock: list,
    createSparePart,
    updateSparePart,
    deleteSparePart,
    takeSparePart: action,
  } = fields;
  const made = [one, spareParts, list, createSparePart, updateSparePart, deleteSparePart, action];
  expect(made, place).not.toContain(undefined);
}
