import { expect, inject, test } from 'vitest';
import { withClient } from '../../scripts/schema-state.ts';
import { createTestDatabase } from '../kit/database.ts';
import { createPassage } from '../kit/passage.ts';
import { runService, spawnService } from '../kit/service.ts';
import { stablePort } from '../kit/stable-port.ts';

const through = (url: string, port: number): string =>
  Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href.replace(/\/$/, '');

/** What a path answers: its status and its JSON. */
const ask = async (url: string): Promise<unknown> => {
  const answer = await fetch(url).catch(() => undefined);
  return answer && [answer.status, await answer.json()];
};

test('a start waits for its database and OpenFGA, lives meanwhile, and says what it waits for', async () => {
  const database = await createTestDatabase('empty');
  const [toDatabase, toOpenFga] = [
    await createPassage(new URL(database.url)),
    await createPassage(new URL(inject('openfgaUrl'))),
  ];
  const operators = `http://127.0.0.1:${await stablePort()}`;
  const settings = {
    DATABASE_URL: through(database.url, toDatabase.port),
    OPENFGA_API_URL: through(inject('openfgaUrl'), toOpenFga.port),
    OPENFGA_API_TOKEN: inject('openfgaToken'),
    OPENFGA_STORE_NAME: 'start test',
    OIDC_ISSUERS: 'http://127.0.0.1:1 audiences=catalog',
    CATALOG_LOG_LEVEL: 'warn',
    PORT: '0',
    CATALOG_METRICS_PORT: new URL(operators).port,
    CATALOG_DRAIN_SECONDS: '0',
    CATALOG_FEATURES: 'all',
  };
  const { child, output, ended } = spawnService(settings);
  const lacks = (part: string, problem: string) => [
    503,
    { status: 'starting', missing: [{ part, problem: expect.stringContaining(problem) }] },
  ];
  await expect.poll(() => ask(`${operators}/startupz`)).toEqual(lacks('database', `:${toDatabase.port}`));
  expect(await ask(`${operators}/readyz`)).toEqual([503, expect.objectContaining({ status: 'not ready' })]);
  for (const path of ['/healthz', '/livez', '/healthcheck'])
    expect([path, await ask(operators + path)]).toEqual([path, [200, { status: 'ok' }]]);
  await toDatabase.open();
  await expect.poll(() => ask(`${operators}/startupz`)).toEqual(lacks('openfga', 'cannot be reached'));
  await toOpenFga.open();
  await expect.poll(() => ask(`${operators}/startupz`), { timeout: 30_000 }).toEqual([200, { status: 'started' }]);
  await expect.poll(() => ask(`${operators}/readiness`)).toEqual([200, { status: 'ready' }]);
  expect(output()).toContain('CATALOG_FEATURES is no setting and has no effect');
  const refused = `connect ECONNREFUSED 127.0.0.1`;
  await expect.poll(output).toContain('the keys of http://127.0.0.1:1 cannot be fetched');
  expect(output()).toContain(
    `Waiting for the database ${new URL(database.url).pathname.slice(1)} at 127.0.0.1:${toDatabase.port}: ${refused}:${toDatabase.port}\n`,
  );
  expect(output()).toContain(
    `Waiting for OpenFGA: the OpenFGA at http://127.0.0.1:${toOpenFga.port} cannot be reached: ${refused}:${toOpenFga.port}\n`,
  );
  expect(output().match(/Waiting for/g)).toHaveLength(2);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const passage of [toDatabase, toOpenFga]) passage.close();
  await database.drop();
});

test('a start that has waited long enough ends with one line and code 1', async () => {
  const nowhere = 'postgresql://catalog@127.0.0.1:1/catalog';
  const database = await createTestDatabase();
  const openfga = `127.0.0.1:${await stablePort()}`;
  const settings = { CATALOG_START_SECONDS: '0', OPENFGA_API_URL: `http://${openfga}`, PORT: '0' };
  expect(await runService({ ...settings, DATABASE_URL: nowhere })).toEqual({
    code: 1,
    output: 'the database catalog at 127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1\n',
  });
  expect(await runService({ ...settings, DATABASE_URL: database.url })).toEqual({
    code: 1,
    output: `the OpenFGA at http://${openfga} cannot be reached: connect ECONNREFUSED ${openfga}\n`,
  });
  await database.drop();
});

test('a start whose database cannot be brought up to date says so in one line', async () => {
  const database = await createTestDatabase();
  await withClient(database.url, (client) => client.query("update _prisma_migrations set checksum = 'x'"));
  const settings = {
    DATABASE_URL: database.url,
    OPENFGA_API_URL: inject('openfgaUrl'),
    OPENFGA_API_TOKEN: inject('openfgaToken'),
    PORT: '0',
  };
  const { code, output } = await runService(settings);
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/^migration \d+_init was changed after it had been applied\n$/),
  ]);
  await database.drop();
});
