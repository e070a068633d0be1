import {
  type Action,
  type ActionObject,
  type ActionState,
  type ActionStep,
  defineAction,
} from '../../catalog/action.ts';
import { ref, text } from '../../catalog/fields.ts';
import { sql } from '../../platform/db/sql.ts';
import { tables } from '../../platform/db/tables.ts';

const user = ref('User', { required: true, description: 'The user.' });

const deactivationsOf = (state: ActionState, { id }: ActionObject): Promise<{ id: string }[]> =>
  state.query(tables.selectFrom('user_deactivation').select('id').where('user_id', '=', id).orderBy('name'));

export const deactivateUser = defineAction<{ user: ActionObject; reason: string; description?: string }>({
  name: 'deactivateUser',
  description:
    'Deactivates a user: every request with a token of the user is refused from now on. Changes nothing if the user is deactivated already.',
  shows: 'User',
  input: {
    user,
    reason: text({ required: true, min: 1, description: 'Why the user is deactivated, as free text.' }),
    description: text({ description: 'Further details, as free text.' }),
  },
  plan: async ({ user: person, ...spec }, state) => {
    if ((await deactivationsOf(state, person)).length > 0) return [];
    return [
      {
        do: 'create',
        kind: 'UserDeactivation',
        name: `user-${person.id}`,
        spec: { userRef: { name: person.name }, deactivatedBy: state.by.caller.name, ...spec },
        from: { 'spec.userRef': 'user', 'spec.reason': 'reason', 'spec.description': 'description' },
      },
    ];
  },
});

export const reactivateUser = defineAction<{ user: ActionObject }>({
  name: 'reactivateUser',
  description: 'Lifts the deactivation of a user, whose requests are accepted again.',
  shows: 'User',
  input: { user },
  plan: async ({ user: person }, state) =>
    (await deactivationsOf(state, person)).map(({ id }) => ({ do: 'delete', kind: 'UserDeactivation', id })),
});

interface Binding {
  readonly role: ActionObject;
  readonly subject: ActionObject;
  readonly resource: ActionObject;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
}

interface BindingRow {
  readonly id: string;
  readonly subjects: readonly Subject[];
}

const binding = {
  role: ref('Role', { form: 'namespaced', required: true, description: 'The role to grant or revoke.' }),
  subject: ref(['User', 'Group', 'ServiceAccount'], {
    form: 'subject',
    required: true,
    description: 'The user, group or service account to which the role is granted.',
  }),
  resource: ref(['Organization', 'Folder', 'Project', 'Service', 'Provider', 'Region', 'Site', 'Rack'], {
    union: 'Scope',
    required: true,
    description: 'The object on which the role is granted, with everything inside it.',
  }),
};

/** API groups of the kinds on which these actions bind roles. */
const groupOf: Readonly<Record<string, string>> = {
  Organization: 'resourcemanager.miloapis.com',
  Project: 'resourcemanager.miloapis.com',
  Folder: 'catalog.miloapis.com',
  Service: 'services.miloapis.com',
};

const selects = ({ kind, name, id }: ActionObject) => ({
  resourceRef: { apiGroup: groupOf[kind] ?? 'inventory.miloapis.com', kind, name, uid: id },
});

/** Bindings of exactly this role on exactly this object, with those who hold it. */
const bindingsOf = (state: ActionState, { role, resource }: Binding): Promise<BindingRow[]> =>
  state.query(
    sql`select b.id, coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
         'kind', case when u.id is not null then 'User' when g.id is not null then 'Group' else 'ServiceAccount' end,
         'name', coalesce(u.name, g.name, a.name), 'namespace', g.namespace, 'uid', coalesce(u.id, g.id, a.id))) order by s.position)
       filter (where s.position is not null), '[]') as subjects
     from policy_binding b
     left join policy_binding_subject s on s.policy_binding_id = b.id
     left join user_account u on u.id = s.user_account_id
     left join user_group g on g.id = s.user_group_id
     left join service_account a on a.id = s.service_account_id
     where b.role_id = ${role.id} and b.resource_selector_resource_ref_kind = ${resource.kind} and b.resource_selector_resource_ref_name = ${resource.name}
       and coalesce(b.resource_selector_resource_ref_uid, ${resource.id}) = ${resource.id}
     group by b.id order by b.name`,
  );

/** Namespace of a binding: that of the organization of its target, else the platform's. */
async function namespaceOf(state: ActionState, { kind, id }: ActionObject): Promise<string> {
  const [row] = await state.query<{ name: string }>(
    sql`select o.name from organization o where case ${kind}::text when 'Organization' then o.id = ${id}::uuid
       when 'Folder' then o.id = (select organization_id from folder where id = ${id}::uuid)
       when 'Project' then o.id = (select owner_id from project where id = ${id}::uuid) else false end`,
  );
  return row === undefined ? 'milo-system' : `organization-${row.name}`;
}

const asSubject = ({ kind, name, namespace, id: uid }: ActionObject): Subject => ({
  kind,
  name,
  ...(namespace !== null && { namespace }),
  uid,
});

export const bindRole = defineAction<Binding>({
  name: 'bindRole',
  description:
    'Grants a role on an object, and on everything inside it, to a user, group or service account. The subject is added to the binding of that role on that object; if there is none, it is created. Changes nothing if the subject has the role there already.',
  shows: 'PolicyBinding',
  input: binding,
  plan: async (asked, state) => {
    const { role, subject, resource } = asked;
    const bindings = await bindingsOf(state, asked);
    if (bindings.some(({ subjects }) => subjects.some(({ uid }) => uid === subject.id))) return [];
    const [first] = bindings;
    const from = { 'spec.subjects': 'subject', 'spec.roleRef': 'role', 'spec.resourceSelector': 'resource' };
    const kind = 'PolicyBinding';
    if (first !== undefined) {
      const subjects = [...first.subjects, asSubject(subject)];
      return [{ do: 'update', kind, id: first.id, spec: { subjects }, from }];
    }
    const { name, namespace } = role;
    const spec = {
      roleRef: { name, ...(namespace !== null && { namespace }) },
      subjects: [asSubject(subject)],
      resourceSelector: selects(resource),
    };
    const called = `${name}-${resource.kind.toLowerCase()}-${resource.name}`;
    return [{ do: 'create', kind, name: called, namespace: await namespaceOf(state, resource), spec, from }];
  },
});

export const unbindRole = defineAction<Binding>({
  name: 'unbindRole',
  description:
    'Revokes a role on an object from a user, group or service account. The subject is removed from the binding, and a binding without subjects is deleted. Roles that the subject holds further up or through a group are not affected.',
  shows: 'PolicyBinding',
  input: binding,
  plan: async (asked, state) => {
    const bindings = await bindingsOf(state, asked);
    const kind = 'PolicyBinding';
    return bindings.flatMap(({ id, subjects }): ActionStep[] => {
      const rest = subjects.filter(({ uid }) => uid !== asked.subject.id);
      if (rest.length === subjects.length) return [];
      return rest.length === 0
        ? [{ do: 'delete', kind, id }]
        : [{ do: 'update', kind, id, spec: { subjects: rest }, from: { 'spec.subjects': 'subject' } }];
    });
  },
});

export const iamActions: readonly Action[] = [deactivateUser, reactivateUser, bindRole, unbindRole];
