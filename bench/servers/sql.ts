/** The floor: hand-written statements on bare node:http. What it is told to serve comes from the process that starts it. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import pg from 'pg';
import { queriesFor } from '../queries/index.ts';
import { announce, type ServerOptions } from './announce.ts';

process.once('message', ({ databaseUrl, size, connection }: ServerOptions) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, ...connection });
  pool.on('error', () => undefined); // The database ends before this process does.
  const queries = new Map(queriesFor(size).map((query) => [query.id, query]));
  const answer = async (request: unknown): Promise<string> => {
    const { id, index } = request as { id: string; index: number };
    const query = queries.get(id);
    if (query === undefined) throw new Error(`no query ${id}`);
    const { text, values } = query.sql;
    const { rows } = await pool.query({ name: id, text, values: [...values(index)], rowMode: 'array' });
    return `{"data":${String((rows as unknown[][])[0]?.[0])}}`;
  };
  const server = createServer((request, response) => {
    json(request)
      .then(answer)
      .then(
        (body) => {
          response.writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          });
          response.end(body);
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  announce(server, '/');
});
