import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareAuditPartitions } from '../../src/catalog/history/prunings.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { tallied } from '../../src/platform/tally.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { aRack, plant } from './documents.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  for (const content of [plant, aRack('paged'), aRack('paged', { heightU: 20 }), aRack('paged', { heightU: 30 })]) {
    expect((await app.apply(content)).userErrors).toEqual([]);
  }
});
afterAll(() => app.close());

const PAGE =
  '{ nodes { generation: after { generation } } pageInfo { hasNextPage hasPreviousPage startCursor } totalCount }';
/** The lists of history that hold the three changes of the rack, newest first. */
const lists = {
  history: (args: string) => `{ page: history(kind: "Rack", name: "paged", ${args}) ${PAGE} }`,
  'history of an object': (args: string) => `{ rack(name: "paged") { page: history(${args}) ${PAGE} } }`,
  auditRecords: (args: string) =>
    `{ page: auditRecords(where: {resource: {kind: "Rack", name: "paged"}}, ${args}) ${PAGE} }`,
};

test.each(Object.entries(lists))('%s is paged from both ends', async (_name, list) => {
  const read = async (args: string) => {
    const { data } = await app.execute(list(args));
    const { nodes, pageInfo, totalCount } = data.page ?? data.rack.page;
    const generations = nodes.map((node: { generation: { generation: number } }) => node.generation.generation);
    return { generations, totalCount, ...pageInfo };
  };
  expect(await read('first: 0')).toMatchObject({ generations: [], totalCount: 3, hasNextPage: true });
  expect(await read('first: 2')).toMatchObject({ generations: [3, 2], hasNextPage: true, hasPreviousPage: false });
  const last = await read('last: 1');
  expect(last).toMatchObject({ generations: [1], hasNextPage: false, hasPreviousPage: true });
  const before = await read(`last: 5, before: "${last.startCursor}"`);
  expect(before).toMatchObject({ generations: [3, 2], hasNextPage: true, hasPreviousPage: false });
});

test('the audit log is paged across its partitions, and across records that have none yet', async () => {
  const years = [
    '2023-12-31 23:00Z',
    '2024-01-01 00:00Z',
    '2024-01-01 00:00Z',
    '2024-02-10 12:00Z',
    '2024-06-01 00:00Z',
  ];
  const add = (times: readonly string[]) =>
    app.database.execute(sql`
      insert into audit_record (id, request_id, outcome, received_at, completed_at, actor, actor_name, verb)
      select uuidv7(), 'of-old', 'SUCCESS', t, t, '{"kind": "User", "name": "ann"}', 'ann', 'x' from unnest(${times}::timestamptz[]) t`);
  await add(years.slice(0, 4));
  await prepareAuditPartitions(app.database, 'month');
  await add(years.slice(4));
  const PAGES =
    'query ($first: Int, $after: String, $last: Int, $before: String) { auditRecords(where: {requestId: "of-old"}, first: $first, after: $after, last: $last, before: $before) { totalCount nodes { id receivedAt } pageInfo { startCursor endCursor hasNextPage } } }';
  const read = async (args: Readonly<Record<string, unknown>>) => (await app.execute(PAGES, args)).data.auditRecords;
  const whole = await read({ first: 10 });
  expect(whole.totalCount).toBe(5);
  expect(whole.nodes.map(({ receivedAt }: { receivedAt: string }) => receivedAt.slice(0, 7))).toEqual([
    '2024-06',
    '2024-02',
    '2024-01',
    '2024-01',
    '2023-12',
  ]);
  const forward: unknown[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await read({ first: 1, after });
    forward.push(...nodes);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(forward).toEqual(whole.nodes);
  const backward = await read({ last: 2, before: whole.pageInfo.endCursor });
  expect(backward.nodes).toEqual(whole.nodes.slice(2, 4));
});

test('rows and their number are read only where they are asked for, and counted once', async () => {
  const statements = async (fields: string): Promise<number> => {
    const document = `{ auditRecords(first: 1) { ${fields} } }`;
    await app.execute(document);
    return (await tallied(() => app.execute(document))).statements.length;
  };
  const counted = await statements('totalCount');
  expect(await statements('totalCount totalCountCapped')).toBe(counted);
  expect(await statements('nodes { id }')).toBe(counted);
});
