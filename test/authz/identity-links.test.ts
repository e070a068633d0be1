import type { GraphQLFormattedError } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { createTestIssuer } from '../kit/issuer.ts';
import { aMinuteLater } from '../kit/later.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';
import { who } from '../kit/who.ts';
import { applyAll, binding, doc, groupNamed, link, role, type Subject, SYSTEM, startWorld, userOf } from './world.ts';

let app: TestApp;
/** A token as it comes from the issuer: nobody is introduced by it. */
let sign: Awaited<ReturnType<typeof createTestIssuer>>['token'];
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name });
const serviceAccount = (name: string, project = 'p1') => doc('ServiceAccount', name, { state: 'Active' }, { project });

beforeAll(async () => {
  ({ token: sign } = await createTestIssuer());
  app = await startWorld();
  await applyAll(
    app,
    [
      role('linker', 'catalog/identitylinks.get catalog/identitylinks.create catalog/identitylinks.update'),
      role('sees-accounts', 'iam/users.get iam/serviceaccounts.get'),
      role('binder', 'iam/policybindings.create'),
      role('role-user', 'iam/roles.use'),
      // Olga runs acme; Nora is staff of the platform for accounts, without what others may do.
      binding('olga-links', 'Organization/acme', 'linker', userOf('olga')),
      binding('olga-binds', 'Organization/acme', 'binder', userOf('olga')),
      binding('olga-sees', 'Organization/acme', 'sees-accounts', userOf('olga')),
      binding('nora-links', 'Platform/root', 'linker', userOf('nora')),
      binding('nora-sees', 'Platform/root', 'sees-accounts', userOf('nora')),
      ...['robot', 'strong', 'grouped', 'wide'].map((name) => serviceAccount(name)),
      binding('robot', 'Project/p1', 'project-viewer', account('robot')),
      binding('strong', 'Project/p9', 'project-admin', account('strong')),
      binding('wide', 'Project/*', 'project-viewer', account('wide')),
      doc('Group', 'outer', {}, SYSTEM),
      doc('Group', 'inner', {}, SYSTEM),
      doc(
        'GroupNesting',
        'in-inner',
        { groupRef: { name: 'inner', ...SYSTEM }, memberRef: account('grouped') },
        SYSTEM,
      ),
      doc(
        'GroupNesting',
        'in-outer',
        { groupRef: { name: 'outer', ...SYSTEM }, memberRef: groupNamed('inner') },
        SYSTEM,
      ),
      binding('outer', 'Rack/fra1-r1', 'inventory-admin', groupNamed('outer')),
    ].join(''),
  );
});
afterAll(() => app.close());

const later = (seconds: number) => ({ iat: Math.floor(Date.now() / 1_000) + seconds });

/** What is wrong with manifests when somebody applies them; nothing is stored. */
async function tried(as: string, content: string): Promise<string[]> {
  const { data } = await app
    .as(as)
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message field } } }', {
      input: { manifests: [{ source: 'a.yaml', content }], validateOnly: true },
    });
  const errors = data.apply.userErrors as { code: string; message: string; field: string | null }[];
  return errors.map(({ code, message, field }) => `${code} ${field}: ${message}`);
}

/** Deletes an object; what went with it. */
async function removed(kind: string, name: string, place: object = {}): Promise<string[]> {
  const { data } = await app.execute(
    `mutation ($input: DeleteObjectInput!) { delete${kind}(input: $input) { deleted { kind name } userErrors { code message } } }`,
    { input: { name, ...place } },
  );
  const { deleted, userErrors } = data[`delete${kind}`];
  expect(userErrors).toEqual([]);
  return deleted.map((one: { kind: string; name: string }) => `${one.kind}/${one.name}`);
}

test('a name makes nobody an account: a User that exists is claimed by a stated link only', async () => {
  await applyAll(
    app,
    doc('User', 'claimed', { email: 'c@example.com' }) + doc('User', 'stated', { email: 's@example.com' }),
  );
  await applyAll(app, link('idp-4711', userOf('stated')));
  expect(await who(app, await sign('claimed'))).toEqual({
    kind: 'User',
    name: expect.stringMatching(/^user-[0-9a-f]{16}$/),
    isStaff: false,
  });
  expect(await who(app, await sign('idp-4711'))).toEqual({ kind: 'User', name: 'stated', isStaff: false });
  expect(await who(app, await sign('sa-ci'))).toMatchObject({ kind: 'User', name: 'sa-ci' });
});

test('who comes for the first time gets a User and its link in one batch, however often they come at once', async () => {
  const token = await sign('Fresh.Person', { email: 'fresh@example.com' });
  const all = await Promise.all(Array.from({ length: 8 }, () => who(app, token)));
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
  const { data } = await app.execute(
    `{ user(name: "Fresh.Person") { email identityLinks { nodes { name issuer subject principal { name } } } history { nodes { commit } } }
       identityLinks(where: { subject: { eq: "Fresh.Person" } }) { nodes { history { nodes { commit } } } } }`,
  );
  const commits = [...data.user.history.nodes, ...data.identityLinks.nodes[0].history.nodes];
  expect(new Set(commits.map(({ commit }) => commit)).size).toBe(1);
  const [{ name, ...linked }] = data.user.identityLinks.nodes;
  expect({ email: data.user.email, linked, isMade: /^user-[0-9a-f]{16}$/.test(name) }).toEqual({
    email: 'fresh@example.com',
    linked: { issuer: 'https://issuer.test', subject: 'Fresh.Person', principal: { name: 'Fresh.Person' } },
    isMade: true,
  });
});

test('an account may have several identities, an identity has one account', async () => {
  await applyAll(app, link('robot-2025', account('robot')) + link('robot-2026', account('robot')));
  for (const subject of ['robot-2025', 'robot-2026'])
    expect(await who(app, await sign(subject))).toMatchObject({ kind: 'ServiceAccount', name: 'robot' });
  const again = await app.apply(link('robot-2026', userOf('dave'), 'mine'));
  expect(again.userErrors).toMatchObject([
    {
      code: 'ALREADY_LINKED',
      message: 'this subject of this issuer is linked already: IdentityLink/robot-2026',
      field: 'spec.subject',
    },
  ]);
  // Who may not see the link that is in the way hears that there is one.
  await applyAll(app, link('secret-4', userOf('dave')));
  expect(await tried('olga', link('secret-4', account('robot'), 'secret'))).toEqual([
    'ALREADY_LINKED spec.subject: this subject of this issuer is linked already: something that you may not see',
  ]);
  const moved = await app.apply(link('robot-2026', userOf('dave')));
  expect(moved.userErrors.map(({ code, field }) => `${code} ${field}`)).toEqual(['IMMUTABLE spec.principalRef.uid']);
});

test('nobody links an identity to an account that may do more than they could give', async () => {
  // Within what Olga could give: what the account holds in acme, and nothing else.
  await applyAll(app, binding('olga-lacks', 'Organization/acme', 'project-viewer', userOf('olga')));
  expect(await tried('olga', link('x', account('robot')))).toEqual([]);
  const refusal = (lacking: string): string =>
    `ESCALATION spec.principalRef: the account may do more than you could give: you lack ${lacking}`;
  expect(await tried('olga', link('x', account('strong')))).toEqual([refusal('14 permissions on 1 object')]);
  expect(await tried('olga', link('x', account('grouped')))).toEqual([refusal('11 permissions on 1 object')]);
  expect(await tried('olga', link('x', account('wide')))).toEqual([refusal('7 permissions on 1 object')]);
  // The permission to make links is not enough, not even on the whole platform; without it nothing is.
  expect(await tried('nora', link('x', account('robot')))).toEqual([refusal('7 permissions on 1 object')]);
  expect(await tried('nora', link('x', userOf('test-admin')))).toEqual([
    expect.stringMatching(/^ESCALATION spec\.principalRef: .* you lack \d{3} permissions on 1 object$/),
  ]);
  // What a person holds as a member of a group that is in a group counts as well.
  await applyAll(
    app,
    doc('User', 'crew', { email: 'crew@example.com' }) +
      doc('GroupMembership', 'crew', { groupRef: { name: 'inner', ...SYSTEM }, userRef: { name: 'crew' } }, SYSTEM),
  );
  expect(await tried('nora', link('x', userOf('crew')))).toEqual([refusal('1 permission on 1 object')]);
  expect(await tried('dave', link('x', account('robot')))).toEqual([
    expect.stringMatching(/^(FORBIDDEN|REFERENCE_NOT_FOUND) /),
  ]);
  // A link that is there is changed under the same condition.
  await applyAll(app, link('strong-1', account('strong')));
  const labelled = link('strong-1', account('strong')).replace('"labels":{}', '"labels":{"tier":"gold"}');
  expect(labelled).toContain('gold');
  expect(await tried('nora', labelled)).toEqual([refusal('11 permissions on 1 object')]);
  // Who may use any role there may link the account as well.
  await applyAll(app, binding('nora-uses', 'Platform/root', 'role-user', userOf('nora')));
  await applyAll(app, binding('nora-binds', 'Platform/root', 'binder', userOf('nora')));
  expect(await tried('nora', link('x', account('strong')))).toEqual([]);
});

test('a link that is deleted ends its sign-ins at once, on every replica and in open subscriptions', async () => {
  await applyAll(app, serviceAccount('ended') + binding('ended', 'Project/p9', 'project-viewer', account('ended')));
  await applyAll(app, link('ended-1', account('ended')) + link('ended-2', account('ended')));
  const [first, second] = [await sign('ended-1'), await sign('ended-2')];
  const replica = await app.replica();
  for (const token of [first, second]) {
    expect(await who(app, token)).toMatchObject({ name: 'ended' });
    expect(await who(replica, token)).toMatchObject({ name: 'ended' });
  }
  const own = { authorization: `Bearer ${first}` };
  const heard: string[][] = [];
  const listening = [overEvents, overWebSocket].map(async (over, index) => {
    const mine: string[] = [];
    heard[index] = mine;
    try {
      for await (const { data, errors } of over(replica.url, 'subscription { changes { type } }', {}, own)) {
        mine.push(String(data?.changes.type ?? errors?.[0]?.extensions.reason));
        if (errors !== undefined) break;
      }
    } catch (error) {
      mine.push(...(error as GraphQLFormattedError[]).map(({ extensions }) => String(extensions?.reason))); // Over WebSocket.
    }
  });
  await expect.poll(() => heard.every((mine) => mine.length > 0)).toBe(true);
  await removed('IdentityLink', 'ended-1');
  expect([await who(replica, first), await who(app, first)]).toEqual(['PRINCIPAL_GONE', 'PRINCIPAL_GONE']);
  await Promise.all(listening);
  expect(heard.map((mine) => mine.at(-1))).toEqual(['PRINCIPAL_GONE', 'PRINCIPAL_GONE']);
  expect([await who(replica, second), await who(app, second)]).toMatchObject([{ name: 'ended' }, { name: 'ended' }]);
  await replica.close();
  // The identity is nobody's now: a token that is issued from now on makes a User, as for anyone.
  await aMinuteLater(app);
  expect(await who(app, await sign('ended-1', later(5)))).toMatchObject({ kind: 'User', name: 'ended-1' });
  expect(await who(app, first)).toBe('PRINCIPAL_GONE');
});

test('an identity that is given to another account acts for no one in between, and for the new one then', async () => {
  await applyAll(app, serviceAccount('before') + serviceAccount('after') + link('moving', account('before')));
  const old = await sign('moving');
  expect(await who(app, old)).toMatchObject({ name: 'before' });
  await removed('IdentityLink', 'moving');
  await applyAll(app, link('moving', account('after')));
  // The clock of its issuer may have been ahead when this one was made.
  const early = await sign('moving', later(50));
  expect(await who(app, early)).toBe('PRINCIPAL_GONE');
  await aMinuteLater(app);
  const fresh = await sign('moving', later(5));
  expect(['UNAVAILABLE', 'after']).toContain(
    await who(app, fresh).then((me) => (typeof me === 'string' ? me : me.name)),
  );
  expect(await who(app, fresh)).toMatchObject({ kind: 'ServiceAccount', name: 'after' });
  expect(await who(app, old)).toBe('PRINCIPAL_GONE');
});

test('an account takes its links along, and a later account of its name has none of its tokens', async () => {
  await applyAll(app, serviceAccount('brief') + link('brief-1', account('brief')) + link('brief-2', account('brief')));
  const token = await sign('brief-1');
  expect(await who(app, token)).toMatchObject({ name: 'brief' });
  expect((await removed('ServiceAccount', 'brief', { project: 'p1' })).sort()).toEqual([
    'IdentityLink/brief-1',
    'IdentityLink/brief-2',
    'ServiceAccount/brief',
  ]);
  expect(await who(app, token)).toBe('PRINCIPAL_GONE');
  await applyAll(app, serviceAccount('brief'));
  expect(await who(app, token)).toBe('PRINCIPAL_GONE');
  await aMinuteLater(app);
  expect(await who(app, await sign('brief-1', later(5)))).toMatchObject({ kind: 'User', name: 'brief-1' });
});

test('who may delete an account needs no further permission for its links, and sees none in the answer that are hidden', async () => {
  await applyAll(
    app,
    serviceAccount('owned-sa') +
      link('owned-sa', account('owned-sa')) +
      role('account-remover', 'iam/serviceaccounts.get iam/serviceaccounts.delete') +
      binding('tech-removes', 'Project/p1', 'account-remover', userOf('tech')),
  );
  const { data } = await app.as('tech').execute(
    `mutation { deleteServiceAccount(input: { name: "owned-sa", project: "p1" }) {
       deleted { kind name } userErrors { code } } }`,
  );
  expect(data.deleteServiceAccount).toEqual({
    deleted: [{ kind: 'ServiceAccount', name: 'owned-sa' }],
    userErrors: [],
  });
});

test('links are where their account is, and in the audit log as everything else', async () => {
  await applyAll(app, link('robot-log', account('robot')));
  const { data } = await app.execute(
    `{ identityLink(name: "robot-log") { principal { name } }
       auditRecords(where: { resource: { kind: "IdentityLink", name: "robot-log" } }, first: 1) {
         nodes { verb permission outcome actor { name } scope { kind name } } } }`,
  );
  expect(data).toEqual({
    identityLink: { principal: { name: 'robot' } },
    auditRecords: {
      nodes: [
        {
          verb: 'create',
          permission: 'catalog.miloapis.com/identitylinks.create',
          outcome: 'SUCCESS',
          actor: { name: 'test-admin' },
          scope: { kind: 'Project', name: 'p1' },
        },
      ],
    },
  });
  // Olga's rights on acme are rights on the links of its accounts, and on no others.
  const { data: seen } = await app.as('olga').execute('{ identityLinks { nodes { name } } }');
  const names = seen.identityLinks.nodes.map(({ name }: { name: string }) => name);
  expect(names).toContain('robot-log');
  expect(names).not.toContain('test-admin');
});

test('links cost nothing: a request is as many statements and calls with one as with a thousand, of whatever identity', async () => {
  await applyAll(app, serviceAccount('busy') + binding('busy', 'Project/p1', 'project-viewer', account('busy')));
  const read = async (subject: string) => {
    const headers = { 'x-catalog-explain': 'true', authorization: `Bearer ${await sign(subject)}` };
    const { data, extensions } = await app.execute('{ me { name } projects { nodes { name } } }', {}, headers);
    expect(data).toEqual({ me: { name: 'busy' }, projects: { nodes: [{ name: 'p1' }] } });
    const { statements, openfgaCalls } = extensions?.explain ?? {};
    return { statements, openfgaCalls };
  };
  const both = async (subject: string) => ({ cold: await read(subject), warm: await read(subject) });
  await applyAll(app, link('busy-1', account('busy')));
  const one = await both('busy-1');
  expect([one.cold.openfgaCalls, one.warm.openfgaCalls]).toEqual([1, 0]);
  const links = Array.from({ length: 1_000 }, (_, index) => link(`busy-${index + 2}`, account('busy')));
  await applyAll(app, links.join(''));
  for (const subject of ['busy-2', 'busy-1001']) expect(await both(subject)).toEqual(one);
  expect((await read('busy-1')).openfgaCalls).toBeLessThanOrEqual(1);
  expect(await read('busy-1')).toEqual(one.warm);
});
