import { heldOn } from '../../catalog/access/held-on.ts';
import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

const CREATE = 'resourcemanager.miloapis.com/projects.create';
const DELETE = 'resourcemanager.miloapis.com/projects.delete';

interface Move {
  readonly id: string;
  /** The project is created in this transaction: it had no place before. */
  readonly is_new: boolean;
  readonly from_id: string;
  readonly from_name: string;
  readonly to_id: string;
  readonly to_name: string;
}

/** A placement as the rule sees it: the project's folder before and after; undefined is directly below its organization. */
export interface Placed {
  readonly object: Pick<CatalogObject, 'kind' | 'name' | 'id'>;
  readonly project: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Moving a project needs the permission to create projects at the new place and to delete them at the old one
 * (reference/iam.md 4.5): the move opens it to holders of roles there, and closes it to others.
 */
export async function guardMoves(placed: readonly Placed[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  const moved = placed.filter(({ from, to }) => from !== to);
  if (rights === undefined || moved.length === 0) return [];
  const rows = await state.query<Move>(
    sql`select w.id, p.created_at = write_instant() as is_new, coalesce(f.id, o.id) as from_id, coalesce(f.name, o.name) as from_name,
       coalesce(t.id, o.id) as to_id, coalesce(t.name, o.name) as to_name
     from unnest(${moved.map(({ object }) => object.id)}::text[], ${moved.map(({ project }) => project)}::text[], ${moved.map(({ from }) => from ?? null)}::text[], ${moved.map(({ to }) => to ?? null)}::text[]) w (id, project, from_folder, to_folder)
     join project p on p.name = w.project join organization o on o.id = p.owner_id
     left join folder f on f.name = w.from_folder left join folder t on t.name = w.to_folder`,
  );
  const held = await heldOn(
    state,
    rights.holdings,
    rows.flatMap(({ from_id: from, to_id: to }) => [from, to]),
  );
  return rows.flatMap(({ id, is_new: isNew, from_id, from_name, to_id, to_name }): Violation[] => {
    const move = moved.find((one) => one.object.id === id);
    if (move === undefined) return [];
    const { object, from, to } = move;
    const mentions = [
      { kind: from === undefined ? 'Organization' : 'Folder', id: from_id, name: from_name },
      { kind: to === undefined ? 'Organization' : 'Folder', id: to_id, name: to_name },
    ];
    const missing = [
      ...(held.get(to_id)?.has(CREATE) === true ? [] : [`${CREATE} is missing on ${to_name}`]),
      ...(isNew || held.get(from_id)?.has(DELETE) === true ? [] : [`${DELETE} is missing on ${from_name}`]),
    ];
    return missing.map((message) => refuse(object, 'FORBIDDEN', 'spec.folderRef.name', message, { mentions }));
  });
}
