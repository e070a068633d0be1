import { choice, type NamedByText, ref, text } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, type DerivedStore, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { SYSTEM_PREFIX } from '../../catalog/well-known.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { guardMembers } from './guards.ts';

/** A text that is the kind and the name of somebody: `User/ada`. */
export const principalByText: readonly NamedByText[] = [
  { kind: 'User', withKind: true },
  { kind: 'ServiceAccount', withKind: true },
];

const principalStates = { Active: 'Requests are accepted.', Inactive: 'Requests are refused.' };

const iam = { domain: 'iam', group: 'iam.miloapis.com', readsAreRecorded: true } as const;

export const user = defineKind({
  ...iam,
  kind: 'User',
  plural: 'users',
  table: 'user_account',
  description:
    'A person who uses the platform. The name of the object is the id that the identity provider gives to the person.',
  scope: { home: 'platform' },
  name: { max: 253, pattern: /^[a-zA-Z0-9]([-a-zA-Z0-9._]*[a-zA-Z0-9])?$/, accepts: 'letters, digits, - _ .' },
  spec: {
    email: text({
      isSearched: true,
      required: true,
      min: 1,
      pattern: /^[^@\s]+@[^@\s]+$/,
      accepts: 'an email address',
      description: 'Email address of the user.',
    }),
    givenName: text({ description: 'Given name of the user.' }),
    familyName: text({ description: 'Family name of the user.' }),
  },
  status: {
    state: choice('PrincipalState', principalStates, {
      required: true,
      default: 'Active',
      description:
        'Whether requests of the user are accepted. It is Inactive as long as a UserDeactivation names the user.',
    }),
  },
  printer: [
    { name: 'EMAIL', path: 'spec.email' },
    { name: 'STATE', path: 'status.state' },
    { name: 'GIVEN', path: 'spec.givenName', wide: true },
    { name: 'FAMILY', path: 'spec.familyName', wide: true },
  ],
});

export const userDeactivation = defineKind({
  ...iam,
  kind: 'UserDeactivation',
  plural: 'userdeactivations',
  description: 'Deactivates a user: all requests of the user are refused until this object is deleted.',
  scope: { home: 'platform' },
  spec: {
    userRef: ref('User', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The user who is deactivated.',
      inverse: {
        name: 'deactivation',
        one: true,
        description: 'The deactivation of the user; null if the user is active.',
      },
    }),
    reason: text({ required: true, min: 1, description: 'Why the user is deactivated, as free text.' }),
    description: text({ description: 'Further details, as free text.' }),
    deactivatedBy: text({ required: true, min: 1, description: 'Who asked for the deactivation, as free text.' }),
  },
  derive: (changes, store) => setState(store, changes, 'Inactive'),
  undo: (objects, store) => setState(store, objects, 'Active'),
  printer: [
    { name: 'USER', path: 'spec.userRef.name' },
    { name: 'REASON', path: 'spec.reason' },
  ],
});

const setState = async (
  store: DerivedStore,
  deactivations: readonly CatalogObject[],
  state: 'Active' | 'Inactive',
): Promise<void> => {
  await store.execute(
    sql`update user_account u set state = ${state}::principal_state, revision = nextval('catalog_revision'), updated_at = write_instant()
     from user_deactivation d where d.id = any(${deactivations.map(({ id }) => id)}::uuid[]) and u.id = d.user_id and u.state <> ${state}::principal_state`,
  );
};

export const serviceAccount = defineKind({
  ...iam,
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  description: 'An identity for a program. It belongs to a project.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    state: choice('PrincipalState', principalStates, {
      default: 'Active',
      description: 'Whether requests of the service account are accepted.',
    }),
  },
  printer: [{ name: 'STATE', path: 'spec.state' }],
});

export const userGroup = defineKind({
  ...iam,
  kind: 'Group',
  plural: 'groups',
  table: 'user_group',
  description: 'A group of principals: a role that is granted to the group holds for all its members.',
  namespaced: true,
  scope: { home: 'namespace' },
  spec: {},
  printer: [],
});

export const groupMembership = defineKind({
  ...iam,
  kind: 'GroupMembership',
  plural: 'groupmemberships',
  description: 'Makes a user a member of a group.',
  namespaced: true,
  scope: { home: 'namespace' },
  makesAccess: true,
  spec: {
    userRef: ref('User', {
      owned: true,
      required: true,
      description: 'The user who is a member.',
      inverse: { name: 'groupMemberships', description: 'The group memberships of the user.' },
    }),
    groupRef: ref('Group', {
      owned: true,
      form: 'namespaced',
      required: true,
      description: 'The group that the user is a member of.',
      inverse: { name: 'memberships', description: 'The memberships of the users in the group.' },
    }),
  },
  checkAll: allOf(hasNoSystemGroup('group_membership'), guardMembers),
  printer: [
    { name: 'USER', path: 'spec.userRef.name' },
    { name: 'GROUP', path: 'spec.groupRef.name' },
  ],
});

/** A kind of this catalog: the platform's GroupMembership accepts users only. */
export const groupNesting = defineKind({
  ...iam,
  group: 'catalog.miloapis.com',
  kind: 'GroupNesting',
  plural: 'groupnestings',
  description: 'Makes a group or a service account a member of a group.',
  namespaced: true,
  scope: { home: 'namespace' },
  makesAccess: true,
  spec: {
    groupRef: ref('Group', {
      owned: true,
      form: 'namespaced',
      required: true,
      description: 'The group that has the member.',
      inverse: { name: 'nestings', description: 'The memberships of groups and service accounts in the group.' },
    }),
    memberRef: ref(['Group', 'ServiceAccount'], {
      owned: true,
      form: 'subject',
      required: true,
      abstract: 'Principal',
      union: 'GroupMember',
      description: 'The user who is a member.',
      inverse: { name: 'nestedIn', description: 'The memberships of the group or service account in other groups.' },
    }),
  },
  checkAll: allOf(hasNoSystemGroup('group_nesting'), nestsFlatly, guardMembers),
  printer: [
    { name: 'GROUP', path: 'spec.groupRef.name' },
    { name: 'MEMBER', path: 'spec.memberRef.name' },
  ],
});

/** Who is in a group of the platform's own follows from being signed in; nobody is put into it, and it is put nowhere. */
function hasNoSystemGroup(table: 'group_membership' | 'group_nesting') {
  const groups = table === 'group_membership' ? sql`m.group_id` : sql`m.group_id, m.member_user_group_id`;
  return rowRule<{ id: string; name: string; group_id: string; is_member: boolean }>(
    (ids) => sql`select m.id, g.name, g.id as group_id, g.id <> m.group_id as is_member from ${sql.ident(table)} m
      join user_group g on g.id in (${groups}) where m.id = any(${ids}::uuid[]) and starts_with(g.name, ${SYSTEM_PREFIX})`,
    (change, { name, group_id: id, is_member: isMember }) =>
      refuse(
        change,
        'SYSTEM_GROUP',
        isMember ? 'spec.memberRef.name' : 'spec.groupRef.name',
        `${name} has no members but those whom the platform counts in, and is itself a member of nothing`,
        { value: name, accepted: 'another group', mentions: [{ kind: 'Group', id, name }] },
      ),
  );
}

/** Largest nesting depth of groups (reference/iam.md 4.4). */
const DEEPEST = 5;

/** Groups do not contain themselves and nest at most five deep, seen from both ends of a new nesting. */
async function nestsFlatly(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ id: string; depth: number; names: string[] | null; ids: string[] }>(
    sql`with recursive up (id, group_id, depth, way) as (
       select n.id, n.group_id, 1, array[n.member_user_group_id, n.group_id] from group_nesting n
       where n.id = any(${changes.map(({ id }) => id)}::uuid[]) and n.member_user_group_id is not null
       union all
       select u.id, n.group_id, u.depth + 1, u.way || n.group_id from up u
       join group_nesting n on n.member_user_group_id = u.group_id
       where u.depth <= ${DEEPEST * 2}::int and u.group_id <> u.way[1]
     ), down (id, group_id, depth) as (
       select n.id, n.member_user_group_id, 0 from group_nesting n
       where n.id = any(${changes.map(({ id }) => id)}::uuid[]) and n.member_user_group_id is not null
       union all
       select d.id, n.member_user_group_id, d.depth + 1 from down d
       join group_nesting n on n.group_id = d.group_id
       where n.member_user_group_id is not null and d.depth <= ${DEEPEST * 2}::int
     )
     select u.id, max(u.depth)::int + (select max(d.depth) from down d where d.id = u.id)::int as depth,
       c.names, c.ids
     from up u left join lateral (
       select array_agg(g.name::text order by w.place) as names, array_agg(g.id order by w.place) as ids
       from up c cross join lateral unnest(c.way) with ordinality w (group_id, place) join user_group g on g.id = w.group_id
       where c.id = u.id and c.group_id = c.way[1]) c on true
     group by u.id, c.names, c.ids`,
  );
  return rows.flatMap(({ id, depth, names, ids }): Violation[] => {
    const change = changes.find((one) => one.id === id);
    if (change === undefined) return [];
    const path = 'spec.memberRef.name';
    if (names !== null) {
      const mentions = names.map((name, index) => ({ kind: 'Group', id: ids[index] ?? '', name }));
      return [refuse(change, 'GROUP_CYCLE', path, `groups contain each other: ${names.join(' → ')}`, { mentions })];
    }
    if (depth <= DEEPEST) return [];
    return [
      refuse(change, 'GROUP_TOO_DEEP', path, `groups would nest ${depth} deep`, { accepted: `at most ${DEEPEST}` }),
    ];
  });
}
