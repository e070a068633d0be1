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
  // What was the case before is no warning about the changes.
  const found = findings
    .filter(({ rule, isTouched }) => rule.severity === severity && (severity === 'error' || isTouched))
    .map(violationOf);
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

const allOnce = (violations: readonly Violation[]): Violation[] => [
  ...new Map(violations.map((one) => [[one.rule, one.subject, one.path, one.message].join('\n'), one])).values(),
];

/** The services and the region that a change names. */
const namesIn = ({ service = '', version = '', target = '', region = '' }: Fact) => ({
  services: [service, serviceOf(version), serviceOf(target), target].filter(Boolean),
  versions: [version, target].filter(Boolean),
  regions: [region].filter(Boolean),
});

interface Row {
  readonly kind: string;
  readonly id: string;
}
const rowsOf = (kind: string, found: readonly (Named | undefined)[]): Row[] =>
  found.flatMap((one) => (one === undefined ? [] : [{ kind, id: one.id }]));

/** What a change names, as far as there is such a thing: a service may be called as a region is. */
function rowsNamed(registry: Registry, change: Fact): readonly Row[] {
  const { services, versions, regions } = namesIn(change);
  return [
    ...rowsOf(
      'Service',
      services.map((name) => registry.serviceNamed(name)),
    ),
    ...rowsOf(
      'ServiceVersion',
      versions.map((name) => registry.versionNamed(name)),
    ),
    ...rowsOf(
      'Region',
      regions.map((name) => registry.regionNamed(name)),
    ),
  ];
}

/** What a change moves or takes away: the runtime, the import or the deployment that it is about, as far as there is one. */
function rowsMoved(registry: Registry, change: Fact): readonly Row[] {
  const { do: doing, service = '', region = '', version = '', target = '' } = change;
  const of = registry.serviceNamed(service)?.id ?? '';
  if (doing === 'MovePrimary') return rowsOf('ServiceRuntime', [registry.runtimeOf(of)]);
  if (doing === 'Import' || doing === 'DropImport') {
    const imported = registry.serviceNamed(doing === 'Import' ? serviceOf(target) : target)?.id;
    const imports = registry.importsOf(registry.versionNamed(version)?.id ?? '');
    return rowsOf(
      'ServiceImport',
      [...imports].filter(({ targetId }) => targetId === imported),
    );
  }
  return rowsOf('Deployment', [registry.deploymentAt(of, registry.regionNamed(region)?.id ?? '')]);
}

const rowsIn = (registry: Registry, changes: readonly Fact[]): readonly Row[] =>
  changes.flatMap((change) => [...rowsNamed(registry, change), ...rowsMoved(registry, change)]);

export interface Proposal {
  readonly isAllowed: boolean;
  /**
   * What the caller may know of the rules that the changes would break, and of the warnings that they would give; where they do not
   * fit yet and nothing leads there, also of what would be in the way then.
   */
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** What has to be done before, without what the caller may not see; undefined when nothing leads there, or was not asked for. */
  readonly steps: readonly Fact[] | undefined;
  readonly hiddenStepCount: number;
  /** The registry as it is, as far as it has to do with it. */
  readonly registry: Registry;
}

/**
 * What the rules say of changes that are proposed. What they name and what they take away is not there where the caller may not see
 * it; the rules are asked about all there is.
 */
export async function propose(
  ask: Ask,
  see: See,
  wanted: readonly Fact[],
  { withPlan = true }: { readonly withPlan?: boolean } = {},
): Promise<Proposal> {
  const { registry } = await loadFor(ask, wanted);
  const rows = rowsIn(registry, wanted);
  const seen = await visibleAmong(ask, see, rows);
  const trial = new Trial(registry, new Set(rows.map(({ id }) => id).filter((id) => !seen.has(id))));
  const unfit = trial.make(wanted);
  const verdict: Verdict = { unfit, findings: trial.judge() };
  const isAllowed = isClear(verdict);
  const found = withPlan && !isAllowed ? await plan(ask, wanted, verdict) : undefined;
  const steps = isAllowed ? { done: [], registry } : found !== undefined && 'done' in found ? found : undefined;
  const blocked = found !== undefined && 'blocked' in found && unfit.length > 0 ? found : undefined;
  const own = new Set([...trial.own, ...(blocked?.own ?? [])]);
  const errors = allOnce([
    ...violationsOf(verdict, 'error'),
    ...(blocked === undefined ? [] : violationsOf(blocked.blocked, 'error')),
  ]);
  const warnings = violationsOf(verdict, 'warning');
  const mentions = [...errors, ...warnings].flatMap((one) => one.mentions ?? []);
  const done = (steps?.done ?? []).map((step) => ({ step, rows: rowsIn(steps?.registry ?? registry, [step]) }));
  const visible = await visibleAmong(ask, see, [...mentions, ...done.flatMap((one) => one.rows)]);
  const hidden = new Set(mentions.map(({ id }) => id).filter((id) => !visible.has(id) && !own.has(id)));
  const clean = (violation: Violation): Violation => hideIn(violation, namesOf(violation, hidden));
  const shown = done.filter((one) => one.rows.every(({ id }) => visible.has(id)));
  trial.takeBack();
  return {
    isAllowed,
    errors: errors.map(clean),
    warnings: warnings.map(clean),
    steps: steps && shown.map(({ step }) => step),
    hiddenStepCount: done.length - shown.length,
    registry: steps?.registry ?? registry,
  };
}
