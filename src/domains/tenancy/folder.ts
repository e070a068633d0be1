import { ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';

const DEEPEST = 10;

export const folder = defineKind({
  domain: 'tenancy',
  group: 'catalog.miloapis.com',
  kind: 'Folder',
  plural: 'folders',
  description:
    'A level between organization and project; folders nest at most ten deep. A role bound to a folder holds for everything inside.',
  scope: { own: true, parent: ['parentRef', 'organizationRef'] },
  spec: {
    organizationRef: ref('Organization', {
      required: true,
      immutable: 'always',
      description: 'The organization it belongs to.',
      inverse: { name: 'folders', description: 'All folders of the organization.' },
    }),
    parentRef: ref('Folder', {
      description: 'The folder it stands in; absent directly below the organization.',
      inverse: { name: 'folders', description: 'The folders inside.' },
    }),
    displayName: text({ required: true, min: 1, max: 128, description: 'Name for people.' }),
  },
  checkAll: formsATree,
  printer: [
    { name: 'ORGANIZATION', path: 'spec.organizationRef.name' },
    { name: 'PARENT', path: 'spec.parentRef.name' },
    { name: 'DISPLAY', path: 'spec.displayName' },
  ],
});

/** Folders form trees, each inside one organization, at most ten deep. */
async function formsATree(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ name: string; depth: number; is_cycle: boolean; way: string; is_foreign: boolean }>(
    `with recursive up(start, id, parent_id, organization_id, depth, way) as (
       select f.id, f.id, f.parent_id, f.organization_id, 1, f.name::text from folder f
       union all
       select u.start, p.id, p.parent_id, p.organization_id, u.depth + 1, u.way || ' → ' || p.name
       from up u join folder p on p.id = u.parent_id where u.depth < 40
     ) cycle id set is_cycle using seen
     select f.name, max(u.depth)::int as depth, bool_or(u.is_cycle) as is_cycle,
            (array_agg(u.way order by u.depth desc))[1] as way, bool_or(u.organization_id <> f.organization_id) as is_foreign
     from up u join folder f on f.id = u.start
     where u.start in (select start from up where id = any($1::uuid[]))
     group by f.id, f.name`,
    [changes.map(({ id }) => id)],
  );
  const changed = new Set(changes.map(({ name }) => name));
  return rows.flatMap(({ name, depth, is_cycle, way, is_foreign }): Violation[] => {
    const subject = `Folder/${changed.has(name) ? name : changes[0]?.name}`;
    const path = 'spec.parentRef.name';
    const mentions = [name, ...way.split(' → ')].map((folder) => `Folder/${folder}`);
    if (is_cycle)
      return changed.has(name)
        ? [{ rule: 'FOLDER_CYCLE', subject, path, message: `folders stand inside each other: ${way}`, mentions }]
        : [];
    if (is_foreign)
      return [
        {
          rule: 'FOLDER_IN_OTHER_ORGANIZATION',
          subject,
          path,
          message: `${name} and the folder it stands in belong to different organizations`,
          mentions,
        },
      ];
    if (depth > DEEPEST)
      return [
        {
          rule: 'FOLDER_TOO_DEEP',
          subject,
          path,
          message: `folder ${name} would stand ${depth} deep`,
          accepted: `at most ${DEEPEST}`,
          mentions,
        },
      ];
    return [];
  });
}
