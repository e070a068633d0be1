import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { CatalogError, type Mention, type Violation } from '../../platform/errors.ts';
import { mentionedIn } from '../../platform/hide-names.ts';
import { kept } from '../../platform/kept.ts';
import type { Check } from '../access/check.ts';
import type { Author } from '../author.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import type { Catalog } from '../model.ts';
import { asker, askerColumns, askerOf, askerTypes, storableJson } from './asker.ts';
import { type Decisions, decisionOf } from './decision.ts';
import { scopeThen, standingScope } from './former-scope-sql.ts';
import type { RequestRange } from './record-changes.ts';
import { storedNames } from './stored-names.ts';

/** The outcome of a request for one object. */
export const auditOutcomes = ['SUCCESS', 'DENIED', 'INVALID', 'CONFLICT', 'ERROR'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One object of a write that was refused. */
export interface Refusal {
  readonly verb: string;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Uid and scope, when the object exists. */
  readonly id?: string;
  readonly scopeId?: string;
  /** The object as it is stored, when it exists. */
  readonly stored?: StoredObject;
  /** What it was to refer to, by every name that it may be written with. */
  readonly named?: readonly Mention[];
  readonly violations: readonly Violation[];
  /** The permissions that were missing. */
  readonly checks?: readonly Check[];
}

const denied = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'NOT_VISIBLE', 'PERMISSION_DENIED', 'PROJECT_SUSPENDED']);
const conflicting = new Set(['CONFLICT', 'REVISION_MISMATCH', 'FIELD_CONFLICT', 'RESOURCE_VERSION_MISMATCH']);

const failed = new Set(['UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

export const outcomeOf = (violations: readonly Violation[]): AuditOutcome => {
  if (violations.some(({ rule }) => denied.has(rule))) return 'DENIED';
  if (violations.some(({ rule }) => failed.has(rule))) return 'ERROR';
  return violations.some(({ rule }) => conflicting.has(rule)) ? 'CONFLICT' : 'INVALID';
};

/** An error as a violation. For an internal error it contains no details. */
export const failureOf = (error: unknown): Violation =>
  error instanceof CatalogError
    ? { rule: error.code, message: error.message }
    : { rule: 'INTERNAL_SERVER_ERROR', message: 'internal error' };

/** Bytes of the largest state that a record contains; for a larger one it has only the changed fields. */
const LARGEST_STATE = 65_536;

/** A state as a record contains it: of a large one what it names, by which its changes are judged when they are read. */
const keptState = (
  state: Sql,
): Sql => sql`case when ${state} is null or pg_column_size(${state}) <= ${LARGEST_STATE} then ${state}
        else jsonb_build_object('references', ${state} -> 'references') end`;

const resource = (kind: Catalog['kinds'][number]): string => `${kind.groups[0]}/${kind.plural}`;
/** Resources by their kinds, as JSON. */
const resourcesOf = kept(({ kinds }: Catalog): string =>
  JSON.stringify(Object.fromEntries(kinds.map((kind) => [kind.kind, resource(kind)]))),
);
const general = new Set(['apply', 'create', 'update', 'delete', 'batch']);
const decided = (outcome: AuditOutcome): string =>
  outcome === 'DENIED' ? 'deny' : outcome === 'ERROR' ? 'error' : 'allow';

const head = sql`id, ${askerColumns}, received_at, completed_at`;
const begin = sql`uuidv7(), ${askerColumns}, now(), clock_timestamp()`;

/** A scope and all above it; of one that is gone those above which it stood. */
const above = (scope: Sql): Sql =>
  sql`select ${scope} as id union select x.ancestor_id from scope_closure x where x.descendant_id = ${standingScope(scope)}`;

/**
 * One record for each object that requests have changed with this verb, but for those that the catalog derived from another
 * one. The ranges follow each other. `asked`: uids of the objects that the requests were about, when not of all.
 */
export async function recordChanged(
  catalog: Catalog,
  connection: Queryable,
  verb: string,
  ranges: readonly RequestRange[],
  decisions: Decisions,
  asked: readonly string[] | null = null,
): Promise<void> {
  const [first, last] = [ranges[0]?.first, ranges.at(-1)?.last];
  const askers = ranges.map((range) => ({ commit: String(range.first), ...askerOf(range.by) }));
  // An action is recorded by its name; a general verb as what it did to each object: create, update or delete.
  const action = general.has(verb) ? null : verb;
  await connection.execute(sql`
    with combined as materialized (
      select distinct scope_id, other_scope_ids from change where position between ${first}::bigint and ${last}::bigint
    ), standing as materialized ( -- once for each scope, not for each combination of them, nor for each object
      select f.id, array(${above(sql`f.id`)} order by 1) as ids, scope_then.*
      from (select distinct f.id from combined o cross join unnest(o.scope_id || o.other_scope_ids) f (id)) f cross join ${scopeThen(sql`f.id`)}
    ), touched as materialized (
      select o.*, home.kind, home.name, case cardinality(o.other_scope_ids)
          when 0 then home.ids
          when 1 then home.ids || array(select a.id from unnest(other.ids) a (id) where a.id <> all(home.ids))
          else array(select a.id from unnest(o.scope_id || o.other_scope_ids) f (id) cross join lateral (${above(sql`f.id`)}) a (id) group by a.id)
        end as ids
      from combined o join standing home on home.id = o.scope_id
      left join standing other on cardinality(o.other_scope_ids) = 1 and other.id = o.other_scope_ids[1]
    )
    insert into audit_record (${head}, outcome, verb, permission, resource_kind, resource_id, resource_name,
      generation_before, generation_after, scope_id, scope_ids, scope_kind, scope_name, decision, before, after, changes, position, is_along)
    select ${begin}, 'SUCCESS', coalesce(${action}::text, v.verb), (${resourcesOf(catalog)}::jsonb ->> c.kind) || '.' || v.verb, c.kind, c.object_id, c.name,
      case when c.type = 'DELETED' then (c.state ->> 'generation')::int else (p.state ->> 'generation')::int end,
      case when c.type <> 'DELETED' then (c.state ->> 'generation')::int end,
      c.scope_id, s.ids, s.kind, s.name, coalesce(${decisions.distinct}::jsonb -> (${decisions.places}::jsonb ->> c.object_id::text)::int, '{"decision": "allow"}'),
      ${keptState(sql`case when c.type = 'DELETED' then c.state else p.state end`)},
      ${keptState(sql`case when c.type <> 'DELETED' then c.state end`)},
      d.list, c.position, coalesce(c.object_id <> all(${asked}::uuid[]), false)
    from change c join jsonb_to_recordset(${storableJson(askers)}::jsonb) as who (commit bigint, ${askerTypes}) on who.commit = c.commit
    cross join lateral (select case c.type when 'ADDED' then 'create' when 'MODIFIED' then 'update' else 'delete' end as verb) v
    join touched s on s.scope_id = c.scope_id and s.other_scope_ids = c.other_scope_ids
    left join lateral (
      select b.state from change b where c.type = 'MODIFIED' and b.object_id = c.object_id and b.position < c.position
      order by b.position desc limit 1
    ) p on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('path', x.path, 'before', x.was, 'after', x.became) order by x.path) as list
      from json_differences(state_content(p.state), state_content(c.state)) x where p.state is not null
    ) d on true
    where c.position between ${first}::bigint and ${last}::bigint and not c.is_derived
    order by c.position`);
}

/** The one record of a write that changed nothing. */
export async function recordUnchanged(connection: Queryable, by: Author, verb: string): Promise<void> {
  await connection.execute(sql`
    insert into audit_record (${head}, outcome, verb, decision)
    select ${begin}, 'SUCCESS', ${verb}, '{"decision": "allow"}' from ${asker(by)}`);
}

const distinct = (mentions: readonly Mention[]): Mention[] => [
  ...new Map(mentions.map((one) => [`${one.id} ${one.name}`, one])).values(),
];

/** So many violations of one object are recorded. */
const MOST_VIOLATIONS = 100;

/**
 * One record per refused object, in one statement. A record is read by others than its author could be, so everything that
 * its sentences name is recorded as a mention: what the rule says of it, and what the object refers to, before and after,
 * whether or not the rule knows that it names it.
 */
export async function recordRefusals(
  catalog: Catalog,
  connection: Queryable,
  by: Author,
  refusals: readonly Refusal[],
): Promise<void> {
  const kinds = new Map(catalog.kinds.map((kind) => [kind.kind, kind]));
  const before = await storedNames(
    connection,
    refusals.flatMap(({ stored }) => stored ?? []),
  );
  const rows = refusals.map(({ verb, kind, name, id, scopeId, named = [], violations, checks = [] }) => {
    const known = kinds.get(kind ?? '');
    const outcome = outcomeOf(violations);
    const referredTo = [...named, ...(before.get(id ?? '') ?? [])];
    const found = violations.slice(0, MOST_VIOLATIONS).map(({ rule, path, message, mentions = [] }) => {
      const all = distinct([...mentions, ...mentionedIn(message, referredTo)]);
      return { rule, ...(path !== undefined && { path }), message, ...(all.length > 0 && { mentions: all }) };
    });
    return {
      outcome,
      verb,
      permission: known === undefined ? null : `${resource(known)}.${verb}`,
      kind: kind ?? null,
      name: name ?? null,
      id: id ?? null,
      scope_id: scopeId ?? null,
      decision: { decision: decided(outcome), ...decisionOf(checks), violations: found },
      error_code: violations[0]?.rule ?? null,
      reason: violations[0]?.message ?? null,
    };
  });
  await connection.execute(sql`
    insert into audit_record (${head}, outcome, verb, permission, resource_kind, resource_id, resource_name, scope_id,
      scope_ids, scope_kind, scope_name, decision, error_code, reason)
    select ${begin}, x.outcome, x.verb, x.permission, x.kind, x.id, x.name, x.scope_id,
      coalesce((select array_agg(c.ancestor_id) from scope_closure c where c.descendant_id = x.scope_id), '{}'),
      scope_then.kind, scope_then.name, x.decision, x.error_code, x.reason
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) x (outcome text, verb text, permission text, kind text,
      name text, id uuid, scope_id uuid, decision jsonb, error_code text, reason text)
    cross join ${asker(by)} cross join ${scopeThen(sql`x.scope_id`)}`);
}
