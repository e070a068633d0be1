import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { fullAccess } from '../../src/catalog/access/access.ts';
import { system } from '../../src/catalog/access/caller.ts';
import { bySystem } from '../../src/catalog/author.ts';
import { createFeed } from '../../src/catalog/history/feed.ts';
import type { FeedEvent } from '../../src/catalog/history/feed-event.ts';
import { createHistory } from '../../src/catalog/history/history.ts';
import { readFeedWhere } from '../../src/catalog/history/schema/feed-where.ts';
import { createCursors } from '../../src/catalog/read/cursor.ts';
import { readConfig } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { applyAll, binding, doc, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { pace } from '../kit/pace.ts';
import { aRack, plant } from './documents.ts';

const SEED = Number(process.env.SEED ?? 1);
const WRITERS = 16;
const ROUNDS = Number(process.env.ROUNDS ?? 12);

let app: TestApp;
let writers: Database;
let readers: Database;
beforeAll(async () => {
  // One caller's writers all wait at once.
  app = await startApp({ operations: { ...readConfig({}).operations, atOnce: 200, queued: 500, waitMs: 60_000 } });
  const racks = Array.from({ length: 8 }, (_, index) => aRack(`rack${index}`)).join('');
  expect((await app.apply(plant + racks)).userErrors).toEqual([]);
  writers = createDatabase(app.databaseUrl, { poolSize: WRITERS });
  readers = createDatabase(app.databaseUrl, { poolSize: 4 });
});
afterAll(async () => {
  await writers.close();
  await readers.close();
  await app.close();
});

/** Numbers from 0 up to 1 that are the same in every run of a seed. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

class RolledBack extends Error {}

/** A transaction that dawdles before the lock, between its changes and after recording them; some are rolled back. */
async function write(random: () => number, label: string): Promise<boolean> {
  const history = createHistory(catalog(), writers);
  const isKept = random() > 0.3;
  await pace(random() * 8);
  try {
    await writers.transaction(async (connection) => {
      await beginWriting(connection);
      for (let change = 0; change <= random() * 3; change++) {
        const name = `rack${Math.floor(random() * 8)}`;
        await connection.execute(sql`
          update rack set labels = jsonb_build_object('by', ${`${label}-${change}`}::text), revision = nextval('catalog_revision')
          where name = ${name}`);
        await pace(random() * 3);
      }
      await history.record(connection, bySystem, { verb: 'apply' });
      await pace(random() * 6);
      if (!isKept) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return isKept;
}

/** Reads in pages of random size until told that all is written; now and then goes back to an earlier cursor. */
async function read(random: () => number, start: string, isDone: () => boolean): Promise<FeedEvent[]> {
  const feed = createFeed(catalog(), readers, createCursors('secret'));
  const reader = { access: fullAccess, caller: system };
  const filter = readFeedWhere(catalog(), { kinds: ['Rack'] });
  const seen: FeedEvent[] = [];
  let cursor = start;
  for (;;) {
    const wasDone = isDone();
    if (seen.length > 0 && random() < 0.2) {
      const from = Math.max(0, seen.length - 1 - Math.floor(random() * 20));
      cursor = seen[from]?.cursor ?? start;
      seen.length = from + 1;
    }
    const step = await feed.step(reader, filter, cursor, 1 + Math.floor(random() * 15));
    seen.push(...step.events);
    cursor = step.cursor;
    if (wasDone && step.isCurrent) return seen;
    await pace(random() * 6);
  }
}

test(`16 writers of different speed, some rolled back: no reader misses a change or sees one out of order (seed ${SEED})`, async () => {
  const feed = createFeed(catalog(), readers, createCursors('secret'));
  const start = await feed.now({ access: fullAccess, caller: system }, readFeedWhere(catalog(), { kinds: ['Rack'] }));
  const [before] = await app.database.rows<{ position: bigint }>(sql`select position from change_head`);
  let isDone = false;
  const reading = Array.from({ length: 4 }, (_, index) => read(numbers(SEED + index + 1), start, () => isDone));
  const kept = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const own = numbers(SEED * 100 + writer);
      let count = 0;
      for (let round = 0; round < ROUNDS; round++) if (await write(own, `${writer}-${round}`)) count++;
      return count;
    }),
  );
  isDone = true;
  const written = await app.database.rows<{ position: bigint; by: string }>(sql`
    select position, state -> 'labels' ->> 'by' as by from change where position > ${before?.position ?? 0n}::bigint order by position`);
  const commits = kept.reduce((sum, one) => sum + one, 0);
  expect(commits).toBeGreaterThan(ROUNDS * WRITERS * 0.5);
  expect(commits).toBeLessThan(ROUNDS * WRITERS * 0.9);
  const sets = await app.database.rows<{ count: bigint }>(
    sql`select count(*) from change_set where first_position > ${before?.position ?? 0n}::bigint`,
  );
  expect(sets).toEqual([{ count: BigInt(commits) }]);
  // Without gaps: whatever was rolled back took no position.
  expect(written.map(({ position }) => position)).toEqual(
    written.map((_, index) => (before?.position ?? 0n) + BigInt(index) + 1n),
  );
  for (const seen of await Promise.all(reading)) {
    expect(seen.map(({ position, state }) => ({ position, by: state?.labels.by }))).toEqual(written);
  }
});

const TWINS = 12;
/** A request of a random caller: what it does to racks, by their numbers. */
interface Request {
  readonly name: string;
  readonly as: 'admin' | 'wim';
  readonly operations: (prefix: string) => readonly object[];
  /** It is sent so often, under one id. */
  readonly times: number;
}

/** Mostly labels; some of it is refused, some changes fields or nothing, some meets others on the same rack. */
function randomRequest(random: () => number, index: number): Request {
  const below = (most: number): number => Math.floor(random() * most);
  const name = `R${index}`;
  const as = random() < 0.4 ? 'wim' : 'admin';
  const racks = [...new Set(Array.from({ length: 1 + below(3) }, () => below(TWINS)))];
  const labels = [
    { key: `by-${index}`, value: 'x' },
    { key: 'last', value: name },
  ];
  const changes: Record<string, object> = {
    labels: { labels },
    annotations: { annotations: [{ key: 'note', value: name }] },
    nothing: { labels: [{ key: 'fixed', value: 'yes' }] },
    wrong: { labels: [{ key: 'not a key', value: 'x' }] },
    field: { row: name, labels },
  };
  const dice = random();
  const [what] = [
    ['labels', 0.6],
    ['annotations', 0.7],
    ['nothing', 0.78],
    ['wrong', 0.86],
    ['field', 1],
  ].find(([, upTo]) => dice < Number(upTo)) ?? ['labels'];
  const precondition = random() < 0.06 ? { precondition: { revision: '1' } } : {};
  const isAbsent = random() < 0.06;
  const operations = (prefix: string) =>
    racks.map((rack) => ({
      updateRack: {
        name: isAbsent ? `${prefix}-none` : `${prefix}-${rack}`,
        changes: changes[String(what)],
        ...precondition,
      },
    }));
  return { name, as, operations, times: random() < 0.2 ? 2 : 1 };
}

/** A revision that was not the expected one is another one in each world. */
const withoutRevisions = (text: string): string =>
  text.replace(/it has revision \d+/g, 'it has another revision').replace(/"accepted":"\d+"/g, '"accepted":"another"');

/** What was answered, and what is recorded of a request, without what differs from one world to another. */
async function recordedOf(names: readonly string[], prefix: string): Promise<Record<string, unknown>> {
  const ids = await app.database.rows<{ id: string; name: string }>(sql`
    select id, name from rack where name like ${`${prefix}-%`} union all select id, name from site`);
  const nameOf = new Map(ids.map((row) => [row.id, row.name]));
  const plain = (value: unknown): unknown =>
    JSON.parse(
      withoutRevisions(
        JSON.stringify(value, (key, inner: unknown) =>
          ['revision', 'updatedAt', 'createdAt'].includes(key)
            ? undefined
            : typeof inner === 'bigint'
              ? String(inner)
              : inner,
        ),
      )
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => nameOf.get(id) ?? 'another')
        .replaceAll(prefix, 'twin'),
    );
  const records = await app.database.rows<{ operation: string }>(sql`
    select operation, field, actor_name, outcome, verb, permission, resource_kind, resource_name, resource_id, generation_before,
      generation_after, scope_id, scope_kind, scope_name, decision, before, after, changes, error_code, reason,
      position is null as has_no_position
    from audit_record where operation = any(${names.map((name) => prefix + name)}) order by operation, resource_name, id`);
  const sets = await app.database.rows<{ operation: string }>(sql`
    select s.operation, s.actor, s.last_position - s.first_position + 1 as count, c.type, c.kind, c.name, c.object_id, c.scope_id,
      c.other_scope_ids, c.is_derived, c.is_draft, c.state, c.changed_fields, (c.state ->> 'updatedAt')::timestamptz <= s.at as is_in_time
    from change_set s join change c on c.commit = s.first_position
    where s.operation = any(${names.map((name) => prefix + name)}) order by s.operation, c.name`);
  return { records: plain(records), changes: plain(sets) };
}

test(`requests that are written together are recorded and answered as if each had been alone (seed ${SEED})`, async () => {
  const random = numbers(SEED + 77);
  const rights = 'inv/sites.get inv/racks.get inv/racks.update';
  const racks = ['many', 'solo'].flatMap((prefix) =>
    Array.from({ length: TWINS }, (_, index) => aRack(`${prefix}-${index}`, {}, { fixed: 'yes' })),
  );
  await applyAll(
    app,
    [
      ...racks,
      role('labels-racks', rights),
      doc('User', 'wim', { email: 'wim@example.com' }),
      // He may change no more than these.
      ...['many', 'solo'].flatMap((prefix) =>
        [0, 1, 2, 3, 4, 5, 6].map((index) =>
          binding(`${prefix}-wim-${index}`, `Rack/${prefix}-${index}`, 'labels-racks', userOf('wim')),
        ),
      ),
    ].join(''),
  );
  const send = async (request: Request, prefix: string): Promise<unknown> => {
    const document = `mutation ${prefix}${request.name} ($input: BatchInput!) { batch(input: $input) {
      applied changed results { operation kind name outcome changes { path before after } warnings { code message } }
      userErrors { code message inputPath accepted } } }`;
    const input = { operations: request.operations(prefix), clientRequestId: prefix + request.name };
    const { data, errors } = await app.as(request.as === 'wim' ? 'wim' : 'test-admin').execute(document, { input });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const answer = JSON.parse(withoutRevisions(JSON.stringify(data.batch)).replaceAll(prefix, 'twin'));
    // What the rest of a refused request would have changed depends on when it was judged.
    return answer.applied
      ? answer
      : { ...answer, results: answer.results.map((one: object) => ({ ...one, changes: [] })) };
  };
  const requests = Array.from({ length: ROUNDS * 4 }, (_, index) => randomRequest(random, index));
  await Promise.all(['wim', 'test-admin'].map((name) => app.as(name).execute('{ me { name } }')));

  // All ask while nobody can write.
  const holding = await holdTransaction(app.databaseUrl, (connection) => beginWriting(connection));
  const asked = Promise.all(
    requests.map((one) => Promise.all(Array.from({ length: one.times }, () => send(one, 'many')))),
  );
  await holding.untilWaitedFor();
  const sent = requests.reduce((sum, { times }) => sum + times, 0);
  await expect.poll(() => app.pipeline.waiting).toBe(sent - 1);
  await holding.commit();
  const answers = await asked;

  const names = requests.map(({ name }) => name);
  const sets = await app.database.rows<{ operation: string; transaction: string; first: bigint; last: bigint }>(sql`
    select operation, xmin::text as transaction, first_position as first, last_position as last
    from change_set where operation like 'many%' order by first_position`);
  // Fewer transactions than requests, and positions without gaps.
  expect(new Set(sets.map(({ transaction }) => transaction)).size).toBeLessThan(sets.length);
  expect(sets.slice(1).map(({ first }) => first)).toEqual(sets.slice(0, -1).map(({ last }) => last + 1n));

  // The same requests on their twins, one after another in the order in which they were done.
  const order = sets.map(({ operation }) => operation.slice('many'.length));
  const inOrder = [...requests].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const alone = new Map<string, unknown[]>();
  for (const one of inOrder) {
    const own: unknown[] = [];
    for (let time = 0; time < one.times; time++) own.push(await send(one, 'solo'));
    alone.set(one.name, own);
  }
  expect(answers).toEqual(requests.map(({ name }) => alone.get(name)));
  expect(await recordedOf(names, 'many')).toEqual(await recordedOf(names, 'solo'));
});

/** Three label changes that are written together, while a row of the third is locked by somebody else. */
async function heldTogether(prefix: string) {
  await applyAll(app, [0, 1, 2, 3].map((index) => aRack(`${prefix}-${index}`)).join(''));
  const row = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`select from rack where name = ${`${prefix}-3`} for update`),
  );
  const writing = await holdTransaction(app.databaseUrl, (connection) => beginWriting(connection));
  const gone = new AbortController();
  const token = await app.token('test-admin');
  const send = async (index: number, signal?: AbortSignal): Promise<unknown> => {
    const query = `mutation ${prefix}${index} { updateRack(input: {name: "${prefix}-${index}", changes: {labels: [{key: "w", value: "${index}"}]}}) { changed } }`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });
    return answer.then(
      async (response) => ((await response.json()) as { data: { updateRack: unknown } }).data.updateRack,
      () => 'gone',
    );
  };
  // The first has its turn, and waits for the lock; the others wait for theirs.
  const first = send(0);
  await writing.untilWaitedFor();
  const others = [send(1), send(2), send(3, gone.signal)];
  await expect.poll(() => app.pipeline.waiting).toBe(3);
  await writing.commit();
  await row.untilWaitedFor();
  const recorded = async () => {
    const rows = await app.database.rows<{ operation: string; transaction: string; names: readonly string[] }>(sql`
      select s.operation, s.xmin::text as transaction, array_agg(c.name) as names
      from change_set s join change c on c.commit = s.first_position
      where s.operation like ${`${prefix}%`} group by 1, 2 order by 1`);
    return rows.map(({ operation, names }) => `${operation}: ${names.join()}`);
  };
  return { row, gone, answers: Promise.all([first, ...others]), recorded };
}

test('after requests that were written together, the next is written', async () => {
  await applyAll(app, [0, 1, 2, 3].map((index) => aRack(`next-${index}`)).join(''));
  const label = (index: number): Promise<unknown> =>
    app
      .execute(
        `mutation { updateRack(input: {name: "next-${index}", changes: {labels: [{key: "w", value: "${index}"}]}}) { changed } }`,
      )
      .then(({ data }) => data.updateRack);
  const writing = await holdTransaction(app.databaseUrl, (connection) => beginWriting(connection));
  const first = label(0);
  await writing.untilWaitedFor();
  const others = [label(1), label(2), label(3)];
  await expect.poll(() => app.pipeline.waiting).toBe(3);
  await writing.commit();
  await Promise.all([first, ...others]);
  expect(await label(0)).toEqual({ changed: false });
});

test('a client that leaves while its request is written together with others keeps none of them', async () => {
  const { row, gone, answers, recorded } = await heldTogether('leaves');
  gone.abort();
  // The row is still locked: what the others wait for is not that of who left.
  expect(await answers).toEqual([{ changed: true }, { changed: true }, { changed: true }, 'gone']);
  await row.commit();
  expect(await recorded()).toEqual(['leaves0: leaves-0', 'leaves1: leaves-1', 'leaves2: leaves-2']);
});

test('when the transaction of several requests is lost, each is written alone', async () => {
  const { row, answers, recorded } = await heldTogether('lost');
  const [ended] = await app.database.cells(sql`
    select count(pg_terminate_backend(pid))::int from pg_stat_activity
    where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`);
  expect(ended).toEqual([1]);
  await row.untilWaitedFor();
  await row.commit();
  expect(await answers).toEqual(Array.from({ length: 4 }, () => ({ changed: true })));
  expect(await recorded()).toEqual(['lost0: lost-0', 'lost1: lost-1', 'lost2: lost-2', 'lost3: lost-3']);
});

test('two requests of which each needs what the other gives up are refused, however they come', async () => {
  const node = (unit: number) =>
    doc('Node', `swap-${unit}`, {
      siteRef: { name: 'here' },
      hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
      placement: { rackRef: { name: 'rack0' }, startUnit: unit, unitHeight: 1 },
    });
  await applyAll(app, node(1) + node(2));
  const writing = await holdTransaction(app.databaseUrl, (connection) => beginWriting(connection));
  const update = async (name: string, changes: object): Promise<unknown> => {
    const { data } = await app.execute(
      `mutation ($input: UpdateComputeNodeInput!) { updateComputeNode(input: $input) { changed userErrors { code } } }`,
      { input: { name, changes } },
    );
    return data.updateComputeNode;
  };
  const first = update('swap-1', { labels: [{ key: 'w', value: '1' }] });
  await writing.untilWaitedFor();
  const moving = [update('swap-1', { placement: { startUnit: 2 } }), update('swap-2', { placement: { startUnit: 1 } })];
  await expect.poll(() => app.pipeline.waiting).toBe(2);
  await writing.commit();
  expect(await first).toEqual({ changed: true, userErrors: [] });
  const refused = { changed: false, userErrors: [{ code: 'UNITS_TAKEN' }] };
  expect(await Promise.all(moving)).toEqual([refused, refused]);
});

test('a change of labels alone asks no rule over rows, where those read fields alone', async () => {
  const rules = async (changes: object): Promise<boolean> => {
    const { data, extensions } = await app.execute(
      'mutation ($input: UpdateComputeNodeInput!) { updateComputeNode(input: $input) { changed } }',
      { input: { name: 'swap-1', changes } },
      { 'x-catalog-explain': 'true' },
    );
    expect(data).toEqual({ updateComputeNode: { changed: true } });
    return extensions?.explain.sql.some((statement) => statement.includes('rack_unit_claim')) === true;
  };
  expect(await rules({ labels: [{ key: 'w', value: 'free' }] })).toBe(false);
  expect(await rules({ labels: [{ key: 'w', value: 'not-free' }], hardware: { cpuCores: 8 } })).toBe(true);
});
