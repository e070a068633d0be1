import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readExamples, startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { migrate } from './platform/db/migrate.ts';
import { type EmbeddedPostgres, startPostgres } from './platform/embedded/postgres.ts';
import { firstFreePort } from './platform/embedded/ports.ts';

const say = (line: string): void => console.log(line);

/** Refuses a second service on one data folder; what a killed one left is no obstacle. */
async function refuseSecond(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const { pid, url } = JSON.parse(text) as { pid: number; url: string };
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'main.ts');
  if (command.includes('main.ts')) throw new ConfigError(`the catalog is running already at ${url} (process ${pid}); stop it, or set CATALOG_DATA_DIR to another folder`);
}

async function main(): Promise<void> {
  const config = readConfig();
  const dataDir = resolve(config.dataDir);
  const serverFile = join(dataDir, 'server.json');
  const closers: (() => Promise<unknown>)[] = [];
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    say(`\n${signal}: stopping …`);
    for (const close of closers.reverse()) await close().catch((error: unknown) => console.error(error));
    process.exit(0);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));

  let databaseUrl: string;
  if (config.database.mode === 'embedded') {
    await mkdir(dataDir, { recursive: true });
    await refuseSecond(serverFile);
    const postgres: EmbeddedPostgres = await startPostgres({ folder: join(dataDir, 'postgres'), report: say });
    closers.push(() => postgres.stop());
    databaseUrl = postgres.url('postgres');
  } else {
    databaseUrl = config.database.url;
  }
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`Database: ${applied.length} migration${applied.length === 1 ? '' : 's'} applied`);

  const port = config.port ?? (await firstFreePort(4000));
  const app = await startApp({ ...config, databaseUrl, port });
  closers.push(() => app.close());
  if (config.database.mode === 'embedded') {
    if (config.loadsExamples && (await app.isEmpty())) {
      const files = await readExamples(new URL('../examples/', import.meta.url));
      const { results, violations } = await app.pipeline.apply(files, { validateOnly: false });
      if (violations.length > 0) throw new Error(`the example world is refused: ${JSON.stringify(violations.slice(0, 3))}`);
      say(`Example world: ${results.length} objects loaded`);
    }
    await writeFile(serverFile, JSON.stringify({ pid: process.pid, url: app.url, startedAt: new Date().toISOString() }));
    closers.push(() => rm(serverFile, { force: true }));
  }
  say(`\nMilo Catalog is ready.\n\n  Playground  ${app.url}/\n  GraphQL     ${app.url}/graphql\n\nStop it with Ctrl-C.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
