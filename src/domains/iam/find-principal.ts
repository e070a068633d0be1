import { createHash } from 'node:crypto';
import type { FindPrincipal, FoundPrincipal } from '../../catalog/access/sessions.ts';
import { bySystem } from '../../catalog/author.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { WritePipeline } from '../../catalog/write/pipeline.ts';
import type { Credential } from '../../platform/authn/credential.ts';
import type { Database } from '../../platform/db/database.ts';
import { tables } from '../../platform/db/tables.ts';
import { UnauthenticatedError } from '../../platform/errors.ts';
import { adopt, identify, insertIdentity, isGone } from './identities.ts';

const gone = (): UnauthenticatedError =>
  new UnauthenticatedError('PRINCIPAL_GONE', 'whom this token was made for is no longer there');

/**
 * Finds the principal of a credential by issuer and subject (reference/iam.md 6). A subject that has never been seen
 * is linked to the User of that name, if no other identity is linked to that User; otherwise a User is created. A
 * subject of the embedded service's own issuer may also be the name of a ServiceAccount.
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
  return async (credential): Promise<FoundPrincipal> => {
    const kinds = credential.issuer === embeddedIssuer ? ['User', 'ServiceAccount'] : ['User'];
    let found = await identify(database, credential);
    if (found.retired_at !== null && credential.issuedAt * 1_000 <= Date.parse(found.retired_at)) throw gone();
    if (found.name === null) {
      if (found.id === null && (await isGone(database, credential, kinds))) throw gone();
      if (!(await adopt(database, credential, kinds))) await createUser(database, pipeline, credential);
      found = await identify(database, credential);
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

/** Creates a User at the first sign-in. */
async function createUser(database: Database, pipeline: WritePipeline, credential: Credential): Promise<void> {
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
}
