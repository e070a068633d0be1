import { afterAll, beforeAll, expect, test } from 'vitest';
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
