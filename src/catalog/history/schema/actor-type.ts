import type { Builder } from '../../schema/builder.ts';
import type { Actor } from '../stored-change.ts';

/** The type `Actor`. */
export const addActorType = (builder: Builder) =>
  builder.objectRef<Actor>('Actor').implement({
    description: 'Who made a change or a request, with the names of that time.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`User`, `ServiceAccount`, `System` or `Anonymous`.' }),
      name: t.exposeString('name', {
        description: 'Name of the user or service account; `system` or `anonymous` for the others.',
      }),
      uid: t.string({
        nullable: true,
        description: 'UUID of the user or service account; null for the others.',
        resolve: ({ principalId }) => principalId,
      }),
      issuer: t.string({
        nullable: true,
        description: 'The issuer of the token that identified the actor.',
        resolve: ({ issuer }) => issuer ?? null,
      }),
      subject: t.string({
        nullable: true,
        description: 'The subject of the token (`sub`): the issuer’s own id of the actor.',
        resolve: ({ subject }) => subject ?? null,
      }),
      clientId: t.string({
        nullable: true,
        description: 'The client that the token was issued to (`azp`).',
        resolve: ({ clientId }) => clientId ?? null,
      }),
      delegatedBy: t.string({
        nullable: true,
        description: 'Who acted on behalf of the actor, from the token (`act.sub`): a program or a person.',
        resolve: ({ delegatedBy }) => delegatedBy ?? null,
      }),
    }),
  });
