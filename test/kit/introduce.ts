import type { App } from '../../src/app.ts';
import { bySystem } from '../../src/catalog/author.ts';
import { sql } from '../../src/platform/db/sql.ts';

/** States that a subject of an issuer is this account: the one of the name `account`, as far as there is one. */
export async function introduce(
  { database, pipeline }: Pick<App, 'database' | 'pipeline'>,
  issuer: string,
  subject: string,
  account = subject,
): Promise<void> {
  const [found] = await database.rows<{ kind: string; id: string; is_taken: boolean }>(sql`
    select a.kind, a.id, exists (select from identity_link where name = ${subject.toLowerCase()}) as is_taken
    from (select 'User' as kind, id, name from user_account union all select 'ServiceAccount', id, name from service_account) a
    where a.name = ${account} and not exists (select from identity_link where issuer = ${issuer} and subject = ${subject})
    order by a.kind desc limit 1`);
  if (found === undefined) return;
  const { kind, id: uid, is_taken: isTaken } = found;
  const name = `${subject.toLowerCase()}${isTaken ? `.${new URL(issuer).hostname}` : ''}`;
  const link = {
    apiVersion: 'catalog.miloapis.com/v1alpha1',
    kind: 'IdentityLink',
    metadata: { name },
    spec: { issuer, subject, principalRef: { kind, name: account, uid } },
  };
  const files = [{ source: 'introduce', content: JSON.stringify(link) }];
  const { violations } = await pipeline.apply(files, { by: bySystem, validateOnly: false });
  if (violations.length > 0) throw new Error(JSON.stringify(violations));
}
