import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBox, anArea, aPlug, aWire, createToys, type Toys } from './toys.ts';

let toys: Toys;
beforeAll(async () => {
  toys = await createToys();
});
afterAll(() => toys.close());

/** Names of the areas at or above one, nearest first. */
const above = async (name: string): Promise<string> => {
  const rows = await toys.rows<{ name: string }>(
    `select coalesce(a.name, 'platform') as name from toy_area o join scope_closure c on c.descendant_id = o.id
     left join toy_area a on a.id = c.ancestor_id where o.name = '${name}' order by c.depth`,
  );
  return rows.map((row) => row.name).join(' < ');
};
const scopeOf = async (table: string, name: string): Promise<unknown> => {
  const others =
    table === 'toy_wire' ? 'array(select name from toy_area where id = any(t.other_scope_ids) order by name)' : 'null';
  const [row] = await toys.rows<{ scope: string; others: string[] | null }>(
    `select a.name as scope, ${others} as others from ${table} t join toy_area a on a.id = t.scope_id where t.name = '${name}'`,
  );
  return row?.others === null ? row.scope : row;
};

test('a scope that moves takes everything below it along', async () => {
  //   top ─ middle ─ leaf      other          then middle moves below other
  await toys.apply(anArea('leaf', 'middle') + anArea('middle', 'top') + anArea('top') + anArea('other'));
  expect(await above('leaf')).toBe('leaf < middle < top < platform');
  await toys.apply(anArea('middle', 'other'));
  expect(await above('leaf')).toBe('leaf < middle < other < platform');
  expect(await above('other')).toBe('other < platform');
  await toys.apply(anArea('middle'));
  expect(await above('leaf')).toBe('leaf < middle < platform');
});

test('a scope cannot stand inside itself, whether it moves there or is made there', async () => {
  await toys.apply(anArea('ring1') + anArea('ring2', 'ring1') + anArea('ring3', 'ring2'));
  const moved = await toys.apply(anArea('ring1', 'ring3'));
  expect(moved.violations).toMatchObject([{ rule: 'SCOPE_CYCLE', subject: 'Area/ring1', path: 'spec.parentRef' }]);
  const made = await toys.apply(
    anArea('knot1', 'knot2') + anArea('knot2', 'knot1') + anArea('hanging', 'knot1') + aBox('inside', 'knot1'),
  );
  expect(made.violations.map(({ rule, subject }) => `${rule} ${subject}`)).toEqual([
    'SCOPE_CYCLE Area/knot1',
    'SCOPE_CYCLE Area/knot2',
  ]);
  expect((await toys.apply(anArea('selfish', 'selfish'))).violations).toMatchObject([{ rule: 'SCOPE_CYCLE' }]);
  expect(await above('ring3')).toBe('ring3 < ring2 < ring1 < platform');
});

test('what hangs on a moved leaf moves with it, also what is not in the batch', async () => {
  //   here ─ box1 ─ plug1 ─┐
  //                        wire          then box1 moves from here to there
  //   yon  ─ box2 ─ plug2 ─┘
  await toys.apply(
    ['here', 'there', 'yon'].map((name) => anArea(name)).join('') +
      aBox('box1', 'here') +
      aBox('box2', 'yon') +
      aPlug('plug1', 'box1') +
      aPlug('plug2', 'box2') +
      aWire('wire', 'plug1', 'plug2'),
  );
  expect(await scopeOf('toy_plug', 'plug1')).toBe('here');
  expect(await scopeOf('toy_wire', 'wire')).toEqual({ scope: 'here', others: ['yon'] });
  const before = await toys.rows(`select revision from toy_wire where name = 'wire'`);
  await toys.apply(aBox('box1', 'there'));
  expect(await scopeOf('toy_plug', 'plug1')).toBe('there');
  expect(await scopeOf('toy_wire', 'wire')).toEqual({ scope: 'there', others: ['yon'] });
  expect(await toys.rows(`select revision from toy_wire where name = 'wire'`)).toEqual(before);
  await toys.apply(aBox('box2', 'there'));
  expect(await scopeOf('toy_wire', 'wire')).toEqual({ scope: 'there', others: [] });
});
