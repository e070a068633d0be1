import { resolve } from 'node:path';
import { startApp } from './app.ts';
import { type Config, ConfigError, describeSettings, readConfig } from './config.ts';
import { loadExamples } from './examples.ts';
import { migrate } from './platform/db/migrate.ts';
import { claimDataDirectory, type DataDirectory, DataDirectoryInUseError } from './platform/embedded/data-directory.ts';
import { startPostgres } from './platform/embedded/postgres.ts';
import { PortTakenError } from './platform/http/server.ts';

const say = (line: string): void => console.log(line);
const closers: (() => Promise<unknown>)[] = [];
let isStopping = false;

/** Ends everything in the reverse order of its start. */
async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  for (const close of closers.reverse()) {
    await close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  }
  process.exit(process.exitCode ?? code);
}

function fail(error: unknown): Promise<void> {
  const isPlain = [ConfigError, DataDirectoryInUseError, PortTakenError].some((kind) => error instanceof kind);
  console.error(isPlain && error instanceof Error ? error.message : error);
  return stop(1);
}

/** The database to use, and the data directory when it is an engine of our own. */
async function openDatabase({ database }: Config): Promise<{ url: string; directory?: DataDirectory }> {
  if (database.mode === 'external') return database;
  const directory = await claimDataDirectory(resolve(database.dataDir));
  closers.push(() => directory.release());
  const onFailure = (error: Error): void => void fail(error);
  const postgres = await startPostgres({ directory: directory.path, log: say, onFailure });
  closers.push(() => postgres.stop());
  return { url: postgres.url(), directory };
}

async function start(config: Config): Promise<void> {
  const { url: databaseUrl, directory } = await openDatabase(config);
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`Database: ${applied.length} migration${applied.length === 1 ? '' : 's'} applied`);
  const app = await startApp({ ...config, databaseUrl });
  closers.push(() => app.close());
  if (directory !== undefined) {
    if (config.loadsExamples) await loadExamples(app, new URL('../examples/', import.meta.url), say);
    await directory.announce(app.url);
  }
  say(
    `\nMilo Catalog is ready.\n\n  Playground  ${app.url}/\n  GraphQL     ${app.url}/graphql\n\nStop it with Ctrl-C.`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    say(`\n${signal}: stopping …`);
    void stop(0);
  });
}
try {
  if (process.argv.includes('--help'))
    say(`Starts Milo Catalog. Settings, from the environment:\n\n${describeSettings()}`);
  else await start(readConfig());
} catch (error) {
  await fail(error);
}
