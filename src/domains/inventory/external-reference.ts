import { type GroupField, group, text } from '../../catalog/fields.ts';

/** Upstream's reference across API groups: what it names may live in another control plane. `name` is that of its GraphQL type. */
export const externalReference = (name: string, description: string): GroupField =>
  group(
    name,
    {
      apiGroup: text({ required: true, min: 1, description: 'API group of the object.' }),
      kind: text({ required: true, min: 1, description: 'Kind of the object.' }),
      name: text({ required: true, min: 1, description: 'Name of the object.' }),
      namespace: text({ min: 1, description: 'Namespace of the object; null if its kind does not live in one.' }),
    },
    { description },
  );
