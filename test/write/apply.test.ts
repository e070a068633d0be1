import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { aBox, anArea, aPlug, aWire, counted, createToys, doc, type Toys } from './toys.ts';

let toys: Toys;
beforeAll(async () => {
  toys = await createToys();
});
afterAll(() => toys.close());

const said = (violations: readonly { rule: string; subject?: string; path?: string }[]): string[] =>
  violations.map(({ rule, subject, path }) => `${rule} ${subject ?? ''} ${path ?? ''}`.trim());

test('documents apply in any order, and applying them again changes nothing at all', async () => {
  const world = [
    aWire('w-order', 'p-order1', 'p-order2'),
    aPlug('p-order1', 'b-order', 1),
    aPlug('p-order2', 'b-order', 2),
    aBox('b-order', 'a-order2'),
    anArea('a-order2', 'a-order1'),
    anArea('a-order1'),
  ];
  const first = await toys.apply(world.join(''));
  expect(first.violations).toEqual([]);
  expect(counted(first)).toEqual({ CREATED: 6 });
  const state = () =>
    toys.rows(
      `select name, revision, generation, updated_at::text, scope_id from toy_box union all
       select name, revision, generation, updated_at::text, scope_id from toy_wire order by name`,
    );
  const before = await state();
  const position = await toys.rows('select last_value from catalog_revision');
  const second = await toys.apply(world.toReversed().join(''));
  expect(counted(second)).toEqual({ UNCHANGED: 6 });
  expect(second.isApplied).toBe(true);
  expect(await state()).toEqual(before);
  expect(await toys.rows('select last_value from catalog_revision')).toEqual(position);
});

test('an update says every changed path, entries with a key by their key', async () => {
  const shelves = (...names: string[]) => names.map((name, index) => ({ name, load: index + 1 }));
  await toys.apply(
    anArea('a-diff') +
      aBox('b-diff', 'a-diff', { tags: ['x', 'y'], shelves: shelves('top', 'low'), caption: { title: 'old' } }),
  );
  const changed = {
    tags: ['x', 'z', 'w'],
    shelves: [{ name: 'new' }, { name: 'top', load: 7 }, { name: 'low', load: 2 }],
  };
  const { results } = await toys.apply(aBox('b-diff', 'a-diff', changed));
  expect(results[0]?.outcome).toBe('UPDATED');
  expect(results[0]?.changes).toEqual([
    { path: 'spec.tags[1]', before: 'y', after: 'z' },
    { path: 'spec.tags[2]', before: undefined, after: 'w' },
    { path: 'spec.caption', before: { title: 'old' }, after: undefined },
    { path: 'spec.shelves[name=top].load', before: 1, after: 7 },
    { path: 'spec.shelves[name=new]', before: undefined, after: { name: 'new' } },
  ]);
  const [row] = await toys.rows<{ generation: number }>(`select generation from toy_box where name = 'b-diff'`);
  expect(row?.generation).toBe(2);
  await toys.apply(
    doc('Box', 'b-diff', { areaRef: { name: 'a-diff' }, size: 1, ...changed }, { labels: { tier: 'one' } }),
  );
  expect(await toys.rows(`select generation, labels from toy_box where name = 'b-diff'`)).toEqual([
    { generation: 2, labels: { tier: 'one' } },
  ]);
});

test('64-bit numbers, quantities and instants are stored exactly; empty lists and groups count as absent', async () => {
  const spec = `{areaRef: {name: a-exact}, size: 1, weight: 1.50k, limit: 9223372036854775807,
    madeAt: "2026-01-31T13:00:00.250+01:00", tags: [], caption: {notes: []}}`;
  const text = `${anArea('a-exact')}---\napiVersion: toys.example/v1alpha1\nkind: Box\nmetadata: {name: b-exact}\nspec: ${spec}\n`;
  expect((await toys.apply(text)).violations).toEqual([]);
  expect(counted(await toys.apply(text))).toEqual({ UNCHANGED: 2 });
  expect(
    await toys.rows(
      `select weight, weight_value::text as weight_value, "limit", made_at::text as made_at, tags from toy_box where name = 'b-exact'`,
    ),
  ).toEqual([
    {
      weight: '1.50k',
      weight_value: '1500',
      limit: 9223372036854775807n,
      made_at: '2026-01-31 12:00:00.25+00',
      tags: [],
    },
  ]);
});

test('every refusal of a batch comes at once, with its place, and nothing is written', async () => {
  await toys.apply(
    doc('Area', 'a-bad', { code: 'BAD' }) +
      aBox('b-bad', 'a-bad', { phase: 'Published', serial: 's1', size: 60 }) +
      anArea('a-bad-full') +
      aBox('b-full', 'a-bad-full', { size: 90 }),
  );
  const outcome = await toys.apply(
    [
      aBox('b-unknown', 'a-bad', { sise: 3 }),
      aBox('b-type', 'a-bad', { size: 'large', weight: 'heavy', limit: 1e300 }),
      aBox('b-range', 'a-bad', { size: 101, phase: 'Draught', tags: ['x', 'x'] }),
      aPlug('p-dangling', 'b-ful'),
      aPlug('p-of-refused', 'b-unknown'),
      anArea('a-twice'),
      anArea('a-twice'),
      doc('Area', 'a-bad', { code: 'WORSE' }),
      aBox('b-bad', 'a-bad', { phase: 'Published', serial: 's2', size: 60 }),
      aBox('b-serial', 'a-bad-full', { serial: 'forbidden' }),
      aBox('b-toomuch', 'a-bad-full', { size: 20 }),
      aBox('Upper', 'a-bad'),
      '---\napiVersion: toys.example/v1alpha1\nkind: Boxx\nmetadata: {name: x}\n',
      '---\napiVersion: toys.example/v1alpha1\nkind: [Box\n',
    ].join(''),
  );
  expect(outcome.isApplied).toBe(false);
  expect(said(outcome.violations)).toEqual([
    'UNKNOWN_FIELD Box/b-unknown spec.sise',
    'WRONG_TYPE Box/b-type spec.size',
    'INVALID_VALUE Box/b-type spec.weight',
    'WRONG_TYPE Box/b-type spec.limit',
    'TOO_LARGE Box/b-range spec.size',
    'INVALID_VALUE Box/b-range spec.phase',
    'DUPLICATE_ENTRY Box/b-range spec.tags[1]',
    'REFERENCE_NOT_FOUND Plug/p-dangling spec.boxRef',
    'DUPLICATE_IN_BATCH Area/a-twice metadata.name',
    'IMMUTABLE Area/a-bad spec.code',
    'IMMUTABLE Box/b-bad spec.serial',
    'FORBIDDEN_SERIAL Box/b-serial spec.serial',
    'AREA_FULL Box/b-toomuch spec.size',
    'NAME_INVALID Box/Upper metadata.name',
    'UNKNOWN_KIND Boxx/x kind',
    'MALFORMED_YAML',
  ]);
  expect(counted(outcome)).toEqual({ REFUSED: 12, CREATED: 2 });
  const unknown = outcome.violations[0];
  expect(unknown).toMatchObject({
    message: "unknown field 'sise'; did you mean 'size'?",
    source: 'toys.yaml',
    line: 5,
  });
  expect(unknown?.accepted).toContain('areaRef, size');
  expect(outcome.violations.find(({ rule }) => rule === 'UNKNOWN_KIND')?.message).toContain("did you mean 'Box'?");
  expect(outcome.violations.at(-1)?.line).toBeGreaterThan(60);
  expect(await toys.rows(`select name from toy_area where name = 'a-twice'`)).toEqual([]);
});

test('a validated batch leaves no trace, and says what it would do', async () => {
  const outcome = await toys.apply(anArea('a-trial') + aBox('b-trial', 'a-trial'), { validateOnly: true });
  expect(counted(outcome)).toEqual({ CREATED: 2 });
  expect(outcome.isApplied).toBe(false);
  expect(await toys.rows(`select from toy_area where name = 'a-trial'`)).toEqual([]);
  expect(
    await toys.rows(
      `select from scope where kind = 'Area' and not exists (select from toy_area t where t.id = scope.id)`,
    ),
  ).toEqual([]);
});

test('a validated batch also meets constraints that wait for the commit', async () => {
  const outcome = await toys.apply(
    anArea('a-late') + aBox('b-late', 'a-late') + aPlug('p-late1', 'b-late', 7) + aPlug('p-late2', 'b-late', 7),
    { validateOnly: true },
  );
  expect(said(outcome.violations)).toEqual(['NUMBER_TAKEN Plug/p-late2 spec']);
  expect(counted(outcome)).toEqual({ CREATED: 3, REFUSED: 1 });
});

test('two objects exchange a unique value in one batch', async () => {
  await toys.apply(
    anArea('a-swap') + aBox('b-swap', 'a-swap') + aPlug('p-swap1', 'b-swap', 1) + aPlug('p-swap2', 'b-swap', 2),
  );
  const outcome = await toys.apply(aPlug('p-swap1', 'b-swap', 2) + aPlug('p-swap2', 'b-swap', 1));
  expect(outcome.violations).toEqual([]);
  expect(await toys.rows(`select name, number from toy_plug where name like 'p-swap%' order by name`)).toEqual([
    { name: 'p-swap1', number: 2 },
    { name: 'p-swap2', number: 1 },
  ]);
});

test('a link table keeps the order, is replaced as a whole, and names the object whose link is taken', async () => {
  const plugs = [1, 2, 3].map((number) => aPlug(`p-link${number}`, 'b-link', number)).join('');
  await toys.apply(anArea('a-link') + aBox('b-link', 'a-link') + plugs + aWire('w-link', 'p-link2', 'p-link1'));
  const ends = () =>
    toys.rows(
      `select p.name from toy_wire w join toy_wire_end e on e.wire_id = w.id join toy_plug p on p.id = e.toy_plug_id where w.name = 'w-link' order by e.position`,
    );
  expect(await ends()).toEqual([{ name: 'p-link2' }, { name: 'p-link1' }]);
  await toys.apply(aWire('w-link', 'p-link1', 'p-link3'));
  expect(await ends()).toEqual([{ name: 'p-link1' }, { name: 'p-link3' }]);
  const taken = await toys.apply(aWire('w-link2', 'p-link3', 'p-link2'));
  expect(said(taken.violations)).toEqual(['PLUG_TAKEN Wire/w-link2 spec']);
});

test('a reference is found by natural key, also of a document that is refused, and is exported in one form', async () => {
  const on = { kind: 'Box', name: 'b-key' };
  const world =
    doc('Area', 'a-key', { code: 'KEY' }) +
    aBox('b-key', 'a-key') +
    doc('Badge', 'bad-key', { on, area: 'a-key', seen: [{ areaRef: { name: 'KEY' } }] });
  expect((await toys.apply(world)).violations).toEqual([]);
  const again = await toys.apply(doc('Badge', 'bad-key', { on, area: 'KEY', seen: [{ areaRef: { name: 'a-key' } }] }));
  expect(counted(again)).toEqual({ UNCHANGED: 1 });
  const twice = await toys.apply(
    doc('Badge', 'bad-key', { on, seen: [{ areaRef: { name: 'KEY' } }, { areaRef: { name: 'a-key' } }] }),
  );
  expect(said(twice.violations)).toEqual(['DUPLICATE_ENTRY Badge/bad-key spec.seen[1]']);
  const refused = await toys.apply(
    doc('Area', 'a-key2', { code: 'OTHER', nonsense: 1 }) + doc('Badge', 'bad-key2', { on, area: 'OTHER' }),
  );
  expect(said(refused.violations)).toEqual(['UNKNOWN_FIELD Area/a-key2 spec.nonsense']);
  const unfit = await toys.apply(doc('Badge', 'bad-key3', { on: { kind: 'Wire', name: 'w' } }));
  expect(unfit.violations).toMatchObject([{ rule: 'INVALID_VALUE', path: 'spec.on.kind', accepted: 'Box, Plug' }]);
});

test('a rule is judged on the final state of the batch', async () => {
  await toys.apply(anArea('a-final1') + anArea('a-final2') + aBox('b-final1', 'a-final1', { size: 90 }));
  const swap = await toys.apply(
    aBox('b-final1', 'a-final2', { size: 90 }) + aBox('b-final2', 'a-final1', { size: 90 }),
  );
  expect(swap.violations).toEqual([]);
});

test('text that no column can hold is refused', async () => {
  const nul = '"a\\0b"';
  const outcome = await toys.apply(
    `${anArea('a-nul')}---\napiVersion: toys.example/v1alpha1\nkind: Box\nmetadata: {name: b-nul, annotations: {note: ${nul}}}\nspec: {areaRef: {name: a-nul}, size: 1, serial: ${nul}, tags: ["\\ud800"]}\n`,
  );
  expect(said(outcome.violations)).toEqual([
    'INVALID_CHARACTERS Box/b-nul metadata.annotations.note',
    'INVALID_CHARACTERS Box/b-nul spec.serial',
    'INVALID_CHARACTERS Box/b-nul spec.tags[0]',
  ]);
});

test('progress is told', async () => {
  const phases = new Set<string>();
  await toys.apply(anArea('a-progress') + aBox('b-progress', 'a-progress'), {
    onProgress: (_done, _total, phase) => phases.add(phase),
  });
  expect([...phases]).toEqual(['loading', 'storing', 'judging', 'deriving']);
});

test('everything wrong with the head of a document is said, and what servers write is ignored', async () => {
  const head = (lines: string) => `---\nkind: Area\n${lines}\n`;
  const outcome = await toys.apply(
    [
      head(
        'apiVersion: toys.example/v2\nmetadata: {name: a-head1, generateName: a-, labels: {"bad key": x, tier: 1, note: "a b"}}',
      ),
      head('apiVersion: toys.example/v1alpha1\nmetadata: {name: 12, namespace: home}\nspecs: {}'),
      head('apiVersion: other.example/v1alpha1\nmetadata: {name: a-head2}'),
      head('metadata: {name: a-head3}'),
    ].join(''),
  );
  expect(outcome.violations.map(({ rule, path, message }) => `${rule} ${path}: ${message}`)).toEqual([
    'UNKNOWN_VERSION apiVersion: Area is served as toys.example/v1alpha1',
    'LABEL_KEY metadata.labels.bad key: the text "bad key" cannot be the key of a label',
    'WRONG_TYPE metadata.labels.tier: a label takes a text, not 1; put it in quotes',
    'LABEL_VALUE metadata.labels.note: the text "a b" cannot be the value of a label',
    "UNKNOWN_FIELD specs: unknown field 'specs'; did you mean 'spec'?",
    'WRONG_TYPE metadata.name: metadata.name takes a text, not 12; put it in quotes',
    "UNKNOWN_KIND kind: this catalog holds no kind Area of other.example; did you mean 'toys.example/Area'?",
    'REQUIRED apiVersion: a manifest says its apiVersion',
  ]);
  const exported = {
    uid: '00000000-0000-0000-0000-000000000000',
    resourceVersion: '7',
    generation: 3,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [{}],
    labels: { 'topology.inventory.miloapis.com/site': 'fra1' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  };
  const fine = doc('Area', 'a-head4', {}, exported).replace('spec: {}', 'spec:\nstatus: {phase: Ready}');
  expect((await toys.apply(fine)).violations).toEqual([]);
  expect(counted(await toys.apply(anArea('a-head4')))).toEqual({ UNCHANGED: 1 });
});

test('a natural key that another object has is refused at its place, in the store and in one batch', async () => {
  const coded = (name: string, code: string) => doc('Area', name, { code });
  expect((await toys.apply(coded('key-1', 'KEYONE'))).violations).toEqual([]);
  expect((await toys.apply(coded('key-1', 'KEYONE'))).results).toMatchObject([{ outcome: 'UNCHANGED' }]);
  const { violations } = await toys.apply(
    [coded('key-2', 'KEYONE'), coded('key-3', 'KEYTWO'), coded('key-4', 'KEYTWO')].join(''),
  );
  const common = {
    rule: 'NOT_UNIQUE',
    path: 'spec.code',
    source: 'toys.yaml',
    accepted: 'a code that no other Area has',
    objectId: expect.any(String),
  };
  expect(violations).toEqual([
    { ...common, subject: 'Area/key-2', value: 'KEYONE', message: 'code KEYONE is taken', line: 5, column: 8 },
    {
      ...common,
      subject: 'Area/key-4',
      value: 'KEYTWO',
      message: 'code KEYTWO stands in the batch already, as that of Area/key-3, at toys.yaml line 7',
      line: 15,
      column: 8,
    },
  ]);
});

test('a natural key that a faster writer takes meanwhile is refused by the database', async () => {
  const other = await holdTransaction(toys.databaseUrl, (connection) =>
    connection.rows(
      sql`insert into toy_area (id, name, labels, annotations, generation, revision, scope_id, code)
        select uuidv7(), 'key-other', '{}', '{}', 1, 1, id, 'KEYRACE' from scope where kind = 'Platform'`,
    ),
  );
  const applying = toys.apply(doc('Area', 'key-race', { code: 'KEYRACE' }));
  await other.untilWaitedFor();
  await other.commit();
  const { violations } = await applying;
  expect(violations).toMatchObject([{ rule: 'NOT_UNIQUE', subject: 'Area/key-race' }]);
});
