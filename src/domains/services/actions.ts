import { type Action, type ActionObject, defineAction } from '../../catalog/action.ts';
import { ref } from '../../catalog/fields.ts';
import type { Phase } from './lifecycle.ts';

const verbs = [
  ['publish', 'Published', 'From then on its identifying fields cannot be changed.'],
  ['deprecate', 'Deprecated', 'It stays in force and is still billed, but is no longer offered to new customers.'],
  ['retire', 'Retired', 'It is no longer in force, but is kept as a record.'],
] as const satisfies readonly (readonly [string, Phase, string])[];

const kinds = [
  ['Service', 'service', 'a service'],
  ['ServiceConfiguration', 'configuration', 'a service configuration'],
] as const;

/** `publishService`, `deprecateServiceConfiguration` …: each step of the lifecycle by its own name. */
export const lifecycleActions: readonly Action[] = kinds.flatMap(([kind, input, what]) =>
  verbs.map(([verb, phase, effect]) =>
    defineAction<Readonly<Record<string, ActionObject>>>({
      name: `${verb}${kind}`,
      description: `Brings ${what} into the phase ${phase}. ${effect} The phase moves one step forward at a time.`,
      shows: kind,
      input: { [input]: ref(kind, { required: true, description: 'Which one.' }) },
      plan: ({ [input]: object }) =>
        object === undefined
          ? []
          : [{ do: 'update', kind, id: object.id, spec: { phase }, from: { 'spec.phase': input } }],
    }),
  ),
);
