import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { type IdentityProvider, startIdentityProvider } from '../kit/identity-provider.ts';
import { INTROSPECTING_CLIENT } from '../kit/identity-provider-configuration.ts';
import { pace } from '../kit/pace.ts';
import { spawnService } from '../kit/service.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

/*
 * Nothing that is secret, and no value that a client sends, is in what operators read: the log at its most talkative,
 * traces of everything, metrics. Each of them has a mark of its own, and whatever the service has said is searched for all.
 */

const marks = new Map<string, string>();
/** A text that nobody could guess, to be found nowhere. */
function mark(what: string): string {
  const value = `mark${randomBytes(8).toString('hex')}`;
  marks.set(what, value);
  return value;
}

let folder: string;
let database: TestDatabase;
let administrator: pg.Client;
let provider: IdentityProvider;
let collector: Server;
let spans = '';
let service: ReturnType<typeof spawnService>;
let url: string;
let metricsUrl: string;
let authorization: string;

const role = `marked_${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'milo-secrets-'));
  database = await createTestDatabase();
  administrator = new pg.Client({ connectionString: database.url });
  await administrator.connect();
  const databaseUrl = new URL(database.url);
  databaseUrl.username = role;
  databaseUrl.password = mark('password of the database');
  await administrator.query(`create role ${role} superuser login password '${databaseUrl.password}'`);
  provider = await startIdentityProvider({ format: 'opaque' });
  const robot = await provider.addServiceUser({ clientId: 'robot', subject: '77776025198584418' });
  marks.set('secret of the introspecting client', INTROSPECTING_CLIENT.secret);
  marks.set('key of OpenFGA', inject('openfgaToken'));
  const secret = join(folder, 'secret');
  await writeFile(secret, INTROSPECTING_CLIENT.secret);
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      spans += body;
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const asking = `introspection=${provider.issuer}/token/introspection introspection-client=${INTROSPECTING_CLIENT.clientId} secret-file=${secret}`;
  service = spawnService({
    DATABASE_URL: databaseUrl.href,
    OPENFGA_API_URL: inject('openfgaUrl'),
    OPENFGA_API_TOKEN: inject('openfgaToken'),
    OPENFGA_STORE_NAME: `secrets ${role}`,
    OIDC_ISSUERS: `${provider.issuer} audiences=catalog ${asking}`,
    CATALOG_ADMIN: `${provider.issuer} 77776025198584418`,
    CATALOG_INTROSPECTION_SECONDS: '1',
    HOST: '127.0.0.1',
    PORT: '0',
    CATALOG_METRICS_PORT: '0',
    CATALOG_LOG_LEVEL: 'debug',
    CATALOG_LOG_FORMAT: 'json',
    CATALOG_SLOW_OPERATION_MS: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${mark('key of the collector')}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  const ready = /"url":"([^"]+)","metricsUrl":"([^"]+)","msg":"ready"/;
  while (!ready.test(service.output()) && service.child.exitCode === null) await pace(20);
  const [whole, ...urls] = ready.exec(service.output()) ?? [];
  expect(whole, service.output()).toBeDefined();
  [url, metricsUrl] = urls as [string, string];
  const { access_token: token } = await robot.signIn();
  marks.set('token', token);
  authorization = `Bearer ${token}`;
});
afterAll(async () => {
  service.child.kill('SIGTERM');
  await service.ended;
  await new Promise((resolve) => collector.close(resolve));
  await provider.stop();
  await administrator.query(`drop role ${role}`);
  await administrator.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const QUERY = 'query Read($text: String!) { racks(where: { name: { contains: $text } }) { totalCount } }';
const APPLY = 'mutation Apply($input: ApplyInput!) { apply(input: $input) { applied userErrors { code } } }';

/** Sends a body as JSON; the answer as text. */
async function send(body: unknown, headers: Readonly<Record<string, string>> = {}, path = '/graphql'): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return response.text();
}

const manifest = (kind: string, name: string, spec: object, group = 'inventory'): string =>
  `${JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata: { name }, spec })}\n`;
const region = (name: string, displayName: string, more: object = {}): string =>
  manifest('Region', name, { displayName, ...more });
const applied = (content: string) => ({ query: APPLY, variables: { input: { manifests: [{ content }] } } });

/** Meanwhile a region's name is read as a value of this type when it is written, and PostgreSQL quotes what it cannot read. */
async function readingNamesAs(type: string, work: () => Promise<void>): Promise<void> {
  await administrator.query(`
    create function read_name() returns trigger language plpgsql as $$ begin perform new.display_name::${type}; return new; end $$;
    create trigger read_name before insert on region for each row execute function read_name()`);
  try {
    await work();
  } finally {
    await administrator.query('drop function read_name() cascade');
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  try {
    let last: unknown;
    for await (const one of stream) last = one;
    return JSON.stringify(last) ?? '';
  } catch (error) {
    return `failed: ${JSON.stringify(error)}`;
  }
}

test('neither secrets nor what clients send are in lines of the log, spans or metrics, whatever comes of it', async () => {
  const cookie = `session=${mark('cookie')}`;
  const own = { cookie, 'x-api-key': mark('header'), 'user-agent': mark('user agent') };

  // Answered, over every transport.
  const answered = [
    await send({ query: QUERY, variables: { text: mark('variable by POST') } }, own),
    await send({ query: `query Read { racks(where: { name: { eq: "${mark('literal')}" } }) { totalCount } }` }),
    await (
      await fetch(
        `${url}/graphql?query=${encodeURIComponent(QUERY)}&variables=${encodeURIComponent(JSON.stringify({ text: mark('variable by GET') }))}`,
        { headers: { authorization, ...own } },
      )
    ).text(),
    await readAll(overEvents(url, QUERY, { text: mark('variable by events') }, { authorization, ...own })),
    await readAll(
      overWebSocket(
        url,
        QUERY,
        { text: mark('variable by WebSocket') },
        { authorization, 'x-more': mark('connection_init') },
      ),
    ),
    await send(applied(region(mark('name of a region'), mark('value of a manifest')))),
  ];
  for (const text of answered) expect(text).not.toContain('"errors"');
  expect(answered.at(-1)).toContain('"applied":true');

  // Drawn: what stands in a rack, and where a port leads.
  const [rack, port] = [mark('name of a rack'), mark('name of a port')];
  const plant = [
    manifest('Site', 'here', {
      displayName: mark('site'),
      regionRef: { name: marks.get('name of a region') },
      type: 'Datacenter',
    }),
    manifest('Rack', rack, { siteRef: { name: 'here' }, heightU: 4 }),
    manifest(
      'Equipment',
      mark('name of a device'),
      { siteRef: { name: 'here' }, type: 'Other', placement: { rackRef: { name: rack }, startUnit: 1, unitHeight: 1 } },
      'catalog',
    ),
    manifest(
      'Port',
      port,
      {
        deviceRef: { kind: 'Equipment', name: marks.get('name of a device') },
        type: 'Ethernet',
        name: mark('label of a port'),
      },
      'catalog',
    ),
  ];
  expect(await send(applied(plant.join('---\n')))).toContain('"applied":true');
  const picture = async (path: string) => {
    const response = await fetch(`${url}${path}?key=${mark(`query of ${path.split('/').at(-1)} ${marks.size}`)}`, {
      headers: { authorization, ...own },
    });
    return [response.status, await response.text()] as const;
  };
  expect(await picture(`/racks/${rack}/elevation.svg`)).toEqual([
    200,
    expect.stringContaining(marks.get('name of a device') ?? ''),
  ]);
  expect(await picture(`/ports/${port}/trace.svg`)).toEqual([200, expect.stringContaining('<svg')]);
  expect(await picture(`/racks/${mark('name of no rack')}/elevation.svg`)).toEqual([404, expect.any(String)]);
  expect(await picture(`/ports/${mark('name of no port')}/trace.svg`)).toEqual([404, expect.any(String)]);

  // Refused: by rules, by form, by place, before there is an operation.
  const refusals = [
    await send(applied(region(mark('name of a refused region'), '', { coordinates: mark('value of another type') }))),
    await send(applied(`a: [${mark('broken YAML')}`)),
    await send({
      query: `mutation B { batch(input: { operations: [{ deleteRegion: { name: "${mark('name in a batch')}" } }] }) { userErrors { code } } }`,
    }),
    await send({ query: `{ node(id: "${mark('id')}") { id } racks(after: "${mark('cursor')}") { totalCount } }` }),
    await send({ query: `{ racks(labelSelector: "${mark('selector')}((") { totalCount } }` }),
    await send({ query: `{ ${mark('field')} }` }),
    await send({ query: `{ racks(first: "${mark('literal of another type')}") { totalCount } }` }),
    await send({ query: QUERY, variables: { text: [mark('variable of another type')] } }),
    await send({ query: `{ "${mark('broken document')}` }),
    await send(`{"query": "${mark('broken JSON')}`),
    await send({ query: '{ me { name } }' }, { authorization: `Bearer ${mark('opaque token')}` }),
    await send(
      { query: '{ me { name } }' },
      { authorization: `Bearer eyJhbGciOiJub25lIn0.${mark('payload of a token')}.x` },
    ),
    await send({ query: '{ me { name } }' }, { authorization: `Basic ${mark('basic credentials')}` }),
    await send({ extensions: { persistedQuery: { version: 1, sha256Hash: mark('hash') } } }),
    await readAll(overEvents(url, '{ me { name } }', {}, { authorization: `Bearer ${mark('token by events')}` })),
    await readAll(overWebSocket(url, '{ me { name } }', {}, { authorization: `Bearer ${mark('token by WebSocket')}` })),
    await (await fetch(`${url}/${mark('path')}?token=${mark('query of a path')}`, { headers: own })).text(),
    await (
      await fetch(`${url}/discovery/${mark('service')}?token=${mark('query of discovery')}`, { headers: own })
    ).text(),
  ];
  expect(refusals.filter((answer) => /"applied":true|"data":\{"me":\{/.test(answer))).toEqual([]);

  // Given up by the client, while it waits for the turn to write that somebody else has.
  await administrator.query('begin; lock table region in access exclusive mode');
  const leaving = new AbortController();
  const left = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...own },
    body: JSON.stringify(applied(region(mark('name that is given up'), 'X'))),
    signal: leaving.signal,
  }).catch(() => 'left');
  await expect.poll(async () => (await waiting()) > 0).toBe(true);
  leaving.abort();
  expect(await left).toBe('left');
  await expect.poll(() => service.output().includes('"outcome":"cancelled"')).toBe(true);
  await administrator.query('rollback');

  // Failed by the database, which quotes what it cannot read.
  const tooLarge = `9${BigInt(`0x${randomBytes(10).toString('hex')}`)}`;
  marks.set('number that is too large', tooLarge);
  const unreadable = [
    ['int', mark('value that is no number')],
    ['int', tooLarge],
    ['date', mark('value that is no date')],
    ['date', `2026-99-99 ${mark('part of a date')}`],
    ['jsonb', `{"${mark('broken jsonb')}`],
    ['uuid', mark('value that is no uuid')],
    ['boolean', mark('value that is no boolean')],
    ['inet', mark('value that is no address')],
    ['tstzrange', `[${mark('value that is no range')}`],
    ['int[]', `{${mark('value in an array')}}`],
    ['bytea', `\\${mark('value that is no bytea')}`],
    ['xml', `<${mark('value that is no XML')}`],
  ] as const;
  for (const [index, [type, value]] of unreadable.entries()) {
    await readingNamesAs(type, async () =>
      expect(await send(applied(region(`unreadable-${index}`, value))), type).toContain('INTERNAL_SERVER_ERROR'),
    );
  }

  // The identity provider is away; then the database is.
  await provider.stop();
  expect(
    await send({ query: '{ me { name } }' }, { authorization: `Bearer ${mark('token nobody can be asked about')}` }),
  ).toContain('IDENTITY_PROVIDER_UNREACHABLE');
  await provider.start();
  await administrator.query(`alter role ${role} nologin`);
  await administrator.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
  expect(await send({ query: QUERY, variables: { text: mark('variable while the database is away') } })).toContain(
    'UNAVAILABLE',
  );

  const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
  await expect.poll(() => spans.includes('mutation Apply')).toBe(true);
  const log = service.output();
  const outcomes = new Set([...log.matchAll(/"outcome":"(\w+)"/g)].map(([, outcome]) => outcome));
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      'ok',
      'BAD_USER_INPUT',
      'GRAPHQL_VALIDATION_FAILED',
      'GRAPHQL_PARSE_FAILED',
      'cancelled',
      'UNAVAILABLE',
      'INTERNAL_SERVER_ERROR',
    ]),
  );
  const told = ['ready', 'slow operation', 'request refused', 'sign-in refused', 'cannot be asked about a token'];
  expect(told.filter((message) => !log.includes(message))).toEqual([]);
  expect(metrics).toContain('catalog_operations_total');
  expect(marks.size).toBeGreaterThan(50);
  const found = Object.entries({ log, spans, metrics }).flatMap(([where, said]) =>
    [...marks].filter(([, value]) => said.includes(value)).map(([what]) => `${what} in ${where}`),
  );
  expect(found).toEqual([]);
}, 120_000);

async function waiting(): Promise<number> {
  const { rows } = await administrator.query(
    `select count(*)::int as count from pg_locks where not granted and relation = 'region'::regclass`,
  );
  return rows[0].count as number;
}
