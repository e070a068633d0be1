import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../src/app.ts';
import { createSessions } from '../../src/catalog/access/sessions.ts';
import { createFindPrincipal } from '../../src/domains/iam/index.ts';
import type { Credential } from '../../src/platform/authn/credential.ts';
import { UnavailableError } from '../../src/platform/errors.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // Each of them is a User from then on, so that later requests write nothing.
  for (const name of ['ann', 'bob', 'cid', 'dan']) await app.as(name).execute('{ racks { totalCount } }');
});
afterAll(() => app.close());

const credential = (subject: string): Credential => ({
  issuer: 'https://issuer.test',
  subject,
  issuedAt: Date.now() / 1_000,
  expiresAt: Date.now() / 1_000 + 600,
});

/** Sessions on the real stores; notes for whom OpenFGA is asked. `isAway`: as if it could not be reached. */
function openSessions(capacity?: number) {
  const asked: string[] = [];
  const state = { isAway: false };
  const { database, pipeline, authorization } = app;
  const names = new Map<string, string>();
  const find = createFindPrincipal({ catalog: catalog(), database, pipeline, hasOneIssuer: true });
  const sessions = createSessions({
    catalog: catalog(),
    database,
    authorization: {
      refresh: authorization.refresh,
      openfga: () => {
        const openfga = authorization.openfga();
        return {
          ...openfga,
          listObjects: (user, ...rest) => {
            if (state.isAway)
              throw new UnavailableError('away', { reason: 'AUTHORIZATION_UNREACHABLE', retryable: true });
            asked.push(names.get(user) ?? user);
            return openfga.listObjects(user, ...rest);
          },
        };
      },
    },
    findPrincipal: async (one) => {
      const found = await find(one);
      names.set(`principal:${found.caller.principalId}`, one.subject);
      return found;
    },
    ...(capacity !== undefined && { capacity }),
  });
  return { sessions, asked, state };
}

test('requests of one caller that find no session at the same time make one call to OpenFGA', async () => {
  const { sessions, asked } = openSessions();
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, async () => sessions.get(credential('ann'))));
  expect(asked).toEqual(['ann']);
  expect(others.every((session) => session === first)).toBe(true);
  expect(await sessions.get(credential('ann'))).toBe(first);
  expect(asked).toEqual(['ann']);
});

test('requests that find the same session outdated have it worked out anew once', async () => {
  const { sessions, asked } = openSessions();
  const stale = await sessions.get(credential('ann'));
  const renewed = await Promise.all(Array.from({ length: 20 }, () => sessions.renew(credential('ann'), stale)));
  expect(asked).toEqual(['ann', 'ann']);
  expect(new Set(renewed).size).toBe(1);
  expect(renewed[0]).not.toBe(stale);
  // Whoever comes late with the old one gets what is there by then.
  expect(await sessions.renew(credential('ann'), stale)).toBe(renewed[0]);
  expect(asked).toEqual(['ann', 'ann']);
});

test('the caller who has not called for longest is forgotten, not the one who came first', async () => {
  const { sessions, asked } = openSessions(2);
  for (const name of ['ann', 'bob', 'ann', 'cid', 'ann', 'dan', 'ann']) await sessions.get(credential(name));
  expect(asked).toEqual(['ann', 'bob', 'cid', 'dan']);
  await sessions.get(credential('bob'));
  expect(asked).toEqual(['ann', 'bob', 'cid', 'dan', 'bob']);
});

test('more callers at once than are kept all get their sessions', async () => {
  const { sessions } = openSessions(1);
  const names = ['ann', 'bob', 'cid', 'dan'];
  const got = await Promise.all(names.map(async (name) => sessions.get(credential(name))));
  expect(got.map(({ caller }) => caller.name)).toEqual(names);
});

test('a session that cannot be worked out anew is kept no longer', async () => {
  const { sessions, asked, state } = openSessions();
  const stale = await sessions.get(credential('ann'));
  state.isAway = true;
  await expect(sessions.renew(credential('ann'), stale)).rejects.toThrow(UnavailableError);
  await expect(sessions.get(credential('ann'))).rejects.toThrow(UnavailableError);
  state.isAway = false;
  expect(await sessions.get(credential('ann'))).not.toBe(stale);
  expect(asked).toEqual(['ann', 'ann']);
});
