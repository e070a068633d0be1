import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { KindModel, Reference } from '../model.ts';
import { type ComparedDraft, isSound, type PlacedDraft, refuseDraft } from './draft.ts';

export const referenceAt = (kind: KindModel, path: string): Reference => {
  const found = kind.references.find(({ leaf }) => leaf.path === path);
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

/** Refuses scopes of a batch that stand in each other deeper than scopes ever may. */
export function refuseDeep(drafts: readonly PlacedDraft[]): void {
  const inBatch = new Map(drafts.flatMap((draft) => (draft.kind.isOwnScope ? [[draft.id, draft] as const] : [])));
  const deep = new Set<string>();
  for (const draft of inBatch.values()) {
    const passed = new Set<PlacedDraft>();
    let at: PlacedDraft | undefined = draft;
    while (at !== undefined && !passed.has(at) && passed.size < DEEPEST && !deep.has(at.id)) {
      passed.add(at);
      at = inBatch.get(at.standsInId);
    }
    if (at === undefined || passed.has(at)) continue; // A small circle is found when it is stored.
    deep.add(draft.id);
    const message = `${draft.subject} stands more than ${DEEPEST} levels deep`;
    refuseDraft(draft, { rule: 'NESTED_TOO_DEEP', message, accepted: `at most ${DEEPEST} levels` }, ['spec']);
  }
}

/** The general violation, for kinds whose own rules have found no more precise one. */
export function refuseCircles(circling: readonly PlacedDraft[]): void {
  for (const draft of circling.filter(isSound)) {
    const path = parentPaths(draft.kind).find((one) => draft.links.has(referenceAt(draft.kind, one))) ?? '';
    const message = `${draft.subject} would stand inside itself`;
    refuseDraft(draft, { rule: 'SCOPE_CYCLE', message, path: `spec.${path}` });
  }
}
