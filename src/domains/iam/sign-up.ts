import { createHash } from 'node:crypto';
import { bySystem } from '../../catalog/author.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { CreateOperation } from '../../catalog/write/operation.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import type { Database } from '../../platform/db/database.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Identity } from './identities.ts';

export interface SignUpStores {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly pipeline: Pick<WritePipeline, 'write'>;
}

/** A new account. */
export interface Newcomer extends Identity {
  readonly email?: string;
  /**
   * Whether the User may be called as the subject is. With several issuers it may not: whoever came first would have the
   * name that people know somebody else by.
   */
  readonly mayHaveOwnName: boolean;
}

const USER_NAME = /^[a-zA-Z0-9]([-a-zA-Z0-9._]{0,251}[a-zA-Z0-9])?$/;
const LINK_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

/**
 * Creates a User and its link, in one batch. A User that exists already is never taken, whatever its name: only a link
 * makes somebody an account. Gives back why it was refused: perhaps another replica was faster.
 */
export async function signUp(stores: SignUpStores, newcomer: Newcomer): Promise<readonly Violation[]> {
  const { catalog, pipeline } = stores;
  const { issuer, subject, email } = newcomer;
  const { user, link } = await freeNames(stores, newcomer);
  const host = URL.parse(issuer)?.hostname || 'unknown.invalid';
  const create = (kind: string, name: string, spec: CreateOperation['content']['spec']): CreateOperation => ({
    do: 'create',
    kind: catalog.get(kind),
    name,
    content: { spec, uidReferences: [] },
    positionOf: (inputPath) => ({ inputPath }),
  });
  const operations = [
    create('User', user, { email: email !== undefined && EMAIL.test(email) ? email : `${user}@${host}` }),
    create('IdentityLink', link, { issuer, subject, principalRef: { kind: 'User', name: user } }),
  ];
  const { violations } = await pipeline.write(operations, { by: bySystem, validateOnly: false });
  return violations;
}

/**
 * The subject where it can be had, else a name that is made of issuer and subject. The link is called like its User, as
 * far as that is a name for a link.
 */
async function freeNames(
  { database }: SignUpStores,
  { issuer, subject, mayHaveOwnName }: Newcomer,
): Promise<{ readonly user: string; readonly link: string }> {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
  const made = [`user-${digest.slice(0, 16)}`, `user-${digest.slice(0, 60)}`];
  const wanted = [...(mayHaveOwnName && USER_NAME.test(subject) ? [subject] : []), ...made];
  const users = await database.rows(tables.selectFrom('user_account').select('name').where('name', '=', among(wanted)));
  const links = await database.rows(
    tables.selectFrom('identity_link').select('name').where('name', '=', among(wanted)),
  );
  const firstFree = (names: readonly string[], taken: readonly { name: string }[]): string => {
    const isTaken = new Set(taken.map(({ name }) => name));
    return names.find((name) => !isTaken.has(name)) ?? `user-${digest}`;
  };
  const user = firstFree(wanted, users);
  return { user, link: firstFree([...(LINK_NAME.test(user) ? [user] : []), ...made], links) };
}
