import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../embedded/ports.ts';

/** Address and key of an embedded OpenFGA; stored beside its data, readable by its owner only. */
export interface Identity {
  readonly port: number;
  readonly token: string;
}

const fileOf = (directory: string): string => join(directory, 'openfga.json');

/** The identity that is kept in the folder, made when there is none. */
export async function provisionIdentity(directory: string): Promise<Identity> {
  const text = await readFile(fileOf(directory), 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Identity;
  const identity = { port: await findFreePort(), token: randomBytes(24).toString('hex') };
  await writeIdentity(directory, identity);
  return identity;
}

export async function writeIdentity(directory: string, identity: Identity): Promise<void> {
  const draft = `${fileOf(directory)}.new`;
  await writeFile(draft, JSON.stringify(identity), { mode: 0o600 });
  await rename(draft, fileOf(directory));
}
