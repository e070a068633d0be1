/**
 * `npm run bench`: the service, the load, and what it is compared with, each in a process of its own, on one database of
 * the real size. `npm run bench -- --help` tells of its options.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench, Table, Target } from './case.ts';
import { cases } from './cases/index.ts';
import { type Engines, startEngines } from './engines.ts';
import { openIdentities } from './identities.ts';
import { installDependencies } from './install.ts';
import { loadWorld } from './load-world.ts';
import { readOptions } from './options.ts';
import { printMarkdown, printTable } from './print.ts';
import { done } from './progress.ts';
import { keepsAnswers, type RunningServer, startCatalog, startOther } from './servers/start.ts';
import { startTelling } from './servers/telling.ts';
import { copyStore, findStore, readLoaded, removeStore, writeLoaded } from './store.ts';

/** As the service connects. */
const connection = { max: 10, options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1' };

const options = readOptions();
await installDependencies();
const identities = await openIdentities();
const store = await findStore(options.size);
const loaded = (await readLoaded<Table>(store)) ?? (await load(store));
const isWritten = options.only.some((name) => cases[name]?.writes);
if (isWritten) done('copying the loaded database …');
const directory = isWritten ? await copyStore(store) : store;
const engines = await startEngines(directory);
try {
  await measure(engines, directory);
} finally {
  await engines.stop();
  if (isWritten) await removeStore(directory);
  identities.close();
}

/** The loaded database, made anew. */
async function load(path: string): Promise<Table> {
  await removeStore(path);
  const running = await startEngines(path);
  try {
    const service = await startCatalog(running, identities, path);
    const table = await loadWorld(options.size, service, identities.tokens['bench-admin'], running.databaseUrl);
    await service.stop();
    await writeLoaded(path, table);
    return table;
  } finally {
    await running.stop();
  }
}

async function measure({ databaseUrl, postgresPid, openfga }: Engines, path: string): Promise<void> {
  const { size, seconds, rounds, only, lists, asMarkdown } = options;
  const other = { databaseUrl, size, connection };
  const servers: RunningServer[] = [];
  const started = async (starting: Promise<RunningServer>): Promise<Target> => {
    const server = await starting;
    servers.push(server);
    return { url: server.url, pid: server.pid };
  };
  try {
    const comparesTelling = only.some((name) => cases[name]?.comparesTelling);
    const { telling = {}, inspected } = comparesTelling ? await startTelling(engines, identities, path, started) : {};
    const bench: Bench = {
      size,
      seconds,
      rounds,
      lists,
      catalog: await started(startCatalog(engines, identities, path)),
      keeping: await started(startCatalog(engines, identities, path, keepsAnswers)),
      telling,
      inspected,
      sql: await started(startOther('sql', other)),
      postgraphile: await started(startOther('postgraphile', other)),
      postgresPid,
      openfgaPid: openfga.pid ?? 0,
      databaseUrl,
      tokens: identities.tokens,
    };
    const print = asMarkdown ? printMarkdown : printTable;
    console.log(print(loaded));
    for (const name of only) {
      const tables = await runCase(name, bench).catch((error: Error) => {
        console.error(error.message);
        process.exitCode = 1;
        return []; // The others are measured all the same.
      });
      for (const table of tables) console.log(print(table));
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Runs a case in a process of its own. */
function runCase(name: string, bench: Bench): Promise<readonly Table[]> {
  const child = fork(fileURLToPath(new URL('run-case.ts', import.meta.url)));
  child.send({ name, bench });
  return new Promise((resolve, reject) => {
    child.once('message', (tables) => resolve(tables as readonly Table[]));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}
