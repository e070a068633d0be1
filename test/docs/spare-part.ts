import { type ActionObject, defineAction } from '../../src/catalog/action.ts';
import { int, ref, text } from '../../src/catalog/fields.ts';
import { defineKind } from '../../src/catalog/kind.ts';
import type { RootQuery } from '../../src/catalog/root-query.ts';
import { sql } from '../../src/platform/db/sql.ts';

export const sparePart = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'SparePart',
  plural: 'spareparts',
  description: 'A part kept in a facility to replace a broken one.',
  scope: { home: ['siteRef'] },
  spec: {
    siteRef: ref('Site', {
      required: true,
      description: 'The facility it is kept in.',
      inverse: { name: 'spareParts', description: 'The parts kept in the facility.' },
    }),
    partNumber: text({ required: true, min: 1, description: 'The part number of its manufacturer.' }),
    count: int({ min: 0, default: 1, description: 'How many there are.' }),
  },
  printer: [{ name: 'SITE', path: 'spec.siteRef.name' }],
});

export const takeSparePart = defineAction<{ sparePart: ActionObject }>({
  name: 'takeSparePart',
  description: 'Takes one part out of the stock.',
  shows: 'SparePart',
  input: { sparePart: ref('SparePart', { required: true, description: 'The part.' }) },
  plan: async ({ sparePart: { id } }, state) => {
    const [row] = await state.query<{ count: number }>(sql`select count from spare_part where id = ${id}`);
    const count = (row?.count ?? 0) - 1;
    return [{ do: 'update', kind: 'SparePart', id, spec: { count }, from: { 'spec.count': 'sparePart' } }];
  },
});

export const partsInStock: RootQuery = {
  name: 'partsInStock',
  gives: 'many',
  to: 'SparePart',
  description: 'Spare parts of which there are at least so many.',
  args: { least: int({ min: 1, default: 1, description: 'How many there are at least.' }) },
  where: (row, { least }) => sql`${row}.count >= ${least}`,
};
