import type { Caller } from '../access/caller.ts';
import { isStaff } from '../access/rights.ts';
import type { Catalog } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { notAudited } from './audit-target.ts';
import type { Builder } from './builder.ts';
import { typeNamed } from './dynamic-types.ts';

/** `me`: the principal that the request's token identifies. */
export function addMe(builder: Builder, catalog: Catalog): void {
  const me = builder.objectRef<Caller>('Me').implement({
    description: 'The user or service account whose token the request carries.',
    fields: (t) => ({
      id: t.id({
        nullable: true,
        description: 'Opaque id of the User or ServiceAccount.',
        resolve: ({ kind, principalId }) => (principalId === null ? null : encodeId(kind, principalId)),
      }),
      kind: t.exposeString('kind', { description: '`User` or `ServiceAccount`.' }),
      name: t.exposeString('name', { description: 'Name of the User or ServiceAccount.' }),
      email: t.string({
        nullable: true,
        description: 'Email address; null for a ServiceAccount.',
        resolve: ({ email }) => email ?? null,
      }),
      issuer: t.string({
        nullable: true,
        description: 'Issuer of the token (`iss`).',
        resolve: ({ issuer }) => issuer ?? null,
      }),
      subject: t.string({
        nullable: true,
        description: 'Subject of the token (`sub`).',
        resolve: ({ subject }) => subject ?? null,
      }),
      isStaff: t.boolean({
        description: 'Whether you are platform staff: you may grant roles on the whole platform.',
        resolve: (_me, _args, context) => isStaff(context.rights),
      }),
      permissions: t.stringList({
        description:
          'Every permission that you hold on anything. The field `myPermissions` of an object says which of them you hold there.',
        resolve: (_me, _args, context) => [...context.rights.holdings.permissions],
      }),
      principal: t.field({
        type: typeNamed('Principal'),
        nullable: true,
        description: 'The User or ServiceAccount itself; null when you may not see it.',
        resolve: ({ kind, principalId }, _args, context, info) =>
          principalId === null ? null : context.objects.load({ kind: catalog.get(kind), uid: principalId, info }),
      }),
    }),
  });
  builder.queryField('me', (t) =>
    t.field({
      type: me,
      nullable: true,
      description: 'Who you are; null when the request carries no token.',
      ...notAudited,
      resolve: async (_root, _args, { author, rights }) => {
        if (author.caller.principalId === null) return null;
        // No statement of its own would notice that the caller has been deactivated, or has other rights by now.
        await rights.current();
        return author.caller;
      },
    }),
  );
}
