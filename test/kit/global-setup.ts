import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareAuditPartitions } from '../../src/catalog/history/prunings.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { realOpenFga } from './real-openfga.ts';
import { type ScratchEngines, startScratchEngines } from './scratch-engines.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the server that the tests share, with `{database}` in place of a database's name. */
    databaseUrl: string;
    /** The migrated database that every test file copies. */
    template: string;
    /** The OpenFGA server that the tests share, each with stores of its own. */
    openfgaUrl: string;
    openfgaToken: string;
    /** For tests that start one of their own. */
    openfgaExecutable: string;
  }
}

/**
 * One real PostgreSQL and one real OpenFGA for the whole run (those of DATABASE_URL and OPENFGA_API_URL when set), with
 * a migrated database to copy.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const config = readConfig();
  const { database } = config;
  const engines =
    database.mode === 'external' ? existingEngines(database.url, config) : await startScratchEngines(config);
  const template = `catalog_template_${randomBytes(4).toString('hex')}`;
  await administer(engines, `create database ${template}`);
  await migrate(engines.url(template));
  await preparePartitions(engines.url(template));
  project.provide('databaseUrl', engines.url('{database}'));
  project.provide('template', template);
  project.provide('openfgaUrl', engines.openfga.apiUrl);
  project.provide('openfgaToken', engines.openfga.token);
  project.provide('openfgaExecutable', await realOpenFga());
  return async () => {
    await administer(engines, `drop database ${template}`);
    await engines.stop();
  };
}

/** As the service does at its start, which then finds them there. */
async function preparePartitions(url: string): Promise<void> {
  const database = createDatabase(url, { poolSize: 1 });
  await prepareAuditPartitions(database, 'month');
  await database.close();
}

function existingEngines(databaseUrl: string, { openfga }: Config): ScratchEngines {
  if (openfga.mode === 'embedded') throw new Error('set OPENFGA_API_URL too');
  return {
    url: (database = 'postgres') => databaseUrl.replace(/^(\w+:\/\/[^/]+)\/?[^?]*/, `$1/${database}`),
    openfga: { apiUrl: openfga.apiUrl, token: openfga.token ?? '' },
    stop: () => Promise.resolve(),
  };
}

async function administer(server: ScratchEngines, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
