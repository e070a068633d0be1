import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { invalidInput, UnavailableError } from '../errors.ts';
import type { Sql } from './sql.ts';

/** A statement that was run, for explain and for tests that count. */
export interface Statement {
  readonly sql: string;
  readonly ms: number;
}

export type Row = Record<string, unknown>;

/** One connection or the whole pool: where statements can be run. */
export interface Queryable {
  /** Rows as objects by column name. */
  rows<T = Row>(statement: Sql): Promise<T[]>;
  /** Rows as arrays of cells, in the order of the select list. */
  cells(statement: Sql): Promise<unknown[][]>;
  /** Number of rows written. */
  execute(statement: Sql): Promise<number>;
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
const lostConnection = /ECONNREFUSED|ECONNRESET|terminat|Connection ended|57P0|timeout exceeded/i;

export function createDatabase(connectionString: string, options: { poolSize: number }): Database {
  const pool = new pg.Pool({
    connectionString,
    max: options.poolSize,
    types: types as never,
    connectionTimeoutMillis: 3_000,
    options: '-c timezone=UTC -c jit=off',
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

  const run = async (client: pg.Pool | pg.PoolClient, statement: Sql, rowMode?: 'array'): Promise<pg.QueryResult> => {
    const send: (query: object) => Promise<pg.QueryResult> = client.query.bind(client);
    const { text, values } = statement;
    const name = rowMode === 'array' ? nameOf(text) : undefined;
    const startedAt = performance.now();
    try {
      return await send({
        text,
        values: [...values],
        ...(rowMode && { rowMode }),
        ...(name !== undefined && { name }),
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (error instanceof Error && lostConnection.test(`${code} ${error.message}`)) {
        throw new UnavailableError('the database can not be reached; try again', { retryable: true }, { cause: error });
      }
      // No text of the catalog holds it, so it can only come from the caller.
      if (code === INVALID_CHARACTER) {
        throw invalidInput({ rule: 'INVALID_CHARACTERS', message: 'a text holds a NUL character' });
      }
      throw error;
    } finally {
      observed.getStore()?.push({ sql: text, ms: performance.now() - startedAt });
    }
  };
  const on = (client: pg.Pool | pg.PoolClient): Queryable => ({
    rows: async <T>(statement: Sql) => (await run(client, statement)).rows as T[],
    cells: async (statement) => (await run(client, statement, 'array')).rows as unknown[][],
    execute: async (statement) => (await run(client, statement)).rowCount ?? 0,
  });

  return {
    ...on(pool),
    pool,
    transaction: async (work) => {
      let client: pg.PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw new UnavailableError('the database can not be reached; try again', { retryable: true }, { cause: error });
      }
      let isBroken = false;
      try {
        await client.query('begin');
        const result = await work(on(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {
          isBroken = true;
        });
        throw error;
      } finally {
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
