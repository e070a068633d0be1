import { mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SupervisedProcess } from '../embedded/supervised-process.ts';
import { prepareDatastore } from './datastore.ts';
import { provisionIdentity } from './identity.ts';
import { endLeftover, pidFileOf, programOf } from './leftover.ts';
import { OpenFgaProgram } from './openfga-program.ts';

export interface OpenFgaOptions {
  /** Folder for its key, its log and the identity file; no other process may use it at the same time. */
  readonly directory: string;
  /** Connection string of a database for it alone, which is made when there is none. */
  readonly databaseUrl: string;
  /** From findOpenFga. */
  readonly executable: string;
  readonly log: (line: string) => void;
  /** It ended unexpectedly and could not be restarted. */
  readonly onFailure: (error: Error) => void;
}

/** A real OpenFGA server that runs until it is stopped; if this process is killed, the next start removes it. */
export interface EmbeddedOpenFga {
  readonly apiUrl: string;
  /** The key that its callers must show. */
  readonly token: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts OpenFGA on its database, with a key and a loopback port of its own that are remembered. */
export async function startOpenFga(options: OpenFgaOptions): Promise<EmbeddedOpenFga> {
  const { databaseUrl, log, onFailure } = options;
  const startedAt = performance.now();
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  await endLeftover(directory, log);
  // Run through a link in the folder, so that the process name shows to which folder it belongs.
  const executable = await realpath(options.executable);
  await rm(programOf(directory), { force: true });
  await symlink(executable, programOf(directory));
  await prepareDatastore(programOf(directory), databaseUrl);
  const program = new OpenFgaProgram({ directory, databaseUrl, log, identity: await provisionIdentity(directory) });
  const server = new SupervisedProcess(program, { log, onFailure });
  await server.start();
  const { apiUrl, token } = program;
  log(`OpenFGA: ready on port ${new URL(apiUrl).port} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return {
    apiUrl,
    token,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      await rm(pidFileOf(directory), { force: true });
    },
  };
}
