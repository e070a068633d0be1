import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Violation } from '../../../platform/errors.ts';
import { mapWithPauses } from '../../../platform/pauses.ts';
import { AccessChangedError } from '../../access/access.ts';
import { kindScopeId, permissionName } from '../../access/permissions.ts';
import type { Rights } from '../../access/rights.ts';
import type { GuardedWrite } from '../../guard.ts';
import type { KindModel } from '../../model.ts';
import { PLATFORM } from '../../well-known.ts';
import { type Batch, draftsOf, type Transaction } from '../batch.ts';
import { decide, FORBIDDEN, type Need } from '../decide.ts';
import { derivedStore } from '../derived-store.ts';
import { isChanged, isFound, isPlaced, isSound, keepsSpec, type PlacedDraft, refuseDraft } from '../draft.ts';
import { kindsAround } from '../kinds-around.ts';
import { saysParentAnew } from '../scopes.ts';
import { refuseTakenName } from '../taken-name.ts';

/**
 * Refuses the creates and updates that their author may not do, before any other rule is judged. What the
 * caller's access refuses is refused at once, without a call; the rest OpenFGA has to allow as well (reference/iam.md
 * 4.10). It is asked while the batch goes on, and its answers are awaited before the batch is kept.
 */
export async function authorizeDrafts(
  batch: Batch,
  drafts: readonly PlacedDraft[],
  transaction: Transaction,
): Promise<void> {
  const { connection, by, pause } = transaction;
  const { rights } = by;
  if (rights === undefined || draftsOf(batch).length === 0) return;
  requireAccessVersion(transaction, rights);
  const before = await placesBefore(connection, drafts);
  const standing = standingScopes(batch, before);
  const needs = await mapWithPauses(drafts.filter(isChanged), pause, (draft) => needsOf(draft, before, standing));
  batch.awaited.push(await decide(transaction, rights, together(needs.flat())));
  await pause();
  await askGuards(drafts, before, standing, transaction);
  for (const draft of drafts) if (draft.isHeldByHidden && isSound(draft)) refuseTakenName(draft);
}

/**
 * Ensures that drafts that were authorized before the write had its turn still are: by the same permissions, and by what
 * guards say now.
 */
export async function guardDrafts(
  batch: Batch,
  drafts: readonly PlacedDraft[],
  transaction: Transaction,
): Promise<void> {
  const { rights } = transaction.by;
  if (rights === undefined) return;
  requireAccessVersion(transaction, rights);
  const before = await placesBefore(transaction.connection, drafts);
  await askGuards(drafts, before, standingScopes(batch, before), transaction);
}

/**
 * Ensures that the write is judged on the permissions in force while it holds the write lock; otherwise it starts
 * again.
 */
export function requireAccessVersion({ accessVersion }: Transaction, { access }: Rights): void {
  if (access.version !== undefined && access.version !== accessVersion) throw new AccessChangedError();
}

/** Scopes of drafts before the batch. */
interface PlacesBefore {
  /** Parents of scopes. */
  readonly parents: ReadonlyMap<string, string | null>;
  /** All scopes of an object, for kinds where each of them needs the permission. */
  readonly all: ReadonlyMap<string, readonly string[]>;
}

const isScope = ({ kind, id, scopeId }: PlacedDraft): boolean => kind.isOwnScope || scopeId === id;

async function placesBefore(connection: Queryable, drafts: readonly PlacedDraft[]): Promise<PlacesBefore> {
  const stored = drafts.filter((draft) => draft.stored !== undefined);
  const scopes = stored.filter(isScope).map(({ id }) => id);
  const parents =
    scopes.length === 0
      ? []
      : await connection.cells(sql`select id, parent_id from scope where id = any(${scopes}::uuid[])`);
  const all = new Map<string, readonly string[]>();
  const counted = stored.filter((draft) => 'createdOn' in draft.kind.scope && !keepsSpec(draft));
  for (const [kind, own] of Map.groupBy(counted, (draft) => draft.kind)) {
    const ids = own.map(({ id }) => id);
    const rows = await connection.cells(
      sql`select id, scope_id || other_scope_ids from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`,
    );
    for (const [id, scopeIds] of rows) all.set(String(id), scopeIds as string[]);
  }
  return {
    parents: new Map(parents.map(([id, parent]) => [String(id), parent === null ? null : String(parent)])),
    all,
  };
}

function isMoved(draft: PlacedDraft, { parents }: PlacesBefore): boolean {
  const { stored, kind, id, scopeId, standsInId } = draft;
  if (stored === undefined) return false;
  if (!isScope(draft)) return stored.scopeId !== scopeId;
  if (kind.isOwnScope && !saysParentAnew(draft)) return false;
  return parents.get(id) !== standsInId;
}

/**
 * The scope itself or, if the batch creates or moves it, the nearest scope above it that does not change; undefined
 * in a circle.
 */
function standingScopes(batch: Batch, before: PlacesBefore): (scopeId: string) => string {
  const inBatch = new Map(
    draftsOf(batch).flatMap((draft) => (draft.kind.isOwnScope ? [[draft.id, draft] as const] : [])),
  );
  /** It stands still itself, or stands in another one; undefined when it is refused. */
  const above = (scopeId: string): string | undefined => {
    const draft = inBatch.get(scopeId);
    if (draft === undefined) return scopeId;
    const isMeant = isPlaced(draft) && (draft.stored === undefined || isMoved(draft, before));
    if (!isMeant && isFound(draft) && draft.stored !== undefined) return scopeId;
    return isMeant && isSound(draft) ? draft.standsInId : undefined;
  };
  const known = new Map<string, string>();
  return (scopeId) => {
    // A batch may nest thousands of scopes, however few are allowed in the end: each is looked at once.
    const below = new Set<string>();
    let found = known.get(scopeId);
    for (let at = scopeId; found === undefined; ) {
      const next = above(at);
      below.add(at);
      if (next === at) found = at;
      else if (next === undefined || below.has(next)) found = PLATFORM;
      else {
        found = known.get(next);
        at = next;
      }
    }
    for (const id of below) known.set(id, found);
    return found;
  };
}

/** A permission on the scopes of an object. */
export function needOn(
  objectIds: readonly string[],
  { kind, group, spec }: { readonly kind: KindModel; readonly group: string; readonly spec: unknown },
  verb: string,
  scopeId: string,
  addViolation: Need['addViolation'],
): Need {
  const around = kindsAround(kind, spec).map((other) => kindScopeId(other.kind));
  const scopeIds = [scopeId, kindScopeId(kind.kind), ...around];
  return { objectIds, permission: permissionName(kind, verb, group), scopeIds, addViolation };
}

/** A denied object gets this violation only: others would reveal what is stored. */
export function forgetOthers(violations: Violation[]): void {
  if (violations.some(({ rule }) => rule !== FORBIDDEN)) violations.length = 0;
}

function needsOf(draft: PlacedDraft, before: PlacesBefore, standing: (scopeId: string) => string): Need[] {
  const { kind, manifest, stored, id } = draft;
  const deny = (violation: Violation): void => {
    forgetOthers(draft.violations);
    refuseDraft(draft, violation, ['metadata', 'name']);
  };
  const coming = { kind, group: manifest.group, spec: draft.spec };
  const hasMoved = isMoved(draft, before);
  const needs: Need[] = [];
  if (stored === undefined || hasMoved) needs.push(needOn([id], coming, 'create', standing(draft.standsInId), deny));
  // All its other scopes, for kinds whose creation needs the permission on each of them.
  if ('createdOn' in kind.scope) {
    const known = before.all.get(id) ?? [];
    const others = draft.otherScopeIds.filter((other) => !known.includes(other));
    needs.push(...others.map((other) => needOn([id], coming, 'create', standing(other), deny)));
  }
  if (stored === undefined) return needs;
  const here = kind.isOwnScope ? id : stored.scopeId;
  const present = { kind, group: manifest.group, spec: stored.spec };
  needs.push(needOn([id], present, 'update', here, deny));
  if (hasMoved) needs.push(needOn([id], present, 'delete', here, deny));
  return needs;
}

/** A violation of all of them. */
const addToAll =
  (all: readonly Pick<Need, 'addViolation'>[]): Need['addViolation'] =>
  (violation) => {
    for (const one of all) one.addViolation(violation);
  };

/** Needs of the same on the same scopes are decided as one: thousands of objects need a few. */
const together = (needs: readonly Need[]): Need[] =>
  [...Map.groupBy(needs, ({ permission, scopeIds }) => [permission, ...scopeIds].join(' ')).values()].flatMap((alike) =>
    alike.slice(0, 1).map((need) => ({
      ...need,
      objectIds: alike.flatMap(({ objectIds }) => objectIds),
      addViolation: addToAll(alike),
    })),
  );

async function askGuards(
  drafts: readonly PlacedDraft[],
  { parents }: PlacesBefore,
  standing: (scopeId: string) => string,
  { catalog, connection, by }: Transaction,
): Promise<void> {
  const guarded = drafts.filter((draft) => isSound(draft) && isChanged(draft));
  if (guarded.length === 0) return;
  const state = derivedStore(catalog, connection, by);
  const writes = guarded.map((draft): GuardedWrite => {
    const stood = draft.kind.isOwnScope ? parents.get(draft.id) : draft.stored?.scopeId;
    const comes = [draft.standsInId, ...draft.otherScopeIds].map(standing);
    return {
      kind: draft.kind.kind,
      scopeIds: [...comes, ...(stood ? [stood] : [])],
      addViolation: (violation) => refuseDraft(draft, violation),
    };
  });
  // What is made or changed in the same scopes is judged as one.
  const alike = Map.groupBy(writes, ({ kind, scopeIds }) => [kind, ...scopeIds].join(' ')).values();
  const asOne = [...alike].flatMap((same) =>
    same.slice(0, 1).map((write) => ({ ...write, addViolation: addToAll(same) })),
  );
  for (const guard of catalog.guards) await guard(asOne, state);
}
