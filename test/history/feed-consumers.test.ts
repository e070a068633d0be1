import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

/** What consumers of the change feed report, row "health" of C5.3: the last revision that each has taken in. */
let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const REPORT = `mutation ($input: ReportFeedProgressInput!) { reportFeedProgress(input: $input) {
  isRecorded feedConsumer { name } userErrors { code field message } } }`;
const POLL = `query ($after: String, $first: Int) {
  changes(first: $first, after: $after, where: { kinds: ["MeterDefinition"] }) { cursor isCurrent events { uid position } } }`;
const PROGRESS = `{ feedConsumers { nodes { name progress {
  state position lagChanges lagSeconds failureCount failures { kind name reason } } } } }`;

interface Consumer {
  readonly name: string;
  readonly progress: { readonly state: string };
}
interface Input {
  readonly name?: string;
  readonly cursor: string;
  readonly failures?: readonly { readonly uid: string; readonly reason: string }[];
  readonly failureCount?: number;
}
const report = async (input: Input, who = 'billing') => {
  const { data } = await app.as(who).execute(REPORT, { input: { name: 'billing', ...input } });
  return data.reportFeedProgress;
};
/** As `billing`: the present state to its end, or what has changed since. */
async function readOn(after?: string): Promise<{ cursor: string; uids: string[] }> {
  const { data } = await app.as('billing').execute(POLL, { after, first: 500 });
  const { cursor, isCurrent, events } = data.changes;
  const uids = events.flatMap(({ uid }: { uid: string | null }) => uid ?? []);
  return isCurrent ? { cursor, uids } : readOn(cursor).then((rest) => ({ ...rest, uids: [...uids, ...rest.uids] }));
}
const progressOf = async (name = 'billing', who = 'staff') => {
  const { data } = await app.as(who).execute(PROGRESS);
  return data.feedConsumers.nodes.find((one: { name: string }) => one.name === name)?.progress;
};
const headOf = async (): Promise<string> => {
  const [head] = await app.database.cells(sql`select position::text from change_head`);
  return String(head?.[0]);
};
/** Something changes that does not concern billing. */
const touch = async (value: string) => {
  const input = { name: 'fra1', changes: { annotations: [{ key: 'example.com/touched', value }] } };
  const { data } = await app.execute(
    'mutation ($input: UpdateSiteInput!) { updateSite(input: $input) { userErrors { message } } }',
    { input },
  );
  expect(data.updateSite.userErrors).toEqual([]);
};

test('a consumer that has reported nothing is shown as such, and everything waits for it', async () => {
  const head = await headOf();
  expect(await progressOf()).toEqual({
    state: 'UNREPORTED',
    position: null,
    lagChanges: head,
    lagSeconds: expect.any(Number),
    failureCount: 0,
    failures: [],
  });
});

test('its service account reports how far it has got; nobody is told of it, nothing is recorded of it', async () => {
  const before = await headOf();
  const { cursor } = await readOn();
  expect(await report({ cursor })).toEqual({ isRecorded: true, feedConsumer: { name: 'billing' }, userErrors: [] });
  expect(await progressOf()).toMatchObject({ state: 'CURRENT', lagChanges: '0', lagSeconds: 0, failureCount: 0 });
  expect(await headOf()).toBe(before);
  await touch('once');
  expect(await progressOf()).toMatchObject({ state: 'CURRENT', lagChanges: '1' });
});

test('it sees how far it has got itself, and nothing of other consumers', async () => {
  const seen = async (who: string) => {
    const { data } = await app.as(who).execute(PROGRESS);
    return data.feedConsumers.nodes.map(({ name, progress }: Consumer) => [name, progress.state]);
  };
  expect(await seen('billing')).toEqual([['billing', 'CURRENT']]);
  expect(await seen('quota')).toEqual([['quota', 'UNREPORTED']]);
  expect(await seen('provider')).toEqual([]);
});

test('a position does not go back, the same one again renews the report', async () => {
  const first = await readOn();
  await touch('twice');
  const second = await readOn(first.cursor);
  const [uid = ''] = first.uids;
  expect(await report({ cursor: second.cursor })).toMatchObject({ isRecorded: true });
  const { position } = await progressOf();
  expect(await report({ cursor: first.cursor, failures: [{ uid, reason: 'late' }] })).toMatchObject({
    isRecorded: false,
    userErrors: [],
  });
  expect(await progressOf()).toMatchObject({ position, failureCount: 0 });
  expect(await report({ cursor: second.cursor, failures: [{ uid, reason: 'again' }] })).toMatchObject({
    isRecorded: true,
  });
  expect(await progressOf()).toMatchObject({ position, state: 'FAILING', failureCount: 1 });
});

test('failures are listed with their reasons until a report leaves them out; there may be more than are named', async () => {
  const { cursor, uids } = await readOn();
  const [uid = ''] = uids;
  const failures = [{ uid, reason: 'no rate card' }];
  expect(await report({ cursor, failures, failureCount: 7 })).toMatchObject({ isRecorded: true });
  expect(await progressOf()).toMatchObject({
    state: 'FAILING',
    failureCount: 7,
    failures: [{ kind: 'MeterDefinition', name: expect.any(String), reason: 'no rate card' }],
  });
  expect(await report({ cursor })).toMatchObject({ isRecorded: true });
  expect(await progressOf()).toMatchObject({ state: 'CURRENT', failureCount: 0, failures: [] });
});

test('an object that the reader may not see is not among the failures, in the graph and in the manifest', async () => {
  const role = (permission: string) => `
apiVersion: iam.miloapis.com/v1alpha1
kind: Role
metadata: {name: consumer-watcher, namespace: milo-system}
spec: {launchStage: Beta, includedPermissions: [${permission}.get, ${permission}.list]}
---
apiVersion: iam.miloapis.com/v1alpha1
kind: PolicyBinding
metadata: {name: consumer-watcher, namespace: milo-system}
spec:
  roleRef: {name: consumer-watcher, namespace: milo-system}
  subjects: [{kind: User, name: outsider}]
  resourceSelector: {resourceKind: {apiGroup: catalog.miloapis.com, kind: FeedConsumer}}`;
  expect((await app.apply(role('catalog.miloapis.com/feedconsumers'))).userErrors).toEqual([]);
  const { cursor } = await readOn();
  const [rack] = await app.database.rows<{ id: string }>(sql`select id from rack limit 1`);
  await report({ cursor, failures: [{ uid: rack?.id ?? '', reason: 'unheard of' }] });
  const MANIFEST = '{ feedConsumer(name: "billing") { manifest(format: JSON) } }';
  const inManifest = async (who: string) =>
    JSON.parse((await app.as(who).execute(MANIFEST)).data.feedConsumer.manifest).status.progress.failures;
  expect(await progressOf('billing', 'staff')).toMatchObject({ failures: [{ kind: 'Rack', reason: 'unheard of' }] });
  expect(await inManifest('staff')).toMatchObject([{ kind: 'Rack', reason: 'unheard of' }]);
  expect(await progressOf('billing', 'outsider')).toMatchObject({ failureCount: 1, failures: [] });
  expect(await inManifest('outsider')).toEqual([]);
});

test.each([
  ['another service account', 'quota', {}, 'NOT_FOUND', 'name'],
  ['staff, who see it', 'staff', {}, 'FORBIDDEN', 'name'],
  ['for nobody', 'billing', { name: 'nobody' }, 'NOT_FOUND', 'name'],
  ['a damaged cursor', 'billing', { cursor: 'AAAA' }, 'CURSOR_INVALID', 'cursor'],
  ['too many failures', 'billing', { failures: Array(101).fill({ uid: '', reason: 'x' }) }, 'TOO_MANY', 'failures'],
  ['a failure without a uid', 'billing', { failures: [{ uid: 'm', reason: 'x' }] }, 'INVALID_VALUE', 'failures'],
  ['an empty reason', 'billing', { failures: [{ uid: crypto.randomUUID(), reason: '' }] }, 'INVALID_VALUE', 'failures'],
  [
    'fewer than are named',
    'billing',
    { failures: [{ uid: crypto.randomUUID(), reason: 'x' }], failureCount: 0 },
    'INVALID_VALUE',
    'failureCount',
  ],
])('a report is refused: %s', async (_what, who, input, code, field) => {
  const { cursor } = await readOn();
  await report({ cursor });
  const before = await progressOf();
  expect(await report({ cursor, ...input }, who)).toMatchObject({ isRecorded: false, userErrors: [{ code, field }] });
  expect(await progressOf()).toMatchObject({ position: before.position, failureCount: 0 });
});

test('a cursor of the present state is refused before its end, one of another list always', async () => {
  const { data } = await app.as('billing').execute(POLL, { first: 1 });
  expect(await report({ cursor: data.changes.cursor })).toMatchObject({ userErrors: [{ code: 'STATE_INCOMPLETE' }] });
  const page = await app.execute('{ sites(first: 1) { pageInfo { endCursor } } }');
  expect(await report({ cursor: page.data.sites.pageInfo.endCursor })).toMatchObject({
    userErrors: [{ code: 'CURSOR_UNKNOWN' }],
  });
});

test('one who has waited longer than he may is behind: staff, the command line and the metric see it', async () => {
  const { cursor } = await readOn();
  await report({ cursor });
  await touch('thrice');
  const age = (seconds: number) =>
    app.database.execute(sql`update change_set set at = now() - make_interval(secs => ${seconds}::int)
      where last_position = (select position from change_head)`);
  await age(899);
  expect(await progressOf()).toMatchObject({ state: 'CURRENT' });
  await age(1_000);
  expect(await progressOf()).toMatchObject({ state: 'BEHIND', lagChanges: '1', lagSeconds: expect.any(Number) });
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const value = (name: string): number =>
    Number(new RegExp(`^catalog_feed_consumer_${name}\\{consumer="billing"\\} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('lag_seconds')).toBeGreaterThanOrEqual(1_000);
  expect(value('lag_limit_seconds')).toBe(900);
  expect(value('lag_changes')).toBe(1);
  expect(value('failures')).toBe(0);
  const list = await app.execute('{ objects(kinds: ["FeedConsumer"]) { nodes { manifest(format: JSON) } } }');
  const manifests = list.data.objects.nodes.map(({ manifest }: { manifest: string }) => JSON.parse(manifest));
  expect(manifests[0].status.progress).toMatchObject({ state: 'Behind', lagChanges: 1, failureCount: 0 });
  expect(manifests[1].status.progress).toMatchObject({ state: 'Unreported' });
  const bare = await app.execute('{ feedConsumer(name: "billing") { manifest(bare: true) } }');
  expect(bare.data.feedConsumer.manifest).not.toContain('status');
});

test('C5.3n: consumers are listed by their state and by how far they are behind, those first who need somebody', async () => {
  const listed = async (where: object, ...orderBy: string[]): Promise<string[]> => {
    const { data, errors } = await app.execute(
      `query ($where: FeedConsumerWhere, $orderBy: [FeedConsumerOrder!], $after: String) {
        feedConsumers(first: 1, after: $after, where: $where, orderBy: $orderBy) { nodes { name } pageInfo { endCursor } }
        rest: feedConsumers(first: 9, where: $where, orderBy: $orderBy) { totalCount nodes { name } } }`,
      { where, ...(orderBy.length > 0 && { orderBy }) },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount } = data.rest;
    expect([totalCount, data.feedConsumers.nodes]).toEqual([nodes.length, nodes.slice(0, 1)]);
    const after = await app.execute(
      `query ($where: FeedConsumerWhere, $orderBy: [FeedConsumerOrder!], $after: String) {
        feedConsumers(first: 9, after: $after, where: $where, orderBy: $orderBy) { nodes { name } } }`,
      { where, ...(orderBy.length > 0 && { orderBy }), after: data.feedConsumers.pageInfo.endCursor },
    );
    if (nodes.length > 0) expect(after.data.feedConsumers.nodes).toEqual(nodes.slice(1));
    return nodes.map(({ name }: { name: string }) => name);
  };
  const state = (...names: string[]) => ({ progress: { state: { in: names } } });
  // billing is behind by the change that was made old; quota has reported nothing since its registration.
  expect(await listed({}, 'PROGRESS_STATE_ASC')).toEqual(['billing', 'quota']);
  expect(await listed({}, 'PROGRESS_STATE_DESC')).toEqual(['quota', 'billing']);
  expect(await listed({}, 'PROGRESS_WAITING_SINCE_ASC')).toEqual(['billing', 'quota']);
  expect(await listed(state('BEHIND'))).toEqual(['billing']);
  expect(await listed(state('UNREPORTED', 'CURRENT'))).toEqual(['quota']);
  expect(await listed({ progress: { lagSeconds: { gte: 1000 }, lagChanges: { eq: '1' } } })).toEqual(['billing']);
  const { cursor, uids } = await readOn();
  await report({ cursor, failures: [{ uid: uids[0] ?? '', reason: 'no rate card' }] });
  expect(await listed({}, 'PROGRESS_STATE_ASC')).toEqual(['quota', 'billing']);
  expect(await listed({}, 'PROGRESS_WAITING_SINCE_ASC')).toEqual(['quota', 'billing']);
  expect(await listed(state('FAILING'))).toEqual(['billing']);
  expect(await listed({ progress: { waitingSince: null } })).toEqual(['billing']);
  expect(await listed({ progress: { failureCount: { gt: 0 }, reportedAt: { isNull: false } } })).toEqual(['billing']);
  expect(await listed({ not: { progress: { position: null } } })).toEqual(['billing']);
});

test('after the catalog was restored everyone has to report anew; a cursor of before is refused', async () => {
  const { cursor } = await readOn();
  await report({ cursor });
  await app.database.execute(sql`update change_head set epoch = gen_random_uuid()`);
  expect(await progressOf()).toMatchObject({ state: 'UNREPORTED', position: null });
  expect(await report({ cursor })).toMatchObject({ userErrors: [{ code: 'CURSOR_UNKNOWN', field: 'cursor' }] });
  expect(await report({ cursor: (await readOn()).cursor })).toMatchObject({ isRecorded: true });
  expect(await progressOf()).toMatchObject({ state: 'CURRENT' });
});

test('what was reported goes with the consumer', async () => {
  const gone = 'mutation { deleteFeedConsumer(input: { name: "billing" }) { userErrors { message } } }';
  expect((await app.execute(gone)).data.deleteFeedConsumer.userErrors).toEqual([]);
  expect(await app.database.cells(sql`select count(*)::int from feed_progress`)).toEqual([[0]]);
});
