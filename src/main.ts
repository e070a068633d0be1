import { resolve } from 'node:path';
import { type App, type AppOptions, startApp } from './app.ts';
import { type Config, ConfigError, describeSettings, readConfig } from './config.ts';
import { loadExamples } from './examples.ts';
import { type LocalIssuer, openLocalIssuer } from './platform/authn/local-issuer.ts';
import { personas } from './platform/authn/personas.ts';
import { MigrationFailedError, migrate } from './platform/db/migrate.ts';
import { DatabaseUnusableError, waitForDatabase } from './platform/db/wait-for-database.ts';
import { claimDataDirectory, type DataDirectory, DataDirectoryInUseError } from './platform/embedded/data-directory.ts';
import { startPostgres } from './platform/embedded/postgres.ts';
import { TrustedDocumentsError } from './platform/graphql/trusted-documents.ts';
import { letHeapDouble } from './platform/heap-limits.ts';
import type { MissingPart } from './platform/http/health.ts';
import { PortTakenError } from './platform/http/listen-on.ts';
import { type OperatorsDoor, openOperatorsDoor } from './platform/http/operators-door.ts';
import { findOpenFga } from './platform/openfga/find-openfga.ts';
import { startOpenFga } from './platform/openfga/start-openfga.ts';
import { OpenFgaUnusableError } from './platform/openfga/unusable.ts';
import { waitForOpenFga } from './platform/openfga/wait-for-openfga.ts';
import { startTracing } from './platform/telemetry/start-tracing.ts';
import { createVoice } from './voice.ts';

const closers: (() => Promise<unknown>)[] = [];
let isStopping = false;
/** Until the settings have been read. */
let voice = createVoice({ level: 'info', format: 'text' });
const say = (line: string): void => voice.say(line);

/** Ends everything in the reverse order of its start. */
async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  for (const close of closers.reverse()) {
    await close().catch((error: unknown) => {
      voice.complain(error);
      process.exitCode = 1;
    });
  }
  voice.log.flush();
  process.exit(process.exitCode ?? code);
}

function fail(error: unknown): Promise<void> {
  const isPlain = [
    ConfigError,
    DatabaseUnusableError,
    DataDirectoryInUseError,
    MigrationFailedError,
    OpenFgaUnusableError,
    PortTakenError,
    TrustedDocumentsError,
  ].some((kind) => error instanceof kind);
  voice.complain(isPlain && error instanceof Error ? error.message : error);
  return stop(1);
}

const onFailure = (error: Error): void => void fail(error);

interface Engines {
  readonly databaseUrl: string;
  readonly openfga: AppOptions['openfga'];
  /** Data directory of the embedded engines. */
  readonly directory?: DataDirectory;
}

/** The engines that the settings name; those that they do not name are started. */
async function openEngines({ database, openfga, startMs }: Config, operators?: OperatorsDoor): Promise<Engines> {
  const waitingFor = (part: MissingPart['part']) => ({
    forMs: startMs,
    say,
    waitsFor: (problem: string) => operators?.waitsFor({ part, problem }),
  });
  if (database.mode === 'external') await waitForDatabase(database.url, waitingFor('database'));
  if (openfga.mode === 'external') await waitForOpenFga(openfga, waitingFor('openfga'));
  if (database.mode === 'external') {
    if (openfga.mode === 'embedded') throw new Error('an external database needs an external OpenFGA');
    return { databaseUrl: database.url, openfga };
  }
  const directory = await claimDataDirectory(resolve(database.dataDir));
  closers.push(() => directory.release());
  const place = { directory: directory.path, log: say, onFailure };
  const postgres = await startPostgres(place);
  closers.push(() => postgres.stop());
  const databaseUrl = postgres.url();
  if (openfga.mode === 'external') return { databaseUrl, openfga, directory };
  const { executable, version } = await findOpenFga({ ...openfga, log: say });
  say(`OpenFGA: ${version}, ${executable}`);
  const server = await startOpenFga({ ...place, executable, databaseUrl: postgres.url('openfga') });
  closers.push(() => server.stop());
  return { databaseUrl, openfga: { ...server, storeName: openfga.storeName }, directory };
}

async function start(config: Config): Promise<void> {
  voice = createVoice(config.logging);
  for (const name of config.ignored) voice.warn(`${name} is no setting and has no effect; --help lists all settings`);
  const operators = typeof config.metrics === 'object' ? await openOperatorsDoor(config.metrics) : undefined;
  if (operators !== undefined) closers.push(() => operators.close());
  const { databaseUrl, openfga, directory } = await openEngines(config, operators);
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`Database: ${applied.length} migration${applied.length === 1 ? '' : 's'} applied`);
  const localIssuer = directory && (await openLocalIssuer(directory.path));
  const explainsTo = localIssuer === undefined ? 'staff' : 'everyone';
  const tracing = await startTracing(config.traces, voice.log);
  closers.push(() => tracing.close());
  const app = await startApp({
    ...config,
    explainsTo,
    databaseUrl,
    openfga,
    operators,
    log: voice.log,
    tracing,
    ...(localIssuer && { localIssuer }),
  });
  closers.push(() => app.close());
  if (directory !== undefined) {
    if (config.loadsExamples) await loadExamples(app, new URL('../examples/', import.meta.url), say);
    await directory.announce(app.url);
  }
  await announce(app, localIssuer);
}

async function announce({ url, metricsUrl }: App, localIssuer: LocalIssuer | undefined): Promise<void> {
  if (!voice.isForPeople) {
    voice.log.info({ url, ...(metricsUrl !== undefined && { metricsUrl }) }, 'ready');
    return;
  }
  say(`\nMilo Catalog is ready.\n\n  Playground  ${url}/\n  GraphQL     ${url}/graphql`);
  if (metricsUrl !== undefined) say(`  Metrics     ${metricsUrl}/metrics`);
  if (localIssuer !== undefined) say(await describeTokens(localIssuer));
  say('\nStop it with Ctrl-C.');
}

/** How to act as each persona, with one token to copy. */
async function describeTokens(localIssuer: LocalIssuer): Promise<string> {
  const [first] = personas;
  if (first === undefined) return '';
  const width = Math.max(...personas.map(({ name }) => name.length));
  return [
    '  Tokens      catalog token NAME prints one; or use commands with --as NAME:\n',
    ...personas.map(({ name, title }) => `    ${name.padEnd(width)}  ${title}`),
    `\n  For twelve hours, as ${first.name}:\n`,
    await localIssuer.signToken(first.name, { lifetimeSeconds: 12 * 3_600 }),
  ].join('\n');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    say(`\n${signal}: stopping …`);
    void stop(0);
  });
}
letHeapDouble();
try {
  if (process.argv.includes('--help'))
    say(`Starts Milo Catalog. Settings, from the environment:\n\n${describeSettings()}`);
  else await start(readConfig());
} catch (error) {
  await fail(error);
}
