import { choice, ref, text } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, type DerivedStore, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { guardMembers } from './guards.ts';

const iam = { domain: 'iam', group: 'iam.miloapis.com', readsAreRecorded: true } as const;

export const user = defineKind({
  ...iam,
  kind: 'User',
  plural: 'users',
  table: 'user_account',
  description: 'A person; the name is the identity provider’s id of the person.',
  scope: { home: 'platform' },
  name: { max: 253, pattern: /^[a-zA-Z0-9]([-a-zA-Z0-9._]*[a-zA-Z0-9])?$/, accepts: 'letters, digits, - _ .' },
  spec: {
    email: text({
      required: true,
      min: 1,
      pattern: /^[^@\s]+@[^@\s]+$/,
      accepts: 'an email address',
      description: 'Email address.',
    }),
    givenName: text({ description: 'Given name.' }),
    familyName: text({ description: 'Family name.' }),
  },
  status: {
    state: choice('PrincipalState', ['Active', 'Inactive'], {
      required: true,
      default: 'Active',
      description: 'Whether the person may act; a UserDeactivation makes it Inactive.',
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
  description: 'Keeps a person from acting, from the next request on; deleting it lets the person act again.',
  scope: { home: 'platform' },
  spec: {
    userRef: ref('User', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'Who is deactivated.',
      inverse: { name: 'deactivation', one: true, description: 'What keeps the person from acting.' },
    }),
    reason: text({ required: true, min: 1, description: 'Reason, for people to read.' }),
    description: text({ description: 'Details, for people to read.' }),
    deactivatedBy: text({ required: true, min: 1, description: 'Who asked for it.' }),
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
    sql`update user_account u set state = ${state}::principal_state, revision = nextval('catalog_revision'), updated_at = now()
     from user_deactivation d where d.id = any(${deactivations.map(({ id }) => id)}::uuid[]) and u.id = d.user_id and u.state <> ${state}::principal_state`,
  );
};

export const serviceAccount = defineKind({
  ...iam,
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  description: 'An identity for software, living in a project.',
  inProject: true,
  scope: { home: 'project' },
  spec: {
    state: choice('PrincipalState', ['Active', 'Inactive'], { default: 'Active', description: 'Whether it may act.' }),
  },
  printer: [{ name: 'STATE', path: 'spec.state' }],
});

export const userGroup = defineKind({
  ...iam,
  kind: 'Group',
  plural: 'groups',
  table: 'user_group',
  description: 'A group of principals.',
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
  spec: {
    userRef: ref('User', {
      owned: true,
      required: true,
      description: 'The member.',
      inverse: { name: 'groupMemberships', description: 'The user’s memberships in groups.' },
    }),
    groupRef: ref('Group', {
      owned: true,
      form: 'namespaced',
      required: true,
      description: 'The group.',
      inverse: { name: 'memberships', description: 'The memberships of users in the group.' },
    }),
  },
  checkAll: guardMembers,
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
  spec: {
    groupRef: ref('Group', {
      owned: true,
      form: 'namespaced',
      required: true,
      description: 'The group that gains a member.',
      inverse: { name: 'nestings', description: 'The groups and service accounts that are members of the group.' },
    }),
    memberRef: ref(['Group', 'ServiceAccount'], {
      owned: true,
      form: 'subject',
      required: true,
      abstract: 'Principal',
      union: 'GroupMember',
      description: 'The member.',
      inverse: { name: 'nestedIn', description: 'What makes it a member of other groups.' },
    }),
  },
  checkAll: allOf(nestsFlatly, guardMembers),
  printer: [
    { name: 'GROUP', path: 'spec.groupRef.name' },
    { name: 'MEMBER', path: 'spec.memberRef.name' },
  ],
});

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
