import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { DatabaseUnusableError, waitForDatabase } from '../../src/platform/db/wait-for-database.ts';
import { createTestDatabase } from '../kit/database.ts';

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
  const way = createServer((socket) => {
    const behind = connect(Number(port), hostname);
    socket.pipe(behind).pipe(socket);
    for (const end of [socket, behind]) end.on('error', () => undefined);
  });
  const free = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
  const url = `postgresql://${username}:${password}@127.0.0.1:${free}${pathname}`;
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    way.listen(free, '127.0.0.1');
  };
  await waitForDatabase(url, { forMs: 30_000, say });
  expect(said).toEqual([
    `Waiting for the database ${pathname.slice(1)} at 127.0.0.1:${free}: connect ECONNREFUSED 127.0.0.1:${free}`,
  ]);
  const unknown = url.replace(pathname, '/nothing');
  await expect(waitForDatabase(unknown, { forMs: 30_000, say })).rejects.toThrow(
    `the database nothing at 127.0.0.1:${free} cannot be used: database "nothing" does not exist`,
  );
  way.close();
  await database.drop();
});
