import { resolve } from 'node:path';
import { readExamples, startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { migrate } from './platform/db/migrate.ts';
import { claimDataDirectory, DataDirectoryInUseError } from './platform/embedded/data-directory.ts';
import { isPortFree } from './platform/embedded/ports.ts';
import { startPostgres } from './platform/embedded/postgres.ts';

const say = (line: string): void => console.log(line);

/** The wanted port or the first free one behind it. */
async function firstFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isPortFree(port)) return port;
  throw new ConfigError(`no port from ${wanted} to ${wanted + 99} is free; set PORT`);
}

async function main(): Promise<void> {
  const config = readConfig();
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
  let announce: (url: string) => Promise<void> = async () => undefined;
  if (config.database.mode === 'embedded') {
    const directory = await claimDataDirectory(resolve(config.dataDir));
    closers.push(() => directory.release());
    announce = directory.announce;
    const onFailure = (error: Error): void => {
      console.error(error.message);
      void stop('PostgreSQL is gone');
    };
    const postgres = await startPostgres({ directory: directory.path, log: say, onFailure });
    closers.push(() => postgres.stop());
    databaseUrl = postgres.url;
  } else {
    databaseUrl = config.database.url;
  }
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`Database: ${applied.length} migration${applied.length === 1 ? '' : 's'} applied`);

  const port = config.port ?? (await firstFreePort(4000));
  const app = await startApp({ ...config, databaseUrl, port });
  closers.push(() => app.close());
  if (config.database.mode === 'embedded' && config.loadsExamples && (await app.isEmpty())) {
    const files = await readExamples(new URL('../examples/', import.meta.url));
    const { results, violations } = await app.pipeline.apply(files, { validateOnly: false });
    if (violations.length > 0) throw new Error(`the example world is refused: ${JSON.stringify(violations.slice(0, 3))}`);
    say(`Example world: ${results.length} objects loaded`);
  }
  await announce(app.url);
  say(`\nMilo Catalog is ready.\n\n  Playground  ${app.url}/\n  GraphQL     ${app.url}/graphql\n\nStop it with Ctrl-C.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError || error instanceof DataDirectoryInUseError ? error.message : error);
  process.exit(1);
});
