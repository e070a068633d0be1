import { createHash } from 'node:crypto';
import type { FindPrincipal, FoundPrincipal } from '../../catalog/access/sessions.ts';
import { bySystem } from '../../catalog/author.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import type { Credential } from '../../platform/authn/authenticator.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';

interface Identified {
  readonly position: bigint;
  readonly kind: 'User' | 'ServiceAccount' | null;
  readonly id: string | null;
  readonly retired_at: string | null;
  readonly name: string | null;
  readonly state: 'Active' | 'Inactive' | null;
  readonly email: string | null;
}

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
  const identify = async ({ issuer, subject }: Credential): Promise<Identified> => {
    const [found] = await database.rows<Identified>(sql`
      select p.position, i.principal_kind as kind, i.principal_id as id, i.retired_at,
        coalesce(u.name, s.name) as name, coalesce(u.state, s.state) as state, u.email
      from access_position p
      left join identity i on i.issuer = ${issuer} and i.subject = ${subject}
      left join user_account u on i.principal_kind = 'User' and u.id = i.principal_id
      left join service_account s on i.principal_kind = 'ServiceAccount' and s.id = i.principal_id`);
    if (found === undefined) throw new Error('there is no access position');
    return found;
  };

  /** Somebody of that name, who never came by, was deleted after the token was made: it is not a namesake's. */
  const isGone = async ({ issuer, subject, issuedAt }: Credential): Promise<boolean> => {
    const kinds = issuer === embeddedIssuer ? ['User', 'ServiceAccount'] : ['User'];
    const [cells] = await database.cells(sql`
      select exists (
        select from change d join change_set s on s.first_position = d.commit
        where d.kind = any(${kinds}) and d.name = ${subject} and d.type = 'DELETED' and s.at >= to_timestamp(${issuedAt}))`);
    return cells?.[0] === true;
  };

  /** Makes the credential the identity of a principal that is there already; false when there is none. */
  const adopt = async ({ issuer, subject }: Credential): Promise<boolean> => {
    const accounts =
      issuer === embeddedIssuer
        ? sql`union all select 'ServiceAccount', id from service_account where name = ${subject}`
        : sql``;
    const adopted = await database.execute(sql`
      insert into identity (issuer, subject, principal_kind, principal_id)
      select ${issuer}, ${subject}, c.kind, c.id
      from (select 'User' as kind, id from user_account where name = ${subject} ${accounts}) c
      where not exists (select from identity i where i.principal_id = c.id) limit 1
      on conflict (issuer, subject) do update
      set principal_kind = excluded.principal_kind, principal_id = excluded.principal_id, retired_at = null
      where identity.retired_at is not null`);
    return adopted > 0;
  };

  /** A User for somebody who was never seen before. */
  const createUser = async (credential: Credential): Promise<void> => {
    const { issuer, subject, email } = credential;
    const [taken] = await database.cells(sql`select exists (select from user_account where name = ${subject})`);
    const isUsable = taken?.[0] === false && /^[a-zA-Z0-9]([-a-zA-Z0-9._]{0,251}[a-zA-Z0-9])?$/.test(subject);
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
    await database.execute(sql`
      insert into identity (issuer, subject, principal_kind, principal_id)
      select ${issuer}, ${subject}, 'User', id from user_account where name = ${name}
      on conflict (issuer, subject) do update
      set principal_kind = excluded.principal_kind, principal_id = excluded.principal_id, retired_at = null
      where identity.retired_at is not null`);
  };

  return async (credential): Promise<FoundPrincipal> => {
    let found = await identify(credential);
    if (found.retired_at !== null && credential.issuedAt * 1_000 <= Date.parse(found.retired_at)) throw gone();
    if (found.name === null) {
      if (found.id === null && (await isGone(credential))) throw gone();
      if (!(await adopt(credential))) await createUser(credential);
      found = await identify(credential);
    }
    const { position, kind, id, name, state, email } = found;
    if (kind === null || id === null || name === null) throw gone();
    if (state === 'Inactive') throw new UnauthenticatedError('PRINCIPAL_INACTIVE', `${kind} ${name} is deactivated`);
    const { issuer, subject } = credential;
    return {
      position,
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
