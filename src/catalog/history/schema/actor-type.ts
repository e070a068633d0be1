import type { Builder } from '../../schema/builder.ts';
import type { Actor } from '../stored-change.ts';

/** `Actor`: who did something, as it was known then. */
export const addActorType = (builder: Builder) =>
  builder.objectRef<Actor>('Actor').implement({
    description: 'Who did something, as it was known at that time.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`User`, `ServiceAccount`, `System` or `Anonymous`.' }),
      name: t.exposeString('name', { description: 'Name of the user or service account, or `system`.' }),
      uid: t.string({
        nullable: true,
        description: 'UUID of the user or service account.',
        resolve: ({ principalId }) => principalId,
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
      clientId: t.string({
        nullable: true,
        description: 'Client id of the token with which it acted.',
        resolve: ({ clientId }) => clientId ?? null,
      }),
      delegatedBy: t.string({
        nullable: true,
        description:
          'Who acted on behalf of this actor, as the token says (`act.sub`): a program or a person that was allowed to.',
        resolve: ({ delegatedBy }) => delegatedBy ?? null,
      }),
    }),
  });
