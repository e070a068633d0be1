import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { overEvents } from '../kit/streams.ts';
import { aRack, plant } from './documents.ts';

let app: TestApp;
const iam = (kind: string, metadata: object, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata, spec })}\n`;
const role = (name: string, ...includedPermissions: readonly string[]): string =>
  iam('Role', { name, namespace: 'milo-system' }, { launchStage: 'Beta', includedPermissions });
const racks = (...verbs: readonly string[]): string[] => verbs.map((verb) => `inventory.miloapis.com/racks.${verb}`);

beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(
    plant +
      aRack('first') +
      iam('User', { name: 'eve' }, { email: 'eve@example.com' }) +
      role('rack-watcher', ...racks('get', 'list', 'watch')) +
      role('rack-auditor', 'catalog.miloapis.com/auditrecords.list'),
  );
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

/** Gives eve a role on the site, or takes it. */
async function change(verb: 'bindRole' | 'unbindRole', name: string): Promise<void> {
  const { data, errors } = await app.execute(
    `mutation { ${verb}(input: { role: { name: "${name}", namespace: "milo-system" }, subject: { user: { name: "eve" } }, resource: { site: { name: "here" } } }) { userErrors { message } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data[verb].userErrors).toEqual([]);
}

const AUDIT =
  '{ auditRecords(where: {resource: {kind: "rack"}}) { totalCount nodes { outcome verb name permission } } }';

test('a role that is given or taken is a reset with what is in sight by then; who did it, only an auditor hears', async () => {
  const authorization = `Bearer ${await app.token('eve')}`;
  const stream = overEvents(
    app.url,
    'subscription { changes(where: { kinds: ["Rack"] }) { type reason initialComplete name actor { name } } }',
    {},
    { authorization },
  );
  const take = async (count: number): Promise<string[]> => {
    const texts: string[] = [];
    while (texts.length < count) {
      const { value } = await stream.next();
      const { type, reason, name, initialComplete, actor } = value.data.changes;
      if (type === 'BOOKMARK' && !initialComplete) continue;
      texts.push([type, name, reason, actor?.name].filter(Boolean).join(' '));
    }
    return texts;
  };
  expect(await take(1)).toEqual(['BOOKMARK']);
  await change('bindRole', 'rack-watcher');
  expect(await take(3)).toEqual(['RESET RIGHTS_CHANGED', 'ADDED first', 'BOOKMARK']);
  await app.apply(aRack('second'));
  expect(await take(1)).toEqual(['ADDED second']);
  // Another right than to watch: nothing comes into sight, and nothing is said anew.
  await change('bindRole', 'rack-auditor');
  await app.apply(aRack('third'));
  expect(await take(1)).toEqual(['ADDED third test-admin']);
  await change('unbindRole', 'rack-watcher');
  expect(await take(2)).toEqual(['RESET RIGHTS_CHANGED', 'BOOKMARK']);
  await stream.return(undefined);
  await change('unbindRole', 'rack-auditor');
});

test('a poller whose rights have changed is told to begin anew', async () => {
  const eve = app.as('eve');
  const POLL = 'query ($after: String) { changes(after: $after) { cursor events { type name } } }';
  const { data } = await eve.execute(POLL);
  await change('bindRole', 'rack-watcher');
  const refused = await eve.execute(POLL, { after: data.changes.cursor });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'CURSOR_EXPIRED', path: 'after' }] });
  await change('unbindRole', 'rack-watcher');
});

test('past states, differences and histories hold what one may get now, and nothing else', async () => {
  const eve = app.as('eve');
  const read = async (): Promise<unknown> => {
    const { data, errors } = await eve.execute(
      `{ history(kind: "rack", name: "first") { totalCount nodes { type actor { name } } }
         catalogAsOf(at: {time: "${new Date().toISOString()}"}) { objects(kind: "rack", where: { names: ["first"] }) { totalCount nodes { name } } object(kind: "rack", name: "first") { name } }
         catalogDifference(from: {position: 0}, kinds: ["rack", "site"]) { totalCount nodes { kind } } }`,
    );
    expect(errors).toBeUndefined();
    return data;
  };
  expect(await read()).toEqual({
    history: { totalCount: 0, nodes: [] },
    catalogAsOf: { objects: { totalCount: 0, nodes: [] }, object: null },
    catalogDifference: { totalCount: 0, nodes: [] },
  });
  await change('bindRole', 'rack-watcher');
  expect(await read()).toEqual({
    history: { totalCount: 1, nodes: [{ type: 'ADDED', actor: null }] },
    catalogAsOf: { objects: { totalCount: 1, nodes: [{ name: 'first' }] }, object: { name: 'first' } },
    catalogDifference: { totalCount: 3, nodes: [{ kind: 'Rack' }, { kind: 'Rack' }, { kind: 'Rack' }] },
  });
  const list = await eve.execute(
    '{ racks(where: {name: {eq: "first"}}) { nodes { history { nodes { type actor { name } } } } } }',
  );
  expect(list.data.racks.nodes).toEqual([{ history: { nodes: [{ type: 'ADDED', actor: null }] } }]);
  await change('unbindRole', 'rack-watcher');
});

test('what is denied is recorded; one sees one’s own attempts, and with the right to it those of others', async () => {
  const eve = app.as('eve');
  await change('bindRole', 'rack-watcher');
  const { data } = await eve.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code } } }',
    { input: { manifests: [{ content: aRack('first', { heightU: 3 }) }] } },
  );
  expect(data.apply).toMatchObject({ applied: false, userErrors: [{ code: 'FORBIDDEN' }] });
  const own = { outcome: 'DENIED', verb: 'update', name: 'first', permission: 'inventory.miloapis.com/racks.update' };
  expect((await eve.execute(AUDIT)).data.auditRecords).toEqual({ totalCount: 1, nodes: [own] });
  await change('bindRole', 'rack-auditor');
  expect((await eve.execute(AUDIT)).data.auditRecords.nodes).toEqual([
    own,
    ...['third', 'second', 'first'].map((name) =>
      expect.objectContaining({ outcome: 'SUCCESS', verb: 'create', name }),
    ),
  ]);
  expect((await app.as('nobody').execute(AUDIT)).data.auditRecords).toEqual({ totalCount: 0, nodes: [] });
});
