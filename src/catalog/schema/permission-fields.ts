import { sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import { kept } from '../../platform/kept.ts';
import type { HeldPermissions } from '../access/access.ts';
import { allPermissions, permissionName } from '../access/permissions.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { PlanContext, Source } from '../read/plan-types.ts';
import { meant, nearest } from '../values/nearest.ts';
import { type FieldSpec, required } from './field-spec.ts';

/** What may be asked for: permissions by their names, and verbs, which stand for that of the object's kind. */
const known = kept(({ kinds }: Catalog) => {
  const names = allPermissions(kinds);
  return { names: new Set(names), verbs: new Set(names.map((name) => name.slice(name.lastIndexOf('.') + 1))) };
});

/** `update`, `inventory.miloapis.com/racks.update` → the name of the permission. */
function nameOf(catalog: Catalog, kind: KindModel, word: string, path: string): string {
  const { names, verbs } = known(catalog);
  if (names.has(word)) return word;
  if (verbs.has(word)) return permissionName(kind, word);
  const all = [...verbs, ...names];
  const guess = all.find((name) => name.endsWith(`/${word}`)) ?? nearest(word, all);
  const message = `there is neither a permission nor a verb called ${word}${meant(guess)}`;
  throw invalidInput({ rule: 'UNKNOWN_PERMISSION', path, message, value: word });
}

/** Reads what is held on a row, of the permissions that were asked for; of all when nothing was said. */
const heldOn = (
  kind: KindModel,
  wanted: (args: Readonly<Record<string, unknown>>, catalog: Catalog) => readonly string[] | undefined,
  answer: (held: string[]) => unknown,
): Source => {
  const held = (
    args: Readonly<Record<string, unknown>>,
    { access, catalog }: PlanContext,
    row = sql`t`,
  ): HeldPermissions => {
    const names = wanted(args, catalog);
    return access.permissions(kind, row, names && new Set(names));
  };
  return {
    from: 'row',
    columns: (row, args, context) => held(args, context, row).columns,
    read: (values, args, context) => answer(held(args, context).read(values)),
  };
};

/** What the caller may do with an object. */
export const permissionFields = (kind: KindModel): FieldSpec[] => [
  {
    name: 'myPermissions',
    description:
      'Permissions that you hold on the object, such as `inventory.miloapis.com/racks.update`. For an organization, folder, project, service, region, site, rack or provider they include permissions that you hold on everything inside it.',
    type: { name: 'String', isList: true, isNullable: false },
    source: heldOn(
      kind,
      ({ of }, catalog) =>
        Array.isArray(of) ? of.map((word, at) => nameOf(catalog, kind, String(word), `of[${at}]`)) : undefined,
      (held) => held,
    ),
    args: { take: 'permissions' },
  },
  {
    name: 'can',
    description: 'Whether you hold a permission on the object, and so may do this with it.',
    type: required('Boolean'),
    source: heldOn(
      kind,
      ({ permission }, catalog) => [nameOf(catalog, kind, String(permission), 'permission')],
      (held) => held.length > 0,
    ),
    args: { take: 'permission' },
  },
];
