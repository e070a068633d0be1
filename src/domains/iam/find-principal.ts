import { createHash } from 'node:crypto';
import type { Expression } from 'kysely';
import type { FindPrincipal, FoundPrincipal } from '../../catalog/access/sessions.ts';
import { bySystem } from '../../catalog/author.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import type { Credential } from '../../platform/authn/credential.ts';
import type { Database } from '../../platform/db/database.ts';
import { tables } from '../../platform/db/tables.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';

/** Stores whose credential it is; an identity that was retired begins again. */
const insertIdentity = (owner: Expression<unknown>) =>
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

const gone = (): UnauthenticatedError =>
  new UnauthenticatedError('PRINCIPAL_GONE', 'whom this token was made for is no longer there');

/**
 * Who is behind a credential, by issuer and subject (reference/iam.md 6). A subject that was never seen before is the
 * User of that name whom no other identity is, else a new User. Of the embedded service's own issuer a subject may
 * also be a ServiceAccount's name.
 */
export function createFindPrincipal({
  database,
  pipeline,
  embeddedIssuer,
}: {
  readonly database: Database;
  readonly pipeline: WritePipeline;
  readonly embeddedIssuer: string | undefined;
}): FindPrincipal {
  const identify = async ({ issuer, subject }: Credential) => {
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
  };

  /** A principal of that name without a sign-in was deleted after the token was issued: the token is not for a new namesake. */
  const isGone = async ({ issuer, subject, issuedAt }: Credential): Promise<boolean> => {
    const kinds = issuer === embeddedIssuer ? ['User', 'ServiceAccount'] : ['User'];
    const gone = await database.rows(
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
    return gone.length > 0;
  };

  /** Links the credential to an existing principal; false when there is none. */
  const adopt = async ({ issuer, subject }: Credential): Promise<boolean> => {
    const users = tables
      .selectFrom('user_account')
      .where('name', '=', subject)
      .select(({ val }) => [val<string>('User').as('kind'), 'id']);
    const serviceAccounts = tables
      .selectFrom('service_account')
      .where('name', '=', subject)
      .select(({ val }) => [val<string>('ServiceAccount').as('kind'), 'id']);
    const namesakes = issuer === embeddedIssuer ? users.unionAll(serviceAccounts) : users;
    const found = tables
      .selectFrom(namesakes.as('n'))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('identity as i').select('i.subject').whereRef('i.principal_id', '=', 'n.id'))),
      )
      .select(({ val }) => [val(issuer).as('issuer'), val(subject).as('subject'), 'n.kind', 'n.id'])
      .limit(1);
    return (await database.execute(insertIdentity(found))) > 0;
  };

  /** Creates a User at the first sign-in. */
  const createUser = async (credential: Credential): Promise<void> => {
    const { issuer, subject, email } = credential;
    const taken = await database.rows(tables.selectFrom('user_account').select('id').where('name', '=', subject));
    const isUsable = taken.length === 0 && /^[a-zA-Z0-9]([-a-zA-Z0-9._]{0,251}[a-zA-Z0-9])?$/.test(subject);
    const hash = createHash('sha256')
      .update(JSON.stringify([issuer, subject]))
      .digest('hex')
      .slice(0, 16);
    const name = isUsable ? subject : `user-${hash}`;
    const manifest = {
      apiVersion: 'iam.miloapis.com/v1alpha1',
      kind: 'User',
      metadata: { name },
      spec: { email: email ?? `${name}@${URL.canParse(issuer) ? new URL(issuer).hostname : 'unknown.invalid'}` },
    };
    const content = stringifyJson(manifest);
    const { violations } = await pipeline.apply([{ source: 'sign-in', content }], {
      by: bySystem,
      validateOnly: false,
    });
    const [violation] = violations;
    if (violation !== undefined) throw new UnauthenticatedError('USER_REFUSED', violation.message);
    const user = tables
      .selectFrom('user_account')
      .where('name', '=', name)
      .select(({ val }) => [val(issuer).as('issuer'), val(subject).as('subject'), val('User').as('kind'), 'id']);
    await database.execute(insertIdentity(user));
  };

  return async (credential): Promise<FoundPrincipal> => {
    let found = await identify(credential);
    if (found.retired_at !== null && credential.issuedAt * 1_000 <= Date.parse(found.retired_at)) throw gone();
    if (found.name === null) {
      if (found.id === null && (await isGone(credential))) throw gone();
      if (!(await adopt(credential))) await createUser(credential);
      found = await identify(credential);
    }
    const { version, kind, id, name, state, email } = found;
    if ((kind !== 'User' && kind !== 'ServiceAccount') || id === null || name === null) throw gone();
    if (state === 'Inactive') throw new UnauthenticatedError('PRINCIPAL_INACTIVE', `${kind} ${name} is deactivated`);
    const { issuer, subject } = credential;
    return {
      accessVersion: version,
      caller: {
        kind,
        principalId: id,
        name,
        issuer,
        subject,
        ...(email !== null && { email }),
      },
    };
  };
}
