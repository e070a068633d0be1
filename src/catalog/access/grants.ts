import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { UnavailableError } from '../../platform/errors.ts';
import type { OpenFga } from '../../platform/openfga/client.ts';
import { GROUPS_OF_EVERYONE } from '../well-known.ts';

/** What one ListObjects returns at most, and how long a server searches: at either it stops without a sign (iam.md 4.1). */
const LIMIT = 1_000;
const DEADLINE_MS = 3_000;
const NEAR = 0.8;
const CANDIDATES = 50_000;

/**
 * Ids of every grant that a principal is behind, directly, through nested groups or as anyone who is signed in.
 * Complete, or an error: never short.
 */
export async function listGrants(openfga: OpenFga, database: Database, principalId: string): Promise<string[]> {
  const user = `principal:${principalId}`;
  const startedAt = performance.now();
  const listed = await openfga.listObjects(user, 'assignee', 'grant');
  if (listed.length < LIMIT && isInTime(startedAt)) return listed.map(idOf);
  const streamStartedAt = performance.now();
  const streamed = await openfga.streamObjects(user, 'assignee', 'grant').catch(() => undefined);
  if (streamed !== undefined && streamed.length >= listed.length && isInTime(streamStartedAt))
    return streamed.map(idOf);
  return checkCandidates(openfga, database, principalId);
}

const isInTime = (startedAt: number): boolean => performance.now() - startedAt < DEADLINE_MS * NEAR;
const idOf = (object: string): string => object.slice(object.indexOf(':') + 1);

/** PostgreSQL holds what should be, so it may propose; OpenFGA decides on each. */
async function checkCandidates(openfga: OpenFga, database: Database, principalId: string): Promise<string[]> {
  const rows = await database.cells(sql`
    with recursive member (id) as (
      select ${principalId}::uuid
      union select unnest(${GROUPS_OF_EVERYONE}::uuid[])
      union select m.group_id from group_membership m where m.user_id = ${principalId}::uuid
      union select n.group_id from group_nesting n where n.member_service_account_id = ${principalId}::uuid
      union select n.group_id from member x join group_nesting n on n.member_user_group_id = x.id
    ) select distinct a.grant_id from grant_assignee a join member m on m.id = a.principal_id limit ${CANDIDATES + 1}`);
  if (rows.length > CANDIDATES) {
    throw new UnavailableError(`more than ${CANDIDATES} grants cannot be checked for one caller`, {
      reason: 'TOO_MANY_GRANTS',
      retryable: false,
    });
  }
  const ids = rows.map(([id]) => String(id));
  const isHeld = await openfga.check(
    ids.map((id) => ({ object: `grant:${id}`, relation: 'assignee', user: `principal:${principalId}` })),
  );
  return ids.filter((_, index) => isHeld[index]);
}
