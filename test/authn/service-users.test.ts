import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/platform/authn/authenticator.ts';
import { parseIssuers } from '../../src/platform/authn/issuer.ts';
import { applyAll, binding, doc, link, role, type Subject } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { type IdentityProvider, startIdentityProvider } from '../kit/identity-provider.ts';
import type { ServiceUser } from '../kit/identity-provider-clients.ts';
import { who } from '../kit/who.ts';

/*
 * The service in production: two real OpenID providers, whose people and service users sign in. `billing` is a
 * ServiceAccount of the project p; as whom it signs in at the providers, links say.
 */
let work: IdentityProvider;
let ci: IdentityProvider;
let app: TestApp;
let robot: ServiceUser;
const billing: Subject = { kind: 'ServiceAccount', name: 'billing' };
const SUBJECT = '77776025198584418';

beforeAll(async () => {
  [work, ci] = await Promise.all([startIdentityProvider(), startIdentityProvider({ audience: 'ci' })]);
  app = await startApp({
    issuers: parseIssuers(`${work.issuer} audiences=catalog; ${ci.issuer} audiences=ci,catalog`),
    administrator: { issuer: work.issuer, subject: 'ada' },
  });
  robot = await work.addServiceUser({ clientId: 'billing-robot', subject: SUBJECT });
  await applyAsAda(
    [
      doc('Organization', 'o', { type: 'Standard' }),
      doc('Project', 'p', { ownerRef: { kind: 'Organization', name: 'o' } }),
      doc('ServiceAccount', 'billing', { state: 'Active' }, { project: 'p' }),
      doc('ServiceAccount', 'deployer', { state: 'Active' }, { project: 'p' }),
      role('keeper', 'rm/projects.get rm/projects.update'),
      binding('keeper', 'Project/p', 'keeper', billing),
      linkAt(work, SUBJECT, billing, 'billing'),
    ].join(''),
  );
});
afterAll(async () => {
  await app.close();
  await Promise.all([work.stop(), ci.stop()]);
});

const linkAt = ({ issuer }: IdentityProvider, subject: string, account: Subject, name: string): string =>
  link(subject, account, name).replace('https://issuer.test', issuer);

const authorized = (token: string) => ({ authorization: `Bearer ${token}` });

async function applyAsAda(content: string): Promise<void> {
  const { access_token: token } = await work.signIn('ada');
  await applyAll({ apply: (text) => app.apply(text, {}, authorized(token)) }, content);
}

async function deleteAsAda(name: string): Promise<void> {
  const { access_token: token } = await work.signIn('ada');
  const { data } = await app.execute(
    'mutation ($name: String!) { deleteIdentityLink(input: { name: $name }) { userErrors { code } } }',
    { name },
    authorized(token),
  );
  expect(data.deleteIdentityLink.userErrors).toEqual([]);
}

test('a service user signs in as its ServiceAccount, however it gets its token; the audit log says through which client', async () => {
  const key = await work.addServiceUser({ clientId: 'billing-key', subject: '77776025198584419', proof: 'key' });
  await applyAsAda(linkAt(work, key.subject, billing, 'billing-by-key'));
  const tokens = [await robot.signIn(), await key.signIn(), await key.signInByJwtProfile()];
  for (const { access_token: token } of tokens)
    expect(await who(app, token)).toEqual({ kind: 'ServiceAccount', name: 'billing', isStaff: false });

  const { data } = await app.execute(
    `mutation { updateProject(input: { name: "p", changes: { labels: [{ key: "tier", value: "gold" }] } }) { userErrors { code } } }`,
    {},
    authorized((await robot.signIn()).access_token),
  );
  expect(data.updateProject.userErrors).toEqual([]);
  const { data: log } = await app.execute(
    `{ auditRecords(where: { resource: { kind: "Project", name: "p" } }, first: 1) {
         nodes { verb outcome actor { kind name issuer subject clientId } } } }`,
    {},
    authorized((await work.signIn('ada')).access_token),
  );
  expect(log.auditRecords.nodes).toEqual([
    {
      verb: 'update',
      outcome: 'SUCCESS',
      actor: {
        kind: 'ServiceAccount',
        name: 'billing',
        issuer: work.issuer,
        subject: SUBJECT,
        clientId: 'billing-robot',
      },
    },
  ]);
});

test('a service user without a link is nobody’s account, whatever it is called', async () => {
  const other = await work.addServiceUser({ clientId: 'billing' });
  expect(await who(app, (await other.signIn()).access_token)).toEqual({
    kind: 'User',
    name: expect.stringMatching(/^user-[0-9a-f]{16}$/),
    isStaff: false,
  });
});

test('a new service user takes the place of an old one without a gap, and the old one is out at once', async () => {
  const [before, after] = await Promise.all([
    work.addServiceUser({ clientId: 'before' }),
    work.addServiceUser({ clientId: 'after' }),
  ]);
  await applyAsAda(linkAt(work, 'before', billing, 'before'));
  const old = (await before.signIn()).access_token;
  expect(await who(app, old)).toMatchObject({ name: 'billing' });
  await applyAsAda(linkAt(work, 'after', billing, 'after'));
  const fresh = (await after.signIn()).access_token;
  expect([await who(app, old), await who(app, fresh)]).toMatchObject([{ name: 'billing' }, { name: 'billing' }]);
  await deleteAsAda('before');
  expect([await who(app, old), await who(app, fresh)]).toMatchObject(['PRINCIPAL_GONE', { name: 'billing' }]);
});

test('the same subject at two issuers is two accounts', async () => {
  const deployer: Subject = { kind: 'ServiceAccount', name: 'deployer' };
  const [here, there] = await Promise.all([
    work.addServiceUser({ clientId: 'runner' }),
    ci.addServiceUser({ clientId: 'runner' }),
  ]);
  await applyAsAda(linkAt(work, 'runner', billing, 'runner-at-work') + linkAt(ci, 'runner', deployer, 'runner-at-ci'));
  expect(await who(app, (await here.signIn()).access_token)).toMatchObject({ name: 'billing' });
  expect(await who(app, (await there.signIn()).access_token)).toMatchObject({ name: 'deployer' });
  // Each issuer has audiences of its own.
  expect(await who(app, (await here.signIn({ audience: 'ci' })).access_token)).toBe('WRONG_AUDIENCE');
});

test('when an issuer changes its keys, tokens of the new key are good at once; those of one that it took back are not', async () => {
  const old = (await robot.signIn()).access_token;
  expect(await who(app, old)).toMatchObject({ name: 'billing' });
  await work.rotateKeys({ keepOld: true });
  expect(await who(app, (await robot.signIn()).access_token)).toMatchObject({ name: 'billing' });
  expect(await who(app, old)).toMatchObject({ name: 'billing' });

  // Keys are asked for again once a minute at most, so a clock of its own goes on here.
  let now = Date.now();
  const issuers = parseIssuers(`${work.issuer} audiences=catalog`);
  const { authenticate } = createAuthenticator({ issuers, now: () => now });
  const subjectOf = async (token: string) => (await authenticate(`Bearer ${token}`))?.subject;
  expect(await subjectOf(old)).toBe(SUBJECT);
  await work.rotateKeys();
  now += 61_000;
  expect(await subjectOf((await robot.signIn()).access_token)).toBe(SUBJECT);
  await expect(subjectOf(old)).rejects.toMatchObject({ data: { reason: 'UNKNOWN_KEY' } });
});

test('while an issuer is down its known keys are used; a service that has none yet says to try again, and recovers', async () => {
  let now = Date.now();
  const known = (await robot.signIn()).access_token;
  const issuers = parseIssuers(`${work.issuer} audiences=catalog`);
  const running = createAuthenticator({ issuers, now: () => now });
  expect(await running.authenticate(`Bearer ${known}`)).toMatchObject({ subject: SUBJECT });
  const unseen = (await robot.signIn()).access_token;
  await work.stop();
  now += 301_000;
  for (const token of [known, unseen])
    expect(await running.authenticate(`Bearer ${token}`)).toMatchObject({ subject: SUBJECT });
  // One that starts meanwhile, and over HTTP.
  const starting = createAuthenticator({ issuers, now: () => now });
  await expect(starting.authenticate(`Bearer ${known}`)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const replica = await app.replica();
  expect(await who(replica, known)).toBe('IDENTITY_PROVIDER_UNREACHABLE');
  const other = await ci.addServiceUser({ clientId: 'awake' });
  expect(await who(replica, (await other.signIn()).access_token)).toMatchObject({ kind: 'User' });
  await replica.close();
  await work.start();
  now += 10_001;
  expect(await starting.authenticate(`Bearer ${known}`)).toMatchObject({ subject: SUBJECT });
});
