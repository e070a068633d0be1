import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Issuer } from '../../src/platform/authn/issuer.ts';

/** What a token says; undefined: it does not have the claim. */
export type Claims = Readonly<Record<string, unknown>>;

/** A key pair of an issuer; `sign` makes a token of exactly these claims. */
export interface TestKey {
  readonly kid: string;
  /** The public half, as an issuer serves it. */
  readonly jwk: JWK;
  sign(claims: Claims, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

export async function createKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** The issuer that tests have instead of a real one. */
export interface TestIssuer {
  readonly issuer: Issuer;
  /** A token for ten minutes. */
  token(subject: string, overrides?: Claims): Promise<string>;
}

/** One key for all applications of a test file: a token of one is good at the others. */
const sharedKey = createKey('test');

export const TEST_ISSUER = 'https://issuer.test';

export async function createTestIssuer(name = TEST_ISSUER): Promise<TestIssuer> {
  const key = await sharedKey;
  return {
    issuer: { issuer: name, audiences: ['catalog'], jwks: { keys: [key.jwk] } },
    token: (subject, overrides = {}) => {
      const iat = Math.floor(Date.now() / 1_000);
      return key.sign({ iss: name, aud: 'catalog', sub: subject, iat, exp: iat + 600, ...overrides });
    },
  };
}
