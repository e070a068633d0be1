import type { Credential } from '../../platform/authn/credential.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { tables } from '../../platform/db/tables.ts';

/** Issuer and subject together: the one thing by which somebody is known. */
export type Identity = Pick<Credential, 'issuer' | 'subject'>;

/** The account that an identity is linked to. */
export interface LinkedAccount {
  readonly kind: 'User' | 'ServiceAccount';
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly email: string | null;
}

/** What is known of an identity, and the access version of which that holds. */
export interface KnownIdentity {
  readonly accessVersion: bigint;
  readonly account: LinkedAccount | undefined;
  /** When its last link ended, in milliseconds since the epoch. */
  readonly endedAt: number | undefined;
}

export async function identify(database: Database, { issuer, subject }: Identity): Promise<KnownIdentity> {
  const [found] = await database.rows(
    tables
      .selectFrom('access_version as v')
      .leftJoin('identity_link as l', (join) => join.on('l.issuer', '=', issuer).on('l.subject', '=', subject))
      .leftJoin('ended_identity as e', (join) => join.on('e.issuer', '=', issuer).on('e.subject', '=', subject))
      .leftJoin('user_account as u', 'u.id', 'l.principal_user_account_id')
      .leftJoin('service_account as s', 's.id', 'l.principal_service_account_id')
      .select((row) => [
        'v.version',
        'l.principal_user_account_id as userId',
        row.fn.coalesce('u.id', 's.id').as('id'),
        row.fn.coalesce('u.name', 's.name').as('name'),
        row.fn.coalesce('u.state', 's.state').as('state'),
        'u.email',
        'e.ended_at as endedAt',
      ]),
  );
  if (found === undefined) throw new Error('there is no access version');
  const { version, userId, id, name, state, email, endedAt } = found;
  return {
    accessVersion: version,
    account:
      id === null || name === null || state === null
        ? undefined
        : { kind: userId === null ? 'ServiceAccount' : 'User', id, name, state, email },
    endedAt: endedAt === null ? undefined : Date.parse(endedAt),
  };
}

/** What is remembered of ended links is needed for as long as a token lives that was issued before. */
export const endedIdentityPruning = (longestTokenDays: number): Pruning => ({
  tables: ['ended_identity'],
  deleteSome: (connection, limit) =>
    connection.execute(sql`
      delete from ended_identity where (issuer, subject) in (
        select issuer, subject from ended_identity where ended_at < now() - make_interval(days => ${longestTokenDays + 1}::int)
        limit ${limit}::int for update skip locked)`),
});
