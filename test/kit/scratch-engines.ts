import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config.ts';
import { startPostgres } from '../../src/platform/embedded/postgres.ts';
import { startOpenFga } from '../../src/platform/openfga/start-openfga.ts';
import { realOpenFga } from './real-openfga.ts';

export interface ScratchEngines {
  /** Connection string of a database of the PostgreSQL server. */
  url(database?: string): string;
  readonly openfga: { readonly apiUrl: string; readonly token: string };
  stop(): Promise<void>;
}

/** A real PostgreSQL, and a real OpenFGA unless one is configured, whose data goes when they stop. */
export async function startScratchEngines({ openfga }: Pick<Config, 'openfga'>): Promise<ScratchEngines> {
  const directory = await mkdtemp(join(tmpdir(), 'milo-scratch-'));
  const place = { directory, log: (): void => undefined, onFailure: console.error };
  const postgres = await startPostgres({ ...place, isDisposable: true });
  const server = await openOpenFga().catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  return {
    url: postgres.url,
    openfga: { apiUrl: server.apiUrl, token: server.token ?? '' },
    stop: async () => {
      await server.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };

  async function openOpenFga() {
    if (openfga.mode === 'external') return { ...openfga, stop: () => Promise.resolve() };
    return startOpenFga({ ...place, executable: await realOpenFga(), databaseUrl: postgres.url('openfga') });
  }
}
