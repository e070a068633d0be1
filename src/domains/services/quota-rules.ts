import { conversionFactor, readCount } from '../../catalog/values/unit.ts';
import type { ConfigurationSpec, DeclaredLimit, MetricRule } from './configuration-spec.ts';
import { perConsumer } from './configuration-units.ts';
import { type Inconsistency, unknownMetric } from './inconsistency.ts';

/**
 * A limit is registered in the unit of its metric, whatever its own unit says (trap 15), so that has to be the same:
 * `By`, `By/{project}` or `1/{project}` for a metric in `By`; `GiBy` would be granted as so many bytes.
 */
function checkLimitUnit(limit: DeclaredLimit, unit: string, path: string): Inconsistency[] {
  const own = limit.unit.replace(perConsumer, '');
  if (own === '1' || own === unit) return [];
  const [read, metric] = [readCount(own), readCount(unit)];
  if (read !== undefined && metric !== undefined && conversionFactor(read.spelling, metric.spelling) === '1') return [];
  const message = `The limit is counted in the unit of ${limit.metric}, which is ${unit}: ${limit.unit} is not the same.`;
  const accepted = [unit, `${unit}/{project}`, '1/{project}'].join(', ');
  return [{ rule: 'LIMIT_UNIT', path, message, value: limit.unit, accepted }];
}

function checkLimit(limit: DeclaredLimit, index: number, units: ReadonlyMap<string, string>): Inconsistency[] {
  const path = `spec.quota.limits[${index}]`;
  const unit = units.get(limit.metric);
  const { defaultLimit, maxLimit } = limit;
  const max = maxLimit === undefined || maxLimit === null ? 0n : BigInt(String(maxLimit));
  const found: Inconsistency[] =
    unit === undefined
      ? unknownMetric(`${path}.metric`, limit.metric, [...units.keys()])
      : checkLimitUnit(limit, unit, `${path}.unit`);
  if (max === 0n || BigInt(String(defaultLimit)) <= max) return found;
  const message = `A consumer would be granted ${String(defaultLimit)} at once, more than the ${max} that it may have at most.`;
  const evidence = { value: defaultLimit, accepted: `at most ${max}, or a maxLimit of 0, which is no bound` };
  return [...found, { rule: 'LIMIT_ABOVE_MAX', path: `${path}.defaultLimit`, message, ...evidence }];
}

/** What the creation of an object costs is stated once for its Kind, and never gives anything back. */
function checkRules(rules: readonly MetricRule[], metrics: readonly string[]): Inconsistency[] {
  const first = new Map<string, number>();
  return rules.flatMap(({ selector: { apiGroup, kind }, metricCosts }, index) => {
    const path = `spec.quota.metricRules[${index}]`;
    const costs = `${path}.metricCosts`;
    const found = Object.entries(metricCosts).flatMap(([metric, cost]): Inconsistency[] => {
      if (BigInt(String(cost)) >= 0n) return unknownMetric(costs, metric, metrics);
      const message = `The creation of an object cannot give quota of ${metric} back: ${String(cost)}.`;
      return [{ rule: 'NEGATIVE_COST', path: costs, message, value: cost, accepted: '0 or more' }];
    });
    const key = `${apiGroup}/${kind}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, index);
      return found;
    }
    const message = `metricRules[${earlier}] says what ${key} costs already.`;
    const accepted = 'one rule for each Kind, with all its costs';
    return [...found, { rule: 'DUPLICATE_METRIC_RULE', path: `${path}.selector`, message, value: key, accepted }];
  });
}

/** Quota registers a metric once, for one kind of consumer. */
const checkRegisteredOnce = (limits: readonly DeclaredLimit[]): Inconsistency[] =>
  limits.flatMap(({ metric }, index): Inconsistency[] => {
    const first = limits.findIndex((limit) => limit.metric === metric);
    if (first === index) return [];
    const path = `spec.quota.limits[${index}].metric`;
    const message = `${limits[first]?.name} limits ${metric} already; quota registers a metric once.`;
    return [{ rule: 'DUPLICATE_LIMIT', path, message, value: metric, accepted: 'a metric that no other limit has' }];
  });

/** A ResourceRegistration names at most as many Kinds, and quota refuses claims for others. */
const MOST_CLAIMING = 20;

/** Every Kind that uses up a resource is named by its registration. */
const checkClaiming = (limits: readonly DeclaredLimit[], rules: readonly MetricRule[]): Inconsistency[] =>
  limits.flatMap(({ metric }): Inconsistency[] => {
    const claiming = rules.flatMap(({ metricCosts }, index) => (Object.hasOwn(metricCosts, metric) ? [index] : []));
    const beyond = claiming[MOST_CLAIMING];
    if (beyond === undefined) return [];
    const message = `${claiming.length} Kinds use up ${metric}; quota registers ${MOST_CLAIMING} for a metric that is limited, and refuses the claims of others.`;
    const accepted = `at most ${MOST_CLAIMING} rules with a cost of ${metric}`;
    return [
      { rule: 'TOO_MANY_CLAIMING_KINDS', path: `spec.quota.metricRules[${beyond}].metricCosts`, message, accepted },
    ];
  });

export function checkQuota({ limits, metricRules, metrics }: ConfigurationSpec): Inconsistency[] {
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  return [
    ...limits.flatMap((limit, index) => checkLimit(limit, index, units)),
    ...checkRegisteredOnce(limits),
    ...checkRules(metricRules, [...units.keys()]),
    ...checkClaiming(limits, metricRules),
  ];
}
