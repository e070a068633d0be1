import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SignJWT } from 'jose';
import { z } from 'zod';

/** How the service proves to an issuer who it is. The file is read each time: what it holds can be changed at any time. */
export interface ClientProof {
  readonly clientId: string;
  readonly by: 'secret' | 'key';
  readonly file: string;
}

/** What a request to the issuer carries as proof. */
export interface Proven {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

const ASSERTION_SECONDS = 60;

export async function proveClient({ clientId, by, file }: ClientProof, issuer: string): Promise<Proven> {
  const text = (await readFile(file, 'utf8')).trim();
  if (by === 'secret') {
    const pair = [clientId, text].map(formEncoded).join(':');
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, form: {} };
  }
  const { key, kid, alg } = readKey(text);
  const issuedAt = Math.floor(Date.now() / 1_000);
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .setJti(randomUUID())
    .sign(key);
  return {
    headers: {},
    form: {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    },
  };
}

/** Id and secret are encoded as in a form before they are put together (RFC 6749 2.3.1). */
const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

/** A key as Zitadel gives it: its id, and the key as PEM. */
const zitadelKey = z.object({ keyId: z.string(), key: z.string() });
const jwk = z.looseObject({ kty: z.string(), kid: z.string().optional() });

interface SigningKey {
  readonly key: KeyObject;
  readonly kid: string | undefined;
  readonly alg: string;
}

function readKey(text: string): SigningKey {
  const content: unknown = JSON.parse(text);
  const zitadel = zitadelKey.safeParse(content);
  if (zitadel.success) {
    const key = createPrivateKey(zitadel.data.key);
    return { key, kid: zitadel.data.keyId, alg: algorithmOf(key) };
  }
  const read = jwk.parse(content);
  const key = createPrivateKey({ key: read, format: 'jwk' });
  return { key, kid: read.kid, alg: algorithmOf(key) };
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return 'RS256';
  if (type === 'ed25519') return 'EdDSA';
  const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
  const known = curves[details?.namedCurve ?? ''];
  if (known === undefined) throw new Error(`a key of type ${type} signs no assertion`);
  return known;
}
