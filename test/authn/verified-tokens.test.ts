import { expect, test } from 'vitest';
import { createKeySource } from '../../src/platform/authn/key-source.ts';
import { type VerifiedToken, VerifiedTokens } from '../../src/platform/authn/verified-tokens.ts';
import { createTestIssuer } from '../kit/issuer.ts';

async function verified(): Promise<VerifiedToken> {
  const { issuer } = await createTestIssuer();
  const keys = createKeySource(issuer, { now: Date.now, report: () => undefined });
  const credential = { issuer: issuer.issuer, subject: 'ann', issuedAt: 0, expiresAt: 600 };
  return { credential, keys, keySet: await keys.current() };
}

test('the token that was not used for longest is forgotten, not the one that came first', async () => {
  const tokens = new VerifiedTokens(2);
  const one = await verified();
  const kept = async (...names: string[]) => {
    const found = await Promise.all(names.map(async (name) => tokens.find(name)));
    return names.filter((_, index) => found[index] !== undefined);
  };
  tokens.add('busy', one);
  tokens.add('idle', one);
  expect(await tokens.find('busy')).toBe(one);
  tokens.add('new', one);
  expect(await kept('busy', 'idle', 'new')).toEqual(['busy', 'new']);
});

test('a token is forgotten when the keys that it was verified with are in force no longer', async () => {
  const tokens = new VerifiedTokens(2);
  const { credential, keys } = await verified();
  const { keySet } = await verified();
  tokens.add('token', { credential, keys, keySet });
  expect(await tokens.find('token')).toBeUndefined();
});
