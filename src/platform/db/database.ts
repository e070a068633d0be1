import { AsyncLocalStorage } from 'node:async_hooks';
import type { Compilable } from 'kysely';
import pg from 'pg';
import { invalidInput, UnavailableError } from '../errors.ts';
import { Sql } from './sql.ts';

/** A statement that was run, for explain and for tests that count. */
export interface Statement {
  readonly sql: string;
  readonly ms: number;
}

export type Row = Record<string, unknown>;

/** SQL written by hand, or a query on `tables`, which knows its rows. */
export type Query<T = unknown> = Sql | Compilable<T>;

/** One connection or the whole pool: where statements can be run. */
export interface Queryable {
  /** Rows as objects by column name. */
  rows<T = Row>(query: Query<T>): Promise<T[]>;
  /** Rows as arrays of cells, in the order of the select list. */
  cells(statement: Sql): Promise<unknown[][]>;
  /** Number of rows written. */
  execute(query: Query): Promise<number>;
}

export interface Database extends Queryable {
  /** One transaction on one connection; rolled back when `work` throws. */
  transaction<T>(work: (connection: Queryable) => Promise<T>): Promise<T>;
  /** Runs `work` and notes every statement it runs, on whatever connection. */
  observe<T>(work: () => Promise<T>): Promise<{ result: T; statements: readonly Statement[] }>;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

// 64-bit numbers as BigInt, instants as RFC 3339 text to the microsecond, json parsed; the rest as pg does it.
const INT8 = 20;
const TIMESTAMPTZ = 1184;
const toInstant = (text: string): string =>
  text.replace(' ', 'T').replace(/([+-]\d\d)(:?\d\d)?$/, (zone) => (/^[+-]00(:?00)?$/.test(zone) ? 'Z' : zone));
const parsers = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [TIMESTAMPTZ, toInstant],
]);
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format as 'text'),
};

const INVALID_CHARACTER = '22021';
const lostConnection =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|terminat|Connection ended|not queryable|57P0|\b08\d{3}\b|timeout exceeded/i;
const unavailable = (cause: unknown): UnavailableError =>
  new UnavailableError('the database cannot be reached; try again', { retryable: true }, { cause });

/** A statement's text with its values in the order of their places. */
function textOf(query: Query): { readonly text: string; readonly values: readonly unknown[] } {
  if (query instanceof Sql) return query;
  const { sql, parameters } = query.compile();
  return { text: sql, values: parameters };
}

export function createDatabase(connectionString: string, options: { poolSize: number }): Database {
  const pool = new pg.Pool({
    connectionString,
    max: options.poolSize,
    types: types as never,
    connectionTimeoutMillis: 3_000,
    options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1',
  });
  pool.on('error', () => undefined); // An idle connection that is lost is replaced on the next use.
  const observed = new AsyncLocalStorage<Statement[]>();
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= 2_000) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };

  const send = async (client: pg.Pool | pg.PoolClient, query: object): Promise<pg.QueryResult> => {
    try {
      const ask: (query: object) => Promise<pg.QueryResult> = client.query.bind(client);
      return await ask(query);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (error instanceof Error && lostConnection.test(`${code} ${error.message}`)) throw unavailable(error);
      // No text of the catalog holds it, so it can only come from the caller.
      if (code === INVALID_CHARACTER) {
        throw invalidInput({ rule: 'INVALID_CHARACTERS', message: 'a text holds a NUL character' });
      }
      throw error;
    }
  };
  const run = async (client: pg.Pool | pg.PoolClient, query: Query, rowMode?: 'array'): Promise<pg.QueryResult> => {
    const { text, values } = textOf(query);
    const name = rowMode === 'array' ? nameOf(text) : undefined;
    const startedAt = performance.now();
    try {
      return await send(client, {
        text,
        values: [...values],
        ...(rowMode && { rowMode }),
        ...(name !== undefined && { name }),
      });
    } finally {
      observed.getStore()?.push({ sql: text, ms: performance.now() - startedAt });
    }
  };
  const on = (client: pg.Pool | pg.PoolClient): Queryable => ({
    rows: async <T>(query: Query<T>) => (await run(client, query)).rows as T[],
    cells: async (statement) => (await run(client, statement, 'array')).rows as unknown[][],
    execute: async (query) => (await run(client, query)).rowCount ?? 0,
  });

  return {
    ...on(pool),
    pool,
    transaction: async (work) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw unavailable(error);
      });
      // The pool listens on those that are idle; without a listener a connection lost meanwhile would end the process.
      // What was under way hears of it from its statement.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let isBroken = false;
      try {
        await send(client, { text: 'begin' });
        const result = await work(on(client));
        await send(client, { text: 'commit' });
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {
          isBroken = true;
        });
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(isBroken);
      }
    },
    observe: async (work) => {
      const statements: Statement[] = [];
      const result = await observed.run(statements, work);
      return { result, statements };
    },
    close: () => pool.end(),
  };
}
