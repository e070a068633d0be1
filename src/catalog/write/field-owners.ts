import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { ComparedDraft, FoundDraft, Owners } from './draft.ts';

/*
 * Who owns which field, as Kubernetes' server-side apply has it, and kept outside the objects.
 *
 * - A field is a leaf of the spec (`spec.placement.rackRef`; a list is one field), one label or one annotation.
 * - A named manager owns the fields that its manifest has. A field that its manifest drops is released, and cleared
 *   when nobody else owns it. Fields that it never had stay as they are: a manifest need not be complete.
 * - A field that another manager owns with a different value refuses the apply, unless it is forced: then the manager
 *   takes the field over. Equal values are shared.
 * - Writes without a manager (mutations, whole-object applies) are never refused. Of an object that some manager
 *   applies, they take over what they change, as manager `api:<name of the caller>`; of others nothing is noted, so
 *   the first manager of an object adopts it as it is.
 */

export const SPEC = 'spec.';
export const TEXTS = { labels: 'metadata.labels.', annotations: 'metadata.annotations.' } as const;

/** Who owns the fields of an object, before the batch and after it. */
export interface OwnersChange {
  readonly draft: ComparedDraft;
  readonly before: Owners;
  readonly after: Owners;
}

/** Owners of stored objects, by uid. */
export async function loadOwners(connection: Queryable, drafts: readonly FoundDraft[]): Promise<Map<string, Owners>> {
  const ids = drafts.flatMap(({ stored }) => (stored?.isManaged === true ? stored.id : []));
  if (ids.length === 0) return new Map();
  const rows = await connection.rows(
    tables
      .selectFrom('field_owner')
      .select(['object_id', 'manager', 'paths'])
      .where('object_id', '=', among(ids))
      .orderBy('object_id')
      .orderBy('manager'),
  );
  const byObject = Map.groupBy(rows, ({ object_id: id }) => id);
  return new Map(
    [...byObject].map(([id, own]) => [id, new Map(own.map(({ manager, paths }) => [manager, new Set(paths)]))]),
  );
}

/** Stores the owners: two statements at most, and none if no owner changes. */
export async function storeOwners(connection: Queryable, changes: readonly OwnersChange[]): Promise<void> {
  const rows = changes.flatMap(({ draft: { id, kind }, before, after }) =>
    [...after].flatMap(([manager, own]) => {
      const [then, paths] = [[...(before.get(manager) ?? [])].sort(), [...own].sort()];
      return stringifyJson(then) === stringifyJson(paths) ? [] : [{ object_id: id, manager, kind: kind.kind, paths }];
    }),
  );
  const [gone, kept] = [rows.filter(({ paths }) => paths.length === 0), rows.filter(({ paths }) => paths.length > 0)];
  if (gone.length > 0) {
    await connection.execute(sql`delete from field_owner f
      using jsonb_populate_recordset(null::field_owner, ${stringifyJson(gone)}::jsonb) x
      where f.object_id = x.object_id and f.manager = x.manager`);
  }
  if (kept.length > 0) {
    await connection.execute(sql`insert into field_owner (object_id, manager, kind, paths)
      select object_id, manager, kind, paths from jsonb_populate_recordset(null::field_owner, ${stringifyJson(kept)}::jsonb)
      on conflict (object_id, manager) do update set paths = excluded.paths`);
  }
}

/** Removes the owners of deleted objects. */
export async function dropOwners(connection: Queryable, ids: readonly string[]): Promise<void> {
  await connection.execute(tables.deleteFrom('field_owner').where('object_id', '=', among(ids)));
}
