import { type Action, type ActionObject, defineAction } from '../../catalog/action.ts';
import { ref } from '../../catalog/fields.ts';
import type { FinalState } from '../../catalog/kind.ts';
import { tables } from '../../platform/db/tables.ts';
import type { Phase } from './lifecycle.ts';

/** Whether a configuration is Published and another one counts. */
async function isSuperseded(id: string, state: FinalState): Promise<boolean> {
  const rows = await state.query(
    tables
      .selectFrom('service_configuration as c')
      .innerJoin('service as s', 's.id', 'c.service_id')
      .select('c.id')
      .where('c.id', '=', id)
      .where('c.phase', '=', 'Published')
      .whereRef('s.active_configuration_id', 'is distinct from', 'c.id'),
  );
  return rows.length > 0;
}

const verbs = [
  ['publish', 'Published', 'From then on its identifying fields cannot be changed.'],
  ['deprecate', 'Deprecated', 'It stays in force and is still billed, but is no longer offered to new customers.'],
  ['retire', 'Retired', 'It is no longer in force, but is kept as a record.'],
] as const satisfies readonly (readonly [string, Phase, string])[];

const kinds = [
  ['Service', 'service', 'a service'],
  ['ServiceConfiguration', 'configuration', 'a service configuration'],
] as const;

const again = 'Publishing an earlier revision again puts it in force in place of the present one.';

/** `publishService`, `deprecateServiceConfiguration` …: each step of the lifecycle by its own name. */
export const lifecycleActions: readonly Action[] = kinds.flatMap(([kind, input, what]) =>
  verbs.map(([verb, phase, effect]) =>
    defineAction<Readonly<Record<string, ActionObject>>>({
      name: `${verb}${kind}`,
      description: `Brings ${what} into the phase ${phase}. ${effect} The phase moves one step forward at a time.${kind === 'ServiceConfiguration' && phase === 'Published' ? ` ${again}` : ''}`,
      shows: kind,
      input: { [input]: ref(kind, { required: true, description: 'Which one.' }) },
      plan: async ({ [input]: object }, state) => {
        if (object === undefined) return [];
        const isAgain =
          kind === 'ServiceConfiguration' && phase === 'Published' && (await isSuperseded(object.id, state));
        const step = { do: 'update', kind, id: object.id, spec: { phase }, from: { 'spec.phase': input } } as const;
        return [isAgain ? { ...step, isRepeated: true } : step];
      },
    }),
  ),
);
