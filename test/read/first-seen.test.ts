import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, binding, doc, racksOfOneSite, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

/*
 * Of a list without conditions four times as many rows as are wanted are looked at first, in its order, whoever may see them. Where
 * those that the caller sees do not fill the page, and more follow, all that he sees are read by a second statement.
 */

const racks = Array.from({ length: 30 }, (_, index) => `r${String(index).padStart(2, '0')}`);
/** Who sees which of them: by a few scopes, or by so many that they are rows of a table. */
const seen: Readonly<Record<string, readonly string[]>> = {
  most: racks.filter((_, index) => index % 10 !== 0),
  last: racks.slice(-2),
  scattered: racks.filter((_, index) => index % 9 === 0),
  none: [],
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      racksOfOneSite(racks),
      role('reads-racks', 'inv/racks.get'),
      ...Object.entries(seen).flatMap(([name, on]) => [
        doc('User', name, { email: `${name}@example.com` }),
        ...on.map((rack) => binding(`${name}-${rack}`, `Rack/${rack}`, 'reads-racks', userOf(name))),
      ]),
    ].join(''),
  );
  for (const name of Object.keys(seen)) await app.as(name).execute('{ __typename }');
});
afterAll(() => app.close());

/** A plan of its own for each selection. */
async function ask(name: string, args: string, select = 'site { name }') {
  const query = `{ racks(${args}) { nodes { name ${select} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const { data, errors, extensions } = await app.as(name).execute(query, {}, { 'x-catalog-explain': 'true' });
  expect(errors, args).toBeUndefined();
  const { nodes, pageInfo } = data.racks;
  return {
    names: nodes.map((node: { name: string }) => node.name),
    pageInfo,
    statements: extensions?.explain.statements,
  };
}

test.each(Object.entries(seen))(
  '%s: page after page, forwards and backwards, shows what the caller sees',
  async (name, on) => {
    for (const size of [1, 2, 5, 30])
      for (const [way, order] of [
        ['first', 'NAME_ASC'],
        ['last', 'NAME_ASC'],
        ['first', 'CREATED_AT_DESC'],
      ] as const) {
        const found: string[] = [];
        let cursor = '';
        for (let pages = 0; pages <= racks.length; pages++) {
          const { names, pageInfo } = await ask(name, `${way}: ${size}, orderBy: [${order}]${cursor}`);
          if (way === 'first') found.push(...names);
          else found.unshift(...names);
          if (way === 'first' ? !pageInfo.hasNextPage : !pageInfo.hasPreviousPage) break;
          cursor = way === 'first' ? `, after: "${pageInfo.endCursor}"` : `, before: "${pageInfo.startCursor}"`;
        }
        expect([...found].sort(), `${size} ${way} ${order}`).toEqual(on);
        if (order === 'NAME_ASC') expect(found).toEqual(on);
      }
  },
);

test('who sees most of the first rows is answered by one statement, however many he sees', async () => {
  for (const size of [1, 3, 30]) expect((await ask('most', `first: ${size}`)).statements).toBe(1);
});

test('who sees too few of the first rows is answered by a second statement, and from then on by that alone', async () => {
  const again = async () => {
    const { names, statements } = await ask('last', 'first: 2', 'heightU');
    return { names, statements };
  };
  expect(await again()).toEqual({ names: seen.last, statements: 2 });
  expect(await again()).toEqual({ names: seen.last, statements: 1 });
});

test('where no more rows follow those that are looked at, too few of them are all that there are', async () => {
  const { names, statements } = await ask('last', 'first: 9', 'createdAt');
  expect({ names, statements }).toEqual({ names: seen.last, statements: 1 });
  const nothing = await ask('none', 'first: 1');
  expect(nothing).toMatchObject({ names: [], statements: 1 });
});
