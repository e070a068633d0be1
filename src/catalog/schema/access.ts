import { sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import { kindScopeId, permissionName } from '../access/permissions.ts';
import { type Holder, whoCan } from '../access/who-can.ts';
import type { Catalog, KindModel } from '../model.ts';
import { requirePresent } from '../read/access-version.ts';
import type { Arguments } from '../read/plan-types.ts';
import { hint } from '../values/nearest.ts';
import { auditTarget } from './audit-target.ts';
import type { Builder } from './builder.ts';
import { type RequestContext, readWithAccess } from './context.ts';
import { typeNamed } from './dynamic-types.ts';
import { getKindByName } from './kinds-by-name.ts';
import { identity, nameArguments, objectArguments } from './object-arguments.ts';
import { ambiguous } from './read-objects.ts';

/** The result of an access check. */
interface AccessAnswer {
  readonly permission: string;
  readonly objectId: string;
  readonly isAllowed: boolean;
  readonly holders: readonly Holder[];
}

/** `access`, `accesses`: who holds a permission, or each of several, on an object. */
export function addAccess(builder: Builder, catalog: Catalog): void {
  const holder = addHolder(builder, catalog);
  const answer = builder.objectRef<AccessAnswer>('AccessAnswer').implement({
    description: 'The result of an access check.',
    fields: (t) => ({
      permission: t.exposeString('permission', {
        description: 'The permission in full: `inventory.miloapis.com/racks.update`.',
      }),
      allowed: t.exposeBoolean('isAllowed', { description: 'Whether you hold the permission on the object.' }),
      holders: t.field({
        type: [holder],
        description:
          'Every principal that holds the permission on the object, as far as you may see it and the binding or membership that grants the permission.',
        resolve: ({ holders }) => [...holders],
      }),
    }),
  });
  /** Of which object is asked, and what the audit log says of that. */
  const about = (args: Arguments) => {
    const kind = getKindByName(catalog, String(args.kind), 'kind');
    return { kind, target: { verb: 'get' as const, kinds: [kind.kind], ...nameArguments(args) } };
  };
  builder.queryField('access', (t) =>
    t.field({
      type: answer,
      nullable: true,
      description:
        'Checks who holds a permission on an object, and how it was granted; null when the object does not exist or you may not see it.',
      args: {
        ...objectArguments(t),
        permission: t.arg.string({
          required: true,
          description: 'The permission: the verb alone (`update`), or in full (`inventory.miloapis.com/racks.update`).',
        }),
      },
      ...auditTarget((args) => {
        const { kind, target } = about(args);
        return {
          ...target,
          permission: permissionOf(kind, args.permission),
          foundUid: (found) => (found as AccessAnswer | null)?.objectId,
        };
      }),
      resolve: async (_root, args, context) => {
        const { kind } = about(args);
        const asked = [{ permission: permissionOf(kind, args.permission), path: 'permission' }];
        const answers = await askAccess(context, kind, args, asked);
        return answers?.[0] ?? null;
      },
    }),
  );
  builder.queryField('accesses', (t) =>
    t.field({
      type: [answer],
      nullable: true,
      description:
        'Checks who holds each of several permissions on an object, as `access` does of one, in the order of the argument; null when the object does not exist or you may not see it.',
      args: {
        ...objectArguments(t),
        permissions: t.arg.stringList({
          required: true,
          description: `The permissions, at most ${MOST_PERMISSIONS}: each a verb alone (\`update\`), or in full (\`inventory.miloapis.com/racks.update\`).`,
        }),
      },
      ...auditTarget((args) => {
        const { kind, target } = about(args);
        return {
          ...target,
          permissions: askedOf(kind, args.permissions).map(({ permission }) => permission),
          foundUid: (found) => (found as readonly AccessAnswer[] | null)?.[0]?.objectId,
        };
      }),
      resolve: (_root, args, context) => {
        const { kind } = about(args);
        return askAccess(context, kind, args, askedOf(kind, args.permissions));
      },
    }),
  );
}

function addHolder(builder: Builder, catalog: Catalog) {
  const linked = (type: string, description: string) => ({
    type: typeNamed(type),
    nullable: true as const,
    description,
  });
  return builder.objectRef<Holder>('PermissionHolder').implement({
    description: 'A principal that holds the permission, and how it was granted.',
    fields: (t) => ({
      kind: t.string({
        description: 'Kind of the principal: `User`, `ServiceAccount` or `Group`.',
        resolve: ({ principal }) => principal.kind,
      }),
      name: t.string({ description: 'Name of the principal.', resolve: ({ principal }) => principal.name }),
      principal: t.field({
        ...linked('Principal', 'The principal itself; null when you may not see it.'),
        resolve: ({ principal }, _args, context, info) =>
          context.objects.load({ kind: catalog.get(principal.kind), uid: principal.id, info }),
      }),
      via: t.field({
        ...linked('CatalogObject', 'The PolicyBinding or OrganizationMembership that grants the role.'),
        resolve: ({ via }, _args, context, info) =>
          context.objects.load({ kind: catalog.get(via.kind), uid: via.id, info }),
      }),
      roleName: t.exposeString('roleName', {
        nullable: true,
        description: 'Name of the role that includes the permission; null when you may not see the role.',
      }),
      role: t.field({
        ...linked('Role', 'The role that includes the permission; null when you may not see it.'),
        resolve: ({ roleId }, _args, context, info) =>
          context.objects.load({ kind: catalog.get('Role'), uid: roleId, info }),
      }),
      groupName: t.string({
        nullable: true,
        description:
          'Name of the group that the role is granted to; null when it is granted to the principal directly, and when you may not see the group.',
        resolve: ({ group }) => group?.name ?? null,
      }),
      group: t.field({
        ...linked(
          'Group',
          'The group that the role is granted to; null when it is granted to the principal directly, and when you may not see the group.',
        ),
        resolve: ({ group }, _args, context, info) =>
          group === undefined ? null : context.objects.load({ kind: catalog.get('Group'), uid: group.id, info }),
      }),
      scopeKind: t.string({
        description:
          'Kind of what the role is granted on: `Organization`, `Site` and so on, `Platform` for the whole platform, or `Kind` for all objects of a kind.',
        resolve: ({ scope }) => scope.kind,
      }),
      everyKind: t.string({
        nullable: true,
        description: 'With `scopeKind: "Kind"`, the kind on all of whose objects the role is granted; otherwise null.',
        resolve: ({ scope }) => catalog.kinds.find(({ kind }) => kindScopeId(kind) === scope.id)?.kind ?? null,
      }),
      scope: t.field({
        ...linked(
          'CatalogObject',
          'The object that the role is granted on; null when it is granted on the whole platform or on a kind, and when you may not see the object.',
        ),
        resolve: ({ scope }, _args, context, info) => {
          const kind = catalog.kinds.find((candidate) => candidate.kind === scope.kind);
          return kind === undefined ? null : context.objects.load({ kind, uid: scope.id, info });
        },
      }),
    }),
  });
}

const permissionOf = (kind: KindModel, asked: unknown): string =>
  String(asked).includes('/') ? String(asked) : permissionName(kind, String(asked));

/** A permission that is asked about, and where the argument names it. */
interface AskedPermission {
  readonly permission: string;
  readonly path: string;
}

/** Each is asked about in one statement with the others, and may be held by everybody. */
const MOST_PERMISSIONS = 10;

function askedOf(kind: KindModel, words: unknown): AskedPermission[] {
  const given = Array.isArray(words) ? words : [];
  if (given.length === 0 || given.length > MOST_PERMISSIONS) {
    const message = `${given.length} permissions are asked about`;
    const accepted = `1 to ${MOST_PERMISSIONS} permissions`;
    throw invalidInput({ rule: 'OUT_OF_RANGE', path: 'permissions', message, accepted });
  }
  return given.map((word, at) => ({ permission: permissionOf(kind, word), path: `permissions[${at}]` }));
}

/** One answer for each permission, in their order; null when there is no such object to be seen. */
const askAccess = (
  context: RequestContext,
  kind: KindModel,
  args: Arguments,
  asked: readonly AskedPermission[],
): Promise<AccessAnswer[] | null> =>
  readWithAccess(context, async (access) => {
    const answers = await answersWith(context, access, kind, args, asked);
    // None of its statements is planned, so that none brings the access version along.
    await requirePresent(context.database, access);
    return answers;
  });

async function answersWith(
  { database, catalog }: RequestContext,
  access: Access,
  kind: KindModel,
  args: Arguments,
  asked: readonly AskedPermission[],
): Promise<AccessAnswer[] | null> {
  const permissions = asked.map(({ permission }) => permission);
  const cells = await database.cells(sql`select name from permission where name = any(${permissions}::text[])`);
  const known = new Set(cells.map(([name]) => String(name)));
  const unknown = asked.find(({ permission }) => !known.has(permission));
  if (unknown !== undefined) {
    const { permission: value, path } = unknown;
    const all = await database.cells(sql`select name from permission order by name`);
    const guess = hint(
      value,
      all.map(([name]) => String(name)),
    );
    throw invalidInput({
      rule: 'UNKNOWN_PERMISSION',
      path,
      message: `no permission is called ${value}${guess}`,
      value,
    });
  }
  const row = sql`r`;
  const visible = access.condition(kind, row, 'get') ?? sql`true`;
  const { columns, read } = access.permissions(kind, row);
  const rows = await database.cells(sql`
    select ${sql.join([sql`r.id`, ...columns], ', ')} from ${sql.ident(kind.table)} r
    where ${identity(kind, args, row)} and ${visible} order by r.id limit 2`);
  const [found, another] = rows;
  if (another !== undefined) throw ambiguous('name', `several ${kind.plural} are called ${String(args.name)}`);
  if (found === undefined) return null;
  const [id, ...values] = found;
  const holders = await whoCan(database, catalog, access, { kind, id: String(id), permissions });
  const held = new Set(read(values));
  return permissions.map((permission) => ({
    permission,
    objectId: String(id),
    isAllowed: held.has(permission),
    holders: holders.get(permission) ?? [],
  }));
}
