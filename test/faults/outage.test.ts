import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrate } from '../../src/platform/db/migrate.ts';
import { type EmbeddedPostgres, startPostgres } from '../../src/platform/embedded/postgres.ts';
import { type EmbeddedOpenFga, startOpenFga } from '../../src/platform/openfga/start-openfga.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../kit/app.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { pace } from '../kit/pace.ts';
import { beginning, people } from './writer.ts';

/** One application loses its OpenFGA, the other one its PostgreSQL; neither is started again. */
let directory: string;
let openfgaDatabase: TestDatabase;
let openfga: EmbeddedOpenFga;
let postgres: EmbeddedPostgres;
let withoutOpenfga: TestApp;
let withoutPostgres: TestApp;
const place = () => ({ directory, log: (): void => undefined, onFailure: console.error });
const launchOpenfga = () =>
  startOpenFga({ ...place(), executable: inject('openfgaExecutable'), databaseUrl: openfgaDatabase.url });
const launchPostgres = () => startPostgres({ ...place(), isDisposable: true });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-outage-'));
  openfgaDatabase = await createTestDatabase('empty');
  openfga = await launchOpenfga();
  postgres = await launchPostgres();
  await migrate(postgres.url());
  withoutOpenfga = await startApp({
    openfga: { apiUrl: openfga.apiUrl, token: openfga.token, storeName: 'outage' },
  });
  withoutPostgres = await startApp({ databaseUrl: postgres.url() });
  for (const app of [withoutOpenfga, withoutPostgres]) {
    expect((await app.apply(beginning)).userErrors).toEqual([]);
    for (const person of people) await app.token(person);
  }
});
afterAll(async () => {
  await withoutOpenfga.close();
  await withoutPostgres.close();
  await openfga.stop();
  await postgres.stop();
  await openfgaDatabase.drop();
  await rm(directory, { recursive: true, force: true });
});

const APPLY = 'mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { message } } }';
let count = 0;
const write = (app: TestApp): Promise<GraphqlAnswer> => {
  const content = `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata: {name: outage-${++count}}\nspec: {siteRef: {name: here}, row: A, name: x, heightU: 4}\n`;
  return app.execute(APPLY, { input: { manifests: [{ content }] } });
};
/** Somebody whom the service knows already, or has to ask OpenFGA about. */
const look = (app: TestApp, subject: string): Promise<GraphqlAnswer> =>
  app.as(subject).execute('{ racks(first: 1) { totalCount } }');

/** The service has 3 s; other tests run beside this one. */
const LATE_MS = 4_000;

/** What becomes of a request, and whether it was answered in time. */
async function outcomeOf(asked: Promise<GraphqlAnswer>): Promise<string> {
  const startedAt = performance.now();
  const { errors } = await asked;
  const isLate = performance.now() - startedAt > LATE_MS;
  const outcome = errors === undefined ? 'done' : JSON.stringify(errors.map(({ extensions }) => extensions));
  return isLate ? `${outcome} after ${Math.round(performance.now() - startedAt)} ms` : outcome;
}
/** Everybody is told what is away. */
const refused = (what: 'AUTHORIZATION' | 'DATABASE'): string =>
  JSON.stringify([{ code: 'UNAVAILABLE', reason: `${what}_UNREACHABLE`, retryable: true }]);

const many = (app: TestApp): Promise<string>[] =>
  Array.from({ length: 4 }, (_, index) => [
    outcomeOf(write(app)),
    outcomeOf(look(app, 'test-admin')),
    outcomeOf(look(app, people[index % people.length] ?? '')),
  ]).flat();

/** From the moment of the fault on nothing takes longer than 3 s or fails otherwise; soon everything is refused. */
async function expectOutage(app: TestApp, expected: string): Promise<void> {
  const asked: Promise<string>[] = [];
  const outcomes = async (): Promise<string[]> => {
    const round = many(app);
    asked.push(...round);
    return [...new Set(await Promise.all(round))];
  };
  await expect.poll(outcomes, { interval: 250 }).toEqual([expected]);
  for (const outcome of new Set(await Promise.all(asked))) expect(outcome).toBeOneOf(['done', expected]);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
}

async function expectRecovery(app: TestApp): Promise<void> {
  const answers = () => Promise.all(many(app));
  await expect.poll(async () => [...new Set(await answers())], { timeout: 30_000, interval: 100 }).toEqual(['done']);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  expect(await app.authorization.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
}

test('while OpenFGA hangs everything is refused within 3 s; when it goes on, so does the service', async () => {
  process.kill(openfga.pid ?? 0, 'SIGSTOP');
  await expectOutage(withoutOpenfga, refused('AUTHORIZATION'));
  process.kill(openfga.pid ?? 0, 'SIGCONT');
  await expectRecovery(withoutOpenfga);
});

test('while OpenFGA is gone everything is refused within 3 s; when it is there again, the service goes on', async () => {
  const stopping = openfga.stop();
  await expectOutage(withoutOpenfga, refused('AUTHORIZATION'));
  await stopping;
  openfga = await launchOpenfga();
  await expectRecovery(withoutOpenfga);
});

test('while PostgreSQL is gone everything is refused within 3 s; when it is there again, the service goes on', async () => {
  const asked = many(withoutPostgres);
  await pace(20);
  process.kill(postgres.pid ?? 0, 'SIGKILL');
  for (const outcome of new Set(await Promise.all(asked))) expect(outcome).toBeOneOf(['done', refused('DATABASE')]);
  await expectRecovery(withoutPostgres);
  const before = postgres.url();
  await postgres.stop();
  await expectOutage(withoutPostgres, refused('DATABASE'));
  postgres = await launchPostgres();
  expect(postgres.url()).toBe(before);
  await expectRecovery(withoutPostgres);
});
