import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import { pathText } from '../manifests/path.ts';
import type { ReadDraft } from './draft.ts';
import type { Content } from './operation.ts';
import { canonical } from './pointers.ts';

/** Records which object each reference by uid means, because other objects may have the same name. */
export function noteUids(draft: ReadDraft, { uidReferences }: Content): void {
  for (const { steps, uid } of uidReferences) draft.uids.set(pathText(steps), uid);
}

/**
 * Replaces the uids by which requests refer to objects by names, with one statement per kind. A uid whose object does
 * not exist or is hidden remains in place of the name, so that resolving the reference finds nothing.
 */
export async function nameUidReferences(
  connection: Queryable,
  contents: readonly Content[],
  access: Access | undefined,
): Promise<void> {
  const wanted = contents.flatMap(({ uidReferences }) => uidReferences);
  const missing = new Set(wanted);
  for (const kind of new Set(wanted.flatMap(({ kinds }) => kinds))) {
    const own = wanted.filter(({ kinds }) => kinds.includes(kind));
    const row = sql`r`;
    const visible = access?.condition(kind, row, 'get') ?? sql`true`;
    const namespace = kind.namespaced ? sql`${row}.namespace` : sql`null::text`;
    const ids = [...new Set(own.map(({ uid }) => uid))];
    const rows = await connection.rows<{ id: string; name: string; namespace: string | null }>(
      sql`select ${row}.id, ${row}.name, ${namespace} as namespace from ${sql.ident(kind.table)} ${row}
        where ${row}.id = any(${ids}::uuid[]) and ${visible}`,
    );
    const byId = new Map(rows.map((found) => [found.id, found]));
    for (const one of own) {
      const found = byId.get(one.uid);
      if (found === undefined) continue;
      one.write(canonical(one.field, { ...found, kind, naturalKeys: {} }));
      missing.delete(one);
    }
  }
  for (const { kinds, field, uid: id, write } of missing) {
    const [kind] = kinds;
    if (kind !== undefined) write(canonical(field, { id, name: id, namespace: null, kind, naturalKeys: {} }));
  }
}
