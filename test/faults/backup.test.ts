import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { withClient } from '../../scripts/schema-state.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { type EmbeddedPostgres, startPostgres } from '../../src/platform/embedded/postgres.ts';
import { binding, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { openShell } from '../kit/command.ts';
import { beginning } from './writer.ts';

const run = promisify(execFile);
const storeName = `backup ${process.pid} ${Date.now()}`;

const startCluster = (directory: string): Promise<EmbeddedPostgres> =>
  startPostgres({ directory, log: () => undefined, onFailure: console.error, isDisposable: true });

async function startService(cluster: EmbeddedPostgres): Promise<TestApp> {
  await migrate(cluster.url());
  const openfga = { apiUrl: inject('openfgaUrl'), token: inject('openfgaToken'), storeName };
  return startApp({ databaseUrl: cluster.url(), openfga });
}

/** A base backup by PostgreSQL's own interface for it, while the cluster works: `meanwhile` is done before it ends. */
async function backUp(
  cluster: EmbeddedPostgres,
  from: string,
  to: string,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await withClient(cluster.url('postgres'), async (client) => {
    await client.query("select pg_backup_start('backup', true)");
    await run('cp', ['-a', from, to]);
    await meanwhile();
    const { rows } = await client.query<{ label: string }>('select labelfile as label from pg_backup_stop(false)');
    for (const file of ['postmaster.pid', 'postmaster.opts']) await rm(join(to, 'postgres', file), { force: true });
    await run('cp', ['-a', join(from, 'postgres/pg_wal'), join(to, 'postgres')]);
    const label = join(to, 'postgres/backup_label');
    await run('cp', ['-a', join(to, 'postgres/PG_VERSION'), label]); // For its owner and its mode.
    await writeFile(label, rows[0]?.label ?? '');
  });
}

async function deleteStores(): Promise<number> {
  const headers = { authorization: `Bearer ${inject('openfgaToken')}` };
  const url = `${inject('openfgaUrl')}/stores`;
  const answer = await fetch(`${url}?name=${encodeURIComponent(storeName)}`, { headers });
  const { stores } = (await answer.json()) as { stores: { id: string }[] };
  for (const { id } of stores) await fetch(`${url}/${id}`, { method: 'DELETE', headers });
  return stores.length;
}

const rename = async (app: TestApp, displayName: string): Promise<void> => {
  const { data } = await app.execute(
    'mutation ($to: String!) { updateSite(input: {name: "here", changes: {displayName: $to}}) { userErrors { message } } }',
    { to: displayName },
  );
  expect(data.updateSite.userErrors).toEqual([]);
};
const sitesOf = async (app: TestApp, who: string): Promise<unknown> =>
  (await app.as(who).execute('{ sites { nodes { name displayName } } }')).data.sites.nodes;

const FEED = `query ($after: String) { changes(after: $after, first: 100, where: {kinds: ["Site"]}) {
  cursor isCurrent events { type name object { spec } } } }`;
/** Reads to the end; the cursor there, and the changes that were read. */
async function follow(app: TestApp, after: string | null): Promise<{ cursor: string; events: unknown[] }> {
  const events: unknown[] = [];
  for (let cursor = after; ; ) {
    const { changes } = (await app.as('una').execute(FEED, { after: cursor })).data;
    for (const { type, name, object } of changes.events)
      if (name !== null) events.push([type, name, object.spec.displayName]);
    cursor = changes.cursor as string;
    if (changes.isCurrent === true) return { cursor, events };
  }
}
const refusal = async (app: TestApp, after: string): Promise<unknown> =>
  (await app.as('una').execute(FEED, { after })).errors?.[0]?.message;
const UNKNOWN = expect.stringContaining('cursor of another catalog, or of this one before it was restored');

/** The two statements that the page for operators has one run when something was lost: for consumers, and for OpenFGA. */
const page = await readFile(new URL('../../docs/operations/backup.md', import.meta.url), 'utf8');
const [newEpoch = '', newStore = ''] = /--command="(update [^"]*)"/.exec(page)?.[1]?.split('; ') ?? [];

test('a backup is restored: rights are those of the backup, whatever OpenFGA has, and subscribers go on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'milo-backup-'));
  const [lost, restored] = [join(home, 'lost'), join(home, 'restored')];
  const first = await startCluster(lost);
  const before = await startService(first);
  const content = beginning + role('viewer', 'inv/sites.get') + binding('una', 'Site/here', 'viewer', userOf('una'));
  expect((await before.apply(content)).userErrors).toEqual([]);
  const { cursor } = await follow(before, null);
  await backUp(first, lost, restored, () => rename(before, 'During'));
  await rename(before, 'Lost');
  expect((await before.apply(binding('uma', 'Site/here', 'viewer', userOf('uma')))).userErrors).toEqual([]);
  const { cursor: later } = await follow(before, cursor);
  await before.close();
  await first.stop();

  // OpenFGA is as it was and has what was given since.
  const second = await startCluster(restored);
  await withClient(second.url(), (client) => client.query(newStore));
  let after = await startService(second);
  const here = [{ name: 'here', displayName: 'During' }];
  expect([await sitesOf(after, 'una'), await sitesOf(after, 'uma')]).toEqual([here, []]);
  const shell = await openShell(after.url, await after.token('test-admin'));
  for (const task of ['verify', 'rebuild', 'verify'])
    expect(await shell.run(['authz', task])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no difference'),
    });
  await shell.remove();
  expect([await sitesOf(after, 'una'), await sitesOf(after, 'uma')]).toEqual([here, []]);
  const missed = await follow(after, cursor);
  expect(missed.events).toEqual([['MODIFIED', 'here', 'During']]);
  await rename(after, 'After');
  expect((await follow(after, missed.cursor)).events).toEqual([['MODIFIED', 'here', 'After']]);
  await after.close();

  // OpenFGA has lost everything; something was lost that somebody may have read, and its positions are given again.
  expect(await deleteStores()).toBe(2);
  await withClient(second.url(), (client) => client.query(newEpoch));
  after = await startService(second);
  expect([await sitesOf(after, 'una'), await sitesOf(after, 'uma')]).toEqual([
    [{ name: 'here', displayName: 'After' }],
    [],
  ]);
  for (const one of [cursor, later]) expect(await refusal(after, one)).toEqual(UNKNOWN);
  await after.close();
  await second.stop();
  await deleteStores();
  await rm(home, { recursive: true });
}, 120_000);
