import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the server that the tests share, with `{database}` in place of a database's name. */
    databaseUrl: string;
    /** The migrated database that every test file copies. */
    template: string;
  }
}

interface SharedServer {
  url(database: string): string;
  stop(): Promise<void>;
}

/** One real PostgreSQL for the whole run (the one of DATABASE_URL when set), with a migrated database to copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { database } = readConfig();
  const server = database.mode === 'external' ? existingServer(database.url) : await scratchServer();
  const template = `catalog_template_${randomBytes(4).toString('hex')}`;
  await administer(server, `create database ${template}`);
  await migrate(server.url(template));
  project.provide('databaseUrl', server.url('{database}'));
  project.provide('template', template);
  return async () => {
    await administer(server, `drop database ${template}`);
    await server.stop();
  };
}

function existingServer(url: string): SharedServer {
  const withName = (database: string): string => url.replace(/^(\w+:\/\/[^/]+)\/?[^?]*/, `$1/${database}`);
  return { url: withName, stop: () => Promise.resolve() };
}

async function scratchServer(): Promise<SharedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'milo-test-'));
  const log = (): void => undefined;
  const server = await startPostgres({ directory, log, onFailure: console.error, isDisposable: true });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function administer(server: SharedServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
