import type { Builder } from '../../schema/builder.ts';
import type { Actor } from '../stored-change.ts';

/** `Actor`: who did something, as it was known then. */
export const addActorType = (builder: Builder) =>
  builder.objectRef<Actor>('Actor').implement({
    description: 'Who did something, as known at that time.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`User`, `ServiceAccount`, `System` or `Anonymous`.' }),
      name: t.exposeString('name', { description: 'Its name.' }),
      uid: t.string({
        nullable: true,
        description: 'UUID of the user or service account.',
        resolve: ({ principalId }) => principalId,
      }),
      issuer: t.string({ nullable: true, description: 'Who vouched for it.', resolve: ({ issuer }) => issuer ?? null }),
      subject: t.string({
        nullable: true,
        description: 'What the issuer calls it.',
        resolve: ({ subject }) => subject ?? null,
      }),
      clientId: t.string({
        nullable: true,
        description: 'The client through which it acted.',
        resolve: ({ clientId }) => clientId ?? null,
      }),
      delegatedBy: t.string({
        nullable: true,
        description:
          'Who acted on its behalf, as the token says (`act.sub`): a program or a person that was let do so.',
        resolve: ({ delegatedBy }) => delegatedBy ?? null,
      }),
    }),
  });
