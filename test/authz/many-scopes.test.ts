import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_IN_ARRAY } from '../../src/catalog/access/holdings.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { applyAll, binding, doc, role, userOf } from './world.ts';

const counts = [MOST_IN_ARRAY - 1, MOST_IN_ARRAY, MOST_IN_ARRAY + 1];
const racks = Array.from({ length: MOST_IN_ARRAY + 4 }, (_, index) => `r${String(index).padStart(2, '0')}`);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      doc('Region', 'eu', { displayName: 'E' }),
      doc('Site', 's1', { displayName: 'S', regionRef: { name: 'eu' }, type: 'Edge' }),
      ...racks.map((name) => doc('Rack', name, { siteRef: { name: 's1' }, heightU: 42 })),
      role('racks', 'inv/racks.get'),
      role('nodes', 'inv/nodes.get'),
      ...counts.flatMap((count) =>
        ['alone', 'beside'].flatMap((how) => {
          const name = `${how}-${count}`;
          return [
            doc('User', name, { email: `${name}@example.com` }),
            ...racks.slice(0, count).map((on) => binding(`${name}-${on}`, `Rack/${on}`, 'racks', userOf(name))),
            // Another permission of theirs is held on so many scopes that it is put into rows.
            ...(how === 'alone' ? [] : racks).map((on) =>
              binding(`${name}-${on}-nodes`, `Rack/${on}`, 'nodes', userOf(name)),
            ),
          ];
        }),
      ),
    ].join(''),
  );
});
afterAll(() => app.close());

test.each(counts.flatMap((count) => [`alone-${count}`, `beside-${count}`].map((name) => [count, name] as const)))(
  'who holds a permission on exactly %i scopes sees all of them and no other: %s',
  async (count, name) => {
    const { data } = await app.as(name).execute('{ racks(first: 100) { totalCount nodes { name } } }');
    expect(data.racks).toEqual({ totalCount: count, nodes: racks.slice(0, count).map((rack) => ({ name: rack })) });
  },
);
