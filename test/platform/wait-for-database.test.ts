import { expect, test } from 'vitest';
import { DatabaseUnusableError, waitForDatabase } from '../../src/platform/db/wait-for-database.ts';
import { createTestDatabase } from '../kit/database.ts';
import { createPassage } from '../kit/passage.ts';

test('a database that is not there is named, with the reason (E42)', async () => {
  const said: string[] = [];
  const waiting = waitForDatabase('postgresql://catalog@127.0.0.1:1/catalog', {
    forMs: 0,
    say: (line) => said.push(line),
  });
  await expect(waiting).rejects.toThrow(
    new DatabaseUnusableError('the database catalog at 127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1'),
  );
});

test('a database that comes later is waited for; one that refuses the caller is not', async () => {
  const database = await createTestDatabase('empty');
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const way = await createPassage({ hostname, port });
  const url = `postgresql://${username}:${password}@127.0.0.1:${way.port}${pathname}`;
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    void way.open();
  };
  await waitForDatabase(url, { forMs: 30_000, say });
  expect(said).toEqual([
    `Waiting for the database ${pathname.slice(1)} at 127.0.0.1:${way.port}: connect ECONNREFUSED 127.0.0.1:${way.port}`,
  ]);
  const unknown = url.replace(pathname, '/nothing');
  await expect(waitForDatabase(unknown, { forMs: 30_000, say })).rejects.toThrow(
    `the database nothing at 127.0.0.1:${way.port} cannot be used: database "nothing" does not exist`,
  );
  way.close();
  await database.drop();
});
