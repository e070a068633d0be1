import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { tables } from '../../src/platform/db/tables.ts';
import { tallied } from '../../src/platform/tally.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  database = createDatabase(home.url, { poolSize: 2 });
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

const setting = (name: string) => tables.selectFrom('setting').select('value').where('name', '=', name);

test('a query on the typed tables runs in the transaction that it is given to, and is observed', async () => {
  const { result, statements } = await tallied(() =>
    database.transaction(async (connection) => {
      const query = tables.insertInto('setting').values({ name: 'tone', value: 'dry' });
      expect(await connection.execute(query)).toBe(1);
      expect(await connection.rows(setting('tone'))).toEqual([{ value: 'dry' }]);
      expect(await database.rows(setting('tone'))).toEqual([]);
      await connection.execute(sql`update setting set value = 'wry' where name = ${'tone'}`);
      return connection.rows(setting('tone'));
    }),
  );
  expect(result).toEqual([{ value: 'wry' }]);
  expect(statements.map(({ sql: text }) => text)).toContain('select "value" from "setting" where "name" = $1');
  expect(statements).toHaveLength(5);
});

test('the typed tables give 64-bit numbers and instants as every statement does', async () => {
  const rows = await database.rows(tables.selectFrom('change_head').select(['position', 'oldest', 'at']));
  expect(rows).toEqual([{ position: 0n, oldest: 0n, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }]);
});
