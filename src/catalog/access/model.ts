import type { AuthorizationModel } from '@openfga/sdk';

const reads = (type: string, relation?: string) => ({ type, ...(relation !== undefined && { relation }) });
const anyone = { type: 'principal', wildcard: {} };

/**
 * The authorization model of reference/iam.md 4.4: five types; per permission one relation on role, grant and scope.
 * The same relations give the same bytes, in whatever order they come.
 */
export function authorizationModel(relations: readonly string[]): Omit<AuthorizationModel, 'id'> {
  const sorted = [...relations].sort();
  const each = <T>(make: (relation: string) => T): Record<string, T> =>
    Object.fromEntries(sorted.map((relation) => [relation, make(relation)]));
  const self = { this: {} };
  const from = (relation: string, tupleset: string) => ({
    tupleToUserset: { tupleset: { relation: tupleset }, computedUserset: { relation } },
  });
  return {
    schema_version: '1.1',
    type_definitions: [
      { type: 'principal' },
      {
        type: 'group',
        relations: { member: self },
        metadata: {
          relations: {
            member: { directly_related_user_types: [reads('principal'), anyone, reads('group', 'member')] },
          },
        },
      },
      {
        type: 'role',
        relations: each(() => self),
        metadata: { relations: each(() => ({ directly_related_user_types: [anyone] })) },
      },
      {
        type: 'grant',
        relations: {
          assignee: self,
          role: self,
          ...each((relation) => ({
            intersection: { child: [{ computedUserset: { relation: 'assignee' } }, from(relation, 'role')] },
          })),
        },
        metadata: {
          relations: {
            assignee: { directly_related_user_types: [reads('principal'), reads('group', 'member')] },
            role: { directly_related_user_types: [reads('role')] },
          },
        },
      },
      {
        type: 'scope',
        relations: {
          parent: self,
          grant: self,
          ...each((relation) => ({ union: { child: [from(relation, 'grant'), from(relation, 'parent')] } })),
        },
        metadata: {
          relations: {
            parent: { directly_related_user_types: [reads('scope')] },
            grant: { directly_related_user_types: [reads('grant')] },
          },
        },
      },
    ],
  };
}
