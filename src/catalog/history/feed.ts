import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { InvalidInputError } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Cursors } from '../read/cursor.ts';
import { keyset } from '../read/paged-list.ts';
import { compileSelector } from '../selector/compile.ts';
import type { Requirement } from '../selector/parse.ts';
import type { ObjectState } from './state-sql.ts';
import { loadStates, type StatePlace, stateOrder } from './states.ts';
import { type Actor, readActor, readState } from './stored-change.ts';
import { actorVisible, changeVisible, rightsOf } from './visible.ts';

export const eventTypes = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'RESET'] as const;
export type EventType = (typeof eventTypes)[number];

/** One message of the feed. Of a bookmark and a reset only the type, the reason and the cursor mean anything. */
export interface FeedEvent {
  readonly type: EventType;
  /** Of a deletion: DELETED or FILTERED; of a reset: why. */
  readonly reason: string | null;
  /** Null for a reset: there is nothing to go on from. */
  readonly cursor: string | null;
  readonly isInitial: boolean;
  /** Of a bookmark: the state at the beginning has been sent whole. */
  readonly isInitialComplete: boolean;
  readonly position: bigint | null;
  readonly commit: bigint | null;
  readonly at: string | null;
  readonly kind: KindModel | null;
  readonly state: ObjectState | null;
  readonly changedFields: readonly string[];
  readonly previousRevision: bigint | null;
  readonly actor: Actor | null;
}

/** What a reader wants to hear of. */
export interface FeedFilter {
  readonly kinds: readonly KindModel[];
  readonly names: readonly string[] | undefined;
  /** Uid of a scope: only what stands in it or below. */
  readonly scopeId: string | undefined;
  readonly requirements: readonly Requirement[];
  /** The same as text: a cursor belongs to one filter. */
  readonly fingerprint: string;
}

/** Where a reader stands. `initial`: in the midst of the state at `position`, behind this object. */
interface Place {
  readonly epoch: string;
  readonly rights: string;
  readonly position: bigint;
  readonly initial?: { readonly kind: string; readonly place?: StatePlace };
}

export interface FeedReader {
  readonly access: Access;
  readonly caller: Caller;
}

export interface FeedStep {
  readonly events: readonly FeedEvent[];
  readonly cursor: string;
  /** Nothing more is there for now. */
  readonly isCurrent: boolean;
}

/** The stream of changes, pulled: whoever reads slowly costs nothing in the meantime. */
export interface Feed {
  /** What follows a cursor, at most `limit` changes; from the start of the present state when there is none. */
  step(reader: FeedReader, filter: FeedFilter, cursor: string | undefined, limit: number): Promise<FeedStep>;
  /** The cursor of now: what comes after it is new. */
  now(reader: FeedReader, filter: FeedFilter): Promise<string>;
}

/** A cursor that cannot be gone on from: the reader has to start with the present state. */
export class CursorExpiredError extends InvalidInputError {
  readonly reason: string;

  constructor(reason: string, message: string, accepted?: string) {
    const rule = reason === 'CURSOR_UNKNOWN' ? reason : 'CURSOR_EXPIRED';
    super(message, { violations: [{ rule, path: 'after', message, ...(accepted !== undefined && { accepted }) }] });
    this.reason = reason;
  }
}

/** Positions that one statement looks through at most. */
const WINDOW = 2_000n;
/** Windows that one step looks through at most, however little of them is for the reader. */
const WINDOWS = 25;

interface Head {
  readonly epoch: string;
  readonly position: bigint;
  readonly oldest: bigint;
  readonly oldest_at: string;
}

/** What a message says that is of no object. */
export const quiet = {
  isInitial: false,
  isInitialComplete: false,
  position: null,
  commit: null,
  at: null,
  kind: null,
  state: null,
  changedFields: [],
  previousRevision: null,
  actor: null,
} as const;

export function createFeed(catalog: Catalog, database: Queryable, cursors: Cursors): Feed {
  const kinds = new Map(catalog.kinds.map((kind) => [kind.kind, kind]));
  const list = (filter: FeedFilter): string => `changes ${filter.fingerprint}`;

  const encode = (filter: FeedFilter, { epoch, rights, position, initial }: Place): string => {
    const inside = initial === undefined ? [] : [initial.kind, ...(initial.place ?? [])];
    return cursors.encode(list(filter), [epoch, rights, String(position), ...inside]);
  };
  const decode = (filter: FeedFilter, cursor: string): Place => {
    const [epoch, rights, position, kind, name, id] = cursors.decode(list(filter), 'after', cursor);
    const place: StatePlace | undefined = typeof name === 'string' && typeof id === 'string' ? [name, id] : undefined;
    return {
      epoch: String(epoch),
      rights: String(rights),
      position: BigInt(position ?? 0),
      ...(typeof kind === 'string' && { initial: { kind, ...(place && { place }) } }),
    };
  };

  const loadHead = async (): Promise<Head> => {
    const [head] = await database.rows<Head>(sql`select epoch, position, oldest, oldest_at from change_head`);
    if (head === undefined) throw new Error('the stream of changes has no head');
    return head;
  };
  /** An access is of one access version, and whatever changes the fingerprint raises that. */
  const remembered = new WeakMap<Access, Map<string, Promise<string>>>();
  const loadRights = ({ access }: FeedReader, { kinds: wanted }: FeedFilter): Promise<string> => {
    const known = remembered.get(access) ?? new Map<string, Promise<string>>();
    remembered.set(access, known);
    const key = wanted.map(({ kind }) => kind).join();
    const loading = known.get(key) ?? rightsOf(database, wanted, access);
    known.set(key, loading);
    loading.catch(() => known.delete(key));
    return loading;
  };

  const judge = (head: Head, rights: string, place: Place): void => {
    if (place.epoch !== head.epoch || place.position > head.position) {
      throw new CursorExpiredError(
        'CURSOR_UNKNOWN',
        'after is a cursor of another catalog, or of this one before it was restored; start anew',
      );
    }
    if (place.position < head.oldest) {
      const message = `after is older than the history that is kept; read the present state again and go on from there`;
      throw new CursorExpiredError('CURSOR_EXPIRED', message, `a cursor not older than ${head.oldest_at}`);
    }
    if (place.rights !== rights) {
      throw new CursorExpiredError(
        'RIGHTS_CHANGED',
        'what you may see has changed since after was given; read the present state again and go on from there',
      );
    }
  };

  const fits = (filter: FeedFilter, { access }: FeedReader, row: Sql): Sql => {
    const parts = [changeVisible(filter.kinds, access, row, 'watch')];
    if (filter.requirements.length > 0) {
      parts.push(compileSelector(filter.requirements, sql`(${row}.state -> 'labels')`, () => undefined));
    }
    if (filter.scopeId !== undefined) {
      parts.push(sql`exists (select from scope_closure k where k.ancestor_id = ${filter.scopeId}::uuid
        and k.descendant_id = any(standing_scope(${row}.scope_id) || ${row}.other_scope_ids))`);
    }
    return sql`(${sql.join(parts, ' and ')})`;
  };
  const named = ({ names }: FeedFilter): Sql => (names === undefined ? sql`true` : sql`c.name = any(${names}::text[])`);

  /** A page of the state at the reader's position. */
  const readInitial = async (reader: FeedReader, filter: FeedFilter, from: Place, limit: number): Promise<FeedStep> => {
    const wanted = filter.kinds.map(({ kind }) => kind);
    const start = from.initial?.kind === undefined ? 0 : wanted.indexOf(from.initial.kind);
    const events: FeedEvent[] = [];
    for (const [index, kind] of filter.kinds.entries()) {
      if (index < start) continue;
      const found = await loadStates(database, {
        kind,
        position: from.position,
        where: sql`${named(filter)} and ${fits(filter, reader, sql`c`)}`,
        rows: keyset(stateOrder, index === start ? from.initial?.place : undefined, limit - events.length),
      });
      for (const { id, state } of found) {
        const cursor = encode(filter, { ...from, initial: { kind: kind.kind, place: [state.name, id] } });
        events.push({ ...quiet, type: 'ADDED', reason: null, cursor, isInitial: true, kind, state });
      }
      const last = events.at(-1);
      if (events.length >= limit && last) return { events, cursor: last.cursor ?? '', isCurrent: false };
    }
    const { initial: _, ...live } = from;
    const cursor = encode(filter, live);
    events.push({ ...quiet, type: 'BOOKMARK', reason: null, cursor, isInitialComplete: true });
    return { events, cursor, isCurrent: false };
  };

  /** Changes of a window of positions that are something to the reader. */
  const readWindow = async (
    reader: FeedReader,
    filter: FeedFilter,
    from: Place,
    through: bigint,
    limit: number,
  ): Promise<FeedEvent[]> => {
    const isEvery = filter.kinds.length === catalog.kinds.length;
    const ofKinds = isEvery ? sql`true` : sql`c.kind = any(${filter.kinds.map(({ kind }) => kind)}::text[])`;
    const actorId = sql`(s.actor ->> 'principalId')::uuid`;
    const audited = actorVisible(reader.access, reader.caller, actorId, sql`x`);
    const rows = await database.cells(sql`
      select x.position, x.commit, x.type, x.kind, x.stands, x.stood, s.at,
        case when x.stands or x.type = 'DELETED' then x.state else x.was end::text, x.changed_fields, x.was_revision,
        case when ${audited} then s.actor::text end
      from (
        select c.*, p.state as was, p.revision as was_revision,
          c.type <> 'DELETED' and ${fits(filter, reader, sql`c`)} as stands,
          coalesce(p.type <> 'DELETED' and ${fits(filter, reader, sql`p`)}, false) as stood
        from change c left join lateral (
          select b.* from change b where b.object_id = c.object_id and b.position < c.position order by b.position desc limit 1
        ) p on true
        where c.position > ${from.position}::bigint and c.position <= ${through}::bigint and ${ofKinds} and ${named(filter)}
        offset 0
      ) x join change_set s on s.first_position = x.commit
      where x.stands or x.stood order by x.position limit ${limit}::int`);
    return rows.flatMap(([position, commit, type, kindName, stands, stood, at, state, changed, revision, actor]) => {
      const kind = kinds.get(String(kindName));
      if (kind === undefined) return [];
      return {
        type: stands === true ? (stood === true ? 'MODIFIED' : 'ADDED') : 'DELETED',
        reason: stands === true ? null : type === 'DELETED' ? 'DELETED' : 'FILTERED',
        cursor: encode(filter, { ...from, position: BigInt(String(position)) }),
        isInitial: false,
        isInitialComplete: false,
        position: BigInt(String(position)),
        commit: BigInt(String(commit)),
        at: String(at),
        kind,
        state: readState(kind, String(state)),
        changedFields: stands === true && stood === true ? (changed as string[]) : [],
        previousRevision: stood === true ? BigInt(String(revision)) : null,
        actor: readActor(actor),
      };
    });
  };

  const readLive = async (
    reader: FeedReader,
    filter: FeedFilter,
    from: Place,
    head: Head,
    limit: number,
  ): Promise<FeedStep> => {
    let { position } = from;
    for (let window = 0; window < WINDOWS && position < head.position; window++) {
      const through = position + WINDOW < head.position ? position + WINDOW : head.position;
      const events = await readWindow(reader, filter, { ...from, position }, through, limit);
      const last = events.at(-1);
      if (events.length === limit && last) return { events, cursor: last.cursor ?? '', isCurrent: false };
      position = through;
      if (events.length > 0) {
        const cursor = encode(filter, { ...from, position });
        return { events, cursor, isCurrent: position === head.position };
      }
    }
    return { events: [], cursor: encode(filter, { ...from, position }), isCurrent: position === head.position };
  };

  return {
    step: async (reader, filter, cursor, limit) => {
      const [head, rights] = await Promise.all([loadHead(), loadRights(reader, filter)]);
      if (cursor === undefined) {
        const [first] = filter.kinds;
        const start = { epoch: head.epoch, rights, position: head.position, initial: { kind: first?.kind ?? '' } };
        if (limit === 0) return { events: [], cursor: encode(filter, start), isCurrent: false };
        return readInitial(reader, filter, start, limit);
      }
      const place = decode(filter, cursor);
      judge(head, rights, place);
      if (limit === 0) return { events: [], cursor, isCurrent: false };
      return place.initial === undefined
        ? readLive(reader, filter, place, head, limit)
        : readInitial(reader, filter, place, limit);
    },
    now: async (reader, filter) => {
      const [{ epoch, position }, rights] = await Promise.all([loadHead(), loadRights(reader, filter)]);
      return encode(filter, { epoch, rights, position });
    },
  };
}
