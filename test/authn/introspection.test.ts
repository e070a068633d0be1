import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/platform/authn/authenticator.ts';
import { parseIssuers } from '../../src/platform/authn/issuer.ts';
import { createOpaqueTokens } from '../../src/platform/authn/opaque-tokens.ts';
import { fingerprint } from '../../src/platform/telemetry/log.ts';
import { applyAll, doc, link } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { type IdentityProvider, startIdentityProvider } from '../kit/identity-provider.ts';
import type { ServiceUser } from '../kit/identity-provider-clients.ts';
import { INTROSPECTING_CLIENT } from '../kit/identity-provider-configuration.ts';
import { who } from '../kit/who.ts';
import { startIssuerServer } from './issuer-server.ts';

/* A real OpenID provider whose access tokens are opaque, as Zitadel's are unless an application is set to JWT. */
let provider: IdentityProvider;
let robot: ServiceUser;
let folder: string;
/** The setting OIDC_ISSUERS, with the secret. */
let setting: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'milo-introspection-'));
  provider = await startIdentityProvider({ format: 'opaque' });
  robot = await provider.addServiceUser({ clientId: 'robot', subject: '77776025198584418' });
  const secret = await save('secret', `${INTROSPECTING_CLIENT.secret}\n`);
  setting = settingWith(INTROSPECTING_CLIENT.clientId, `secret-file=${secret}`);
});
afterAll(async () => {
  await provider.stop();
  await rm(folder, { recursive: true });
});

async function save(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const settingWith = (client: string, file: string): string =>
  `${provider.issuer} audiences=catalog introspection=${provider.issuer}/token/introspection introspection-client=${client} ${file}`;
const questions = (): number => provider.requestCount('/token/introspection');
const token = async (): Promise<string> => (await robot.signIn()).access_token;

/** An authenticator with a clock of its own, and what it reports. */
function open(text = setting) {
  const clock = { now: Date.now() };
  const problems: Error[] = [];
  const { authenticate } = createAuthenticator({
    issuers: parseIssuers(text),
    now: () => clock.now,
    report: (problem) => problems.push(problem),
  });
  return { clock, problems, ask: async (bearer: string) => authenticate(`Bearer ${bearer}`) };
}
const refusal = (reason: string) => ({ code: 'UNAUTHENTICATED', data: { reason } });

test('an opaque token is what its issuer says, asked with a secret, with a key, and with a key file of Zitadel’s form', async () => {
  const name = `${INTROSPECTING_CLIENT.clientId}-by-key`;
  const { key } = await provider.addServiceUser({ clientId: name, proof: 'key' });
  const pem = createPrivateKey({ key, format: 'jwk' }).export({ type: 'sec1', format: 'pem' });
  const jwkFile = await save('key.jwk', JSON.stringify(key));
  const zitadelFile = await save('key.json', JSON.stringify({ type: 'application', keyId: key.kid, key: pem }));
  const settings = [setting, settingWith(name, `key-file=${jwkFile}`), settingWith(name, `key-file=${zitadelFile}`)];
  const bearer = await token();
  expect(bearer.split('.')).toHaveLength(1);
  for (const text of settings) {
    const { ask, problems } = open(text);
    expect(await ask(bearer)).toMatchObject({
      issuer: provider.issuer,
      subject: '77776025198584418',
      clientId: 'robot',
    });
    expect(problems).toEqual([]);
  }
});

test('the issuer is asked once for all who wait for it, and again when its answer is old', async () => {
  const { ask, clock } = open();
  const bearer = await token();
  const before = questions();
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(bearer)));
  expect(new Set(all).size).toBe(1);
  clock.now += 59_999;
  await ask(bearer);
  expect(questions() - before).toBe(1);
  clock.now += 1;
  await ask(bearer);
  expect(questions() - before).toBe(2);
});

test('answers about so many tokens are kept, of good ones and of others: those that were asked for last', async () => {
  const [issuer] = parseIssuers(setting);
  if (issuer?.introspection === undefined) throw new Error('the issuer can be asked');
  const ask = createOpaqueTokens(
    { ...issuer, introspection: issuer.introspection },
    { answerSeconds: 60, longestTokenDays: 1, report: () => undefined, now: Date.now, remembered: 2 },
  );
  const outcomeOf = (bearer: string) =>
    ask(bearer).then(
      ({ subject }) => subject,
      ({ code }: { code: string }) => code,
    );
  for (const [busy, idle, further] of [
    [await token(), await token(), await token()],
    ['invented-busy', 'invented-idle', 'invented-further'],
  ] as const) {
    for (const bearer of [busy, idle, busy, further]) await outcomeOf(bearer);
    const before = questions();
    const outcome = await outcomeOf(busy);
    expect(questions() - before).toBe(0);
    expect(await outcomeOf(idle)).toBe(outcome);
    expect(questions() - before).toBe(1);
  }
});

test('a token that is taken back is good for as long as the answer holds, and one that is not good is not asked about again and again', async () => {
  const { ask, clock } = open();
  const bearer = await token();
  await ask(bearer);
  await provider.revoke(bearer);
  clock.now += 59_999;
  expect(await ask(bearer)).toMatchObject({ subject: '77776025198584418' });
  clock.now += 1;
  const before = questions();
  for (let time = 0; time < 3; time += 1) await expect(ask(bearer)).rejects.toMatchObject(refusal('TOKEN_INACTIVE'));
  expect(questions() - before).toBe(1);
  clock.now += 5_000;
  await expect(ask(bearer)).rejects.toMatchObject(refusal('TOKEN_INACTIVE'));
  expect(questions() - before).toBe(2);
});

test('an answer that repeats the token does not carry it into a report', async () => {
  const echo = await startIssuerServer();
  echo.answer((_, response) => response.end('secret-token is unknown'));
  const { ask, problems } = open(setting.replaceAll(provider.issuer, echo.url));
  await expect(ask('secret-token')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await echo.stop();
  expect(problems.map(({ cause }) => String(cause))).toEqual([expect.stringContaining('answers what is not JSON')]);
});

test('an answer does not outlive the token', async () => {
  const { ask, clock } = open();
  provider.choice.seconds = 20;
  const bearer = await token();
  provider.choice.seconds = 600;
  await ask(bearer);
  const before = questions();
  clock.now += 21_000;
  // Its issuer's clock has not gone on, so it is active there still: within the leeway.
  await ask(bearer);
  expect(questions() - before).toBe(1);
  clock.now += 60_000;
  await expect(ask(bearer)).rejects.toMatchObject(refusal('TOKEN_EXPIRED'));
});

test('while the issuer is down nothing is accepted whose answer is old, and all of it again afterwards', async () => {
  const { ask, clock, problems } = open();
  const [known, unseen] = [await token(), await token()];
  await ask(known);
  await provider.stop();
  expect(await ask(known)).toMatchObject({ subject: '77776025198584418' });
  clock.now += 60_000;
  for (const bearer of [known, unseen]) await expect(ask(bearer)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(problems.map(({ message }) => message)).toEqual([
    `${provider.issuer} cannot be asked about a token; try again`,
    `${provider.issuer} cannot be asked about a token; try again`,
  ]);
  await provider.start();
  for (const bearer of [known, unseen]) expect(await ask(bearer)).toMatchObject({ subject: '77776025198584418' });
});

test('what the issuer says is judged as the claims of a JWT are', async () => {
  const { ask } = open();
  const other = (await robot.signIn({ audience: 'elsewhere' })).access_token;
  await expect(ask(other)).rejects.toMatchObject(refusal('WRONG_AUDIENCE'));
  const { refresh_token: refresh = '' } = await provider.signIn('ada');
  await expect(ask(refresh)).rejects.toMatchObject(refusal('WRONG_TYPE'));
  provider.choice.seconds = 31 * 86_400;
  const lasting = await token();
  provider.choice.seconds = 600;
  await expect(ask(lasting)).rejects.toMatchObject(refusal('INVALID_CLAIM'));
  const control = await provider.addServiceUser({ clientId: 'control', subject: 'bell\u0007' });
  await expect(ask((await control.signIn()).access_token)).rejects.toMatchObject(refusal('INVALID_CLAIM'));
  await expect(ask('invented')).rejects.toMatchObject(refusal('TOKEN_INACTIVE'));
});

test('JWTs are not asked about, whoever made them, nor is what cannot be a token', async () => {
  const { ask } = open();
  provider.choice.format = 'jwt';
  const jwt = await token();
  provider.choice.format = 'opaque';
  const before = questions();
  expect(await ask(jwt)).toMatchObject({ subject: '77776025198584418' });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const foreign = `${part({ alg: 'ES256' })}.${part({ iss: 'https://elsewhere.example' })}.x`;
  await expect(ask(foreign)).rejects.toMatchObject(refusal('UNKNOWN_ISSUER'));
  const encrypted = [part({ alg: 'RSA-OAEP', enc: 'A256GCM' }), 'key', 'iv', 'text', 'tag'].join('.');
  await expect(ask(encrypted)).rejects.toMatchObject(refusal('NOT_A_JWT'));
  await expect(ask('with space')).rejects.toMatchObject(refusal('MALFORMED_HEADER'));
  await expect(ask('x'.repeat(9_000))).rejects.toMatchObject(refusal('TOKEN_TOO_LONG'));
  expect(questions() - before).toBe(0);
});

test('a flood of invented tokens is no flood at the issuer', async () => {
  const { ask } = open();
  const before = questions();
  const outcomes = await Promise.all(
    Array.from({ length: 150 }, (_, index) => ask(`invented-${index}`).catch((error: { code: string }) => error.code)),
  );
  expect(
    Object.fromEntries(
      Map.groupBy(outcomes, String)
        .entries()
        .map(([code, own]) => [code, own.length]),
    ),
  ).toEqual({
    UNAUTHENTICATED: 100,
    UNAVAILABLE: 50,
  });
  expect(questions() - before).toBe(100);
});

test('a client that the issuer does not accept lets nobody in', async () => {
  const file = await save('wrong', 'not the secret');
  const { ask, problems } = open(settingWith(INTROSPECTING_CLIENT.clientId, `secret-file=${file}`));
  const bearer = await token();
  await expect(ask(bearer)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(String(problems[0]?.cause)).toBe(`Error: ${provider.issuer}/token/introspection answers 401`);
  // The file is read each time: the secret can be changed without a new start.
  await writeFile(file, INTROSPECTING_CLIENT.secret);
  expect(await ask(bearer)).toMatchObject({ subject: '77776025198584418' });
});

test('over HTTP a service user with an opaque token is its ServiceAccount, and no token stands in the log', async () => {
  const app: TestApp = await startApp({
    issuers: parseIssuers(setting),
    administrator: { issuer: provider.issuer, subject: 'ada' },
  });
  const admin = (await provider.signIn('ada')).access_token;
  await applyAll(
    { apply: (text) => app.apply(text, {}, { authorization: `Bearer ${admin}` }) },
    doc('Organization', 'o', { type: 'Standard' }) +
      doc('Project', 'p', { ownerRef: { kind: 'Organization', name: 'o' } }) +
      doc('ServiceAccount', 'billing', { state: 'Active' }, { project: 'p' }) +
      link(robot.subject, { kind: 'ServiceAccount', name: 'billing' }).replace('https://issuer.test', provider.issuer),
  );
  const bearer = await token();
  expect(await who(app, bearer)).toEqual({ kind: 'ServiceAccount', name: 'billing', isStaff: false });
  expect(await who(app, 'invented')).toBe('TOKEN_INACTIVE');
  await provider.stop();
  const unseen = `${bearer.slice(0, -4)}AAAA`;
  expect(await who(app, unseen)).toBe('IDENTITY_PROVIDER_UNREACHABLE');
  await provider.start();
  await app.close();
  const log = JSON.stringify(app.log);
  for (const secret of [bearer, unseen, admin, 'invented', INTROSPECTING_CLIENT.secret])
    expect(log).not.toContain(secret);
  expect(log).toContain(`"token":"${fingerprint('invented')}"`);
});

const seconds = Math.floor(Date.now() / 1_000);
const GOOD = { active: true, token_type: 'Bearer', sub: 'ada', aud: 'catalog', iat: seconds, exp: seconds + 600 };
test.each<[string, unknown, object]>([
  ['the truth', GOOD, { subject: 'ada' }],
  ['the truth, in another order of lists', { ...GOOD, aud: ['portal', 'catalog'], iss: undefined }, { subject: 'ada' }],
  ['another issuer', { ...GOOD, iss: 'https://elsewhere.example' }, refusal('INVALID_CLAIM')],
  ['its own name with a slash', { ...GOOD, iss: 'ISSUER/' }, refusal('INVALID_CLAIM')],
  ['a list of issuers', { ...GOOD, iss: ['ISSUER'] }, { code: 'UNAVAILABLE' }],
  ['no subject', { ...GOOD, sub: undefined }, refusal('INVALID_CLAIM')],
  ['a subject that is a number', { ...GOOD, sub: 5 }, refusal('INVALID_CLAIM')],
  ['a subject that is a list', { ...GOOD, sub: ['ada'] }, refusal('INVALID_CLAIM')],
  ['a subject that is an object', { ...GOOD, sub: { toString: 'ada' } }, refusal('INVALID_CLAIM')],
  ['a life that is over', { ...GOOD, iat: seconds - 900, exp: seconds - 300 }, refusal('TOKEN_EXPIRED')],
  ['an end that is a text', { ...GOOD, exp: String(seconds + 600) }, refusal('INVALID_CLAIM')],
  ['an end that is a list', { ...GOOD, exp: [seconds + 600] }, refusal('INVALID_CLAIM')],
  ['no end', { ...GOOD, exp: undefined }, refusal('INVALID_CLAIM')],
  ['no beginning', { ...GOOD, iat: undefined }, refusal('INVALID_CLAIM')],
  ['a beginning in the future', { ...GOOD, iat: seconds + 300 }, refusal('TOKEN_NOT_YET_VALID')],
  ['an audience inside a list', { ...GOOD, aud: [['catalog']] }, refusal('WRONG_AUDIENCE')],
  ['an audience that is an object', { ...GOOD, aud: { catalog: true } }, refusal('WRONG_AUDIENCE')],
  ['another type', { ...GOOD, token_type: 'DPoP' }, refusal('WRONG_TYPE')],
  ['a list of types', { ...GOOD, token_type: ['Bearer'] }, refusal('WRONG_TYPE')],
  ['"true"', { ...GOOD, active: 'true' }, { code: 'UNAVAILABLE' }],
  ['a list', [GOOD], { code: 'UNAVAILABLE' }],
  ['a prototype', JSON.parse(`{"__proto__":${JSON.stringify(GOOD)}}`), { code: 'UNAVAILABLE' }],
  ['nothing', null, { code: 'UNAVAILABLE' }],
])('an issuer that answers with %s is believed as far as a JWT of it would be', async (_what, said, outcome) => {
  const liar = await startIssuerServer();
  liar.answer((_request, response) => response.end(JSON.stringify(said).replaceAll('ISSUER', liar.url)));
  const secret = await save('any', 'secret');
  const { ask } = open(
    `${liar.url} audiences=catalog introspection=${liar.url}/introspect introspection-client=x secret-file=${secret}`,
  );
  expect(await ask('opaque').catch((error: unknown) => error)).toMatchObject(outcome);
  await liar.stop();
});
