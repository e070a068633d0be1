import { type ChildProcess, fork, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../src/platform/embedded/ports.ts';
import type { Target } from '../case.ts';
import type { Engines } from '../engines.ts';
import type { Identities } from '../identities.ts';
import type { ServerOptions } from './announce.ts';

export interface RunningServer extends Target {
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const keepsNone = { CATALOG_KEPT_ANSWERS_MIB: '0' };
/** Setting of a service that answers from memory what is asked again. */
export const keepsAnswers = { CATALOG_KEPT_ANSWERS_MIB: '64' };

/**
 * The service, started as its users start it, with the settings that the bench was started with; it makes every answer anew unless
 * `settings` say otherwise. Its output goes to a file beside its data.
 */
export async function startCatalog(
  engines: Engines,
  identities: Identities,
  directory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const port = await findFreePort();
  const log = openSync(join(directory, `service-${port}.log`), 'w');
  const child = spawn(process.execPath, [fileOf('../../src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: engines.databaseUrl,
      OPENFGA_API_URL: engines.openfga.apiUrl,
      OPENFGA_API_TOKEN: engines.openfga.token,
      OIDC_ISSUERS: identities.issuer,
      CATALOG_ADMIN: 'bench-admin',
      PORT: String(port),
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('CATALOG_'))),
      ...keepsNone,
      ...settings,
    },
    stdio: ['ignore', log, log],
  });
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + READY_WITHIN_MS;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the service does not start; see ${directory}`);
    await sleep(50);
  }
  return serverOf(child, `${url}/graphql`);
}

/** One of the servers that the service is compared with. */
export async function startOther(name: 'sql' | 'postgraphile', options: ServerOptions): Promise<RunningServer> {
  const child = fork(fileOf(`./${name}.ts`), { env: { PATH: process.env.PATH, GRAPHILE_ENV: 'production' } });
  child.send(options);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return serverOf(child, url);
}

function serverOf(child: ChildProcess, url: string): RunningServer {
  const stopAtExit = (): void => void child.kill();
  process.on('exit', stopAtExit);
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off('exit', stopAtExit);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
