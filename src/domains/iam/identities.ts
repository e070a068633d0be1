import type { Expression } from 'kysely';
import type { Credential } from '../../platform/authn/credential.ts';
import type { Database } from '../../platform/db/database.ts';
import { tables } from '../../platform/db/tables.ts';

/** Links credentials to the principals of a query. A retired link is replaced. */
export const insertIdentity = (owner: Expression<unknown>) =>
  tables
    .insertInto('identity')
    .columns(['issuer', 'subject', 'principal_kind', 'principal_id'])
    .expression(owner)
    .onConflict((conflict) =>
      conflict
        .columns(['issuer', 'subject'])
        .doUpdateSet((row) => ({
          principal_kind: row.ref('excluded.principal_kind'),
          principal_id: row.ref('excluded.principal_id'),
          retired_at: null,
        }))
        .where('identity.retired_at', 'is not', null),
    );

/** The principal that a credential is linked to, as far as there is one, and the access version. */
export async function identify(database: Database, { issuer, subject }: Credential) {
  const [found] = await database.rows(
    tables
      .selectFrom('access_version as v')
      .leftJoin('identity as i', (join) => join.on('i.issuer', '=', issuer).on('i.subject', '=', subject))
      .leftJoin('user_account as u', (join) =>
        join.on('i.principal_kind', '=', 'User').onRef('u.id', '=', 'i.principal_id'),
      )
      .leftJoin('service_account as s', (join) =>
        join.on('i.principal_kind', '=', 'ServiceAccount').onRef('s.id', '=', 'i.principal_id'),
      )
      .select((row) => [
        'v.version',
        'i.principal_kind as kind',
        'i.principal_id as id',
        'i.retired_at',
        row.fn.coalesce('u.name', 's.name').as('name'),
        row.fn.coalesce('u.state', 's.state').as('state'),
        'u.email',
      ]),
  );
  if (found === undefined) throw new Error('there is no access version');
  return found;
}

/** Whether a principal of this name was deleted after the token was issued. The token is then not for a new one of that name. */
export async function isGone(
  database: Database,
  { subject, issuedAt }: Credential,
  kinds: readonly string[],
): Promise<boolean> {
  const deletions = await database.rows(
    tables
      .selectFrom('change as d')
      .innerJoin('change_set as s', 's.first_position', 'd.commit')
      .select('d.position')
      .where('d.kind', 'in', kinds)
      .where('d.name', '=', subject)
      .where('d.type', '=', 'DELETED')
      .where('s.at', '>=', new Date(issuedAt * 1_000).toISOString())
      .limit(1),
  );
  return deletions.length > 0;
}

/** Links the credential to an existing principal of that name that has no link yet; false when there is none. */
export async function adopt(
  database: Database,
  { issuer, subject }: Credential,
  kinds: readonly string[],
): Promise<boolean> {
  const users = tables
    .selectFrom('user_account')
    .where('name', '=', subject)
    .select(({ val }) => [val<string>('User').as('kind'), 'id']);
  const serviceAccounts = tables
    .selectFrom('service_account')
    .where('name', '=', subject)
    .select(({ val }) => [val<string>('ServiceAccount').as('kind'), 'id']);
  const namesakes = kinds.includes('ServiceAccount') ? users.unionAll(serviceAccounts) : users;
  const found = tables
    .selectFrom(namesakes.as('n'))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('identity as i').select('i.subject').whereRef('i.principal_id', '=', 'n.id'))),
    )
    .select(({ val }) => [val(issuer).as('issuer'), val(subject).as('subject'), 'n.kind', 'n.id'])
    .limit(1);
  return (await database.execute(insertIdentity(found))) > 0;
}
