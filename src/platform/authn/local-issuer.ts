import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Issuer } from './issuer.ts';

/**
 * The embedded service is its own issuer. Its name stays the same on whatever port it listens, as people are known by it;
 * `.invalid` is reserved (RFC 2606), so no other issuer can have it.
 */
export const EMBEDDED_ISSUER = 'https://embedded.catalog.invalid';
const AUDIENCE = 'milo-catalog';

export interface SignOptions {
  /** One hour when not given. */
  readonly lifetimeSeconds?: number;
  /** The program that will use the token. */
  readonly clientId?: string;
}

/** Issues tokens for any caller, and provides what is needed to verify them. */
export interface LocalIssuer {
  readonly issuer: Issuer & { readonly jwks: { readonly keys: JWK[] } };
  signToken(subject: string, options?: SignOptions): Promise<string>;
}

/** The issuer of an embedded service by its data directory; its key is made when there is none yet. */
export async function openLocalIssuer(directory: string): Promise<LocalIssuer> {
  return (await findLocalIssuer(directory)) ?? issuerOf(await createKey(directory));
}

/** The issuer of an embedded service; undefined when it never ran in this data directory. */
export async function findLocalIssuer(directory: string): Promise<LocalIssuer | undefined> {
  try {
    return await issuerOf(JSON.parse(await readFile(keyFile(directory), 'utf8')) as JWK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const keyFile = (directory: string): string => join(directory, 'issuer-key.json');

/** Readable by its owner only: whoever has the key can act as any caller. */
async function createKey(directory: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  const file = keyFile(directory);
  await writeFile(`${file}.new`, `${JSON.stringify(key)}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return key;
}

async function issuerOf(key: JWK): Promise<LocalIssuer> {
  const { d: _, ...secretless } = key;
  const kid = await calculateJwkThumbprint(secretless);
  const jwks = { keys: [{ ...secretless, kid, alg: 'ES256', use: 'sig' }] };
  return {
    issuer: { issuer: EMBEDDED_ISSUER, audiences: [AUDIENCE], jwks },
    signToken: (subject, { lifetimeSeconds = 3_600, clientId } = {}) => {
      const issuedAt = Math.floor(Date.now() / 1_000);
      return new SignJWT({ ...(clientId !== undefined && { client_id: clientId }) })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
        .setIssuer(EMBEDDED_ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(key);
    },
  };
}
