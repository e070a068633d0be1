import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The database cannot be used; the message names it and says why. */
export class DatabaseUnusableError extends Error {}

/** Not there yet, or starting up or stopping: a moment later it may be. */
const passing = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|57P0\d)$/;

const RETRY_MS = 500;
const CONNECT_MS = 5_000;

/** Resolves when the database answers; tries for so long while it is only not there. */
export async function waitForDatabase(
  connectionString: string,
  { forMs, say }: { readonly forMs: number; readonly say: (line: string) => void },
): Promise<void> {
  const end = performance.now() + forMs;
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
    client.on('error', () => undefined); // The query that waits for it reports the error.
    const name = `the database ${client.database} at ${client.host}:${client.port}`;
    try {
      await client.connect();
      return;
    } catch (error) {
      const { code, cause } = reasonOf(error);
      if (!passing.test(code) || performance.now() >= end)
        throw new DatabaseUnusableError(`${name} cannot be used: ${cause}`);
      if (attempt === 1) say(`Waiting for ${name}: ${cause}`);
      await sleep(RETRY_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Of several addresses that were tried the first says why. */
function reasonOf(error: unknown): { readonly code: string; readonly cause: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return { code: '', cause: String(first) };
  const code = 'code' in first ? String(first.code) : '';
  return { code, cause: first.message || code };
}
