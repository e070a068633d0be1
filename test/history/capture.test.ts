import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { aNode, aPort, aRack, aService, plant } from './documents.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(plant)).userErrors).toEqual([]);
});
afterAll(() => app.close());

interface Recorded {
  readonly type: string;
  readonly subject: string;
  readonly changed_fields: readonly string[];
}

const headOf = async (): Promise<bigint> => {
  const [row] = await app.database.rows<{ position: bigint }>(sql`select position from change_head`);
  return row?.position ?? 0n;
};

/** Runs `work`; what it left behind, in order. */
async function recorded(work: () => Promise<unknown>): Promise<Recorded[]> {
  const before = await headOf();
  await work();
  return app.database.rows<Recorded>(sql`
    select type::text as type, kind || '/' || name as subject, changed_fields from change
    where position > ${before}::bigint order by position`);
}

const remove = (...names: readonly string[]) =>
  app.execute('mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { message } } }', {
    input: { objects: names.map((one) => ({ kind: one.split('/')[0], name: one.split('/')[1] })) },
  });

test('what is created, changed and deleted is recorded in an order in which it can be replayed', async () => {
  expect(await recorded(() => app.apply(aNode('n1', 'r1') + aRack('r1')))).toEqual([
    { type: 'ADDED', subject: 'Rack/r1', changed_fields: [] },
    { type: 'ADDED', subject: 'Node/n1', changed_fields: [] },
  ]);
  expect(await recorded(() => app.apply(aRack('r1', { heightU: 48 }, { tier: 'gold' })))).toEqual([
    { type: 'MODIFIED', subject: 'Rack/r1', changed_fields: ['metadata.labels.tier', 'spec.heightU'] },
  ]);
  expect(await recorded(() => remove('Rack/r1', 'Node/n1'))).toEqual([
    { type: 'DELETED', subject: 'Node/n1', changed_fields: [] },
    { type: 'DELETED', subject: 'Rack/r1', changed_fields: [] },
  ]);
});

test('what changes nothing, is only tried or is refused leaves no change and no gap', async () => {
  const before = await headOf();
  await app.apply(aRack('r2'));
  expect(
    await recorded(async () => {
      await app.apply(aRack('r2'));
      await app.apply(aRack('r3'), { validateOnly: true });
      await app.apply(aRack('r2', { heightU: 0 }) + aRack('r4'));
      await app.database.pool.query(`begin; update rack set revision = nextval('catalog_revision'); rollback`);
    }),
  ).toEqual([]);
  expect(await headOf()).toBe(before + 1n);
});

test('an object whose place moves with another one is recorded, although it says the same', async () => {
  await app.apply(aRack('r5') + aRack('r6') + aNode('n5', 'r5'));
  await app.apply(aPort('p5', 'n5'));
  expect(await recorded(() => app.apply(aNode('n5', 'r6')))).toEqual([
    { type: 'MODIFIED', subject: 'Node/n5', changed_fields: ['spec.placement.rackRef.name', 'status.rackRef.name'] },
    { type: 'MODIFIED', subject: 'Port/p5', changed_fields: [] },
  ]);
});

test('what the catalog derives is recorded with it, under the same author', async () => {
  const changes = await recorded(() => app.apply(aService('alpha', ['one', 'two'])));
  expect(changes.map(({ type, subject }) => `${type} ${subject.split('/')[0]}`)).toEqual([
    'ADDED Service',
    'ADDED ServiceConfiguration',
    'ADDED ConfigurationActivation',
    'ADDED MeterDefinition',
    'ADDED MeterDefinition',
    'ADDED MonitoredResourceType',
  ]);
  const sets = await app.database.rows(sql`select actor ->> 'name' as actor from change_set order by at desc limit 1`);
  expect(sets).toEqual([{ actor: 'test-admin' }]);
});

test('positions have no gaps, commits share none, and their instants rise', async () => {
  expect(
    await app.database.rows(sql`
      select count(*) = max(position) as whole, bool_and(exists (
        select from change_set s where s.first_position = c.commit and c.position between s.first_position and s.last_position)) as owned
      from change c`),
  ).toEqual([{ whole: true, owned: true }]);
  expect(
    await app.database.rows(sql`
      select bool_and(at > earlier and first_position = ended + 1) as rising from (
        select at, first_position, lag(at) over w as earlier, lag(last_position) over w as ended
        from change_set window w as (order by first_position)) s where earlier is not null`),
  ).toEqual([{ rising: true }]);
});

test('what was stored before changes were recorded is taken over at the start', async () => {
  await app.database.pool.query('truncate change, change_set; update change_head set position = 0');
  await (await app.replica()).close();
  const [missing] = await app.database.rows<{ count: number }>(sql`
    select count(*)::int as count from rack r where not exists (
      select from change c where c.object_id = r.id and c.type = 'ADDED' and c.state ->> 'name' = r.name)`);
  expect(missing?.count).toBe(0);
  const before = await headOf();
  expect(before).toBeGreaterThan(10n);
  await (await app.replica()).close();
  expect(await headOf()).toBe(before);
});

test('the audit log cannot be changed', async () => {
  await expect(app.database.execute(sql`update audit_record set verb = 'x'`)).rejects.toThrow('cannot be changed');
  await expect(app.database.execute(sql`delete from audit_record`)).rejects.toThrow('cannot be changed');
  await expect(app.database.execute(sql`truncate audit_record`)).rejects.toThrow('cannot be changed');
});
