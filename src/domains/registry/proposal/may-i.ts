import { objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Ask, Given, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { hideIn, namesOf } from '../../../platform/hide-names.ts';
import type { Violation } from '../../../platform/violation.ts';
import { value } from '../discovery/record-fields.ts';
import type { Fact } from '../rules/rule.ts';
import { factOf, factText, violationOf } from '../rules/say.ts';
import { visibleAmong } from '../visible-names.ts';
import { plannedSteps, proposedChanges, registryAction } from './changes.ts';
import { isClear, plan } from './plan.ts';
import { judgeChanges, load, type Verdict } from './state.ts';

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

/** Findings of a severity, with what does not fit as errors. */
function violationsOf({ unfit, findings }: Verdict, severity: 'error' | 'warning'): Violation[] {
  const found = findings.filter(({ rule }) => rule.severity === severity).map(violationOf);
  const other = unfit.map(
    ({ change, message, missing }): Violation => ({
      rule: 'DOES_NOT_FIT',
      subject: change.do,
      path: 'changes',
      message,
      missing: missing.map(factOf),
    }),
  );
  return severity === 'error' ? [...other, ...found] : found;
}

const told = ({ rule, subject, path, message, missing = [] }: Violation): object => ({
  code: rule,
  subject,
  field: path,
  message,
  missing: missing.map(factText),
});

/** Services and versions that the caller may not see are not there. */
async function answer({ changes }: Given, see: See, ask: Ask): Promise<object> {
  const wanted = changes as readonly Fact[];
  const known = await load(ask, wanted);
  const seen = await visibleAmong(ask, see, [
    ...[...known.services.values()].map((id) => ({ kind: 'Service', id })),
    ...[...known.versions.values()].map(({ id }) => ({ kind: 'ServiceVersion', id })),
    ...[...known.regions.values()].map((id) => ({ kind: 'Region', id })),
  ]);
  const shown = {
    ...known,
    services: new Map([...known.services].filter(([, id]) => seen.has(id))),
    versions: new Map([...known.versions].filter(([, { id }]) => seen.has(id))),
    regions: new Map([...known.regions].filter(([, id]) => seen.has(id))),
    rows: new Map([...known.rows].filter(([, { service_id: id = null }]) => id === null || seen.has(String(id)))),
  };
  const verdict = await judgeChanges(ask, shown, { prior: [], wanted, judged: wanted });
  const isAllowed = isClear(verdict);
  const steps = isAllowed ? [] : await plan(ask, wanted, verdict);
  const errors = violationsOf(verdict, 'error');
  const warnings = violationsOf(verdict, 'warning');
  const mentions = [...errors, ...warnings].flatMap((one) => one.mentions ?? []);
  const services = await load(ask, steps ?? []);
  const visible = await visibleAmong(ask, see, [
    ...mentions,
    ...[...services.services.values()].map((id) => ({ kind: 'Service', id })),
  ]);
  const hidden = new Set(mentions.map(({ id }) => id).filter((id) => !visible.has(id) && !verdict.own.has(id)));
  const clean = (violation: Violation): object => told(hideIn(violation, namesOf(violation, hidden)));
  const isShown = ({ service = '', version = '' }: Fact): boolean =>
    [service, version.slice(0, Math.max(0, version.lastIndexOf('.')))].every(
      (name) => name === '' || visible.has(services.services.get(name) ?? ''),
    );
  const shownSteps = (steps ?? []).filter(isShown);
  return {
    isAllowed,
    isPossible: steps !== undefined,
    violations: errors.map(clean),
    warnings: warnings.map(clean),
    plan: shownSteps.map((step) => ({ ...step, text: factText(factOf(step)) })),
    hiddenStepCount: (steps ?? []).length - shownSteps.length,
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
      violations: list('violations', refusal, 'The rules that the changes would break.'),
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
