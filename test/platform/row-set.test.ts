import { randomUUID } from 'node:crypto';
import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { GraphQLBoolean, GraphQLInt, GraphQLList, type GraphQLOutputType, GraphQLString } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ListShape } from '../../src/catalog/read/plan-types.ts';
import { cellWriter } from '../../src/catalog/read/text/cell-writer.ts';
import { TextOut } from '../../src/catalog/read/text/text-out.ts';
import { valueWriter } from '../../src/catalog/read/text/value-writer.ts';
import { type WriteNode, WrittenNodes } from '../../src/catalog/read/text/written-nodes.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { RowBytesClient } from '../../src/platform/db/row-bytes.ts';
import { RowStatement } from '../../src/platform/db/row-query.ts';
import { RowSet } from '../../src/platform/db/row-set.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { uuidList } from '../../src/platform/db/uuid-list.ts';
import type { JsonText } from '../../src/platform/json-text.ts';
import { tallied } from '../../src/platform/tally.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { schema } from '../schema/catalog-schema.ts';

/* Rows as bytes: their values, what is written of them, and what becomes of the connection. */

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await createTestDatabase('empty');
  database = createDatabase(home.url, { poolSize: 1 });
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

const named = (name: string): GraphQLOutputType => schema.getType(name) as GraphQLOutputType;
const texts = new GraphQLList(GraphQLString);

const cells: readonly (readonly [type: GraphQLOutputType, expression: string, isCopied: boolean])[] = [
  [GraphQLString, `'plain'`, true],
  [GraphQLString, `E'"\\\\ \\n\\t\\x01\\x7f ü 🚀 \\u2028'`, true],
  [GraphQLString, `'0.10'::numeric`, true],
  [GraphQLString, `'018f0000-0000-7000-8000-000000000000'::uuid`, true],
  [GraphQLString, `repeat('long ü ', 10000)`, true],
  [GraphQLInt, '-12::int', true],
  [GraphQLBoolean, 'true', true],
  [GraphQLBoolean, 'false', true],
  [named('BigInt'), '9223372036854775807::bigint', true],
  [named('DateTime'), `'2026-01-31 12:00:00.5+02'::timestamptz`, true],
  [named('DateTime'), `'12026-01-31 12:00:00+00'::timestamptz`, false],
  [named('DateTime'), `'0044-03-15 12:00:00+00 BC'::timestamptz`, false],
  [named('JSON'), `'{"b": [1, null, "x"], "a": 1.50}'::jsonb`, false],
  [texts, `'{}'::text[]`, true],
  [texts, `array['a', 'ü', 'nullx']`, true],
  [texts, `array['a', '', 'b']`, false],
  [texts, `array['a', null]`, false],
  [texts, `array['NULL', 'x']`, false],
  [texts, `array['a,b', '"', E'\\\\', '{x}']`, false],
  [texts, `'[2:3]={a,b}'::text[]`, false],
];

test.for(cells)('%s %s is written as its value is', async ([type, expression, isCopied]) => {
  const statement = sql`select ${sql.raw(expression)}`;
  const [[value] = []] = await database.cells(statement);
  const rows = await database.rowSet(statement);
  rows.goTo(0);
  expect(rows.value(0)).toEqual(value);
  const expected = new TextOut();
  valueWriter({ schema, fragments: {}, variableValues: {} }, type, [])(expected, value);
  const written = new TextOut();
  expect(cellWriter(type)?.(written, rows, 0) ?? false).toBe(isCopied);
  if (isCopied) expect(String(written.take())).toBe(String(expected.take()));
});

test('statements and rows are counted; a statement that fails after some rows leaves the connection usable', async () => {
  const { result, rows } = await tallied(() => database.rowSet(sql`select g from generate_series(1, 10000) g`));
  expect([result.length, rows]).toEqual([10_000, 10_000]);
  const valueAt = (row: number): unknown => {
    result.goTo(row);
    return result.value(0);
  };
  expect([9_999, 0, 5_000].map(valueAt)).toEqual([10_000, 1, 5_001]);
  const failing = database.rowSet(sql`select 1 / (9000 - g), repeat('x', 100) from generate_series(1, 10000) g`);
  await expect(failing).rejects.toThrow();
  expect(await database.cells(sql`select 1`)).toEqual([[1]]);
  const rest = await database.rowSet(sql`select null::text, 2`);
  rest.goTo(0);
  expect([rest.length, rest.value(0), rest.value(1)]).toEqual([1, null, 2]);
});

test.for([
  ['what cannot be sent', sql`select ${{ toJSON: () => JSON.parse('{') as unknown }}::text`, 'JSON'],
  ['what would have rows sent to the server', sql`copy statement_test from stdin`, 'ended a statement'],
  ['nothing', sql``, undefined],
] as const)('%s leaves the connection usable', async ([, statement, message]) => {
  await database.execute(sql`create table if not exists statement_test (a int)`);
  for (let time = 0; time < 2; time++) {
    const asked = database.rowSet(statement);
    if (message === undefined) expect(await asked).toMatchObject({ length: 0, columns: [] });
    else await expect(asked).rejects.toThrow(message);
    const rows = await database.rowSet(sql`select ${time}::int, ${['a,b', '"']}::text[], ${null}::text`);
    rows.goTo(0);
    expect([rows.value(0), rows.value(1), rows.value(2)]).toEqual([time, ['a,b', '"'], null]);
  }
});

/** What a client has of rows that came before others over the same connection. */
async function textsOfTwo(client: RowBytesClient): Promise<(string | null)[][]> {
  const asked = ['abc', 'xyz'].map((text) => {
    const rows = new RowSet();
    const statement = new RowStatement(
      `select $1 || g, repeat($1, g * 10), null from generate_series(1, 500) g`,
      [text],
      (chunk, at) => rows.add(chunk, at),
    );
    return { rows, statement };
  });
  for (const { statement } of asked) await client.rowsOf([statement]);
  return asked.map(({ rows }) =>
    Array.from({ length: rows.length }, (_, row) => {
      rows.goTo(row);
      return [rows.text(0), rows.text(1), rows.text(2)];
    }).flat(),
  );
}

const expectedOfTwo = ['abc', 'xyz'].map((text) =>
  Array.from({ length: 500 }, (_, at) => [`${text}${at + 1}`, text.repeat((at + 1) * 10), null]).flat(),
);

test('rows stay what they are when others come over the same connection', async () => {
  const client = new RowBytesClient({ connectionString: home.url });
  await client.connect();
  expect(await textsOfTwo(client)).toEqual(expectedOfTwo);
  await client.end();
});

test('so they do over a connection that is encrypted', async () => {
  const psk = Buffer.alloc(32, 'key');
  const { hostname, port } = new URL(home.url);
  const encrypted = createSecureServer({ ciphers: 'PSK', pskCallback: () => psk }, (socket) => {
    const behind = connect(Number(port), hostname);
    socket.pipe(behind).pipe(socket);
    for (const one of [socket, behind]) one.on('error', () => undefined);
  });
  // Stands before PostgreSQL, which is asked whether it speaks TLS and says so by one letter.
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      encrypted.emit('connection', socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(home.url);
  const client = new RowBytesClient({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: url.username,
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    ssl: {
      ciphers: 'PSK',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk, identity: 'catalog' }),
      checkServerIdentity: () => undefined,
    },
  });
  await client.connect();
  expect(await textsOfTwo(client)).toEqual(expectedOfTwo);
  await client.end();
  server.close();
});

test('a connection asks for the columns of a statement once, and has those of each', async () => {
  let described = 0;
  const own = createDatabase(home.url, { poolSize: 1, preparedStatements: 2 });
  own.pool.on('connect', (client) => {
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on('rowDescription', () => described++);
  });
  const statements = [
    [sql`select 1::int8, 'a'`, [1n, 'a']],
    [sql`select 'b', ${'c'}::text, true`, ['b', 'c', true]],
    [sql`select null::int8`, [null]],
  ] as const;
  const ask = async ([statement, values]: (typeof statements)[number]): Promise<void> => {
    const rows = await own.rowSet(statement);
    rows.goTo(0);
    expect(rows.columns.map((_, cell) => rows.value(cell))).toEqual(values);
  };
  const [one, another, third] = statements;
  for (const statement of [one, another, one, another]) await ask(statement);
  expect(described).toBe(2);
  // Who wants values needs to be told how to read them.
  expect(await own.cells(another[0])).toEqual([another[1]]);
  await expect(own.rowSet(sql`select 1 / (g - 2) from generate_series(1, 3) g`)).rejects.toThrow();
  // What the connection had to let go of is prepared anew, under another name.
  for (const statement of [third, one, another, third, one]) await ask(statement);
  await own.close();
});

test('texts that are written beside each other have nothing of each other', () => {
  const written: [text: string, made: JsonText][] = [];
  const outs = Array.from({ length: 12 }, () => ({ out: new TextOut(), texts: [] as string[] }));
  for (let round = 0; round < 6_000; round++)
    for (const [index, one] of outs.entries()) {
      if (round % (index + 1) > 0) continue;
      const text = `${index}:${round};`.repeat(20);
      one.out.text(text);
      one.out.mark();
      one.texts.push(text);
      if (round % ((index + 1) * 700) > 0) continue;
      written.push([one.texts.join(''), one.out.take()]);
      one.texts = [];
    }
  for (const [index, { out, texts }] of outs.entries()) {
    out.text('x'.repeat(index * 20_000));
    written.push([`${texts.join('')}${'x'.repeat(index * 20_000)}`, out.take()]);
  }
  for (const [text, made] of written) expect(String(made) === text).toBe(true);
});

test('what the server says last to a connection that nobody listens to does not end the process', async () => {
  const client = new RowBytesClient({ connectionString: home.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await database.cells(sql`select pg_terminate_backend(${rows[0]?.pid}::int)`);
  await ended;
  await expect(client.query('select 1')).rejects.toThrow();
});

test('ids in binary are those of their text, in their order', async () => {
  const ids = [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ...Array.from({ length: 300 }, () => randomUUID()),
  ];
  for (const some of [[], ids.slice(0, 1), ids])
    expect(
      await database.cells(
        sql`select p.id::text, p.ord::int from unnest(${uuidList(some)}::uuid[]) with ordinality p (id, ord)`,
      ),
    ).toEqual(some.map((id, index) => [id, index + 1]));
});

test.for([{ isBackward: false }, { isBackward: true }])(
  'of a long list each parent has its own nodes, in whatever pieces they were written: $isBackward',
  async ({ isBackward }) => {
    const places = { ord: 0, there: 1, total: -1, version: -1, tooMany: undefined, sort: [] };
    const shape = { parts: { needsCount: false }, places } as unknown as ListShape;
    const page = { size: 60, isBackward, position: undefined };
    const write: WriteNode = (out, { rows }) => {
      out.quoted(rows.bytes, rows.starts[1] ?? 0, rows.ends[1] ?? 0);
      return undefined;
    };
    const nodes = await database.takeRows(
      sql`select p.ord::int, t.text from unnest('{0,61,0,1,60}'::int[]) with ordinality p (rows, ord)
        left join lateral (select p.ord || '.' || g || repeat(' x', 25000) from generate_series(1, p.rows) g) t (text) on true`,
      () => new WrittenNodes(shape, page, 5, write),
    );
    expect(nodes.length).toBe(124);
    const written = [0, 1, 2, 3, 4].map((parent) => {
      const out = new TextOut();
      nodes.copyTo(out, parent);
      return out.take().toString();
    });
    const named = (text: string): string[] =>
      (JSON.parse(`[${text}]`) as string[]).map((one) => one.replace(/( x){25000}$/, ''));
    const from = (parent: number, first: number, last: number): string[] =>
      Array.from({ length: last - first + 1 }, (_, index) => `${parent}.${first + index}`);
    const [first, last] = isBackward ? [2, 61] : [1, 60];
    expect(written.map(named)).toEqual([[], from(2, first, last), [], from(4, 1, 1), from(5, 1, 60)]);
  },
);
