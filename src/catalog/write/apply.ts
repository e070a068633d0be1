import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { Author } from '../author.ts';
import type { Spec } from '../kind.ts';
import type { Catalog, KindModel, Reference } from '../model.ts';
import { withArticle } from '../values/names.ts';
import { type Authorization, authorizeBatch, type FinishAuthorization } from './authorize.ts';
import { cascadeScopes } from './cascade-scopes.ts';
import { compare } from './compare.ts';
import type { BrokenConstraint } from './constraints.ts';
import { derivedStore } from './derived-store.ts';
import { type Draft, isChanged, isSound, refuse, toChange, valueAt } from './draft.ts';
import { refuseHeldNames } from './held-names.ts';
import { refuseTakenKeys } from './keys.ts';
import { completeManaged, settleOwners, storeOwners } from './ownership.ts';
import { movePromoted } from './promote.ts';
import type { SchemaOf } from './read-drafts.ts';
import { resolveReferences } from './resolve.ts';
import { adoptNamespaces, organizationScopes, placeInScopes, refuseCircles, storeScopes } from './scopes.ts';
import { isNamed, loadStored, rowOf, storeObjects } from './store.ts';
import { unsoundOf } from './unsound.ts';
import { warnOfEnding } from './warnings.ts';

/** Told what is being done, how many kinds or documents of how many are done. */
export type OnProgress = (done: number, total: number, phase: 'loading' | 'storing' | 'judging' | 'deriving') => void;

export interface DraftBatch {
  readonly catalog: Catalog;
  readonly connection: Queryable;
  readonly drafts: readonly Draft[];
  readonly by: Author;
  readonly authorization: Authorization | undefined;
  /** Takes what is still to be heard from OpenFGA. */
  readonly authorizations: FinishAuthorization[];
  readonly schemaOf: SchemaOf;
  /** Removes what the batch has to let go of first, in its rows and in what is derived; before anything is judged. */
  readonly removeHeld: (() => Promise<void>) | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Everything between reading and committing, inside the batch's transaction; violations are noted on the drafts, and
 * those of no draft are given back.
 *
 *   load ─► complete ─► resolve ─► compare ─► check ─► keys ─► store ─► cascade scopes ─► checkAll ─► derive
 *
 * With a refused document among them, the sound rest is still stored and judged, so that all refusals come at once;
 * the caller rolls everything back.
 */
export async function applyDrafts(batch: DraftBatch): Promise<Violation[]> {
  const { catalog, connection, drafts, onProgress, by, schemaOf } = batch;
  const byKind = inLoadOrder(catalog, drafts);
  const progress = (phase: Parameters<OnProgress>[2], done: number) => onProgress?.(done, byKind.length, phase);
  for (const [index, [kind, own]] of byKind.entries()) {
    progress('loading', index);
    await loadState(connection, kind, own, by.rights?.access);
  }
  await completeManaged(connection, drafts, schemaOf);
  await resolveReferences(catalog, connection, drafts, by.rights?.access);
  for (const draft of drafts) compare(draft);
  batch.authorizations.push(await authorizeBatch(batch, drafts, []));
  for (const draft of drafts.filter(isSound)) warnOfEnding(draft);
  const owners = await settleOwners(connection, drafts, by);
  for (const draft of drafts.filter(isSound)) {
    for (const violation of draft.kind.check?.(toChange(draft)) ?? []) refuse(draft, violation);
  }
  for (const [kind, own] of byKind) {
    await refuseTakenKeys(connection, kind, own.filter(isSound));
    await refuseHeldNames(connection, kind, own.filter(isSound));
  }

  const unsound = unsoundOf(drafts);
  const sound = inLoadOrder(
    catalog,
    drafts.filter((draft) => !unsound.has(draft)),
  );
  const circling = await storeBatch(catalog, connection, sound, (done) => progress('storing', done));
  const store = derivedStore(catalog, connection, by);
  const derive = async (): Promise<void> => {
    for (const [index, [kind, own]] of sound.entries()) {
      progress('deriving', index);
      const changed = own.filter(isChanged);
      if (changed.length > 0) await kind.derive?.(changed.map(toChange), store);
    }
  };
  const isLate = batch.removeHeld !== undefined && drafts.every(isSound);
  if (isLate) {
    await derive();
    await batch.removeHeld?.();
  }
  const isJudged = apartFrom(unsound);
  const strays: Violation[] = [];
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  for (const [index, [kind, own]] of sound.entries()) {
    progress('judging', index);
    const changed = own.filter(isChanged).filter(isJudged);
    if (changed.length === 0 || kind.checkAll === undefined) continue;
    for (const violation of await kind.checkAll(changed.map(toChange), store)) {
      const draft = byId.get(violation.objectId ?? '');
      if (draft === undefined) strays.push(violation);
      else refuse(draft, violation);
    }
  }
  refuseCircles(circling);
  if (strays.length > 0 || !drafts.every(isSound)) return strays;

  if (!isLate) await derive();
  await storeOwners(connection, owners);
  await connection.execute(sql`set constraints all immediate`);
  return [];
}

function inLoadOrder(catalog: Catalog, drafts: readonly Draft[]): [KindModel, Draft[]][] {
  const groups = Map.groupBy(drafts, ({ kind }) => kind);
  return catalog.kinds.flatMap((kind): [KindModel, Draft[]][] => {
    const own = groups.get(kind);
    return own === undefined ? [] : [[kind, own]];
  });
}

/** Finds what is stored of a kind's drafts; they take over its ids. */
async function loadState(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly Draft[],
  access: Access | undefined,
): Promise<void> {
  const identity = (group: string, namespace: string | null, project: string | null, name: string): string =>
    JSON.stringify([kind.groups.length > 1 ? group : '', namespace, project, name]);
  const names = drafts.filter(({ by }) => by !== 'update').map(({ manifest }) => manifest.name);
  const found = names.length === 0 ? [] : await loadStored(connection, kind, isNamed(names), access);
  const own = found.filter(({ isDerived }) => !isDerived);
  const stored = new Map(own.map((one) => [identity(one.group, one.namespace, one.project, one.name), one]));
  for (const draft of drafts) {
    const { group, namespace, project, name } = draft.manifest;
    // The object of an update was found and locked before there was a draft.
    const known = draft.stored ?? stored.get(identity(group, namespace, project, name));
    draft.isHeldByHidden =
      draft.stored === undefined && known !== undefined && 'isHidden' in known && known.isHidden === true;
    if (!draft.isHeldByHidden) draft.stored = known;
    if (draft.by === 'create' && draft.stored !== undefined) {
      const message = `there is ${withArticle(kind.kind)} ${name} already`;
      refuse(draft, { rule: 'NAME_TAKEN', message, value: name, accepted: 'a name that is free' }, [
        'metadata',
        'name',
      ]);
    }
    if (draft.stored !== undefined) draft.id = draft.stored.id;
    draft.scopeId = kind.isOwnScope ? draft.id : (draft.stored?.scopeId ?? '');
  }
}

/** Stores what changes, kind by kind; gives back scope objects that would stand inside themselves. */
async function storeBatch(
  catalog: Catalog,
  connection: Queryable,
  sound: readonly (readonly [KindModel, readonly Draft[]])[],
  onProgress: (done: number) => void,
): Promise<Draft[]> {
  const drafts = sound.flatMap(([, own]) => own);
  const organizations = await organizationScopes(catalog, connection, drafts);
  const moved = new Map<KindModel, string[]>();
  const circling: Draft[] = [];
  for (const [index, [kind, own]] of sound.entries()) {
    onProgress(index);
    for (const draft of own) placeInScopes(draft, organizations);
    const changed = own.filter(isChanged);
    // Below a circle there is no way up: nothing more can be placed, and the batch is refused anyway.
    if (circling.length > 0 && kind.isOwnScope) return circling;
    if (kind.isOwnScope) circling.push(...(await storeScopes(connection, changed)));
    await storeObjects(connection, kind, changed);
    await movePromoted(
      connection,
      changed.flatMap(({ id, standsIn }) => (standsIn === undefined ? [] : [{ id, parentId: standsIn }])),
    );
    const elsewhere = changed.filter(({ stored, scopeId }) => stored !== undefined && stored.scopeId !== scopeId);
    if (elsewhere.length > 0) {
      moved.set(
        kind,
        elsewhere.map(({ id }) => id),
      );
    }
  }
  await adoptNamespaces(catalog, connection, drafts);
  if (moved.size > 0) await cascadeScopes(catalog, connection, moved);
  return circling;
}

/**
 * Which drafts can be judged although some are refused. Not those that a refused one refers to, nor, when a refused
 * one would have changed, its siblings at the place where it still stands: their rules might complain of nothing but
 * the change that is missing.
 */
function apartFrom(unsound: ReadonlySet<Draft>): (draft: Draft) => boolean {
  if (unsound.size === 0) return () => true;
  const referredTo = new Set([...unsound].flatMap(({ links }) => [...links.values()].flat().map(({ id }) => id)));
  const places = new Set([...unsound].flatMap(({ kind, stored }) => placesOf(kind, stored?.spec)));
  return ({ id, kind, spec }) => !referredTo.has(id) && !placesOf(kind, spec).some((place) => places.has(place));
}

/** The references of a spec, as texts to compare. */
const placesOf = (kind: KindModel, spec: Spec | undefined): string[] =>
  kind.references.flatMap(({ leaf }) => {
    const value = valueAt(spec, leaf.path);
    const entries = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return entries.map((entry) => `${kind.kind} ${leaf.path} ${JSON.stringify(Object.entries(entry).sort())}`);
  });

/**
 * The draft on whose row a constraint broke: that of the table whose columns hold the key, or that links to it; of a
 * table that a domain derives, the one that refers to what stands in the key.
 */
export function ownerOf({ table, key }: BrokenConstraint, drafts: readonly Draft[]): Draft | undefined {
  const { row } = key;
  const values = Object.values(key);
  const changed = drafts.filter(isChanged);
  const linksBy = ({ links }: Draft, isMeant: (reference: Reference) => boolean): boolean =>
    [...links].some(([reference, found]) => isMeant(reference) && found.some(({ id }) => values.includes(id)));
  const isLinkTable = ({ field }: Reference): boolean => field.type === 'refs' && field.table === table;
  const holds = (draft: Draft): boolean => {
    const { kind } = draft;
    if (row !== undefined) return kind.table === table && row.startsWith(draft.id);
    if (kind.table !== table) return linksBy(draft, isLinkTable);
    const columns = rowOf(draft);
    const known = Object.entries(key).filter(([column]) => column in columns);
    return known.length > 0 && known.every(([column, value]) => String(columns[column]) === value);
  };
  const isDerived = !changed.some(({ kind }) => kind.table === table || kind.references.some(isLinkTable));
  return changed.findLast(holds) ?? (isDerived ? changed.findLast((draft) => linksBy(draft, () => true)) : undefined);
}
