import { objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import { value } from '../../../catalog/record-fields.ts';
import type { Ask, Given, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Violation } from '../../../platform/violation.ts';
import type { Fact } from '../rules/rule.ts';
import { factOf, factText } from '../rules/say.ts';
import { inObjectNames, plannedSteps, proposedChanges, registryAction } from './changes.ts';
import { propose } from './propose.ts';

const refusal = objects(
  'RegistryRefusal',
  {
    code: text({ description: 'Code of the rule.', required: true }),
    subject: text({ description: 'The object in question, as kind and name.', required: true }),
    field: text({ description: 'Path of the field in its manifest.', required: true }),
    message: text({ description: 'What would be the case, in sentences.', required: true }),
    missing: texts({ description: 'What would have to be the case: all of it, and no less.' }),
  },
  { description: 'A rule that the changes would break, or a warning that they would give.' },
);

const told = ({ rule, subject, path, message, missing = [] }: Violation): object => ({
  code: rule,
  subject,
  field: path,
  message,
  missing: missing.map(factText),
});

async function answer({ changes }: Given, see: See, ask: Ask): Promise<object> {
  const wanted = await inObjectNames(ask, changes as readonly Fact[]);
  const { isAllowed, errors, warnings, steps, hiddenStepCount } = await propose(ask, see, wanted);
  return {
    isAllowed,
    isPossible: steps !== undefined,
    violations: errors.map(told),
    warnings: warnings.map(told),
    plan: (steps ?? []).map((step) => ({ ...step, text: factText(factOf(step)) })),
    hiddenStepCount,
  };
}

const list = (column: string, entries: typeof refusal, description: string) =>
  ({
    gives: 'objects',
    objects: entries,
    description,
    value: (row) => sql`${row}.${sql.ident(column)}`,
  }) as const satisfies RecordsQuery['record']['fields'][string];

/** `mayI`: the rules on a state that is only proposed, and the steps that lead to where it is accepted. */
export const mayI: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'mayI',
  price: 500,
  description:
    'Whether the rules of the registry allow some changes, done together, and if not, what has to be done before. Nothing is written, and no write is held up. Your own rights to the changes are judged when you make them, or with `validateOnly`.',
  args: { changes: proposedChanges },
  record: {
    name: 'RegistryVerdict',
    description: 'What the rules of the registry say of changes that are proposed.',
    choices: [registryAction],
    fields: {
      isAllowed: value('Boolean', 'is_allowed', 'Whether the changes would be accepted now, as one batch.'),
      isPossible: value('Boolean', 'is_possible', 'Whether they would be accepted now or after the steps of `plan`.'),
      violations: list(
        'violations',
        refusal,
        'The rules that the changes would break; where they do not fit yet and nothing leads there, also what would be in the way then.',
      ),
      warnings: list('warnings', refusal, 'What the changes would bring about that is worth to be known.'),
      plan: list(
        'plan',
        plannedSteps,
        'What has to be done before, in this order: each step is accepted after those before it.',
      ),
      hiddenStepCount: value(
        'Int',
        'hidden_step_count',
        'How many steps are left out of `plan` since they are about what you may not see.',
      ),
    },
  },
  prepare: { inquire: answer },
  rows: (_given, _see, found) => sql`
    select 1 as ord, (f->>'isAllowed')::boolean as is_allowed, (f->>'isPossible')::boolean as is_possible, f->'violations' as violations,
      f->'warnings' as warnings, f->'plan' as plan, (f->>'hiddenStepCount')::int as hidden_step_count
    from (select ${stringifyJson(found ?? {})}::jsonb as f) t`,
};
