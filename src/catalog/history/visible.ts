import { createHash } from 'node:crypto';
import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { ReadVerb } from '../access/permissions.ts';
import { defineKind } from '../kind.ts';
import { createCatalog, type KindModel } from '../model.ts';
import { anyVisible } from '../read/hidden-references.ts';
import { standingScope } from './former-scope-sql.ts';

/** What the rights to read the audit log are given on; no manifest has this kind. */
const auditKind = createCatalog([
  {
    kinds: [
      defineKind({
        domain: 'iam',
        group: 'catalog.miloapis.com',
        kind: 'AuditRecord',
        plural: 'auditrecords',
        description: 'An entry of the audit log.',
        scope: { home: 'platform', also: [] },
        spec: {},
        printer: [],
      }),
    ],
  },
]).get('AuditRecord');

/** The condition on a row of history, which has the scopes of its time. */
const onScopes = (id: Sql, row: Sql, condition: (view: Sql) => Sql): Sql =>
  sql`coalesce((select ${condition(sql`v`)} from (
    select ${id} as id, ${standingScope(sql`${row}.scope_id`)} as scope_id, ${row}.other_scope_ids as other_scope_ids,
      ${row}.is_draft as is_draft) v), false)`;

/**
 * Whether the caller may see a row of `change`: by the rights of today, in the scopes that the object was in then. Of an
 * object that was moved, callers see the changes made while it was in a scope that they may read.
 */
export const changeVisible = (kinds: readonly KindModel[], access: Access, row: Sql, verb: ReadVerb): Sql =>
  anyVisible(
    kinds,
    (kind) => access.historyCondition(kind, sql`v`, verb),
    sql`${row}.kind`,
    (condition) => onScopes(sql`${row}.object_id`, row, () => condition),
    sql`false`,
  ) ?? sql`true`;

/** Whether a row of the audit log, as `auditCondition` takes it, is seen by right, and not only as one's own. */
export const auditRight = (access: Access, row: Sql): Sql =>
  access.historyCondition(auditKind, row, 'list') ?? sql`true`;

/**
 * The condition on a row of the audit log: the right to the log of a scope that the record is in; and the caller's own
 * requests, with what they were about, and what went along as far as the caller may see it: a device takes along what is
 * declared of its ports, to whomever that is hidden. The row has `scope_ids`, everything above included, under the name
 * `other_scope_ids`.
 */
export function auditCondition(kinds: readonly KindModel[], access: Access, caller: Caller, row: Sql): Sql | undefined {
  const condition = access.historyCondition(auditKind, row, 'list');
  if (condition === undefined || caller.principalId === null) return condition;
  const isKnown = sql`coalesce((select ${changeVisible(kinds, access, sql`z`, 'get')} from change z where z.position = ${row}.position), false)`;
  const isOwn = sql`${row}.actor_id = ${caller.principalId}::uuid and (not ${row}.is_along or ${isKnown})`;
  return sql`(${isOwn} or ${condition})`;
}

/** Whether the caller may see who made a change: as `auditCondition`, on a row of `change` and the id of the actor. */
export function actorVisible(access: Access, caller: Caller, actorId: Sql, row: Sql): Sql {
  const condition = access.historyCondition(auditKind, sql`v`, 'list');
  if (condition === undefined) return sql`true`;
  const byRight = onScopes(sql`${row}.object_id`, row, () => condition);
  return caller.principalId === null ? byRight : sql`(${actorId} = ${caller.principalId}::uuid or ${byRight})`;
}

/**
 * What a caller may watch, in short: which kinds, and the highest scopes of each. It changes when rights are given or
 * taken, or when a scope becomes visible or hidden; not when something is created below a visible scope, and not with the
 * order in which grants are listed, or with which kinds share a condition.
 */
export async function rightsOf(connection: Queryable, kinds: readonly KindModel[], access: Access): Promise<string> {
  const rules = new Map<string, { readonly condition: Sql; readonly kinds: string[] }>();
  for (const kind of kinds) {
    const condition = access.historyCondition(kind, sql`v`, 'watch');
    if (condition === undefined) continue;
    const key = JSON.stringify([condition.text, condition.values]);
    const rule = rules.get(key) ?? { condition, kinds: [] };
    rule.kinds.push(kind.kind);
    rules.set(key, rule);
  }
  if (rules.size === 0) return 'all';
  const sets = [...rules.values()].map(
    ({ condition }, rule) => sql`
      select ${rule}::int as rule, v.id
      from (select id, id as scope_id, '{}'::uuid[] as other_scope_ids, false as is_draft from scope) v where ${condition}`,
  );
  const found = await connection.cells(sql`
    with visible as materialized (${sql.join(sets, ' union all ')})
    select t.rule, md5(string_agg(t.id::text, ',' order by t.id)) from visible t
    where not exists (
      select from scope_closure c join visible o on o.id = c.ancestor_id and o.rule = t.rule
      where c.descendant_id = t.id and c.depth > 0)
    group by t.rule`);
  const scopes = new Map(found.map(([rule, hash]) => [rule, String(hash)]));
  const perKind = [...rules.values()].flatMap(({ kinds: own }, rule) =>
    own.map((kind) => `${kind}:${scopes.get(rule) ?? 'none'}`),
  );
  return createHash('sha256').update(perKind.sort().join()).digest('hex').slice(0, 12);
}
