import { objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Ask, Given, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { hideIn, namesOf } from '../../../platform/hide-names.ts';
import type { Violation } from '../../../platform/violation.ts';
import { value } from '../discovery/record-fields.ts';
import type { Named, Registry } from '../rules/registry.ts';
import type { Fact } from '../rules/rule.ts';
import { factOf, factText, violationOf } from '../rules/say.ts';
import { visibleAmong } from '../visible-names.ts';
import { plannedSteps, proposedChanges, registryAction } from './changes.ts';
import { loadFor } from './load-trial.ts';
import { plan } from './plan.ts';
import { isClear, serviceOf, Trial, type Verdict } from './trial.ts';

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

/** The services and the region that a change names. */
const namesIn = ({ service = '', version = '', target = '', region = '' }: Fact) => ({
  services: [service, serviceOf(version), serviceOf(target), target].filter(Boolean),
  versions: [version, target].filter(Boolean),
  regions: [region].filter(Boolean),
});

/** What changes name, as far as there is such a thing: by name, its kind and id. */
function rowsNamed(registry: Registry, changes: readonly Fact[]): ReadonlyMap<string, { kind: string; id: string }> {
  const rows = new Map<string, { kind: string; id: string }>();
  const add = (kind: string, row: Named | undefined): void => void (row && rows.set(row.name, { kind, id: row.id }));
  for (const change of changes) {
    const { services, versions, regions } = namesIn(change);
    for (const name of services) add('Service', registry.serviceNamed(name));
    for (const name of versions) add('ServiceVersion', registry.versionNamed(name));
    for (const name of regions) add('Region', registry.regionNamed(name));
  }
  return rows;
}

/** Services, versions and regions that the caller may not see are not there. */
async function answer({ changes }: Given, see: See, ask: Ask): Promise<object> {
  const wanted = changes as readonly Fact[];
  const { registry } = await loadFor(ask, wanted);
  const rows = rowsNamed(registry, wanted);
  const seen = await visibleAmong(ask, see, [...rows.values()]);
  const trial = new Trial(registry, (name) => rows.has(name) && !seen.has(rows.get(name)?.id ?? ''));
  const unfit = trial.make(wanted);
  const verdict: Verdict = { unfit, findings: trial.judge() };
  const steps = isClear(verdict) ? { done: [], registry } : await plan(ask, wanted, verdict);
  const errors = violationsOf(verdict, 'error');
  const warnings = violationsOf(verdict, 'warning');
  const mentions = [...errors, ...warnings].flatMap((one) => one.mentions ?? []);
  const stepRows = rowsNamed(steps?.registry ?? registry, steps?.done ?? []);
  const visible = await visibleAmong(ask, see, [...mentions, ...stepRows.values()]);
  const hidden = new Set(mentions.map(({ id }) => id).filter((id) => !visible.has(id) && !trial.own.has(id)));
  const clean = (violation: Violation): object => told(hideIn(violation, namesOf(violation, hidden)));
  const isShown = (step: Fact): boolean =>
    Object.values(namesIn(step))
      .flat()
      .every((name) => visible.has(stepRows.get(name)?.id ?? '') || !stepRows.has(name));
  const shownSteps = (steps?.done ?? []).filter(isShown);
  return {
    isAllowed: isClear(verdict),
    isPossible: steps !== undefined,
    violations: errors.map(clean),
    warnings: warnings.map(clean),
    plan: shownSteps.map((step) => ({ ...step, text: factText(factOf(step)) })),
    hiddenStepCount: (steps?.done ?? []).length - shownSteps.length,
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
