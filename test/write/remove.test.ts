import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccess } from '../../src/catalog/access/create-access.ts';
import { createHoldings } from '../../src/catalog/access/holdings.ts';
import { type Author, bySystem } from '../../src/catalog/author.ts';
import { createHistory } from '../../src/catalog/history/history.ts';
import { PLATFORM } from '../../src/catalog/well-known.ts';
import { createWritePipeline } from '../../src/catalog/write/pipeline.ts';
import { HIDDEN } from '../../src/platform/hide-names.ts';
import { aBox, anArea, aPlug, aWire, createToys, doc, type Toys } from './toys.ts';

let toys: Toys;
beforeAll(async () => {
  toys = await createToys();
});
afterAll(() => toys.close());

test('an object that others refer to stays, and the refusal says how many and names the first', async () => {
  const plugs = Array.from({ length: 7 }, (_, index) => aPlug(`p${index + 1}`, 'b1', index + 1)).join('');
  await toys.apply(anArea('a1') + anArea('a2', 'a1') + aBox('b1', 'a1') + plugs + aWire('w1', 'p1', 'p2'));
  const refused = await toys.remove('Area/a1', 'Box/b1', 'Plug/p1');
  expect(refused.isApplied).toBe(false);
  expect(
    refused.results.map(({ outcome, violations }) => [outcome, violations[0]?.rule, violations[0]?.message]),
  ).toEqual([
    ['REFUSED', 'REFERENCED', 'Area/a1 is referred to by 1 area (a2)'],
    ['REFUSED', 'REFERENCED', 'Box/b1 is referred to by 6 plugs (p2, p3, p4, p5, p6 and 1 more)'],
    ['REFUSED', 'REFERENCED', 'Plug/p1 is referred to by 1 wire (w1)'],
  ]);
  expect(await toys.rows(`select count(*)::int as count from toy_plug`)).toEqual([{ count: 7 }]);
});

test('what refers to each other goes together, in any order, with scopes and links', async () => {
  await toys.apply(
    anArea('x1') +
      anArea('x2', 'x1') +
      aBox('y1', 'x2') +
      aPlug('z1', 'y1', 1) +
      aPlug('z2', 'y1', 2) +
      aWire('v1', 'z1', 'z2'),
  );
  const [scopes] = await toys.rows<{ count: number }>('select count(*)::int as count from scope');
  const gone = await toys.remove('Area/x1', 'Box/y1', 'Area/x2', 'Plug/z2', 'Wire/v1', 'Plug/z1');
  expect(gone.violations).toEqual([]);
  expect(gone.results.map(({ kind, name, outcome }) => `${outcome} ${kind}/${name}`)).toEqual([
    'DELETED Area/x1',
    'DELETED Box/y1',
    'DELETED Area/x2',
    'DELETED Plug/z2',
    'DELETED Wire/v1',
    'DELETED Plug/z1',
  ]);
  expect(await toys.rows(`select from toy_area where name like 'x%'`)).toEqual([]);
  expect(await toys.rows('select count(*)::int as count from scope')).toEqual([{ count: (scopes?.count ?? 0) - 2 }]);
  expect(
    await toys.rows('select from scope_closure c where not exists (select from scope s where s.id = c.descendant_id)'),
  ).toEqual([]);
});

test('what is missing is refused, or absent when that is allowed; a trial deletes nothing', async () => {
  expect((await toys.remove('Box/none')).violations).toMatchObject([{ rule: 'NOT_FOUND', subject: 'Box/none' }]);
  const wanted = { objects: [{ kind: 'Box', name: 'none' }], manifests: [] };
  const allowed = await toys.pipeline.remove(wanted, { by: bySystem, validateOnly: false, allowMissing: true });
  const absent = { kind: 'Box', name: 'none', outcome: 'ABSENT', changes: [], violations: [], warnings: [] };
  expect(allowed.results).toEqual([{ operation: 0, ...absent }]);
  await toys.apply(anArea('kept'));
  const trial = await toys.pipeline.remove(
    { objects: [], manifests: [{ source: 'kept.yaml', content: anArea('kept') }] },
    { by: bySystem, validateOnly: true, allowMissing: false },
  );
  expect(trial).toMatchObject({ isApplied: false, results: [{ outcome: 'DELETED' }], violations: [] });
  expect(await toys.rows(`select name from toy_area where name = 'kept'`)).toEqual([{ name: 'kept' }]);
});

/** Somebody with these permissions, everywhere. */
function authorWith({ catalog }: Toys, ...names: readonly string[]): Author {
  const permissions = new Set(names.map((name) => `toys.example/${name}`));
  const holdings = createHoldings([{ roleId: 'some', permissions, scopeIds: [PLATFORM], kindScopeIds: [] }]);
  const access = createAccess(catalog, undefined, holdings, undefined);
  const rights = { access, holdings, current: () => Promise.resolve(access), renew: () => Promise.resolve() };
  return { ...bySystem, rights };
}

test('what goes with an object is a name in every refusal, whether or not the rule says so: left out for an author who may not see it, and said to be one in the log', async () => {
  await toys.apply(
    anArea('shut') + aBox('chest', 'shut') + doc('Seal', 'wax-7', { boxRef: { name: 'chest' }, condition: 'whole' }),
  );
  const { catalog, database } = toys;
  const history = createHistory(catalog, database);
  const pipeline = createWritePipeline({ catalog, database, constraints: new Map(), history });
  const refusal = async (by: Author) => {
    const wanted = { objects: [{ kind: 'Box', name: 'chest' }], manifests: [] };
    const { violations } = await pipeline.remove(wanted, { by, validateOnly: false, allowMissing: false });
    return violations.map(({ rule, subject, message }) => ({ rule, subject, message }));
  };
  // Who deletes a box needs no permission for its parts.
  const [rule, box] = ['SEAL_WHOLE', ['boxes.get', 'boxes.delete']];
  expect(await refusal(authorWith(toys, ...box, 'seals.get'))).toEqual([
    { rule, subject: 'Seal/wax-7', message: 'wax-7 is whole' },
  ]);
  expect(await refusal(authorWith(toys, ...box))).toEqual([{ rule, subject: HIDDEN, message: `${HIDDEN} is whole` }]);
  const [seal] = await toys.rows<{ id: string }>('select id from toy_seal');
  const told = await toys.rows<{ name: string; violations: object[] }>(
    `select resource_name as name, decision -> 'violations' as violations from audit_record order by received_at`,
  );
  expect(told).toEqual([
    {
      name: 'chest',
      violations: [{ rule, message: 'wax-7 is whole', mentions: [{ kind: 'Seal', id: seal?.id, name: 'wax-7' }] }],
    },
    { name: 'chest', violations: [{ rule, message: `${HIDDEN} is whole` }] },
  ]);
});
