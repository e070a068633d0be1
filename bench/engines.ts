import { readConfig } from '../src/config.ts';
import { claimDataDirectory } from '../src/platform/embedded/data-directory.ts';
import { startPostgres } from '../src/platform/embedded/postgres.ts';
import { findOpenFga } from '../src/platform/openfga/find-openfga.ts';
import { startOpenFga } from '../src/platform/openfga/start-openfga.ts';
import { done } from './progress.ts';

export interface Engines {
  readonly databaseUrl: string;
  readonly postgresPid: number;
  readonly openfga: { readonly apiUrl: string; readonly token: string; readonly pid: number | undefined };
  stop(): Promise<void>;
}

/** PostgreSQL and OpenFGA on the data in a folder, as the embedded mode runs them: nothing is relaxed for speed. */
export async function startEngines(path: string): Promise<Engines> {
  const { openfga } = readConfig({ ...process.env, DATABASE_URL: undefined, OPENFGA_API_URL: undefined });
  if (openfga.mode === 'external') throw new Error('the bench runs an OpenFGA of its own');
  const directory = await claimDataDirectory(path);
  const place = {
    directory: directory.path,
    log: done,
    onFailure: (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  };
  const postgres = await startPostgres(place);
  const { executable } = await findOpenFga({ ...openfga, log: done });
  const server = await startOpenFga({ ...place, executable, databaseUrl: postgres.url('openfga') });
  return {
    databaseUrl: postgres.url(),
    postgresPid: postgres.pid ?? 0,
    openfga: server,
    stop: async () => {
      await server.stop();
      await postgres.stop();
      await directory.release();
    },
  };
}
