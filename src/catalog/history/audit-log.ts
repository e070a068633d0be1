import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { RequestOrigin } from '../../platform/http/request-origin.ts';
import { differences, type FieldChange } from '../differences.ts';
import { parseJson } from '../manifests/json.ts';
import { leaveOutOfChanges } from '../manifests/left-out.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Keyset, SortedBy } from '../read/paged-list.ts';
import { PLATFORM } from '../well-known.ts';
import { type Decision, withoutMentions } from './decision.ts';
import type { FeedReader } from './feed-event.ts';
import { hiddenMentions, hiddenNames, namedVisible } from './hidden-names.ts';
import type { AuditOutcome } from './record-audit.ts';
import type { ObjectState } from './state-sql.ts';
import { type Actor, readActor, readState } from './stored-change.ts';
import { auditCondition } from './visible.ts';

/** An entry of the audit log. */
export interface AuditRecord {
  readonly id: string;
  readonly requestId: string;
  readonly operation: string | null;
  readonly field: string | null;
  readonly documentHash: string | null;
  readonly source: Pick<RequestOrigin, 'address' | 'userAgent'> | null;
  readonly traceId: string | null;
  readonly outcome: AuditOutcome;
  readonly receivedAt: string;
  readonly completedAt: string;
  readonly actor: Actor;
  readonly verb: string;
  readonly isRead: boolean;
  readonly asked: unknown;
  readonly permission: string | null;
  readonly kind: KindModel | null;
  readonly kindName: string | null;
  readonly name: string | null;
  readonly uid: string | null;
  readonly generationBefore: number | null;
  readonly generationAfter: number | null;
  /** The immediate scope, as it was called then; its name only for who may read the log there. */
  readonly scope: { readonly id: string; readonly kind: string; readonly name: string | null } | null;
  readonly scopeIds: readonly string[];
  readonly decision: unknown;
  readonly errorCode: string | null;
  readonly reason: string | null;
  readonly before: ObjectState | null;
  readonly after: ObjectState | null;
  readonly changes: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
  readonly position: bigint | null;
}

/** Whether records of reads are among those that are wanted. */
export const auditReads = ['EXCLUDED', 'INCLUDED', 'ONLY'] as const;
export type AuditReads = (typeof auditReads)[number];

/** A change, by the object and its position; and when it was committed, by which the partition of its record is found. */
export interface ChangeKey {
  readonly uid: string;
  readonly position: bigint;
  readonly at: string;
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
  readonly reads: AuditReads;
  readonly outcomes?: readonly string[] | undefined;
  /** Those of certain changes. */
  readonly changes?: readonly ChangeKey[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Newest first. */
export const auditOrder: readonly SortedBy[] = [
  { value: sql`a.received_at`, type: 'timestamptz', isNullable: false, isDescending: true, isPartitionKey: true },
  { value: sql`a.id`, type: 'uuid', isNullable: false, isDescending: true },
];

const rows = sql`(select *, scope_ids as other_scope_ids from audit_record) a`;

function conditions({ kinds }: Pick<Catalog, 'kinds'>, { access, caller }: FeedReader, filter: AuditFilter): Sql {
  const { kind, name, uid, actorId, actorName, scopeId, requestId, verbs, reads, outcomes, changes, from, to } = filter;
  const ofKind = kind && sql`a.resource_kind = ${kind.kind}`;
  const wanted: (Sql | undefined)[] = [
    auditCondition(kinds, access, caller, sql`a`),
    // A read may be of several kinds.
    ofKind && reads !== 'EXCLUDED'
      ? sql`(${ofKind} or a.asked @> ${JSON.stringify({ kinds: [kind?.kind] })}::jsonb)`
      : ofKind,
    name === undefined ? undefined : sql`a.resource_name = ${name}`,
    uid === undefined ? undefined : sql`a.resource_id = ${uid}::uuid`,
    actorId === undefined ? undefined : sql`a.actor_id = ${actorId}::uuid`,
    actorName === undefined ? undefined : sql`a.actor_name = ${actorName}`,
    scopeId === undefined ? undefined : sql`a.scope_ids @> array[${scopeId}::uuid]`,
    requestId === undefined ? undefined : sql`a.request_id = ${requestId}`,
    verbs && sql`a.verb = any(${verbs}::text[])`,
    // An index leads to what is rare: to all verbs but this one, to all outcomes but success.
    verbs && !verbs.includes('create') ? sql`a.verb <> 'create'` : undefined,
    reads === 'EXCLUDED' ? sql`not a.is_read` : reads === 'ONLY' ? sql`a.is_read` : undefined,
    changes && ofChanges(changes),
    outcomes && sql`a.outcome = any(${outcomes}::text[])`,
    outcomes && !outcomes.includes('SUCCESS') ? sql`a.outcome <> 'SUCCESS'` : undefined,
    from === undefined ? undefined : sql`a.received_at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`a.received_at < ${to}::timestamptz`,
  ];
  const given = wanted.filter((one) => one !== undefined);
  return given.length === 0 ? sql`true` : sql.join(given, ' and ');
}

/** No transaction takes longer than a day from its beginning, which is the time of its records, to its commit. */
const ofChanges = (changes: readonly ChangeKey[]): Sql => {
  const instants = sql`unnest(${changes.map(({ at }) => at)}::timestamptz[])`;
  return sql`a.resource_id = any(${changes.map(({ uid }) => uid)}::uuid[])
      and a.position = any(${changes.map(({ position }) => String(position))}::bigint[])
      and a.received_at between (select min(t) - interval '1 day' from ${instants} t) and (select max(t) from ${instants} t)`;
};

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

const json = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : null);

/** Of a state that is too large for a record, only what it names is kept. */
const isWhole = (state: string): boolean => !state.startsWith('{"references"');

/**
 * What has changed inside a field that was recorded as a whole, at the paths that history has: a list whose entries
 * have a key is recorded with all of them.
 */
function inside(kind: KindModel | null, { path, before, after }: AuditRecord['changes'][number]): FieldChange[] {
  const under = (prefix: string, leaves: KindModel['leaves'] = []) =>
    leaves.find((leaf) => `${prefix}.${leaf.path}` === path)?.field;
  const field = under('spec', kind?.leaves) ?? under('status', kind?.statusLeaves);
  return differences(before ?? undefined, after ?? undefined, path, field);
}

/** Records that the reader may see, newest first. */
export async function loadAuditRecords(
  catalog: Catalog,
  connection: Queryable,
  reader: FeedReader,
  filter: AuditFilter,
  page: Keyset,
): Promise<AuditRecord[]> {
  // A record may be seen by another of its scopes than the one that it names.
  const isNamed = namedVisible(catalog.kinds, reader.access, sql`a.scope_id`, 'audit');
  const scopeNamed = isNamed === undefined ? sql`true` : sql`(a.scope_id = ${PLATFORM}::uuid or ${isNamed})`;
  const hidden = (state: Sql): Sql => hiddenNames(catalog.kinds, reader.access, state, 'audit');
  const found = await connection.cells(sql`
    select a.id, a.request_id, a.operation, a.outcome, a.received_at, a.completed_at, a.actor::text, a.verb, a.permission,
      a.resource_kind, a.resource_name, a.resource_id, a.generation_before, a.generation_after, a.scope_ids,
      a.decision::text, a.error_code, a.reason, a.before::text, a.after::text, a.changes::text, a.position,
      a.field, a.document_hash, a.source::text, a.trace_id, a.is_read, a.asked::text, a.scope_id, a.scope_kind,
      case when ${scopeNamed} then a.scope_name end,
      ${hidden(sql`a.before`)}, ${hidden(sql`a.after`)}, ${hiddenMentions(catalog, reader.access, sql`a.decision`)}
    from ${rows} where ${conditions(catalog, reader, filter)} and ${page.condition}
    order by ${page.orderBy} limit ${page.limit}::int`);
  return found.map((cells): AuditRecord => {
    const [id, requestId, operation, outcome, receivedAt, completedAt, actor, verb, permission, ...rest] = cells;
    const [kindName, name, uid, generationBefore, generationAfter, scopeIds, decision, errorCode, reason, ...states] =
      rest;
    const [before, after, changes, position, field, documentHash, source, traceId, ...last] = states;
    const [isRead, asked, scopeId, scopeKind, scopeName, ...unseen] = last;
    const [hiddenBefore, hiddenAfter, mentions] = unseen.map((paths) =>
      Array.isArray(paths) ? paths.map(String) : [],
    );
    const kind = catalog.kinds.find((one) => one.kind === kindName) ?? null;
    const state = (written: unknown, paths: readonly string[] = []): ObjectState | null =>
      kind === null || typeof written !== 'string' || !isWhole(written) ? null : readState(kind, written, paths);
    const told = withoutMentions(json(decision) as Decision | null, text(reason), new Set(mentions));
    return {
      id: String(id),
      requestId: String(requestId),
      operation: text(operation),
      field: text(field),
      documentHash: text(documentHash),
      source: json(source) as AuditRecord['source'],
      traceId: text(traceId),
      outcome: outcome as AuditOutcome,
      receivedAt: String(receivedAt),
      completedAt: String(completedAt),
      actor: readActor(actor) ?? { kind: 'System', principalId: null, name: 'system' },
      verb: String(verb),
      isRead: isRead === true,
      asked: json(asked),
      permission: text(permission),
      kind,
      kindName: text(kindName),
      name: text(name),
      uid: text(uid),
      generationBefore: generationBefore as number | null,
      generationAfter: generationAfter as number | null,
      scope:
        scopeId === null || scopeKind === null
          ? null
          : { id: String(scopeId), kind: String(scopeKind), name: text(scopeName) },
      scopeIds: scopeIds as string[],
      decision: told.decision,
      errorCode: text(errorCode),
      reason: told.reason,
      before: state(before, hiddenBefore),
      after: state(after, hiddenAfter),
      changes: leaveOutOfChanges(
        (json(changes) ?? []) as AuditRecord['changes'],
        hiddenBefore ?? [],
        hiddenAfter ?? [],
      ).flatMap((change) => inside(kind, change)),
      position: position === null ? null : BigInt(String(position)),
    };
  });
}

export async function countAuditRecords(
  catalog: Catalog,
  connection: Queryable,
  reader: FeedReader,
  filter: AuditFilter,
  cap: number,
): Promise<number> {
  const [cells] = await connection.cells(
    sql`select count(*)::int from (select 1 from ${rows} where ${conditions(catalog, reader, filter)} limit ${cap + 1}::int) n`,
  );
  return Number(cells?.[0] ?? 0);
}
