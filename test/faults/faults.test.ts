import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDED_ISSUER, openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { doc } from '../authz/world.ts';
import type { GraphqlAnswer } from '../kit/app.ts';
import { pace } from '../kit/pace.ts';
import { postgresPid, type Service, startService } from '../kit/service.ts';
import { random } from '../mutations/random.ts';
import { beginning, keyOf, OPERATION, people, type Write, Writer } from './writer.ts';

/*
 * kill -9 of the service, of OpenFGA and of PostgreSQL while three clients write at random: bindings, memberships,
 * groups, roles, racks, nodes with their ports, cables. Each write touches one or more objects and marks them with its
 * number; whoever gets no answer, or an error, looks or asks again under the same request id.
 * Another seed, more writes: SEED=7 WRITES=300 npx vitest run test/faults/faults
 */
const SEED = Number(process.env.SEED ?? 1);
const WRITES = Number(process.env.WRITES ?? 60);
const WRITERS = 3;
/** One kill per so many writes. */
const WRITES_PER_KILL = 15;

const targets = ['service', 'openfga', 'postgres', 'openfga postgres', 'service postgres', 'service openfga postgres'];

let directory: string;
let issuer: Awaited<ReturnType<typeof openLocalIssuer>>;
let service: Promise<Service>;
const start = (): Promise<Service> => startService({ CATALOG_DATA_DIR: directory, PORT: '0' });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'milo-faults-'));
  service = start();
  await service;
  issuer = await openLocalIssuer(directory);
});
afterAll(async () => {
  await (await service).end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
});

/** An answer, or undefined when there was none. */
async function ask(query: string, variables: object = {}, subject = 'staff'): Promise<GraphqlAnswer | undefined> {
  const { url } = await service;
  const authorization = `Bearer ${await issuer.signToken(subject)}`;
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    return (await response.json()) as GraphqlAnswer;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw new Error(`no end: ${query}`, { cause: error });
    return undefined;
  }
}

/** What was asked, after as many attempts as it takes; nothing but a lack of an engine may be in the way. */
async function insist(query: string, variables: object = {}, subject?: string) {
  const until = Date.now() + 60_000;
  for (;;) {
    const answer = await ask(query, variables, subject);
    if (answer !== undefined && answer.errors === undefined) return answer.data;
    const [error] = answer?.errors ?? [];
    if (error !== undefined) expect(error).toMatchObject({ extensions: { code: 'UNAVAILABLE', retryable: true } });
    if (Date.now() > until) throw new Error(`still unavailable: ${(await service).output()}`);
    await pace(50);
  }
}

const CHANGES = `query ($after: String, $where: ChangeWhere) { changes(after: $after, first: 1000, where: $where) {
  cursor isCurrent events { type initial position commit kind name uid object { labels { key value } manifest } } } }`;

interface Event {
  readonly type: string;
  readonly initial: boolean;
  readonly position: number | string | null;
  readonly commit: number | string | null;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly object: { readonly labels: readonly { key: string; value: string }[]; readonly manifest: string };
}
const operationOf = ({ object }: Event): string | undefined =>
  object.labels.find(({ key }) => key === OPERATION)?.value;

/** Everything from a cursor to the present; without a cursor the present state. */
async function read(after: string | null, where: object = {}): Promise<{ events: Event[]; cursor: string }> {
  const events: Event[] = [];
  for (let cursor = after; ; ) {
    const { changes } = await insist(CHANGES, { after: cursor, where });
    events.push(...(changes.events as Event[]).filter(({ type }) => type !== 'BOOKMARK'));
    cursor = changes.cursor as string;
    if (changes.isCurrent === true) return { events, cursor };
  }
}

/** What the objects of a write are now: all as they were before, or all as it leaves them. */
async function isDone(write: Write, before: ReadonlyMap<string, string>): Promise<boolean> {
  const kinds = [...new Set([...write.after.keys()].map((key) => key.split('/')[0]))];
  const names = [...write.after.keys()].map((key) => key.split('/')[1]);
  const now = new Map((await read(null, { kinds, names })).events.map((event) => [keyOf(event), operationOf(event)]));
  const found = Object.fromEntries([...write.after.keys()].map((key) => [key, now.get(key)]));
  const wanted = Object.fromEntries(write.after);
  const isSame = JSON.stringify(found) === JSON.stringify(wanted);
  if (!isSame) {
    expect(found).toEqual(Object.fromEntries([...write.after.keys()].map((key) => [key, before.get(key)])));
  }
  return isSame;
}

const DOCUMENTS = {
  apply: `mutation ($input: ApplyInput!) { apply(input: $input) { isDone: applied userErrors { code message subject } } }`,
  delete: `mutation ($input: DeleteInput!) { delete(input: $input) { isDone: deleted userErrors { code message subject } } }`,
};

const tally = { acknowledged: 0, kept: 0, lost: 0, repeated: 0 };

/** Sends a write; true when it has been done. */
async function send(write: Write, writer: Writer, repeats: boolean): Promise<boolean> {
  const answer = await ask(DOCUMENTS[write.field], { input: write.input });
  if (answer !== undefined && answer.errors === undefined) {
    expect(answer.data[write.field]).toEqual({ isDone: true, userErrors: [] });
    tally.acknowledged++;
    return true;
  }
  for (const error of answer?.errors ?? []) {
    expect(error).toMatchObject({ extensions: { code: 'UNAVAILABLE', retryable: true } });
  }
  if (repeats) {
    const data = await insist(DOCUMENTS[write.field], { input: write.input });
    expect(data[write.field]).toEqual({ isDone: true, userErrors: [] });
    tally.repeated++;
    return true;
  }
  const wasDone = await isDone(write, writer.present);
  tally[wasDone ? 'kept' : 'lost']++;
  return wasDone;
}

async function kill(target: string): Promise<void> {
  const running = await service;
  const pids: number[] = [];
  if (target.includes('openfga')) pids.push(Number(await readFile(join(directory, 'openfga.pid'), 'utf8')));
  if (target.includes('postgres')) pids.push(await postgresPid(directory));
  if (target.includes('service')) service = running.end('SIGKILL').then(start);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

async function isReady(): Promise<boolean> {
  const { url, child, output } = await service;
  if (child.exitCode !== null) throw new Error(`the service has ended by itself:\n${output()}`);
  return (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
}

test(`nothing that was acknowledged is lost, whatever dies (seed ${SEED}, ${WRITES} writes)`, async () => {
  const numbers = random(SEED);
  const links = people.map((subject) =>
    doc('IdentityLink', subject, {
      issuer: EMBEDDED_ISSUER,
      subject,
      principalRef: { kind: 'User', name: subject },
    }),
  );
  await insist(DOCUMENTS.apply, { input: { manifests: [{ content: beginning + links.join('') }] } });
  const first = await read(null);
  const writers = Array.from({ length: WRITERS }, (_, index) => new Writer(`w${index}`, random(SEED * 1_000 + index)));
  const done: string[] = [];
  let started = 0;
  let isOver = false;

  const writing = writers.map(async (writer) => {
    while (started++ < WRITES) {
      const write = writer.next();
      if (!(await send(write, writer, numbers.next() < 0.5))) continue;
      done.push(write.operation);
      write.done();
      for (const [key, operation] of write.after) {
        if (operation === undefined) writer.present.delete(key);
        else writer.present.set(key, operation);
      }
    }
  });
  /** Reads along, from where it was whenever it gets no answer. */
  const following = (async () => {
    const events: Event[] = [];
    for (let { cursor } = first; ; await pace(numbers.next() * 100)) {
      const wasOver = isOver;
      const more = await read(cursor);
      events.push(...more.events);
      cursor = more.cursor;
      if (wasOver) return events;
    }
  })();
  const kills: string[] = [];
  const killing = (async () => {
    const order = [...targets].sort(() => numbers.next() - 0.5);
    for (let at = WRITES_PER_KILL / 2; at < WRITES; at += WRITES_PER_KILL) {
      while (started < at) await pace(5);
      await pace(numbers.next() * 100);
      const singles = order.filter((target) => !target.includes(' '));
      const target = singles[kills.length] ?? numbers.pick(targets);
      kills.push(target);
      await kill(target);
      while (!(await isReady())) await pace(50);
    }
  })();
  await Promise.all([...writing, killing]);
  isOver = true;
  const followed = await following;
  console.log(`kills: ${kills.join(', ')}; writes: ${JSON.stringify(tally)}`);

  // The present state is what the writers were told, and what the feed from the start leads to.
  const { events } = await read(first.cursor);
  expect(followed).toEqual(events);
  const present = (await read(null)).events;
  const own = present.filter((event) => operationOf(event) !== undefined);
  const expected = new Map(writers.flatMap((writer) => [...writer.present]));
  expect(new Map(own.map((event) => [keyOf(event), operationOf(event)]))).toEqual(expected);
  const replayed = new Map(first.events.map((event) => [event.uid, event.object.manifest]));
  for (const { type, uid, object } of events) {
    if (type === 'DELETED') replayed.delete(uid);
    else replayed.set(uid, object.manifest);
  }
  expect(replayed).toEqual(new Map(present.map((event) => [event.uid, event.object.manifest])));

  // The feed has no gap and goes forward; each write is in it once.
  const positions = events.map(({ position }) => Number(position));
  expect(positions).toEqual(positions.map((_, index) => Number(positions[0]) + index));
  const commits = events.map(({ commit }) => Number(commit));
  expect(commits).toEqual([...commits].sort((one, other) => one - other));
  expect(new Set(commits).size).toBe(done.length);
  const marks = events.filter(({ type }) => type !== 'DELETED').map((event) => `${operationOf(event)} ${keyOf(event)}`);
  expect(new Set(marks).size).toBe(marks.length);

  // The audit log has each change once, in the order of the feed, and nothing else succeeded.
  const records: { position: string | null; kind: string; name: string }[] = [];
  for (let after: string | null = null, hasMore = true; hasMore; ) {
    const { auditRecords } = await insist(
      `query ($after: String) { auditRecords(after: $after, first: 1000, where: {outcomes: [SUCCESS], actor: {name: "staff"}}) {
        nodes { position kind name } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    records.push(...auditRecords.nodes);
    after = auditRecords.pageInfo.endCursor;
    hasMore = auditRecords.pageInfo.hasNextPage;
  }
  const logged = records.filter(({ position }) => Number(position) >= (positions[0] ?? 0)).reverse();
  expect(logged.map((record) => [Number(record.position), keyOf(record)])).toEqual(
    events.map((event) => [Number(event.position), keyOf(event)]),
  );

  // OpenFGA holds what PostgreSQL says, and everybody sees what that gives.
  const { authorizationStatus } = await insist(
    '{ authorizationStatus { differences missing { object relation user } foreign { object relation user } failed { error } } }',
  );
  expect(authorizationStatus).toEqual({ differences: 0, missing: [], foreign: [], failed: [] });
  for (const person of people) {
    const seen = await insist('{ sites { nodes { name } } }', {}, person);
    const given = new Set(writers.flatMap((writer) => [...writer.sitesOf(person)]));
    expect({ person, sites: new Set(seen.sites.nodes.map(({ name }: { name: string }) => name)) }).toEqual({
      person,
      sites: given,
    });
  }
  const { port, password } = JSON.parse(await readFile(join(directory, 'postgres.json'), 'utf8'));
  const database = createDatabase(`postgres://catalog:${password}@127.0.0.1:${port}/catalog`, { poolSize: 1 });
  expect(await database.rows(sql`select seq, last_error from authz_outbox where applied_at is null`)).toEqual([]);
  await database.close();
}, 600_000);
