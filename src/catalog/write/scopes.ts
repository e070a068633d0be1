import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { mapWithPauses, type Pause } from '../../platform/pauses.ts';
import type { KindModel, Reference } from '../model.ts';
import { type ComparedDraft, isSound, type PlacedDraft, refuseDraft } from './draft.ts';

export const referenceAt = (kind: KindModel, path: string): Reference => {
  const found = [...kind.references, ...kind.statusReferences].find(({ leaf }) => leaf.path === path);
  if (found === undefined) throw new Error(`${kind.kind}.${path} is no reference`);
  return found;
};

/** Paths of the references that decide the parent scope of a scope object. */
export const parentPaths = ({ kind, scope }: KindModel): readonly string[] => {
  if (!('own' in scope)) throw new Error(`${kind} is no scope`);
  return scope.parent;
};

/** Whether the references that decide the parent scope change. A placement may still have put the object elsewhere. */
export const saysParentAnew = ({ kind, changes }: ComparedDraft): boolean =>
  parentPaths(kind).some((path) => changes.some((change) => `${change.path}.`.startsWith(`spec.${path}.`)));

/**
 * Rows of `scope` for new scope objects, before the objects themselves, and new parents for those that move. An
 * object that does not move keeps its parent, which a placement may have chosen. Returns the objects that would be
 * inside themselves; the closure is then not computed, and the batch must be refused.
 */
export async function storeScopes(connection: Queryable, drafts: readonly PlacedDraft[]): Promise<PlacedDraft[]> {
  const rows = drafts
    .filter((draft) => draft.stored === undefined || saysParentAnew(draft))
    .map((draft) => ({ id: draft.id, kind: draft.kind.kind, parent_id: draft.standsInId }));
  if (rows.length === 0) return [];
  const changed = await connection.rows<{ id: string }>(sql`
    insert into scope (id, kind, parent_id)
    select id, kind, parent_id from jsonb_populate_recordset(null::scope, ${JSON.stringify(rows)}::jsonb)
    on conflict (id) do update set parent_id = excluded.parent_id where scope.parent_id is distinct from excluded.parent_id
    returning id`);
  const ids = changed.map(({ id }) => id);
  if (ids.length === 0) return [];
  const circling = await connection.rows<{ id: string }>(sql`
    with recursive up (start, id) as (
      select id, parent_id from scope where id = any(${ids}::uuid[])
      union
      select u.start, s.parent_id from up u join scope s on s.id = u.id
    ) select start as id from up where start = id`);
  if (circling.length > 0) {
    const inside = new Set(circling.map(({ id }) => id));
    return drafts.filter(({ id }) => inside.has(id));
  }
  await connection.rows(sql`select scope_closure_rebuild(${ids}::uuid[])`);
  return [];
}

/** Deeper than any kind may nest. What is stored of a scope grows with its depth, so this is refused before. */
const DEEPEST = 50;

type Standing = Pick<PlacedDraft, 'id' | 'standsInId'>;

/**
 * How many scopes of a batch stand in each other from each of them upwards, itself included; those of a circle count
 * once. Every scope is passed once, however many stand in it.
 */
export function levelsOf(inBatch: ReadonlyMap<string, Standing>): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  for (const draft of inBatch.values()) {
    const path: string[] = [];
    const passed = new Map<string, number>();
    let at: Standing | undefined = draft;
    while (at !== undefined && !levels.has(at.id) && !passed.has(at.id)) {
      passed.set(at.id, path.length);
      path.push(at.id);
      at = inBatch.get(at.standsInId);
    }
    let level = (at && levels.get(at.id)) ?? 0;
    const circle = at && passed.get(at.id);
    if (circle !== undefined) {
      const around = path.splice(circle);
      level = around.length;
      for (const id of around) levels.set(id, level);
    }
    for (const id of path.reverse()) levels.set(id, ++level);
  }
  return levels;
}

/** Refuses scopes of a batch that stand in each other deeper than scopes ever may; a small circle is found when it is stored. */
export async function refuseDeep(drafts: readonly PlacedDraft[], pause: Pause): Promise<void> {
  const inBatch = new Map<string, PlacedDraft>();
  for (const draft of drafts) if (draft.kind.isOwnScope) inBatch.set(draft.id, draft);
  const levels = levelsOf(inBatch);
  await mapWithPauses([...inBatch.values()], pause, (draft) => {
    if ((levels.get(draft.id) ?? 0) <= DEEPEST) return;
    const message = `${draft.subject} stands more than ${DEEPEST} levels deep`;
    refuseDraft(draft, { rule: 'NESTED_TOO_DEEP', message, accepted: `at most ${DEEPEST} levels` }, ['spec']);
  });
}

/** The general violation, for kinds whose own rules have found no more precise one. */
export function refuseCircles(circling: readonly PlacedDraft[]): void {
  for (const draft of circling.filter(isSound)) {
    const path = parentPaths(draft.kind).find((one) => draft.links.has(referenceAt(draft.kind, one))) ?? '';
    const message = `${draft.subject} would stand inside itself`;
    refuseDraft(draft, { rule: 'SCOPE_CYCLE', message, path: `spec.${path}` });
  }
}
