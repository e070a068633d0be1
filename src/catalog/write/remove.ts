import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { Author } from '../author.ts';
import { refuseAt } from '../manifests/document.ts';
import { stepsOf } from '../manifests/path.ts';
import type { Catalog, KindModel } from '../model.ts';
import { derivedStore } from './derived-store.ts';
import { holdNames } from './held-names.ts';
import type { DeleteOperation } from './operation.ts';
import { loadOwned, type Owned } from './owned.ts';
import { dropOwners } from './ownership.ts';
import { describeReferrers, loadReferrers } from './referrers.ts';
import type { LoadedObject } from './store.ts';
import { loadTargets } from './targets.ts';

/** An object that is to go. */
export interface Doomed {
  /** Which operation of the batch asks for it. */
  readonly operation: number;
  readonly wanted: DeleteOperation;
  subject: string;
  stored: LoadedObject | undefined;
  /** What goes with it. */
  owned: readonly Owned[];
  readonly violations: Violation[];
}

export const newDoomed = (operation: number, wanted: DeleteOperation): Doomed => ({
  operation,
  wanted,
  subject: `${wanted.kind.kind}/${wanted.target.name ?? wanted.target.id}`,
  stored: undefined,
  owned: [],
  violations: [],
});

export function refuseDeletion({ wanted, subject, stored, violations }: Doomed, violation: Violation): void {
  const { document, placeOf } = wanted;
  const origin =
    document ?? (placeOf === undefined ? undefined : { source: undefined, line: undefined, positionOf: placeOf });
  const { path = 'metadata.name', ...rest } = violation;
  const about = { subject, ...(stored !== undefined && { objectId: stored.id }), ...rest };
  violations.push(origin === undefined ? about : refuseAt(origin, subject, stepsOf(path), about));
}

type Going = ReadonlyMap<KindModel, readonly string[]>;

/** Uids of what goes, by kind in load order. */
function goingOf(catalog: Catalog, doomed: readonly Doomed[]): Going {
  const ids = new Map<KindModel, Set<string>>();
  const add = (kind: KindModel, id: string): unknown => ids.get(kind)?.add(id) ?? ids.set(kind, new Set([id]));
  for (const { wanted, stored, owned } of doomed) {
    if (stored !== undefined) add(wanted.kind, stored.id);
    for (const one of owned) add(one.kind, one.stored.id);
  }
  return new Map(
    catalog.kinds.flatMap((kind): [KindModel, string[]][] => {
      const own = ids.get(kind);
      return own === undefined ? [] : [[kind, [...own]]];
    }),
  );
}

/** Finds and locks what is to go, with what it owns where that is to go along. */
export async function findDoomed(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  access: Access | undefined,
): Promise<void> {
  const wanted = doomed.map((one) => one.wanted);
  const targets = await loadTargets(connection, catalog.kinds, wanted, access);
  for (const one of doomed) {
    const found = targets.get(one.wanted);
    if (found === undefined) continue;
    one.stored = found.stored;
    one.subject = found.subject;
    for (const violation of found.refusals) {
      if (violation.rule === 'NOT_FOUND' && one.wanted.allowMissing === true) continue;
      refuseDeletion(one, violation);
    }
  }
  const cascading = doomed.filter((one) => one.wanted.cascade === true);
  if (cascading.length === 0) return;
  const owned = Map.groupBy(await loadOwned(catalog, connection, goingOf(catalog, cascading)), ({ root }) => root);
  for (const one of cascading) one.owned = owned.get(one.stored?.id ?? '') ?? [];
}

/**
 * Deletes what nothing else refers to, before anything is stored: its name and its place are free for the rest of
 * the batch. Gives back what still has to wait until the batch has let go of it.
 */
export async function removeFree(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  by: Author,
): Promise<readonly Doomed[]> {
  const held = new Set<Doomed>();
  for (;;) {
    const free = doomed.filter((one) => !held.has(one));
    const going = goingOf(catalog, free);
    const referrers = await loadReferrers(catalog, connection, going, undefined);
    if (referrers.length === 0) {
      await removeAll(catalog, connection, free, going, by);
      return [...held];
    }
    const targets = new Set(referrers.map(({ target }) => target));
    for (const one of free) if (idsOf(one).some((id) => targets.has(id))) held.add(one);
  }
}

const idsOf = ({ stored, owned }: Doomed): string[] => [
  ...(stored === undefined ? [] : [stored.id]),
  ...owned.map((one) => one.stored.id),
];

/**
 * Refuses what something else refers to that stays. `access`: what the author may see; the rest is neither counted nor
 * named. `apart`: objects whose references do not count, since the batch may yet change them.
 */
export async function refuseReferred(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  access: Access | undefined,
  apart: Going = new Map(),
): Promise<void> {
  const found = await loadReferrers(catalog, connection, goingOf(catalog, doomed), access, apart);
  const referrers = Map.groupBy(found, ({ target }) => target);
  for (const one of doomed) {
    for (const id of idsOf(one)) {
      const own = referrers.get(id);
      if (own === undefined) continue;
      const child = one.owned.find(({ stored }) => stored.id === id);
      const what = child === undefined ? one.subject : `${child.kind.kind}/${child.stored.name} of ${one.subject}`;
      refuseDeletion(one, { rule: 'REFERENCED', message: `${what} ${describeReferrers(own)}` });
    }
  }
}

/** Deletes the objects together, in any order, when nothing that stays refers to one of them. */
export async function removeDoomed(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  by: Author,
): Promise<void> {
  // Of what its author may not delete, nothing more is said.
  const allowed = doomed.filter(({ violations }) => !violations.some(({ rule }) => rule === 'FORBIDDEN'));
  await refuseReferred(catalog, connection, allowed, by.rights?.access);
  if (doomed.some(({ violations }) => violations.length > 0)) return;
  await removeAll(catalog, connection, doomed, goingOf(catalog, doomed), by);
}

/** What refers goes before what is referred to. */
async function removeAll(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  going: Going,
  by: Author,
): Promise<void> {
  const store = derivedStore(catalog, connection, by);
  const objects = new Map(
    doomed.flatMap(({ wanted, stored, owned }) => [
      ...(stored ? [[stored.id, { ...stored, kind: wanted.kind.kind }] as const] : []),
      ...owned.map((one) => [one.stored.id, { ...one.stored, kind: one.kind.kind }] as const),
    ]),
  );
  const scopes: string[] = [];
  for (const [kind, ids] of [...going].reverse()) {
    await kind.undo?.(
      ids.flatMap((id) => objects.get(id) ?? []),
      store,
    );
    // By hand and not by cascade, which comes too late for members of a list that go in the same statement.
    for (const { field } of kind.references) {
      if (field.type !== 'refs') continue;
      const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
      await connection.execute(sql`delete from ${sql.ident(field.table)} where ${owner} = any(${ids}::uuid[])`);
    }
    await holdNames(
      connection,
      kind,
      ids.flatMap((id) => objects.get(id) ?? []),
    );
    await connection.execute(sql`delete from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`);
    scopes.push(...(kind.isOwnScope ? ids : ids.filter((id) => objects.get(id)?.scopeId === id)));
  }
  // Last, and together: bindings that go as well have let go of them by now.
  if (scopes.length > 0) await connection.execute(sql`delete from scope where id = any(${scopes}::uuid[])`);
  if (objects.size > 0) await dropOwners(connection, [...objects.keys()]);
  await connection.execute(sql`set constraints all immediate`);
}

/** Rules on what is gone, judged on the final state of the whole batch; violations of no single deletion are given back. */
export async function judgeGone(
  catalog: Catalog,
  connection: Queryable,
  doomed: readonly Doomed[],
  by: Author,
): Promise<Violation[]> {
  const gone = doomed.flatMap((one) => {
    if (one.stored === undefined || one.violations.length > 0) return [];
    const along = one.owned.map(({ kind, stored }) => ({ one, kind, stored }));
    return [{ one, kind: one.wanted.kind, stored: one.stored }, ...along];
  });
  const deletionOf = new Map(gone.map(({ one, stored }) => [stored.id, one]));
  const strays: Violation[] = [];
  for (const [kind, own] of Map.groupBy(gone, (each) => each.kind)) {
    const objects = own.map(({ stored }) => ({ ...stored, kind: kind.kind }));
    for (const violation of (await kind.checkGone?.(objects, derivedStore(catalog, connection, by))) ?? []) {
      const deletion = deletionOf.get(violation.objectId ?? '');
      if (deletion === undefined) strays.push(violation);
      else refuseDeletion(deletion, violation);
    }
  }
  return strays;
}
