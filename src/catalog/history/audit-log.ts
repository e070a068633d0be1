import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { parseJson } from '../manifests/json.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { FeedReader } from './feed.ts';
import type { AuditOutcome } from './record-audit.ts';
import type { ObjectState } from './state-sql.ts';
import { type Actor, readActor, readState } from './stored-change.ts';
import { auditCondition } from './visible.ts';

/** An entry of the audit log. */
export interface AuditRecord {
  readonly id: string;
  readonly requestId: string;
  readonly operation: string | null;
  readonly outcome: AuditOutcome;
  readonly receivedAt: string;
  readonly completedAt: string;
  readonly actor: Actor;
  readonly verb: string;
  readonly permission: string | null;
  readonly kind: KindModel | null;
  readonly kindName: string | null;
  readonly name: string | null;
  readonly uid: string | null;
  readonly generationBefore: number | null;
  readonly generationAfter: number | null;
  readonly scopeIds: readonly string[];
  readonly decision: unknown;
  readonly errorCode: string | null;
  readonly reason: string | null;
  readonly before: ObjectState | null;
  readonly after: ObjectState | null;
  readonly changes: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
  readonly position: bigint | null;
}

export interface AuditFilter {
  readonly kind?: KindModel | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly actorId?: string | undefined;
  readonly actorName?: string | undefined;
  /** Uid of a scope: what was done in it or below. */
  readonly scopeId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly verbs?: readonly string[] | undefined;
  readonly outcomes?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Place of a record in the log, newest first. */
export type AuditPlace = readonly [receivedAt: string, id: string];

const rows = sql`(select *, scope_ids as other_scope_ids from audit_record) a`;

function conditions({ access, caller }: FeedReader, filter: AuditFilter): Sql {
  const { kind, name, uid, actorId, actorName, scopeId, requestId, verbs, outcomes, from, to } = filter;
  const wanted: (Sql | undefined)[] = [
    auditCondition(access, caller, sql`a`),
    kind && sql`a.resource_kind = ${kind.kind}`,
    name === undefined ? undefined : sql`a.resource_name = ${name}`,
    uid === undefined ? undefined : sql`a.resource_id = ${uid}::uuid`,
    actorId === undefined ? undefined : sql`a.actor_id = ${actorId}::uuid`,
    actorName === undefined ? undefined : sql`a.actor_name = ${actorName}`,
    scopeId === undefined ? undefined : sql`a.scope_ids @> array[${scopeId}::uuid]`,
    requestId === undefined ? undefined : sql`a.request_id = ${requestId}`,
    verbs && sql`a.verb = any(${verbs}::text[])`,
    outcomes && sql`a.outcome = any(${outcomes}::text[])`,
    from === undefined ? undefined : sql`a.received_at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`a.received_at < ${to}::timestamptz`,
  ];
  const given = wanted.filter((one) => one !== undefined);
  return given.length === 0 ? sql`true` : sql.join(given, ' and ');
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** Records that the reader may see, newest first. */
export async function loadAuditRecords(
  catalog: Catalog,
  connection: Queryable,
  reader: FeedReader,
  filter: AuditFilter,
  after: AuditPlace | undefined,
  limit: number,
): Promise<AuditRecord[]> {
  const beyond =
    after === undefined ? sql`true` : sql`(a.received_at, a.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`;
  const found = await connection.cells(sql`
    select a.id, a.request_id, a.operation, a.outcome, a.received_at, a.completed_at, a.actor::text, a.verb, a.permission,
      a.resource_kind, a.resource_name, a.resource_id, a.generation_before, a.generation_after, a.scope_ids,
      a.decision::text, a.error_code, a.reason, a.before::text, a.after::text, a.changes::text, a.position
    from ${rows} where ${conditions(reader, filter)} and ${beyond}
    order by a.received_at desc, a.id desc limit ${limit}::int`);
  return found.map((cells): AuditRecord => {
    const [id, requestId, operation, outcome, receivedAt, completedAt, actor, verb, permission, ...rest] = cells;
    const [kindName, name, uid, generationBefore, generationAfter, scopeIds, decision, errorCode, reason, ...states] =
      rest;
    const [before, after, changes, position] = states;
    const kind = catalog.kinds.find((one) => one.kind === kindName) ?? null;
    const state = (json: unknown): ObjectState | null =>
      kind === null || typeof json !== 'string' ? null : readState(kind, json);
    return {
      id: String(id),
      requestId: String(requestId),
      operation: text(operation),
      outcome: outcome as AuditOutcome,
      receivedAt: String(receivedAt),
      completedAt: String(completedAt),
      actor: readActor(actor) ?? { kind: 'System', principalId: null, name: 'system' },
      verb: String(verb),
      permission: text(permission),
      kind,
      kindName: text(kindName),
      name: text(name),
      uid: text(uid),
      generationBefore: generationBefore as number | null,
      generationAfter: generationAfter as number | null,
      scopeIds: scopeIds as string[],
      decision: typeof decision === 'string' ? parseJson(decision) : null,
      errorCode: text(errorCode),
      reason: text(reason),
      before: state(before),
      after: state(after),
      changes: typeof changes === 'string' ? (parseJson(changes) as AuditRecord['changes']) : [],
      position: position === null ? null : BigInt(String(position)),
    };
  });
}

export async function countAuditRecords(
  connection: Queryable,
  reader: FeedReader,
  filter: AuditFilter,
  cap: number,
): Promise<number> {
  const [cells] = await connection.cells(
    sql`select count(*)::int from (select 1 from ${rows} where ${conditions(reader, filter)} limit ${cap + 1}::int) n`,
  );
  return Number(cells?.[0] ?? 0);
}
