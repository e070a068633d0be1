import pg from 'pg';
import { type Hindrance, type Waiting, waitUntilUsable } from '../wait-until-usable.ts';

/** The database cannot be used; the message names it and says why. */
export class DatabaseUnusableError extends Error {}

/** Not there yet, starting up or stopping, or without a connection to spare: a moment later it may be usable. */
const passing = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|57P0\d|53300)$/;

const CONNECT_MS = 5_000;

/** Resolves when the database answers; tries for so long while it is only not there. */
export async function waitForDatabase(connectionString: string, waiting: Waiting): Promise<void> {
  const { database, host, port } = new pg.Client({ connectionString });
  const name = `the database ${database} at ${host}:${port}`;
  const hindrance = await waitUntilUsable(name, () => tryToConnect(connectionString), waiting);
  if (hindrance !== undefined) throw new DatabaseUnusableError(`${name} cannot be used: ${hindrance.cause}`);
}

async function tryToConnect(connectionString: string): Promise<Hindrance | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined); // The query that waits for it reports the error.
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return hindranceOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of several addresses that were tried the first says why. */
function hindranceOf(error: unknown): Hindrance {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return { cause: String(first), isPassing: false };
  const code = 'code' in first ? String(first.code) : '';
  return { cause: first.message || code, isPassing: passing.test(code) || first.message === 'timeout expired' };
}
