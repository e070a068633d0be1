import { CREATE_BINDINGS } from '../../catalog/access/permissions.ts';
import { group, objects, ref, refs, text, texts } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { hint } from '../../catalog/values/nearest.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { findTargets, storeTargets } from './binding-target.ts';
import {
  type Given,
  guardGiven,
  guardLastOwner,
  guardRoleCount,
  guardRoleEdits,
  guardRoleOrigin,
  guardSubjects,
} from './guards.ts';

const iam = { domain: 'iam', group: 'iam.miloapis.com', readsAreRecorded: true } as const;
const verbs = { min: 1, unique: true } as const;

export const protectedResource = defineKind({
  ...iam,
  kind: 'ProtectedResource',
  plural: 'protectedresources',
  description: 'Registers a kind of object with its permissions, so that roles can include them.',
  scope: { home: 'platform' },
  makesAccess: true,
  spec: {
    serviceRef: group(
      'ProtectedService',
      { name: text({ required: true, min: 1, description: 'API group of the kind.' }) },
      { required: true, description: 'The service that defines the kind, by its API group.' },
    ),
    kind: text({
      required: true,
      min: 1,
      as: 'protectedKind',
      column: 'protected_kind',
      description: 'Name of the kind, as in manifests.',
    }),
    singular: text({ required: true, min: 1, description: 'Singular of the kind’s name, in lower case.' }),
    plural: text({
      required: true,
      min: 1,
      description: 'Plural of the kind’s name, in lower case, as it stands in permissions.',
    }),
    permissions: texts({ required: true, ...verbs, description: 'The verbs: `get`, `list`, …' }),
    subresources: objects(
      'ProtectedSubresource',
      {
        name: text({ required: true, min: 1, description: 'Name of the part, for example `status`.' }),
        permissions: texts({
          required: true,
          ...verbs,
          description: 'Verbs that can be permitted on the part, for example `get` and `update`.',
        }),
      },
      { key: 'name', description: 'Parts of the objects that have permissions of their own.' },
    ),
    parentResources: objects(
      'ParentResource',
      {
        apiGroup: text({ description: 'API group of the parent.' }),
        kind: text({ required: true, min: 1, description: 'Kind of the parent.' }),
      },
      {
        description:
          'Kinds of objects that can contain objects of this kind: a permission that is held on the container holds for what it contains.',
      },
    ),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'KIND', path: 'spec.kind' },
    { name: 'PLURAL', path: 'spec.plural', wide: true },
  ],
});

const inheritsWithoutCycle = rowRule<{ names: string[]; ids: string[] }>(
  (ids) => sql`with recursive up(start, id, names, ids) as (
     select r.id, r.id, array[r.name], array[r.id] from role r where r.id = any(${ids}::uuid[])
     union all
     select u.start, i.role_id, u.names || r.name, u.ids || r.id
     from up u join role_inheritance i on i.heir_id = u.id join role r on r.id = i.role_id
   ) cycle id set is_cycle using seen
   select distinct on (start) start as id, names, ids from up where is_cycle and id = start order by start, cardinality(ids)`,
  (change, { names, ids }) => {
    const mentions = names.map((name, index) => ({ kind: 'Role', id: ids[index] ?? '', name }));
    return refuse(change, 'ROLE_CYCLE', 'spec.inheritedRoles', `roles inherit each other: ${names.join(' → ')}`, {
      mentions,
    });
  },
);

export const role = defineKind({
  ...iam,
  kind: 'Role',
  plural: 'roles',
  description: 'A set of permissions. A role can inherit the permissions of other roles.',
  namespaced: true,
  scope: { home: 'namespace' },
  makesAccess: true,
  verbs: ['use'],
  spec: {
    launchStage: text({
      required: true,
      min: 1,
      description: 'Maturity of the role: `Alpha`, `Beta`, `Stable` and so on.',
    }),
    includedPermissions: texts({
      unique: true,
      item: {
        pattern: /^[^/\s]+\/[^\s]+\.[A-Za-z]+$/,
        accepts: 'a permission such as inventory.miloapis.com/racks.get',
      },
      description: 'Permissions that the role itself includes, each as `<apiGroup>/<plural>.<verb>`.',
    }),
    inheritedRoles: refs('Role', {
      table: 'role_inheritance',
      ownerColumn: 'heir_id',
      form: 'namespaced',
      unique: true,
      description: 'Roles whose permissions the role inherits.',
      inverse: { name: 'heirs', description: 'The roles that inherit from the role.' },
    }),
  },
  checkAll: allOf(knowsPermissions, inheritsWithoutCycle, guardRoleEdits),
  printer: [{ name: 'STAGE', path: 'spec.launchStage' }],
});

/** Every permission is registered by a ProtectedResource or is of a kind of the catalog. */
async function knowsPermissions(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const wanted = changes.flatMap(({ spec }) => (spec.includedPermissions ?? []) as string[]);
  const rows = await state.query(tables.selectFrom('permission').select('name').where('name', '=', among(wanted)));
  const known = new Set(rows.map(({ name }) => name));
  if (wanted.every((name) => known.has(name))) return [];
  const all = await state.query(tables.selectFrom('permission').select('name').orderBy('name'));
  const names = all.map(({ name }) => name);
  return changes.flatMap((change) =>
    ((change.spec.includedPermissions ?? []) as string[]).flatMap((name, index): Violation[] => {
      if (known.has(name)) return [];
      const message = `no permission is called ${name}${hint(name, names)}`;
      const evidence = { value: name, accepted: 'a permission of a registered kind' };
      return [refuse(change, 'UNKNOWN_PERMISSION', `spec.includedPermissions[${index}]`, message, evidence)];
    }),
  );
}

export const policyBinding = defineKind({
  ...iam,
  kind: 'PolicyBinding',
  plural: 'policybindings',
  description:
    'Grants a role to users, groups or service accounts: on one object and everything inside it, or on all objects of a kind.',
  namespaced: true,
  scope: { home: 'namespace' },
  makesAccess: true,
  spec: {
    roleRef: ref('Role', {
      form: 'namespaced',
      required: true,
      immutable: 'always',
      description: 'The role that is granted.',
      inverse: { name: 'bindings', description: 'The bindings that grant the role.' },
    }),
    subjects: refs(['User', 'Group', 'ServiceAccount'], {
      table: 'policy_binding_subject',
      form: 'subject',
      required: true,
      min: 1,
      abstract: 'Principal',
      description: 'The users, groups and service accounts to which the role is granted.',
      inverse: { name: 'bindings', description: 'The bindings that grant a role to the principal directly.' },
    }),
    resourceSelector: group(
      'ResourceSelector',
      {
        resourceRef: group(
          'BoundObject',
          {
            apiGroup: text({ required: true, min: 1, description: 'API group of the object.' }),
            kind: text({ required: true, min: 1, description: 'Kind of the object.' }),
            name: text({ required: true, min: 1, description: 'Name of the object.' }),
            uid: text({
              min: 1,
              description:
                'UUID of the object. When given, the binding does not apply to a later object of the same name.',
            }),
            namespace: text({
              min: 1,
              description: 'Namespace of the object; null for kinds that do not live in one.',
            }),
          },
          { immutable: 'always', description: 'The object on which the role is granted, with everything inside it.' },
        ),
        resourceKind: group(
          'BoundKind',
          {
            apiGroup: text({ required: true, min: 1, description: 'API group of the kind.' }),
            kind: text({ required: true, min: 1, description: 'Name of the kind, as in manifests.' }),
          },
          { immutable: 'always', description: 'The kind on all of whose objects the role is granted.' },
        ),
      },
      { required: true, description: 'What the role is granted on: one object, or all objects of a kind.' },
    ),
  },
  namesAny: {
    path: 'resourceSelector.resourceRef',
    id: (row) => sql`(select bound.scope_id from binding_target bound where bound.policy_binding_id = ${row}.id)`,
    held: { table: 'binding_target', by: 'policy_binding_id', column: 'scope_id' },
  },
  check: selectsOneThing,
  checkAll: givesWhatItMay,
  checkGone: guardLastOwner,
  derive: storeTargets,
  printer: [
    { name: 'ROLE', path: 'spec.roleRef.name' },
    { name: 'KIND', path: 'spec.resourceSelector.resourceRef.kind' },
    { name: 'OBJECT', path: 'spec.resourceSelector.resourceRef.name' },
    { name: 'EVERY', path: 'spec.resourceSelector.resourceKind.kind' },
  ],
});

/** The target exists, the subjects are active, and the author may give the role there. */
async function givesWhatItMay(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { found, violations } = await findTargets(changes, state);
  const roles = await state.query(
    tables
      .selectFrom('policy_binding as b')
      .innerJoin('role as r', 'r.id', 'b.role_id')
      .select(['b.id', 'b.role_id', 'r.name'])
      .where('b.id', '=', among(changes.map(({ id }) => id))),
  );
  const byBinding = new Map(roles.map((row) => [row.id, row]));
  const given = found.map(({ change, scopeId, kind, id }): Given => {
    const role = byBinding.get(change.id);
    return {
      change,
      roleId: role?.role_id ?? '',
      roleName: role?.name ?? '',
      scopeId: kind !== undefined && 'own' in kind.scope ? id : scopeId,
      path: 'spec.roleRef.name',
      isWide: kind === undefined,
      permission: CREATE_BINDINGS,
    };
  });
  return [
    ...violations,
    ...(await guardGiven(given, state)),
    ...(await guardRoleOrigin(given, state)),
    ...(await guardRoleCount(given, state)),
    ...(await guardSubjects(given, state)),
    ...(await guardLastOwner(changes, state)),
  ];
}

function selectsOneThing(change: Change): Violation[] {
  const selector = change.spec.resourceSelector as { resourceRef?: object; resourceKind?: object };
  const given = [selector.resourceRef, selector.resourceKind].filter((part) => part !== undefined).length;
  if (given === 1) return [];
  const message = given === 0 ? 'nothing is selected' : 'an object and a kind are selected at once';
  const accepted = 'exactly one of resourceRef, resourceKind';
  return [refuse(change, 'SELECTOR_ONE_OF', 'spec.resourceSelector', message, { accepted })];
}
