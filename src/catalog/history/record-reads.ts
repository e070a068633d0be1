import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { ReadVerb } from '../access/permissions.ts';
import { type Asker, askerColumns, askerTypes, storableJson } from './asker.ts';
import { scopeThen } from './former-scope-sql.ts';
import type { AuditOutcome } from './record-audit.ts';

/** A read that leaves a record: what was asked for, never what came back. */
export interface NotedRead {
  /** UUID of the record. */
  readonly id: string;
  readonly asker: Asker;
  readonly verb: ReadVerb;
  readonly permission: string | undefined;
  /** Kind of the objects, when it is one. */
  readonly kind: string | undefined;
  /** The one object that was asked for. */
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  /** Of the object that came back, and of the scope whose log did: the caller knows that they exist. */
  readonly foundUid?: string | undefined;
  readonly foundScopeId?: string | undefined;
  /** What else was asked for, as the record shows it. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly outcome: AuditOutcome;
  readonly errorCode?: string | undefined;
  readonly reason?: string | undefined;
  /** Milliseconds of `performance.now()`. */
  readonly beganAt: number;
  readonly endedAt: number;
}

/**
 * Records reads some time after they took place, by the time of the database. Of an object that came back the record
 * has what it is and where it stands, as far as history knows; of any other nothing more than was asked for, so that
 * whoever reads the record learns no more from it than from the read. What is there already is not recorded again.
 */
export async function recordReads(connection: Queryable, reads: readonly NotedRead[]): Promise<void> {
  const now = performance.now();
  const rows = reads.map(({ asker, beganAt, endedAt, foundUid, foundScopeId, errorCode, ...read }) => ({
    ...asker,
    ...read,
    found_uid: foundUid,
    found_scope_id: foundScopeId,
    decision: read.outcome === 'DENIED' ? { decision: 'deny' } : null,
    error_code: errorCode,
    began: now - beganAt,
    ended: now - endedAt,
  }));
  await connection.execute(sql`
    insert into audit_record (id, ${askerColumns}, received_at, completed_at, is_read, outcome, verb, permission, asked,
      resource_kind, resource_id, resource_name, scope_id, scope_ids, scope_kind, scope_name, decision, error_code, reason)
    select x.id, x.request_id, x.actor, x.actor_id, x.actor_name, x.operation, x.field, x.document_hash, x.source, x.trace_id,
      clock_timestamp() - x.began * interval '1 millisecond', clock_timestamp() - x.ended * interval '1 millisecond',
      true, x.outcome, x.verb, x.permission, x.asked, x.kind, coalesce(x.found_uid, x.uid), coalesce(o.name, x.name), s.id,
      coalesce((select array_agg(distinct a.id) from (
        select s.id where s.id is not null
        union all select c.ancestor_id from scope_closure c where c.descendant_id = standing_scope(s.id)) a), '{}'),
      scope_then.kind, scope_then.name, x.decision, x.error_code, x.reason
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) x (${askerTypes}, id uuid, verb text, permission text, kind text,
      name text, uid uuid, found_uid uuid, found_scope_id uuid, asked jsonb, outcome text, decision jsonb, error_code text,
      reason text, began float8, ended float8)
    left join lateral (
      select c.name, c.scope_id from change c where c.object_id = x.found_uid order by c.position desc limit 1
    ) o on true
    cross join lateral (select coalesce(o.scope_id, x.found_scope_id) as id) s
    cross join ${scopeThen(sql`s.id`)}
    where not exists (
      select from audit_record a where a.id = x.id
      and a.received_at between now() - x.began * interval '1 millisecond' - interval '1 hour' and now())`);
}
