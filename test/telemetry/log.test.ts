import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../src/config.ts';
import { createScope } from '../../src/platform/http/delivery.ts';
import { createTally } from '../../src/platform/tally.ts';
import { createLog, LOG_LEVELS } from '../../src/platform/telemetry/log.ts';
import { gatherLines } from '../../src/platform/telemetry/log-output.ts';
import { createOperationNames } from '../../src/platform/telemetry/names.ts';
import { operationFields } from '../../src/platform/telemetry/operation-line.ts';
import { createSampler } from '../../src/platform/telemetry/sampler.ts';
import { createVoice } from '../../src/voice.ts';
import { type LogLine, startApp, type TestApp } from '../kit/app.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

let app: TestApp;
let staff: string;
let from = 0;

beforeAll(async () => {
  app = await startApp({ metrics: { host: '127.0.0.1', port: 0 } });
  staff = `Bearer ${await app.token('test-admin')}`;
  await app.execute('{ __typename }');
});
afterAll(() => app.close());
beforeEach(() => {
  from = app.log.length;
});

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const MS = expect.any(Number);
/** Lines since the test began. */
const lines = (): readonly LogLine[] => app.log.slice(from).map(({ time: _, ...line }) => line as LogLine);
const send = (query: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: staff, ...headers },
    body: JSON.stringify({ query }),
  });

const asked = {
  level: 'info',
  msg: 'operation',
  requestId: ID,
  operation: 'Regions',
  type: 'query',
  transport: 'post',
  caller: ID,
  cost: expect.any(Number),
  statements: 1,
  openfgaCalls: 0,
  rows: expect.any(Number),
  ms: MS,
  outcome: 'ok',
};
const REGIONS = 'query Regions { regions(first: 2) { nodes { name } } }';

test('an operation is one line, whatever it comes over', async () => {
  await send(REGIONS, {
    'x-request-id': 'mine',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(lines()).toEqual([{ ...asked, requestId: 'mine', traceId: '0af7651916cd43dd8448eb211c80319c' }]);
  from = app.log.length;
  await fetch(`${app.url}/graphql?query=${encodeURIComponent(REGIONS)}`, { headers: { authorization: staff } });
  for await (const _ of overEvents(app.url, REGIONS, {}, { authorization: staff }));
  for await (const _ of overWebSocket(app.url, REGIONS, {}, { authorization: staff }));
  expect(lines()).toEqual(['get', 'sse', 'websocket'].map((transport) => ({ ...asked, transport })));
});

test('the line of an operation is the one that the logger would write', () => {
  const written: string[] = [];
  const log = createLog({ level: 'info', format: 'json' }, { write: (line) => written.push(line) });
  const tally = createTally();
  for (const notes of [
    {},
    { name: 'Regions', type: 'query', caller: 'an "id"', cost: 7 },
    { name: 'x'.repeat(100), type: 'mutation', caller: '' },
    { type: 'query', outcome: 'a "code"', reason: 'WHY' },
  ]) {
    const scope = createScope({
      requestId: 'mine',
      traceId: notes.type && 'of a trace',
      trace: {},
      transport: 'post',
      delivery: { takesStream: false, isReadOnly: false, isLarge: false },
      connection: {},
      wantsCost: false,
    });
    Object.assign(scope.notes, notes);
    const came = { outcome: 'a "code"', ms: 1.2345, statements: 0 };
    log.line('info', operationFields(scope, tally, came, true), 'operation');
    const { name, type = 'unresolved', caller, cost, reason } = notes;
    const operation = name?.slice(0, 64) ?? null;
    const { requestId, traceId, transport } = scope;
    const asked = { requestId, traceId, operation, type, transport, caller: caller || null, cost };
    const did = { statements: 0, openfgaCalls: 0, rows: 0, ms: 1.2, outcome: 'a "code"', reason, plan: [] };
    log.info({ ...asked, ...did }, 'operation');
    const [byHand, byLogger] = written.splice(0).map((line) => line.replace(/"time":"[^"]*"/, ''));
    expect(byHand).toBe(byLogger);
  }
});

test('a subscription is told when it has begun and when it ends', async () => {
  const changes = 'subscription Watch { changes(initial: false) { type } }';
  const told = { level: 'info', requestId: ID, operation: 'Watch', type: 'subscription', caller: ID };
  for (const [transport, stream] of [
    ['sse', overEvents(app.url, changes, {}, { authorization: staff })],
    ['websocket', overWebSocket(app.url, changes, {}, { authorization: staff })],
  ] as const) {
    from = app.log.length;
    await stream.next();
    await stream.return(undefined);
    await expect.poll(() => lines().map(({ msg }) => msg)).toEqual(['operation', 'subscription ended']);
    expect(lines()).toEqual([
      { ...asked, ...told, transport, statements: 0, rows: 0 },
      { ...told, msg: 'subscription ended', transport, results: expect.any(Number), ms: MS, outcome: 'ok' },
    ]);
  }
});

test('what a client does wrong is told by its code, and is no error of the service', async () => {
  await send('{ racks { nodes { name } } }', { authorization: '' });
  await send('query Bad { nothing }');
  await send('query Unclosed {');
  await send(`mutation { deleteObjects(input: { names: ["secret-name"] }) { __typename } }`);
  await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
  await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: staff },
    body: '{"query":7}',
  });
  expect(lines().map(({ level, msg, outcome, code }) => [level, msg, outcome ?? code])).toEqual([
    ['info', 'sign-in refused', undefined],
    ['info', 'operation', 'GRAPHQL_VALIDATION_FAILED'],
    ['info', 'operation', 'GRAPHQL_PARSE_FAILED'],
    ['info', 'operation', 'GRAPHQL_VALIDATION_FAILED'],
    ['info', 'request refused', 'BAD_REQUEST'],
    ['info', 'operation', 'BAD_REQUEST'],
  ]);
  expect(JSON.stringify(lines())).not.toContain('secret-name');
});

test('a refused operation says why in a word of ours, whatever it came over; what a client sends is no such word', async () => {
  const named = (name: string) => `query Refused { racks(first: ${name}) { totalCount } }`;
  await send('query Refused { racks(after: "A_WORD_OF_THEIRS") { nodes { name } } }');
  await send('query Refused { racks(labelSelector: "A_WORD(((") { totalCount } }');
  await send('query Refused { node(id: "A_WORD") { id } }');
  await send(named('1001'));
  const post = lines();
  from = app.log.length;
  for await (const _ of overEvents(app.url, named('1001'), {}, { authorization: staff }));
  for await (const _ of overWebSocket(app.url, named('1001'), {}, { authorization: staff }));
  const told = [...post, ...lines()].map(({ transport, outcome, reason }) => [transport, outcome, reason]);
  expect(told).toEqual([
    ['post', 'BAD_USER_INPUT', 'CURSOR_INVALID'],
    ['post', 'BAD_USER_INPUT', 'SELECTOR_OPERATOR'],
    ['post', 'ok', undefined],
    ['post', 'BAD_USER_INPUT', 'PAGE_TOO_LARGE'],
    ['sse', 'BAD_USER_INPUT', 'PAGE_TOO_LARGE'],
    ['websocket', 'BAD_USER_INPUT', 'PAGE_TOO_LARGE'],
  ]);
  expect(JSON.stringify(post)).not.toContain('A_WORD');
});

test('at a terminal people get text, elsewhere programs get JSON, unless a setting says otherwise', () => {
  const { isTTY } = process.stdout;
  try {
    for (const [terminal, format] of [
      [true, undefined],
      [false, undefined],
      [true, 'json'],
      [false, 'text'],
    ] as const) {
      process.stdout.isTTY = terminal;
      const { isForPeople } = createVoice({ level: 'silent', ...(format && { format }) } as Config['logging']);
      expect(isForPeople, `${terminal} ${format}`).toBe(format === undefined ? terminal : format === 'text');
    }
  } finally {
    process.stdout.isTTY = isTTY;
  }
});

test('of each level those lines are written that are at least as grave', () => {
  const written = LOG_LEVELS.map((level) => {
    const out: string[] = [];
    const log = createLog({ level, format: 'json' }, { write: (line) => out.push(line) });
    log.debug({}, 'debug');
    log.info({}, 'info');
    log.line('info', '"a":1', 'line of info');
    log.warn({}, 'warn');
    log.line('warn', '"a":1', 'line of warn');
    log.error('error', new Error('x'));
    return out.map((line) => JSON.parse(line).msg as string);
  });
  const all = ['debug', 'info', 'line of info', 'warn', 'line of warn', 'error'];
  expect(written).toEqual([all, all.slice(1), all.slice(3), all.slice(5), []]);
});

test('a slow operation is a warning with the statements it ran, without their values', async () => {
  const slow = await app.replica({ slowMs: 0 });
  from = app.log.length;
  const query = 'query Slow ($name: String) { regions(first: 2, where: { name: { eq: $name } }) { nodes { name } } }';
  await fetch(`${slow.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: staff },
    body: JSON.stringify({ query, variables: { name: 'a-value-of-mine' } }),
  });
  const [line] = lines().filter(({ operation }) => operation === 'Slow');
  expect(line).toMatchObject({ level: 'warn', msg: 'slow operation', outcome: 'ok' });
  expect(line?.plan).toContainEqual({
    sql: expect.stringMatching(/^select [\s\S]*region[\s\S]*\$1/),
    times: 1,
    ms: MS,
  });
  expect(JSON.stringify(lines())).not.toContain('a-value-of-mine');
  await slow.close();
});

test('sign-ins that fail are all counted, and some of them told, by a fingerprint of the token', async () => {
  for (let tried = 0; tried < 30; tried++) await send('{ __typename }', { authorization: 'Bearer not-a-token' });
  const token = createHash('sha256').update('not-a-token').digest('hex').slice(0, 12);
  const told = lines();
  expect(told.at(-1)).toEqual({
    level: 'info',
    msg: 'sign-in refused',
    requestId: ID,
    token,
    reason: 'NOT_A_JWT',
    skipped: 0,
  });
  expect(told.length).toBeLessThanOrEqual(20);
  const metrics = await (await fetch(`${app.metricsUrl}/metrics`)).text();
  expect(metrics).toContain('catalog_token_verifications_total{outcome="refused",reason="NOT_A_JWT"} 30\n');
});

test('of what is told too often the rest is counted and told with the next', () => {
  let now = 0;
  const sampler = createSampler(2, () => now);
  const take = () => sampler.take();
  expect([take(), take(), take(), take()]).toEqual([{ skipped: 0 }, { skipped: 0 }, undefined, undefined]);
  now = 60_000;
  expect([take(), take(), take()]).toEqual([{ skipped: 2 }, { skipped: 0 }, undefined]);
});

test('clients cannot make any number of names, and strangers none', () => {
  const names = createOperationNames(2);
  expect(names.labelOf(undefined, false)).toBe('unnamed');
  expect(names.labelOf('Invented', true)).toBe('other');
  expect([names.labelOf('A', false), names.labelOf('B'.repeat(100), false)]).toEqual(['A', 'B'.repeat(64)]);
  expect([names.labelOf('C', false), names.labelOf('A', true)]).toEqual(['other', 'A']);
});

test('an error is told with what it says and where, never with the values it carries', () => {
  const written: string[] = [];
  const output = { write: (line: string) => written.push(line) };
  const cause = Object.assign(new Error('invalid input syntax for type uuid: "my secret"'), {
    detail: 'Key (email)=(someone@example.com)',
    config: { headers: { authorization: 'Bearer secret' } },
    code: '22P02',
  });
  for (const format of ['json', 'text'] as const)
    createLog({ level: 'error', format }, output).error('request 7', new Error('it failed', { cause }));
  const [json = '', text = ''] = written;
  expect(JSON.parse(json)).toMatchObject({
    level: 'error',
    msg: 'request 7',
    error: {
      message: 'it failed',
      stack: expect.stringMatching(/^at /),
      cause: { message: 'invalid input syntax for type uuid: "…"', code: '22P02' },
    },
  });
  expect(text).toMatch(/^\d\d:\d\d:\d\d ERROR request 7\n {2}it failed\n {2}at /);
  expect(written.join()).not.toMatch(/secret|someone/);
});

test.each(['process.exit(3)', "throw new Error('unforeseen')", ''])(
  'lines that were gathered are written when the process ends, by: %s',
  (end) => {
    const module = new URL('../../src/platform/telemetry/log.ts', import.meta.url);
    const program = `
      import { createLog } from '${module}';
      const log = createLog({ level: 'info', format: 'json' });
      for (let number = 0; number < 300; number++) log.line('info', '"number":' + number, 'one of many');
      ${end}`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    const numbers = stdout.split('\n').map((line) => /"number":(\d+)/.exec(line)?.[1]);
    expect(numbers).toEqual([...Array.from({ length: 300 }, (_, number) => String(number)), undefined]);
  },
);

test('lines reach what writes them many at a time and in their order, an error and what came before it at once', () => {
  const written: string[] = [];
  const flushed: number[] = [];
  const log = createLog(
    { level: 'info', format: 'json' },
    gatherLines({ write: (lines) => written.push(lines), flush: () => flushed.push(written.length) }),
  );
  const numbers = (): unknown[] =>
    written
      .join('')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: unknown }).number);
  for (let number = 0; number < 400; number++) log.line('info', `"number":${number}`, 'one of many');
  expect(written).toHaveLength(2);
  log.error('it failed', new Error('unforeseen'), { number: 400 });
  expect(flushed).toEqual([3]);
  expect(numbers()).toEqual(Array.from({ length: 401 }, (_, number) => number));
});

test('docs/operations/log.md names every field that the lines of this file have, and no other', async () => {
  const page = await readFile(new URL('../../docs/operations/log.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
  const kinds = ['operation', 'slow operation', 'subscription ended', 'request refused', 'sign-in refused'];
  for (const kind of kinds) expect(page).toContain(`\`${kind}\``);
  const own = app.log.filter(({ msg }) => kinds.includes(msg));
  expect([...new Set(own.flatMap(Object.keys))].sort()).toEqual(documented.sort());
  expect(JSON.stringify(app.log)).not.toContain(staff.slice('Bearer '.length));
});
