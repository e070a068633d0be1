import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { historyPruning } from '../../src/catalog/history/prunings.ts';
import { prune } from '../../src/platform/db/pruner.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { aNode, aPort, aRack, aService, plant } from './documents.ts';

type Export = ReadonlyMap<string, string>;
interface Recorded {
  readonly position: string;
  readonly time: string;
  readonly content: Export;
}

let app: TestApp;
const recorded: Recorded[] = [];
const told = new Map<string, string>();
let cursor: string | undefined;
const KINDS = ['Rack', 'Node', 'Port', 'Service', 'ServiceConfiguration', 'MeterDefinition', 'MonitoredResourceType'];

const remove = (...names: readonly string[]) =>
  app.execute('mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { message } } }', {
    input: { objects: names.map((one) => ({ kind: one.split('/')[0], name: one.split('/')[1] })) },
  });

/** Everything of these kinds as manifests, by kind and uid. */
async function exported(): Promise<Export> {
  const lists = KINDS.map(
    (kind) => `${catalog().get(kind).listField}(first: 1000) { nodes { kind uid manifest(format: JSON) } }`,
  );
  const { data } = await app.execute(`{ ${lists.join(' ')} }`);
  const nodes = Object.values<{ nodes: Record<string, string>[] }>(data).flatMap((list) => list.nodes);
  return new Map(nodes.map((one) => [`${one.kind} ${one.uid}`, bare(one.manifest)]));
}

/** Without the labels that are worked out from a place. */
const bare = (manifest = '{}'): string => {
  const document = JSON.parse(manifest) as { metadata: { labels?: Record<string, string> } };
  const own = Object.entries(document.metadata.labels ?? {}).filter(([key]) => !key.startsWith('topology.'));
  const { labels: _, ...metadata } = document.metadata;
  return JSON.stringify({
    ...document,
    metadata: { ...metadata, ...(own.length > 0 && { labels: Object.fromEntries(own) }) },
  });
};
const sorted = (content: Export): [string, unknown][] =>
  [...content].map(([key, text]): [string, unknown] => [key, JSON.parse(text)]).sort(([a], [b]) => (a < b ? -1 : 1));

/** Takes what the feed has new, in small pages. */
async function replay(): Promise<void> {
  const query = `query ($after: String, $where: ChangeWhere) { changes(after: $after, where: $where, first: 7) {
    events { type kind uid object { manifest(format: JSON) } } cursor isCurrent } }`;
  for (;;) {
    const { data, errors } = await app.execute(query, { after: cursor, where: { kinds: KINDS } });
    expect(errors).toBeUndefined();
    for (const { type, kind, uid, object } of data.changes.events) {
      if (type === 'DELETED') told.delete(`${kind} ${uid}`);
      else if (type !== 'BOOKMARK') told.set(`${kind} ${uid}`, bare(object.manifest));
    }
    cursor = data.changes.cursor;
    if (data.changes.isCurrent) return;
  }
}

/** A catalog that changes in every way, with an export after every commit. */
beforeAll(async () => {
  app = await startApp();
  const steps = [
    () => app.apply(plant),
    () => app.apply(aRack('r1') + aRack('r2') + aNode('n1', 'r1')),
    () => app.apply(aPort('p1', 'n1') + aPort('p2', 'n1')),
    () => app.apply(aService('beta', ['one', 'two'])),
    () => app.apply(aRack('r1', { heightU: 47 }, { tier: 'gold', 'example.com/owner': 'me' })),
    () => app.apply(aNode('n1', 'r2')),
    () => app.apply(aService('beta', ['one', 'two', 'three'])),
    () => remove('Port/p1'),
    () => app.apply(aPort('p1', 'n1') + aRack('r3')),
    () => app.apply(aService('gamma', ['four'])),
    () => remove('Port/p1', 'Port/p2', 'Node/n1', 'Rack/r1'),
    () => app.apply(aRack('r1')),
  ];
  for (const [index, step] of steps.entries()) {
    const answer = await step();
    const errors = 'userErrors' in answer ? answer.userErrors : answer.data.delete.userErrors;
    expect([index, errors]).toEqual([index, []]);
    const [head] = await app.database.rows<{ position: bigint; at: string }>(sql`select position, at from change_head`);
    recorded.push({ position: String(head?.position), time: head?.at ?? '', content: await exported() });
    if (index % 3 === 1) await replay();
  }
});
afterAll(() => app.close());

async function asOf(at: object): Promise<Export> {
  const content = new Map<string, string>();
  for (const kind of KINDS) {
    let after: string | null = null;
    do {
      const { data, errors } = await app.execute(
        `query ($at: MomentInput!, $kind: String!, $after: String) { catalogAsOf(at: $at) { objects(kind: $kind, first: 2, after: $after) {
          totalCount pageInfo { hasNextPage endCursor } nodes { kind uid manifest(format: JSON) } } } }`,
        { at, kind, after },
      );
      expect(errors).toBeUndefined();
      const { nodes, pageInfo } = data.catalogAsOf.objects;
      for (const one of nodes) content.set(`${one.kind} ${one.uid}`, bare(one.manifest));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
  }
  return content;
}

test('the catalog as of every commit, by position and by instant, is what was exported then', async () => {
  for (const { position, time, content } of recorded) {
    expect([position, sorted(await asOf({ position }))]).toEqual([position, sorted(content)]);
    expect([time, sorted(await asOf({ time }))]).toEqual([time, sorted(content)]);
  }
});

test('whoever follows the feed holds what an export says', async () => {
  await replay();
  expect(sorted(told)).toEqual(sorted(recorded.at(-1)?.content ?? new Map()));
});

test('the difference of any two moments is what their exports differ in', async () => {
  const spec = (text: string | undefined): unknown => {
    if (text === undefined) return null;
    const { spec: of, metadata } = JSON.parse(text);
    return { of, labels: metadata.labels ?? {} };
  };
  for (const [index, from] of recorded.entries()) {
    for (const to of recorded.slice(index)) {
      const { data, errors } = await app.execute(
        `query ($from: MomentInput!, $to: MomentInput, $kinds: [String!]) { catalogDifference(from: $from, to: $to, kinds: $kinds, first: 1000) {
          totalCount nodes { type kind uid actor { name } before { manifest(format: JSON) } after { manifest(format: JSON) } changes { path } } } }`,
        { from: { position: from.position }, to: { time: to.time }, kinds: ['Rack', 'Node', 'Port', 'Service'] },
      );
      expect(errors).toBeUndefined();
      const { nodes, totalCount } = data.catalogDifference;
      expect(nodes).toHaveLength(totalCount);
      const found = nodes.map((one: Record<string, never>) => `${one.type} ${one.kind} ${one.uid}`).sort();
      const keys = [...new Set([...from.content.keys(), ...to.content.keys()])];
      const expected = keys
        .filter((key) => /^(Rack|Node|Port|Service) /.test(key))
        .flatMap((key) => {
          const [was, is] = [from.content.get(key), to.content.get(key)];
          if (was === undefined) return [`ADDED ${key}`];
          if (is === undefined) return [`DELETED ${key}`];
          return JSON.stringify(spec(was)) === JSON.stringify(spec(is)) ? [] : [`MODIFIED ${key}`];
        });
      expect(found).toEqual(expected.sort());
    }
  }
});

test('billing asks for the meters in force at an instant by their own names', async () => {
  const at = { time: recorded[5]?.time };
  const { data } = await app.execute(
    `query ($at: MomentInput!) { catalogAsOf(at: $at) { position
      services { nodes { name spec } }
      meterDefinitions(where: { inForce: true, keys: ["beta.example.com/one"] }) { totalCount nodes { name spec status } }
      monitoredResourceTypes(where: { inForce: true }) { nodes { spec } }
      object(kind: "rack", name: "r1") { name generation labels { key value } }
      missing: object(kind: "rack", name: "r3") { name } } }`,
    { at },
  );
  expect(data.catalogAsOf).toMatchObject({
    position: recorded[5]?.position,
    services: { nodes: [{ name: 'beta', spec: { serviceName: 'beta.example.com' } }] },
    meterDefinitions: {
      totalCount: 1,
      nodes: [{ spec: { meterName: 'beta.example.com/one' }, status: { inForce: true } }],
    },
    monitoredResourceTypes: { nodes: [{ spec: { resourceTypeName: 'beta.example.com/Thing' } }] },
    object: {
      name: 'r1',
      generation: 2,
      labels: [
        { key: 'example.com/owner', value: 'me' },
        { key: 'tier', value: 'gold' },
      ],
    },
    missing: null,
  });
});

test('an object tells its own history, a list of objects in one statement; one that is gone is found by its name', async () => {
  const { data, extensions } = await app.execute(
    `{ racks(where: {name: {in: ["r1", "r2"]}}) { nodes { name history(first: 2) { totalCount pageInfo { hasNextPage endCursor }
      nodes { type actor { name } changes { path before after } before { spec } } } } } }`,
    {},
    { 'x-catalog-explain': 'true' },
  );
  expect(extensions?.explain.statements).toBe(1);
  const [r1, r2] = data.racks.nodes;
  expect(r1.history).toMatchObject({ totalCount: 1, nodes: [{ type: 'ADDED', changes: [], before: null }] });
  expect(r2.history.nodes).toHaveLength(1);
  const read = async (
    first: number,
    after: string | null,
  ): Promise<{ nodes: { type: string; changes: unknown[] }[]; pageInfo: { endCursor: string } }> =>
    (
      await app.execute(
        `query ($first: Int, $after: String) { history(kind: "racks", name: "r1", first: $first, after: $after) {
          totalCount pageInfo { endCursor } nodes { type changes { path before after } before { name } after { name } } } }`,
        { first, after },
      )
    ).data.history;
  const all = await read(50, null);
  expect(all.nodes.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'MODIFIED', 'ADDED']);
  expect(all.nodes[2]?.changes).toEqual([
    { path: 'metadata.labels.tier', before: null, after: '"gold"' },
    { path: 'metadata.labels.example.com/owner', before: null, after: '"me"' },
    { path: 'spec.heightU', before: '42', after: '47' },
  ]);
  const page = await read(2, null);
  expect((await read(2, page.pageInfo.endCursor)).nodes).toEqual(all.nodes.slice(2));
});

test('F07: what history says happened at an instant is there as of that instant, and the object says the same one', async () => {
  const asOf = async (time: string): Promise<unknown> =>
    (
      await app.execute(
        'query ($time: DateTime!) { catalogAsOf(at: {time: $time}) { object(kind: "Rack", name: "f07") { spec createdAt updatedAt } } }',
        { time },
      )
    ).data.catalogAsOf.object;
  await app.apply(aRack('f07'));
  await app.apply(aRack('f07', { heightU: 30 }));
  const { rack } = (
    await app.execute('{ rack(name: "f07") { createdAt updatedAt history(first: 10) { nodes { type at } } } }')
  ).data;
  expect(rack.history.nodes).toEqual([
    { type: 'MODIFIED', at: rack.updatedAt },
    { type: 'ADDED', at: rack.createdAt },
  ]);
  expect(await asOf(rack.createdAt)).toMatchObject({ createdAt: rack.createdAt, updatedAt: rack.createdAt });
  expect(await asOf(rack.updatedAt)).toMatchObject({ createdAt: rack.createdAt, updatedAt: rack.updatedAt });
  const before = new Date(Date.parse(rack.createdAt) - 1).toISOString();
  expect(await asOf(before)).toBeNull();
  await remove('Rack/f07');
  const [gone] = await app.database.rows<{ at: string }>(sql`select at from change_head`);
  expect(await asOf(gone?.at ?? '')).toBeNull();
});

test('what a write publishes and derives has its instant, too', async () => {
  const { data } = await app.execute(
    '{ services { nodes { publishedAt history(first: 100) { nodes { at } } } } meterDefinitions { nodes { createdAt publishedAt history(first: 100) { nodes { type at } } } } }',
  );
  for (const { publishedAt, createdAt, history } of [...data.services.nodes, ...data.meterDefinitions.nodes]) {
    const instants = history.nodes.map(({ at }: { readonly at: string }) => at);
    expect(instants).toContain(publishedAt ?? instants[0]);
    expect(instants).toContain(createdAt ?? instants[0]);
  }
  expect(data.meterDefinitions.nodes.length).toBeGreaterThan(0);
});

test('U36: before its first change the catalog was empty', async () => {
  const { data } = await app.execute(
    '{ catalogAsOf(at: {time: "2001-01-01T00:00:00Z"}) { position racks: objects(kind: "Rack") { nodes { name } } } }',
  );
  expect(data.catalogAsOf).toEqual({ position: '0', racks: { nodes: [] } });
});

test('a moment that has not come and a half one are refused, each by its name', async () => {
  const rule = async (at: object): Promise<unknown> => {
    const { errors } = await app.execute('query ($at: MomentInput!) { catalogAsOf(at: $at) { position } }', { at });
    return errors?.[0]?.extensions.violations;
  };
  expect(await rule({ time: '2999-01-01T00:00:00Z' })).toMatchObject([{ rule: 'AS_OF_FUTURE' }]);
  expect(await rule({ position: '999999' })).toMatchObject([{ rule: 'AS_OF_FUTURE' }]);
  expect(await rule({})).toMatchObject([{ rule: 'MOMENT' }]);
});

// Last: it makes everything so far old.
test('what is older than is kept is forgotten, and every moment since then reads as before', async () => {
  const horizon = recorded[7];
  if (horizon === undefined) throw new Error('too short');
  await app.database.pool.query("update change_set set at = at - interval '40 days' where last_position <= $1", [
    horizon.position,
  ]);
  await app.database.pool.query("update change_head set oldest_at = oldest_at - interval '50 days'");
  const count = sql`select (select count(*) from change) + (select count(*) from change_set) as count`;
  const [before] = await app.database.rows<{ count: bigint }>(count);
  const gone = await prune(app.database, historyPruning(30));
  expect(gone).toBeGreaterThan(5);
  expect(await app.database.rows(count)).toEqual([{ count: (before?.count ?? 0n) - BigInt(gone) }]);
  expect(await prune(app.database, historyPruning(30))).toBe(0);
  for (const { position, content } of recorded.slice(7)) {
    expect([position, sorted(await asOf({ position }))]).toEqual([position, sorted(content)]);
  }
  for (const at of ['{position: 3}', '{time: "2001-01-01T00:00:00Z"}']) {
    const { errors } = await app.execute(`{ catalogAsOf(at: ${at}) { position } }`);
    expect(errors?.[0]?.extensions).toMatchObject({
      violations: [{ rule: 'HISTORY_EXPIRED', accepted: expect.stringContaining('or later') }],
    });
  }
  const [rack] = (await app.execute('{ rack(name: "r2") { history { nodes { type } } } }')).data.rack.history.nodes;
  expect(rack).toEqual({ type: 'ADDED' });
});

test('null leaves no condition out: where it can mean nothing it is refused, and a variable that is left out is none', async () => {
  const asked = [
    ['{ changes(where: { kinds: null }) { cursor } }', 'where'],
    [
      `{ catalogAsOf(at: { time: "${new Date().toISOString()}" }) { objects(kind: "Rack", where: { names: null }) { totalCount } } }`,
      'where',
    ],
    ['{ auditRecords(where: { actor: { name: null } }) { totalCount } }', 'where.actor'],
  ] as const;
  for (const [document, path] of asked) {
    const { errors } = await app.execute(document);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      violations: [{ rule: 'NULL_OPERAND', path }],
    });
  }
  const { data, errors } = await app.execute(
    'query ($kinds: [String!]) { changes(first: 1, where: { kinds: $kinds, names: ["nothing"] }) { events { name } } }',
  );
  // Nothing but how far one has read.
  expect([errors, data.changes.events]).toEqual([undefined, [{ name: null }]]);
});
