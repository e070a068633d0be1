import { visibleAmong } from '../../../catalog/access/visible-among.ts';
import type { See } from '../../../catalog/link.ts';
import type { Ask } from '../../../catalog/root-query.ts';
import { hideIn, namesOf } from '../../../platform/hide-names.ts';
import type { Violation } from '../../../platform/violation.ts';
import type { Named, Registry } from '../rules/registry.ts';
import type { Fact } from '../rules/rule.ts';
import { factOf, violationOf } from '../rules/say.ts';
import { loadFor } from './load-trial.ts';
import { plan } from './plan.ts';
import { isClear, serviceOf, Trial, type Verdict } from './trial.ts';

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

/** The services and the region that a change names. */
const namesIn = ({ service = '', version = '', target = '', region = '' }: Fact) => ({
  services: [service, serviceOf(version), serviceOf(target), target].filter(Boolean),
  versions: [version, target].filter(Boolean),
  regions: [region].filter(Boolean),
});

/** What changes name, as far as there is such a thing: a service may be called as a region is. */
function rowsNamed(registry: Registry, changes: readonly Fact[]): readonly { kind: string; id: string }[] {
  const rows = (kind: string, names: readonly string[], find: (name: string) => Named | undefined) =>
    names.flatMap((name) => find(name) ?? []).map(({ id }) => ({ kind, id }));
  return changes
    .map(namesIn)
    .flatMap(({ services, versions, regions }) => [
      ...rows('Service', services, (name) => registry.serviceNamed(name)),
      ...rows('ServiceVersion', versions, (name) => registry.versionNamed(name)),
      ...rows('Region', regions, (name) => registry.regionNamed(name)),
    ]);
}

export interface Proposal {
  readonly isAllowed: boolean;
  /** What the caller may know of the rules that the changes would break, and of the warnings that they would give. */
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** What has to be done before, without what the caller may not see; undefined when nothing leads there, or was not asked for. */
  readonly steps: readonly Fact[] | undefined;
  readonly hiddenStepCount: number;
  /** The registry as it is, as far as it has to do with it. */
  readonly registry: Registry;
}

/** What the rules say of changes that are proposed. Services, versions and regions that the caller may not see are not there. */
export async function propose(
  ask: Ask,
  see: See,
  wanted: readonly Fact[],
  { withPlan = true }: { readonly withPlan?: boolean } = {},
): Promise<Proposal> {
  const { registry } = await loadFor(ask, wanted);
  const rows = rowsNamed(registry, wanted);
  const seen = await visibleAmong(ask, see, rows);
  const trial = new Trial(registry, new Set(rows.map(({ id }) => id).filter((id) => !seen.has(id))));
  const unfit = trial.make(wanted);
  const verdict: Verdict = { unfit, findings: trial.judge() };
  const isAllowed = isClear(verdict);
  const found = withPlan && !isAllowed ? await plan(ask, wanted, verdict) : undefined;
  const steps = isAllowed ? { done: [], registry } : found;
  const errors = violationsOf(verdict, 'error');
  const warnings = violationsOf(verdict, 'warning');
  const mentions = [...errors, ...warnings].flatMap((one) => one.mentions ?? []);
  const stepRows = rowsNamed(steps?.registry ?? registry, steps?.done ?? []);
  const visible = await visibleAmong(ask, see, [...mentions, ...stepRows]);
  const hidden = new Set(mentions.map(({ id }) => id).filter((id) => !visible.has(id) && !trial.own.has(id)));
  const clean = (violation: Violation): Violation => hideIn(violation, namesOf(violation, hidden));
  const isShown = (step: Fact): boolean =>
    rowsNamed(steps?.registry ?? registry, [step]).every(({ id }) => visible.has(id));
  const shownSteps = steps?.done.filter(isShown);
  trial.takeBack();
  return {
    isAllowed,
    errors: errors.map(clean),
    warnings: warnings.map(clean),
    steps: shownSteps,
    hiddenStepCount: (steps?.done.length ?? 0) - (shownSteps?.length ?? 0),
    registry: steps?.registry ?? registry,
  };
}
