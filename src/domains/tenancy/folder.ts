import { ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

const DEEPEST = 10;

export const folder = defineKind({
  domain: 'tenancy',
  group: 'catalog.miloapis.com',
  kind: 'Folder',
  plural: 'folders',
  description:
    'Groups projects within an organization. Folders can be nested, at most ten deep. A role that is granted on a folder holds for everything inside it.',
  scope: { own: true, parent: ['parentRef', 'organizationRef'] },
  spec: {
    organizationRef: ref('Organization', {
      required: true,
      immutable: 'always',
      description: 'The organization that the folder belongs to.',
      inverse: { name: 'folders', description: 'All folders of the organization, at every depth.' },
    }),
    parentRef: ref('Folder', {
      description: 'The folder that the folder is in; null if it is directly below the organization.',
      inverse: { name: 'folders', description: 'The folders directly inside the folder.' },
    }),
    displayName: text({ required: true, min: 1, max: 128, description: 'Name of the folder for people.' }),
  },
  checkAll: formsATree,
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'PARENT', path: 'spec.parentRef.name' },
    { name: 'DISPLAY', path: 'spec.displayName' },
  ],
});

interface Placed {
  readonly id: string;
  /** Itself, or the nearest folder above it that the batch changes. */
  readonly changed_id: string;
  readonly depth: number;
  readonly is_cycle: boolean;
  readonly is_foreign: boolean;
  /** From the folder upward. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
}

/** Folders form trees, each inside one organization, at most ten deep. */
async function formsATree(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<Placed>(
    sql`with recursive up(start, id, parent_id, organization_id, depth, names, ids) as (
       select f.id, f.id, f.parent_id, f.organization_id, 1, array[f.name::text], array[f.id] from folder f
       union all
       select u.start, p.id, p.parent_id, p.organization_id, u.depth + 1, u.names || p.name::text, u.ids || p.id
       from up u join folder p on p.id = u.parent_id where u.depth < 40
     ) cycle id set is_cycle using seen
     select f.id, max(u.depth)::int as depth, bool_or(u.is_cycle) as is_cycle, bool_or(u.organization_id <> f.organization_id) as is_foreign,
       (array_agg(u.id order by u.depth) filter (where u.id = any(${changes.map(({ id }) => id)}::uuid[])))[1] as changed_id,
       (array_agg(to_jsonb(u.names) order by u.depth desc))[1] as names, (array_agg(to_jsonb(u.ids) order by u.depth desc))[1] as ids
     from up u join folder f on f.id = u.start
     where u.start in (select start from up where id = any(${changes.map(({ id }) => id)}::uuid[]))
     group by f.id order by f.name`,
  );
  const byId = new Map(changes.map((change) => [change.id, change]));
  return rows.flatMap(({ id, changed_id, depth, is_cycle, is_foreign, names, ids }): Violation[] => {
    const change = byId.get(changed_id);
    if (change === undefined) return [];
    const [name = ''] = names;
    const path = 'spec.parentRef.name';
    const mentions = names.map((other, index) => ({ kind: 'Folder', id: ids[index] ?? '', name: other }));
    if (is_cycle) {
      if (changed_id !== id) return [];
      return [
        refuse(change, 'FOLDER_CYCLE', path, `folders cannot contain each other: ${names.join(' → ')}`, { mentions }),
      ];
    }
    if (is_foreign) {
      const message = `${name} and the folder it stands in belong to different organizations`;
      return [refuse(change, 'FOLDER_IN_OTHER_ORGANIZATION', path, message, { mentions })];
    }
    if (depth <= DEEPEST) return [];
    const evidence = { accepted: `at most ${DEEPEST}`, mentions };
    return [refuse(change, 'FOLDER_TOO_DEEP', path, `folder ${name} would stand ${depth} deep`, evidence)];
  });
}
