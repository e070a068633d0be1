import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { createLocalIssuer } from '../kit/example-world.ts';
import { createTestIssuer, type TestIssuer } from '../kit/issuer.ts';
import { type Me, who } from '../kit/who.ts';

/*
 * Two issuers are trusted. Nobody of the one becomes anybody of the other, whatever a token says; nor anyone who has only
 * the name of an account.
 */
let app: TestApp;
let a: TestIssuer;
let b: TestIssuer;
beforeAll(async () => {
  a = await createTestIssuer('https://a.example');
  b = await createTestIssuer('https://b.example');
  app = await startApp({
    issuers: [a.issuer, b.issuer],
    administrator: { issuer: 'https://a.example', subject: 'portal' },
  });
});
afterAll(() => app.close());

const someUser = { kind: 'User', name: expect.stringMatching(/^user-[0-9a-f]{16}$/), isStaff: false };
const nameOf = (me: Me | string): string => (typeof me === 'string' ? me : me.name);

test('the subject of the administrator at another issuer is somebody else, also when they come first', async () => {
  const stranger = await who(app, await b.token('portal'));
  expect(stranger).toEqual(someUser);
  expect(await who(app, await a.token('portal'))).toEqual({ kind: 'User', name: 'portal', isStaff: true });
  expect(await who(app, await b.token('portal'))).toEqual(stranger);
});

test('the same subject under two issuers is two principals with two names, neither of which is the subject', async () => {
  const [one, other] = [await who(app, await a.token('ada')), await who(app, await b.token('ada'))];
  expect([one, other]).toEqual([someUser, someUser]);
  expect(nameOf(one)).not.toBe(nameOf(other));
});

test.each([
  ['in capitals', 'https://A.example'],
  ['with a slash', 'https://a.example/'],
  ['with a port', 'https://a.example:443'],
  ['with a dot', 'https://a.example.'],
  ['with http', 'http://a.example'],
  ['with a path', 'https://a.example/realms/b'],
  ['with a user', 'https://b@a.example'],
  ['with a space', 'https://a.example '],
  ['in Cyrillic', 'https://\u0430.example'],
  ['in full width', 'https://\uff41.example'],
  ['with a joiner', 'https://a\u200d.example'],
  ['with a mark', 'https://a.example\u200f'],
  ['decomposed', 'https://a\u0301.example'],
  ['in Punycode', 'https://xn--80a.example'],
  ['with a letter escaped', 'https://%61.example'],
  ['with an empty port', 'https://a.example:'],
  ['with an empty user', 'https://@a.example'],
  ['with a dot as a path', 'https://a.example/.'],
  ['with an empty query', 'https://a.example?'],
  ['with an empty fragment', 'https://a.example#'],
  ['renamed', 'https://id.a.example'],
  ['of a prototype', '__proto__'],
  ['as a list', ['https://a.example']],
  ['as nothing', undefined],
])('an issuer that is written %s is another one, which nobody trusts', async (_how, iss) => {
  expect(await who(app, await a.token('portal', { iss }))).toBe('UNKNOWN_ISSUER');
});

test.each([
  ['in capitals', 'PORTAL'],
  ['with a space', 'portal '],
  ['with a leading space', ' portal'],
  ['in Cyrillic', 'p\u043ertal'],
  ['in full width', '\uff50ortal'],
  ['with a joiner', 'por\u200dtal'],
  ['with a mark', 'portal\u200f'],
  ['decomposed', 'po\u0301rtal'],
  ['composed', 'p\u00f3rtal'],
  ['with the issuer', 'https://a.example portal'],
  ['as a group of the platform', 'system:masters'],
])('a subject that is written %s is somebody else', async (_how, subject) => {
  expect(await who(app, await a.token(subject))).toEqual(someUser);
});

test('subjects that differ in composition only are two', async () => {
  const names = await Promise.all(['po\u0301rtal', 'p\u00f3rtal'].map(async (one) => who(app, await a.token(one))));
  expect(new Set(names.map(nameOf)).size).toBe(2);
});

test.each([
  ['NUL', 'por\0tal'],
  ['a bell', 'portal\u0007'],
  ['an escape', '\u001b[2Jportal'],
  ['a line break', 'portal\n'],
  ['a control character above ASCII', 'portal\u0085'],
  ['half of a surrogate pair', 'portal\ud800'],
  ['nothing at all', ''],
  ['too much', 'p'.repeat(256)],
  ['a number', 5],
])('a subject with %s in it is refused as a claim', async (_what, sub) => {
  expect(await who(app, await a.token('portal', { sub }))).toBe('INVALID_CLAIM');
});

test('a token that lives longer than tokens may is refused, whatever its times say', async () => {
  const iat = Math.floor(Date.now() / 1_000);
  const days = (count: number) => iat + count * 86_400;
  expect(await who(app, await a.token('portal', { iat, exp: days(30) }))).toMatchObject({ name: 'portal' });
  for (const exp of [days(30) + 1, 1e18, Number.MAX_SAFE_INTEGER, 1e300])
    expect(await who(app, await a.token('portal', { iat, exp }))).toBe('INVALID_CLAIM');
  expect(await who(app, await a.token('portal', { iat: days(-40), exp: days(1) }))).toBe('INVALID_CLAIM');
});

test('with the embedded issuer beside another one, its subjects and those of the other are apart too', async () => {
  const localIssuer = await createLocalIssuer();
  const both = await startApp({
    localIssuer,
    issuers: [a.issuer],
    administrator: { issuer: localIssuer.issuer.issuer, subject: 'staff' },
  });
  expect(await who(both, await a.token('staff'))).toEqual(someUser);
  expect(await who(both, await localIssuer.signToken('staff'))).toEqual({ kind: 'User', name: 'staff', isStaff: true });
  // A ServiceAccount is nobody's because of its name either.
  const world = `{apiVersion: resourcemanager.miloapis.com/v1alpha1, kind: Organization, metadata: {name: o}, spec: {type: Standard}}
---
{apiVersion: resourcemanager.miloapis.com/v1alpha1, kind: Project, metadata: {name: p}, spec: {ownerRef: {kind: Organization, name: o}}}
---
{apiVersion: iam.miloapis.com/v1alpha1, kind: ServiceAccount, metadata: {name: provider, labels: {resourcemanager.miloapis.com/project-name: p}}, spec: {state: Active}}`;
  const answer = await both.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { message } } }',
    { input: { manifests: [{ content: world }] } },
    { authorization: `Bearer ${await localIssuer.signToken('staff')}` },
  );
  expect(answer.data.apply.userErrors).toEqual([]);
  expect(await who(both, await localIssuer.signToken('provider'))).toEqual(someUser);

  // E16: two accounts of that name, in two projects. A link by the name alone is refused, one by uid means one of them.
  const staff = { authorization: `Bearer ${await localIssuer.signToken('staff')}` };
  const applied = async (content: string) =>
    (
      await both.execute(
        'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code field } } }',
        { input: { manifests: [{ content }] } },
        staff,
      )
    ).data.apply.userErrors;
  const inProject = (kind: string, name: string, spec: object): string =>
    JSON.stringify({
      apiVersion: 'iam.miloapis.com/v1alpha1',
      kind,
      metadata: { name, labels: { 'resourcemanager.miloapis.com/project-name': 'q' } },
      spec,
    });
  const q = world.replace('name: p}', 'name: q}').split('---')[1] ?? '';
  expect(await applied(`${q}---\n${inProject('ServiceAccount', 'provider', { state: 'Active' })}`)).toEqual([]);
  const { data } = await both.execute(
    '{ serviceAccounts(where: { name: { eq: "provider" } }) { nodes { name project { name } manifest(format: JSON) } } }',
    {},
    staff,
  );
  const uids = new Map<string, string>();
  for (const { project, manifest } of data.serviceAccounts.nodes)
    uids.set(project.name, JSON.parse(manifest).metadata.uid);
  const link = (subject: string, uid?: string): string =>
    JSON.stringify({
      apiVersion: 'catalog.miloapis.com/v1alpha1',
      kind: 'IdentityLink',
      metadata: { name: subject },
      spec: { issuer: a.issuer.issuer, subject, principalRef: { kind: 'ServiceAccount', name: 'provider', uid } },
    });
  expect(await applied(link('program'))).toEqual([{ code: 'REFERENCE_AMBIGUOUS', field: 'spec.principalRef' }]);
  expect(await applied(`${link('at-p', uids.get('p'))}\n---\n${link('at-q', uids.get('q'))}`)).toEqual([]);
  for (const place of ['p', 'q']) {
    const answer = await both.execute(
      '{ me { kind name principal { ... on ServiceAccount { project { name } } } id } }',
      {},
      { authorization: `Bearer ${await a.token(`at-${place}`)}` },
    );
    expect(answer.data.me).toMatchObject({ kind: 'ServiceAccount', name: 'provider' });
    expect([place, uids.get(place)]).toEqual([place, expect.any(String)]);
    const { data: mine } = await both.execute(
      `query ($id: ID!) { node(id: $id) { ... on ServiceAccount { project { name } } } }`,
      { id: answer.data.me.id },
      staff,
    );
    expect(mine.node.project.name).toBe(place);
  }
  await both.close();
});

test('another administrator takes the place of the former one; so does none', async () => {
  const portal = await a.token('portal');
  const ada = await b.token('ada');
  const staff = async () => Promise.all([portal, ada].map(async (token) => who(app, token)));
  expect(await staff()).toMatchObject([{ isStaff: true }, { isStaff: false }]);
  const second = await app.replica({ administrator: { issuer: 'https://b.example', subject: 'ada' } });
  expect(await staff()).toMatchObject([{ isStaff: false }, { isStaff: true }]);
  await second.close();
  const none = await app.replica({ administrator: undefined });
  expect(await staff()).toMatchObject([{ isStaff: false }, { isStaff: false }]);
  await none.close();
  const again = await app.replica();
  expect(await staff()).toMatchObject([{ isStaff: true }, { isStaff: false }]);
  await again.close();
});

test('a User of the administrator’s name that was there before is not taken', async () => {
  const user =
    '{apiVersion: iam.miloapis.com/v1alpha1, kind: User, metadata: {name: root}, spec: {email: r@example.com}}';
  const { data } = await app.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { message } } }',
    { input: { manifests: [{ content: user }] } },
    { authorization: `Bearer ${await a.token('portal')}` },
  );
  expect(data.apply.userErrors).toEqual([]);
  const other = await app.replica({ administrator: { issuer: 'https://a.example', subject: 'root' } });
  expect(await who(other, await a.token('root'))).toEqual({ ...someUser, isStaff: true });
  await other.close();
});
