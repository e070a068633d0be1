import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { OpenFga, Tuple } from '../../platform/openfga/client.ts';
import { AccessMovedError } from '../access/access.ts';
import type { Check } from '../access/check.ts';
import { kindScopeId, permissionName } from '../access/permissions.ts';
import type { Rights } from '../access/rights.ts';
import type { Author } from '../author.ts';
import type { GuardedWrite } from '../guard.ts';
import type { Catalog, KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { PLATFORM } from '../well-known.ts';
import { derivedStore } from './derived-store.ts';
import { type Draft, isChanged, isSound, refuse, valueAt } from './draft.ts';
import type { Owned } from './owned.ts';
import { type Doomed, refuseDeletion } from './remove.ts';
import { organizationScopes, parentScope, placeInScopes } from './scopes.ts';
import { unsoundOf } from './unsound.ts';

/** A permission that objects need on at least one of some scopes. */
interface Need {
  readonly objectIds: readonly string[];
  readonly permission: string;
  readonly scopeIds: readonly string[];
  refuse(violation: Violation): void;
}

export interface Authorization {
  /** The store with the model in force. */
  openfga(): OpenFga;
  /** The model's relations of permissions. */
  relations(permissions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Applies what is committed and not yet in force. */
  flush(): Promise<boolean>;
  /** Whether everything up to a position of the outbox is in force, waiting for it at most so long. */
  isApplied(seq: bigint, withinMs: number): Promise<boolean>;
}

/** So many distinct permissions on scopes are asked for one by one; more are asked where they are held. */
const MOST_EXACT = 50;

/** Waits for OpenFGA's word and refuses what it denies; of what is denied nothing else is said. Everything that was asked. */
export type FinishAuthorization = () => Promise<readonly Check[]>;

const nothingToFinish: FinishAuthorization = () => Promise.resolve([]);

/**
 * Refuses the operations that their author may not do, before anything else is said about them. What the caller's
 * access refuses is refused at once and for nothing; the rest OpenFGA has to allow as well (reference/iam.md 4.10). It
 * is asked while the batch goes on, and heard by the time the batch is to be kept.
 */
export async function authorizeBatch(
  { catalog, connection, authorization, by }: AuthorizedTransaction,
  drafts: readonly Draft[],
  doomed: readonly Doomed[],
): Promise<FinishAuthorization> {
  const { rights, caller } = by;
  if (rights === undefined || drafts.length + doomed.length === 0) return nothingToFinish;
  await requirePosition(connection, rights);
  const organizations = await organizationScopes(catalog, connection, drafts);
  const inBatch = new Map(drafts.filter(({ kind }) => kind.isOwnScope).map((draft) => [draft.id, draft]));
  // What refers to something refused has no place yet; it is refused along with it.
  const unsound = unsoundOf(drafts);
  const placed = catalog.kinds.flatMap((kind) => drafts.filter((draft) => draft.kind === kind && !unsound.has(draft)));
  for (const draft of placed) placeInScopes(draft, organizations);
  const parents = await parentsOf(connection, placed);
  const stood = await otherScopesOf(connection, placed);

  /** The scope, or for one that the batch makes or moves the nearest that stands and stays; in a circle there is none. */
  const standing = (scopeId: string, below: ReadonlySet<string> = new Set()): string => {
    const draft = inBatch.get(scopeId);
    if (draft === undefined || (draft.stored !== undefined && !isMoved(draft, parents))) return scopeId;
    if (!isSound(draft) || below.has(scopeId)) return PLATFORM;
    return standing(parentScope(draft), new Set([...below, scopeId]));
  };
  const needs: Need[] = [];
  const need = (
    objectIds: readonly string[],
    { kind, group, spec }: { readonly kind: KindModel; readonly group: string; readonly spec: unknown },
    verb: string,
    scopeId: string,
    deny: Need['refuse'],
  ): void => {
    const around = kindsAround(kind, spec).map((other) => kindScopeId(other.kind));
    const scopeIds = [scopeId, kindScopeId(kind.kind), ...around];
    needs.push({ objectIds, permission: permissionName(kind, verb, group), scopeIds, refuse: deny });
  };
  for (const draft of placed) {
    const { kind, manifest, stored } = draft;
    const deny = (violation: Violation): void => {
      if (draft.violations.some(({ rule }) => rule !== FORBIDDEN)) draft.violations.length = 0;
      refuse(draft, violation, ['metadata', 'name']);
    };
    const coming = { kind, group: manifest.group, spec: draft.spec };
    const here = placeOf(draft);
    if (!isChanged(draft)) continue;
    if (stored === undefined || isMoved(draft, parents)) {
      need([draft.id], coming, 'create', standing(here), deny);
    }
    // Every other scope that it comes to stand in, where making one takes the right to in all of them.
    if ('createdOn' in kind.scope) {
      const known = stood.get(draft.id) ?? [];
      const others = draft.otherScopeIds.filter((other) => !known.includes(other));
      for (const other of others) need([draft.id], coming, 'create', standing(other), deny);
    }
    if (stored === undefined) continue;
    const before = kind.isOwnScope ? draft.id : stored.scopeId;
    const standingThere = { kind, group: manifest.group, spec: stored.spec };
    need([draft.id], standingThere, 'update', before, deny);
    if (isMoved(draft, parents)) need([draft.id], standingThere, 'delete', before, deny);
  }
  for (const one of doomed) {
    const { stored, wanted } = one;
    if (stored === undefined) continue;
    const deny = (violation: Violation): void => {
      if (one.violations.some(({ rule }) => rule !== FORBIDDEN)) one.violations.length = 0;
      refuseDeletion(one, violation);
    };
    need([stored.id], { ...stored, kind: wanted.kind }, 'delete', stored.scopeId, deny);
    // What goes along is deleted as well; the ports of a device stand in one scope and are asked for once.
    const keyOf = ({ kind, stored: { scopeId, spec } }: Owned): string =>
      [kind, ...kindsAround(kind, spec)].map((one) => one.kind).join() + scopeId;
    for (const children of Map.groupBy(one.owned, keyOf).values()) {
      const [child] = children;
      const ids = children.map(({ stored: own }) => own.id);
      if (child !== undefined) need(ids, { ...child.stored, kind: child.kind }, 'delete', child.stored.scopeId, deny);
    }
  }
  const finish = await settle(connection, authorization, rights, caller.principalId ?? '', needs);
  const guarded = placed.filter((draft) => isSound(draft) && isChanged(draft));
  const state = derivedStore(catalog, connection, by);
  for (const guard of guarded.length > 0 ? catalog.guards : []) {
    const writes = guarded.map((draft): GuardedWrite => {
      const before = draft.kind.isOwnScope ? parents.get(draft.id) : draft.stored?.scopeId;
      const scopeIds = [
        ...[placeOf(draft), ...draft.otherScopeIds].map((id) => standing(id)),
        ...(before ? [before] : []),
      ];
      return { kind: draft.kind.kind, scopeIds, refuse: (violation) => refuse(draft, violation) };
    });
    await guard(writes, state);
  }
  for (const draft of placed) {
    if (!draft.isHeldByHidden || !isSound(draft)) continue;
    // Whoever may create here learns that the name is taken, and no more.
    const message = `the name ${draft.manifest.name} is not free`;
    refuse(draft, { rule: 'NAME_TAKEN', message, value: draft.manifest.name, accepted: 'another name' }, [
      'metadata',
      'name',
    ]);
  }
  return finish;
}

const FORBIDDEN = 'FORBIDDEN';

/** Something was denied. */
export const isForbidden = (violations: readonly Violation[]): boolean =>
  violations.some(({ rule }) => rule === FORBIDDEN);

export interface AuthorizedTransaction {
  readonly catalog: Catalog;
  readonly connection: Queryable;
  readonly authorization: Authorization | undefined;
  readonly by: Author;
}

/** A write is judged on the rights in force while it holds the write lock, or begun again. */
async function requirePosition(connection: Queryable, { access }: Rights): Promise<void> {
  if (access.position === undefined) return;
  const [row] = await connection.cells(sql`select position from access_position`);
  if (row?.[0] !== access.position) throw new AccessMovedError();
}

/** Kinds that are no scopes of what an object says it stands in. */
function kindsAround(kind: KindModel, spec: unknown): KindModel[] {
  const { scope, references } = kind;
  if ('own' in scope || typeof scope.home === 'string') return [];
  const { home } = scope;
  const said = home.flatMap((path) => {
    const targets = references.find(({ leaf }) => leaf.path === path)?.targets ?? [];
    const written = [valueAt(spec, path)].flat()[0];
    if (written === undefined || written === null) return [];
    const of = isObject(written) && targets.length > 1 ? written.kind : targets[0]?.kind.kind;
    return targets.map((target) => target.kind).filter((target) => target.kind === of);
  });
  return said.slice(0, 1).filter(({ isOwnScope }) => !isOwnScope);
}

/** The scope that an object stands in; for one that is a scope, what that stands under. */
const placeOf = (draft: Draft): string =>
  draft.kind.isOwnScope ? parentScope(draft) : (draft.standsIn ?? draft.scopeId);

const isMoved = (draft: Draft, parents: ReadonlyMap<string, string | null>): boolean => {
  const { stored, kind } = draft;
  if (stored === undefined) return false;
  if (draft.standsIn !== undefined) return parents.get(draft.id) !== draft.standsIn;
  if (!kind.isOwnScope) return stored.scopeId !== draft.scopeId;
  // Only what the object itself says about its place moves it; a placement of its own may have put it elsewhere.
  const paths = 'own' in kind.scope ? kind.scope.parent : [];
  const says = paths.some((path) => draft.changes.some((change) => `${change.path}.`.startsWith(`spec.${path}.`)));
  return says && parents.get(draft.id) !== parentScope(draft);
};

async function parentsOf(connection: Queryable, drafts: readonly Draft[]): Promise<Map<string, string | null>> {
  const ids = drafts
    .filter(({ kind, stored, standsIn }) => stored !== undefined && (kind.isOwnScope || standsIn !== undefined))
    .map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await connection.cells(sql`select id, parent_id from scope where id = any(${ids}::uuid[])`);
  return new Map(rows.map(([id, parent]) => [String(id), parent === null ? null : String(parent)]));
}

/** The secondary scopes that stored objects stand in so far, for kinds where each of them counts. */
async function otherScopesOf(connection: Queryable, drafts: readonly Draft[]): Promise<Map<string, readonly string[]>> {
  const known = drafts.filter(({ kind, stored }) => stored !== undefined && 'createdOn' in kind.scope);
  const found = new Map<string, readonly string[]>();
  for (const [kind, own] of Map.groupBy(known, (draft) => draft.kind)) {
    const ids = own.map(({ id }) => id);
    const rows = await connection.cells(
      sql`select id, scope_id || other_scope_ids from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`,
    );
    for (const [id, scopes] of rows) found.set(String(id), scopes as string[]);
  }
  return found;
}

/** Decides all needs: by the holdings in one statement, then by OpenFGA in one batch; both have to agree. */
async function settle(
  connection: Queryable,
  authorization: Authorization | undefined,
  { holdings }: Rights,
  principalId: string,
  needs: readonly Need[],
): Promise<FinishAuthorization> {
  const deny = ({ permission, refuse: say }: Need): void =>
    say({ rule: FORBIDDEN, message: `${permission} is missing`, accepted: `a role that holds ${permission} here` });
  const found = new Map<Need, string>();
  const open: { need: Need; index: number; slot: number }[] = [];
  const slots = new Set<number>();
  for (const need of needs) {
    const slot = holdings.slot(need.permission);
    if (slot === undefined) continue;
    const direct = [PLATFORM, ...need.scopeIds].find((id) => slot.scopeIds.has(id));
    if (direct !== undefined) found.set(need, direct);
    else {
      slots.add(slot.index);
      open.push({ need, index: open.length, slot: slot.index });
    }
  }
  if (open.length > 0) {
    const held = holdings.slots.filter(({ index }) => slots.has(index));
    const pairs = held.flatMap(({ index, scopeIds }) => [...scopeIds].map((id) => [index, id] as const));
    const wanted = open.map(({ need, slot }) => [slot, need.scopeIds[0] ?? ''] as const);
    const rows = await connection.cells(sql`
      select w.place - 1, (
        select c.ancestor_id from scope_closure c
        join unnest(${pairs.map(([slot]) => slot)}::int[], ${pairs.map(([, id]) => id)}::uuid[]) h (slot, scope_id)
          on h.scope_id = c.ancestor_id and h.slot = w.slot
        where c.descendant_id = w.scope_id order by c.depth limit 1)
      from unnest(${wanted.map(([slot]) => slot)}::int[], ${wanted.map(([, id]) => id)}::uuid[]) with ordinality w (slot, scope_id, place)`);
    for (const [place, ancestor] of rows) {
      const one = open[Number(place)];
      if (one !== undefined && ancestor !== null) found.set(one.need, String(ancestor));
    }
  }
  for (const need of needs) if (!found.has(need)) deny(need);
  const confirming = found.size > 0 && authorization ? confirm(authorization, principalId, found) : undefined;
  confirming?.catch(() => undefined); // Whoever finishes hears of it.
  return async () => {
    const words = await confirming;
    return needs.map((need): Check => {
      const { objectIds, permission, scopeIds } = need;
      const heldOn = found.get(need);
      const word = words?.get(need);
      if (word?.isAllowed === false) deny(need);
      const check = { objectIds, permission, scopeId: scopeIds[0] ?? PLATFORM };
      const openfga = word && { openfga: word.asked };
      if (heldOn === undefined || word?.isAllowed === false) return { ...check, isAllowed: false, ...openfga };
      return { ...check, isAllowed: true, heldOn, ...openfga };
    });
  };
}

/** What OpenFGA says of a need. */
interface Word {
  readonly isAllowed: boolean;
  readonly asked: Required<Check>['openfga'];
}

/** What OpenFGA says of the needs: asked on the very scope, or, for very many, on the scope they are held on. */
async function confirm(
  authorization: Authorization,
  principalId: string,
  found: ReadonlyMap<Need, string>,
): Promise<ReadonlyMap<Need, Word>> {
  const names = [...new Set([...found.keys()].map(({ permission }) => permission))];
  const relations = await authorization.relations(names);
  const tupleOf = (permission: string, scopeId: string): Tuple => ({
    user: `principal:${principalId}`,
    relation: relations.get(permission) ?? '',
    object: `scope:${scopeId}`,
  });
  const exact = new Set([...found.keys()].map(({ permission, scopeIds }) => `${permission} ${scopeIds[0]}`));
  const isExact = exact.size <= MOST_EXACT;
  const asked = [...found].map(([need, heldOn]) => {
    const isByKind = need.scopeIds.slice(1).includes(heldOn);
    return { need, tuple: tupleOf(need.permission, isExact && !isByKind ? (need.scopeIds[0] ?? heldOn) : heldOn) };
  });
  const ask = async (of: typeof asked): Promise<typeof asked> => {
    const allowed = await authorization.openfga().check(of.map(({ tuple }) => tuple));
    return of.filter((_, index) => allowed[index] !== true);
  };
  let denied = await ask(asked);
  // A scope that was made a moment ago may not have reached OpenFGA yet.
  if (denied.length > 0 && (await authorization.flush())) denied = await ask(denied);
  const refused = new Set(denied.map(({ need }) => need));
  const { modelId, consistency } = authorization.openfga();
  return new Map(
    asked.map(({ need, tuple: { relation } }): [Need, Word] => [
      need,
      { isAllowed: !refused.has(need), asked: { relation, modelId, consistency } },
    ]),
  );
}
