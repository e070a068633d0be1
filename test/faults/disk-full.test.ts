import { mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { type EmbeddedPostgres, startPostgres } from '../../src/platform/embedded/postgres.ts';
import { defectsIn, startApp, type TestApp } from '../kit/app.ts';
import { doors } from '../kit/doors.ts';

let directory: string;
let postgres: EmbeddedPostgres;
let observer: Database;
let app: TestApp;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-full-'));
  postgres = await startPostgres({ directory, log: () => undefined, onFailure: console.error, isDisposable: true });
  const databaseUrl = postgres.url('catalog');
  await migrate(databaseUrl);
  observer = createDatabase(databaseUrl, { poolSize: 1 });
  app = await startApp({ databaseUrl });
});
afterAll(async () => {
  await app.close();
  await observer.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Every connection looks at the files anew. */
const reconnect = (): Promise<unknown> =>
  observer.cells(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);

/** Puts a device without room in the place of a table's file; gives what takes it away again. */
async function fillUp(table: 'region'): Promise<() => Promise<void>> {
  const [row] = await observer.cells(
    sql`select current_setting('data_directory'), pg_relation_filepath(${table}::text::regclass)`,
  );
  const file = join(String(row?.[0]), String(row?.[1]));
  await rename(file, `${file}.kept`);
  await symlink('/dev/full', file);
  await reconnect();
  return async () => {
    await unlink(file);
    await rename(`${file}.kept`, file);
    await reconnect();
  };
}

test('a full disk is said to be temporary, and once there is room all works again (E43)', async () => {
  const authorization = `Bearer ${await app.token('test-admin')}`;
  const create = (name: string) => ({
    query: `mutation { createRegion(input: { name: "${name.toLowerCase()}", displayName: "R" }) { region { name } userErrors { message } } }`,
  });
  const sites = { query: '{ sites { totalCount } }' };
  const none = { data: { sites: { totalCount: 0 } } };
  expect(await doors.POST(app.url, sites, authorization)).toEqual(none);
  const makeRoom = await fillUp('region');
  await expect.poll(() => doors.POST(app.url, sites, authorization)).toEqual(none); // On new connections.
  for (const [name, door] of Object.entries(doors)) {
    expect(await door(app.url, create(name), authorization), name).toMatchObject({
      data: { createRegion: null },
      errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }],
    });
    expect(await door(app.url, sites, authorization), name).toEqual(none);
  }
  await makeRoom();
  await expect.poll(() => doors.POST(app.url, sites, authorization)).toEqual(none);
  for (const [name, door] of Object.entries(doors))
    expect(await door(app.url, create(name), authorization)).toEqual({
      data: { createRegion: { region: { name: name.toLowerCase() }, userErrors: [] } },
    });
  expect(await doors.POST(app.url, { query: '{ regions { totalCount } }' }, authorization)).toEqual({
    data: { regions: { totalCount: 3 } },
  });
});

test('nothing of all this was a defect', () => {
  expect(defectsIn(app)).toEqual([]);
});
