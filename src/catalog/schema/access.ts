import type { GraphQLResolveInfo } from 'graphql';
import { sql } from '../../platform/db/sql.ts';
import { ForbiddenError, InvalidInputError } from '../../platform/errors.ts';
import type { Tuple } from '../../platform/openfga/client.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import { kindScopeId, permissionName } from '../access/permissions.ts';
import { isStaff, type Rights } from '../access/rights.ts';
import type { Differences } from '../access/verify.ts';
import { type Holder, whoCan } from '../access/who-can.ts';
import type { Catalog, KindModel } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { hint } from '../values/nearest.ts';
import { asks, asksNothing } from './asks.ts';
import { authorOf } from './author.ts';
import type { Builder } from './builder.ts';
import { type RequestContext, readWithAccess } from './context.ts';
import type { Outputs } from './outputs.ts';
import { identity, kindNamed, named } from './queries.ts';

/** What a permission on an object comes to. */
interface AccessAnswer {
  readonly permission: string;
  readonly objectId: string;
  readonly isAllowed: boolean;
  readonly holders: readonly Holder[];
}

/** `me` and `access`: who one is, and who may do what. */
export function addAccess(builder: Builder, catalog: Catalog, outputs: Outputs): void {
  const object = (kind: KindModel, uid: string, context: RequestContext, info: GraphQLResolveInfo) =>
    context.objects.load({ kind, uid, info }) as never;
  const linked = (type: string, description: string) => ({
    type: outputs.type(type) as never,
    nullable: true as const,
    description,
  });

  const me = builder.objectRef<Caller>('Me').implement({
    description: 'Who the request’s token stands for.',
    fields: (t) => ({
      id: t.id({
        nullable: true,
        description: 'Opaque id of the User or ServiceAccount.',
        resolve: ({ kind, principalId }) => (principalId === null ? null : encodeId(kind, principalId)),
      }),
      kind: t.exposeString('kind', { description: '`User` or `ServiceAccount`.' }),
      name: t.exposeString('name', { description: 'Name of the User or ServiceAccount.' }),
      email: t.string({ nullable: true, description: 'Address of a User.', resolve: ({ email }) => email ?? null }),
      issuer: t.string({
        nullable: true,
        description: 'Issuer of the token.',
        resolve: ({ issuer }) => issuer ?? null,
      }),
      subject: t.string({
        nullable: true,
        description: 'Subject of the token.',
        resolve: ({ subject }) => subject ?? null,
      }),
      isStaff: t.boolean({
        description: 'Roles may be given on the whole platform.',
        resolve: (_me, _args, context) => isStaff(context.rights),
      }),
      permissions: t.stringList({
        description: 'Every permission that is held somewhere; `myPermissions` of an object says which hold there.',
        resolve: (_me, _args, context) => [...context.rights.holdings.permissions],
      }),
      principal: t.field({
        ...linked('Principal', 'The User or ServiceAccount; null where you may not see it yourself.'),
        resolve: ({ kind, principalId }, _args, context, info) =>
          (principalId === null ? null : object(catalog.get(kind), principalId, context, info)) as never,
      }),
    }),
  });
  builder.queryField('me', (t) =>
    t.field({
      type: me,
      nullable: true,
      description: 'Who you are; null when no token was sent.',
      ...asksNothing,
      resolve: (_root, _args, { author }) => (author.caller.principalId === null ? null : author.caller),
    }),
  );

  const holder = builder.objectRef<Holder>('PermissionHolder').implement({
    description: 'Somebody who holds a permission on an object, and by which way.',
    fields: (t) => ({
      kind: t.string({ description: 'User, ServiceAccount or Group.', resolve: ({ principal }) => principal.kind }),
      name: t.string({ description: 'Name of the principal.', resolve: ({ principal }) => principal.name }),
      principal: t.field({
        ...linked('Principal', 'The principal; null where you may not see it.'),
        resolve: ({ principal }, _args, context, info) =>
          object(catalog.get(principal.kind), principal.id, context, info),
      }),
      via: t.field({
        ...linked('CatalogObject', 'The PolicyBinding or OrganizationMembership that gives the role.'),
        resolve: ({ via }, _args, context, info) => object(catalog.get(via.kind), via.id, context, info),
      }),
      roleName: t.exposeString('roleName', { description: 'Name of the role.' }),
      role: t.field({
        ...linked('Role', 'The role; null where you may not see it.'),
        resolve: ({ roleId }, _args, context, info) => object(catalog.get('Role'), roleId, context, info),
      }),
      groupName: t.string({
        nullable: true,
        description: 'Name of the group that the role is given to; null when it is given to the principal itself.',
        resolve: ({ group }) => group?.name ?? null,
      }),
      group: t.field({
        ...linked('Group', 'The group; null when there is none, or where you may not see it.'),
        resolve: ({ group }, _args, context, info) =>
          (group === undefined ? null : object(catalog.get('Group'), group.id, context, info)) as never,
      }),
      scopeKind: t.string({
        description:
          'What the role is given on: `Organization`, `Site`, `Platform`, … or `Kind` for all objects of one.',
        resolve: ({ scope }) => scope.kind,
      }),
      everyKind: t.string({
        nullable: true,
        description: 'Kind of which the role is given on every object; null when it is given on one, or the platform.',
        resolve: ({ scope }) => catalog.kinds.find(({ kind }) => kindScopeId(kind) === scope.id)?.kind ?? null,
      }),
      scope: t.field({
        ...linked('CatalogObject', 'The object that the role is given on; null for the platform and for kinds.'),
        resolve: ({ scope }, _args, context, info) => {
          const kind = catalog.kinds.find((candidate) => candidate.kind === scope.kind);
          return (kind === undefined ? null : object(kind, scope.id, context, info)) as never;
        },
      }),
    }),
  });
  const answer = builder.objectRef<AccessAnswer>('AccessAnswer').implement({
    description: 'What a permission on an object comes to.',
    fields: (t) => ({
      permission: t.exposeString('permission', { description: 'The permission, in full.' }),
      allowed: t.exposeBoolean('isAllowed', { description: 'You hold it.' }),
      holders: t.field({
        type: [holder],
        description: 'Everyone who holds it, by bindings and memberships that you may see.',
        resolve: ({ holders }) => [...holders],
      }),
    }),
  });
  builder.queryField('access', (t) =>
    t.field({
      type: answer,
      nullable: true,
      description: 'Who holds a permission on an object, and how; null when the object does not exist or is hidden.',
      args: {
        kind: t.arg.string({ required: true, description: 'Kind, plural or short name.' }),
        name: t.arg.string({ required: true, description: 'Its name.' }),
        namespace: t.arg.string({ description: 'Its namespace, when several have one of that name.' }),
        project: t.arg.string({ description: 'Its project, for kinds that live in one.' }),
        permission: t.arg.string({
          required: true,
          description: 'A verb (`update`), or a permission in full (`inventory.miloapis.com/racks.update`).',
        }),
      },
      ...asks((args) => {
        const kind = kindNamed(catalog, String(args.kind), 'kind');
        return {
          verb: 'get',
          kinds: [kind.kind],
          ...named(args),
          permission: permissionOf(kind, args.permission),
          foundUid: (found) => (found as AccessAnswer | null)?.objectId,
        };
      }),
      resolve: (_root, args, context) => {
        const kind = kindNamed(catalog, String(args.kind), 'kind');
        const permission = permissionOf(kind, args.permission);
        return readWithAccess(context, (access) => askAccess(context, access, kind, args, permission));
      },
    }),
  );
}

const permissionOf = (kind: KindModel, asked: unknown): string =>
  String(asked).includes('/') ? String(asked) : permissionName(kind, String(asked));

/** `authorizationStatus` and `rebuildAuthorization`: whether OpenFGA holds what PostgreSQL says. */
export function addAuthorization(builder: Builder): void {
  const tuple = builder.objectRef<Tuple & { readonly error?: string }>('AuthorizationTuple').implement({
    description: 'A relation as OpenFGA has it.',
    fields: (t) => ({
      object: t.exposeString('object', { description: 'Its object.' }),
      relation: t.exposeString('relation', { description: 'Its relation.' }),
      user: t.exposeString('user', { description: 'Its user.' }),
      error: t.string({
        nullable: true,
        description: 'Why OpenFGA refuses it, for one that failed.',
        resolve: ({ error }) => error ?? null,
      }),
    }),
  });
  const tuples = (name: 'missing' | 'foreign' | 'failed', description: string) => ({
    type: [tuple] as [typeof tuple],
    description,
    resolve: (differences: Differences) => differences[name].slice(0, MOST_SHOWN),
  });
  const status = builder.objectRef<Differences>('AuthorizationStatus').implement({
    description: 'Every tuple of OpenFGA against what PostgreSQL says; of differences the first 100.',
    fields: (t) => ({
      tuples: t.exposeInt('tuples', { description: 'How many tuples there should be.' }),
      differences: t.int({
        description: 'How many are missing, foreign or refused.',
        resolve: ({ missing, foreign, failed }) => missing.length + foreign.length + failed.length,
      }),
      missing: t.field(tuples('missing', 'Not in OpenFGA though they should be.')),
      foreign: t.field(tuples('foreign', 'In OpenFGA though they should not be.')),
      failed: t.field(tuples('failed', 'Refused by OpenFGA for what they are.')),
    }),
  });
  builder.queryField('authorizationStatus', (t) =>
    t.field({
      type: status,
      description: 'Compares everything that OpenFGA holds with what PostgreSQL says; for the platform’s staff.',
      ...asks(() => ({ verb: 'list', kinds: ['PolicyBinding'] })), // Tuples say what bindings say.
      resolve: (_root, _args, { rights, authorization }) => {
        requireStaff(rights);
        return authorization.verify();
      },
    }),
  );
  builder.mutationField('rebuildAuthorization', (t) =>
    t.field({
      type: status,
      description:
        'Fills a new store of OpenFGA from PostgreSQL and puts it in force in one step; for the platform’s staff.',
      resolve: async (_root, _args, context, info) => {
        const { rights, authorization, recorder } = context;
        requireStaff(rights);
        await authorization.rebuild();
        await recorder.act(authorOf(context, info), info.fieldName);
        return authorization.verify();
      },
    }),
  );
}

const MOST_SHOWN = 100;

function requireStaff(rights: Rights): void {
  if (!isStaff(rights)) throw new ForbiddenError('this takes the right to give roles on the whole platform');
}

async function askAccess(
  { database, catalog }: RequestContext,
  access: Access,
  kind: KindModel,
  args: Readonly<Record<string, unknown>>,
  permission: string,
): Promise<AccessAnswer | null> {
  const known = await database.cells(sql`select name from permission where name = ${permission}`);
  if (known.length === 0) {
    const all = await database.cells(sql`select name from permission order by name`);
    const guess = hint(
      permission,
      all.map(([name]) => String(name)),
    );
    const message = `no permission is called ${permission}${guess}`;
    throw new InvalidInputError(message, {
      violations: [{ rule: 'UNKNOWN_PERMISSION', path: 'permission', message, value: permission }],
    });
  }
  const row = sql`r`;
  const visible = access.condition(kind, row, 'get') ?? sql`true`;
  const { columns, read } = access.permissions(kind, row);
  const rows = await database.cells(sql`
    select ${sql.join([sql`r.id`, ...columns], ', ')} from ${sql.ident(kind.table)} r
    where ${identity(kind, args, row)} and ${visible} order by r.id limit 2`);
  const [found, another] = rows;
  if (another !== undefined) {
    const message = `several ${kind.plural} are called ${String(args.name)}; give namespace or project too`;
    throw new InvalidInputError(message, { violations: [{ rule: 'AMBIGUOUS', path: 'name', message }] });
  }
  if (found === undefined) return null;
  const [id, ...values] = found;
  const holders = await whoCan(database, catalog, access, { kind, id: String(id), permission });
  return { permission, objectId: String(id), isAllowed: read(values).includes(permission), holders };
}
