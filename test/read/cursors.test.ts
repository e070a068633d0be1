import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, binding, doc, racksOfOneSite, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

const names = ['r1', 'r2', 'r3', 'r4', 'r5'];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      racksOfOneSite(names, { labels: { tier: 'gold', floor: '1' } }),
      doc('User', 'guest', { email: 'g@example.com' }),
      role('sees', 'inv/racks.get'),
      ...['r2', 'r4'].map((rack) => binding(`guest-${rack}`, `Rack/${rack}`, 'sees', userOf('guest'))),
    ].join(''),
  );
});
afterAll(() => app.close());

interface Page {
  readonly names: readonly string[];
  readonly start: string;
  readonly end: string;
}

/** A page of racks; what is refused throws its rule. */
async function page(args: string, who?: string): Promise<Page> {
  const document = `{ racks(${args}) { nodes { name } pageInfo { startCursor endCursor } } }`;
  const { data, errors } = await (who === undefined ? app : app.as(who)).execute(document);
  if (errors !== undefined) {
    const violations = errors.flatMap(({ extensions }) => extensions.violations as { rule: string; path: string }[]);
    throw new Error(violations.map(({ rule, path }) => `${rule} ${path}`).join());
  }
  const { nodes, pageInfo } = data.racks;
  return {
    names: nodes.map(({ name }: { name: string }) => name),
    start: pageInfo.startCursor,
    end: pageInfo.endCursor,
  };
}

/** `orderBy` by name, downwards. */
const DOWNWARDS = 'orderBy: [NAME_DESC]';

const base = 'where: {heightU: {gte: 1}}, labelSelector: "tier=gold"';

test('a cursor goes on where its page ended, whatever the size of the next page', async () => {
  const first = await page(`first: 2, ${base}`);
  expect(first.names).toEqual(['r1', 'r2']);
  expect((await page(`first: 2, ${base}, after: "${first.end}"`)).names).toEqual(['r3', 'r4']);
  expect((await page(`first: 9, ${base}, after: "${first.end}"`)).names).toEqual(['r3', 'r4', 'r5']);
  expect((await page(`last: 9, ${base}, before: "${first.end}"`)).names).toEqual(['r1']);
  // It is a place and no right: what somebody else may see after it is theirs to say.
  expect((await page(`first: 9, ${base}, after: "${first.end}"`, 'guest')).names).toEqual(['r4']);
});

/** Lists of racks of every kind, each with what tells its nodes apart. */
const lists: Readonly<Record<string, (args: string) => string>> = {
  'a list': (args) => `racks(${args}) { edges { cursor node { name } }`,
  'a list of what cannot be planned': (args) =>
    `racks(${args}) { edges { cursor node { name history { totalCount } } }`,
  'a list in another order': (args) =>
    `racks(orderBy: [HEIGHT_U_ASC, NAME_DESC], ${args}) { edges { cursor node { name } }`,
  'objects of any kind': (args) => `objects(kinds: ["rack"], ${args}) { edges { cursor node { name } }`,
  'differences of two moments': (args) =>
    `catalogDifference(from: { position: 0 }, kinds: ["rack"], ${args}) { edges { cursor node { name } }`,
};

test.each(Object.entries(lists))(
  'in %s a cursor that somebody else was given shows nothing but one’s own',
  async (_what, list) => {
    const read = async (who: Pick<TestApp, 'execute'>, args: string) => {
      const { data, errors } = await who.execute(
        `{ it: ${list(args)} totalCount pageInfo { hasPreviousPage hasNextPage } } }`,
      );
      expect(errors).toBeUndefined();
      const { edges, totalCount, pageInfo } = data.it;
      const found: string[] = edges.map(({ node }: { node: { name: string } }) => node.name);
      return { edges, found, totalCount, pageInfo };
    };
    const guest = app.as('guest');
    const all = await read(app, 'first: 9');
    const own = (await read(guest, 'first: 9')).found;
    expect(all.found).toHaveLength(names.length);
    expect([...own].sort()).toEqual(['r2', 'r4']);
    for (const [at, { cursor }] of all.edges.entries()) {
      const expected = (of: readonly string[]) => of.filter((name) => own.includes(name));
      const [after, before] = [expected(all.found.slice(at + 1)), expected(all.found.slice(0, at))];
      expect(await read(guest, `first: 1, after: "${cursor}"`)).toMatchObject({
        found: after.slice(0, 1),
        totalCount: 2,
        pageInfo: { hasNextPage: after.length > 1 },
      });
      expect(await read(guest, `last: 1, before: "${cursor}"`)).toMatchObject({
        found: before.slice(-1),
        totalCount: 2,
        pageInfo: { hasPreviousPage: before.length > 1 },
      });
    }
  },
);

test('nor do those of a search, of the audit log, or of a history', async () => {
  const guest = app.as('guest');
  const found = async (who: Pick<TestApp, 'execute'>, field: string) => {
    const { data, errors } = await who.execute(`{ it: ${field} }`);
    return { text: JSON.stringify(data?.it), cursor: data?.it?.pageInfo?.endCursor as string, errors };
  };
  const search = (args: string) =>
    `search(text: "r", kinds: ["rack"], ${args}) { nodes { object { name } value } totalCount pageInfo { endCursor } }`;
  const { cursor } = await found(app, search('first: 1'));
  const hits = await found(guest, search(`first: 9, after: "${cursor}"`));
  expect(hits.text).toContain('"totalCount":2');
  expect(hits.text).not.toMatch(/"r[135]"/);
  const records = (args: string) => `auditRecords(${args}) { nodes { summary: id } totalCount pageInfo { endCursor } }`;
  const log = await found(guest, records(`first: 9, after: "${(await found(app, records('first: 3'))).cursor}"`));
  expect(log).toMatchObject({ text: expect.stringContaining('"nodes":[],"totalCount":0'), errors: undefined });
  const history = (name: string, args: string) =>
    `history(kind: "rack", name: "${name}", ${args}) { nodes { type } totalCount pageInfo { endCursor } }`;
  const past = await found(app, history('r3', 'first: 1'));
  expect(past.text).toContain('"totalCount":1');
  const hidden = await found(guest, history('r3', `first: 9, after: "${past.cursor}"`));
  const none = await found(guest, history('no-such-rack', `first: 9, after: "${past.cursor}"`));
  expect(JSON.stringify(hidden)).toBe(JSON.stringify(none).replaceAll('no-such-rack', 'r3'));
});

test('the feed goes on from a cursor with the rights that it was given with, or begins anew', async () => {
  const feed = (after: string) =>
    `{ changes(where: { kinds: ["rack"] }, first: 2${after}) { events { type reason object { name } } cursor } }`;
  const first = await app.execute(feed(''));
  expect(first.errors).toBeUndefined();
  const { cursor } = first.data.changes;
  const { data, errors } = await app.as('guest').execute(feed(`, after: "${cursor}"`));
  expect(data?.changes ?? null).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_EXPIRED', path: 'after' }] });
  expect(JSON.stringify(errors)).not.toMatch(/r[1-5]\b/);
});

test.each([
  ['another value in where', 'where: {heightU: {gte: 2}}, labelSelector: "tier=gold"'],
  ['another operator in where', 'where: {heightU: {gt: 1}}, labelSelector: "tier=gold"'],
  ['another field in where', 'where: {name: {startsWith: "r"}}, labelSelector: "tier=gold"'],
  ['no where', 'labelSelector: "tier=gold"'],
  ['another label selector', 'where: {heightU: {gte: 1}}, labelSelector: "floor=1"'],
  ['no label selector', 'where: {heightU: {gte: 1}}'],
  ['labels besides', `${base}, labels: {matchExpressions: [{key: "floor", operator: EXISTS}]}`],
  ['another order', `${base}, ${DOWNWARDS}`],
])('a cursor is refused with %s, forward and backward', async (_what, other) => {
  const { start, end } = await page(`first: 2, ${base}`);
  await expect(page(`first: 2, ${other}, after: "${end}"`)).rejects.toThrow('CURSOR_MISMATCH after');
  await expect(page(`last: 2, ${other}, before: "${start}"`)).rejects.toThrow('CURSOR_MISMATCH before');
});

test('a cursor is refused with other labels', async () => {
  const { end } = await page('first: 2, labels: {matchExpressions: [{key: "tier", operator: EXISTS}]}');
  expect(
    (await page(`first: 2, labels: {matchExpressions: [{key: "tier", operator: EXISTS}]}, after: "${end}"`)).names,
  ).toEqual(['r3', 'r4']);
  await expect(
    page(`first: 2, labels: {matchExpressions: [{key: "floor", operator: EXISTS}]}, after: "${end}"`),
  ).rejects.toThrow('CURSOR_MISMATCH after');
  await expect(page(`first: 2, after: "${end}"`)).rejects.toThrow('CURSOR_MISMATCH after');
});

test('a cursor is refused by the list of another kind', async () => {
  const { end } = await page('first: 2');
  const { errors } = await app.execute(`{ sites(after: "${end}") { totalCount } }`);
  expect(errors?.[0]?.extensions.violations).toMatchObject([{ rule: 'CURSOR_MISMATCH', path: 'after' }]);
});

test('numbered names are counted, with cursors, filters and in lists of several kinds', async () => {
  const numbers = [10, 2, 1, 20, 9, 100];
  const named = (prefix: string) => numbers.map((number) => `${prefix}${number}`);
  const counted = (prefix: string) => [...numbers].sort((a, b) => a - b).map((number) => `${prefix}${number}`);
  const onDevice = { deviceRef: { kind: 'Rack', name: 'n1' }, type: 'PatchPanel' };
  await applyAll(
    app,
    [
      ...named('n').map((name) => doc('Rack', name, { siteRef: { name: 's1' }, heightU: 42 })),
      ...named('Ethernet').map((label) => doc('Port', `n1-${label.toLowerCase()}`, { ...onDevice, name: label })),
      ...named('d').map((name) =>
        doc('Node', name, {
          siteRef: { name: 's1' },
          hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1024 },
        }),
      ),
    ].join(''),
  );
  type Rows = readonly { readonly name: string; readonly label?: string }[];
  const read = async (list: string) => {
    const { data, errors } = await app.execute(
      `{ at: site(name: "s1") { ${list} { nodes { name ${list.startsWith('ports') ? 'label' : ''} } pageInfo { startCursor endCursor hasNextPage } } } }`,
    );
    expect(errors, list).toBeUndefined();
    return Object.values(data.at)[0] as {
      nodes: Rows;
      pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean };
    };
  };
  const all = async (list: (page: string) => string, isBackward: boolean): Promise<Rows> => {
    const found: Rows[] = [];
    let page = isBackward ? 'last: 2' : 'first: 2';
    for (let pages = 0; pages < 9; pages++) {
      const { nodes, pageInfo } = await read(list(page));
      if (nodes.length === 0) break;
      found.push(nodes);
      page = isBackward ? `last: 2, before: "${pageInfo.startCursor}"` : `first: 2, after: "${pageInfo.endCursor}"`;
    }
    return (isBackward ? found.reverse() : found).flat();
  };
  const ports = (page: string) => `ports(where: { device: { rack: { name: { eq: "n1" } } } }, ${page})`;
  const racks = (order: string) => (page: string) =>
    `racks(where: { name: { startsWith: "n" } }, orderBy: [${order}], ${page})`;
  for (const isBackward of [false, true]) {
    expect((await all(ports, isBackward)).map(({ name }) => name)).toEqual(counted('n1-ethernet'));
    const byLabel = await all((page) => ports(`orderBy: [LABEL_DESC], ${page}`), isBackward);
    expect(byLabel.map(({ label }) => label)).toEqual(counted('Ethernet').reverse());
    expect((await all(racks('NAME_ASC'), isBackward)).map(({ name }) => name)).toEqual(counted('n'));
    expect((await all(racks('NAME_DESC'), isBackward)).map(({ name }) => name)).toEqual(counted('n').reverse());
    const devices = await all((page) => `devices(where: { name: { startsWith: "d" } }, ${page})`, isBackward);
    expect(devices.map(({ name }) => name)).toEqual(counted('d'));
  }
});
