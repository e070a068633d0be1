import type { Change, Remark } from '../../catalog/kind.ts';
import { type ConfigurationSpec, readConfiguration } from './configuration-spec.ts';
import { remarkOnUnits, type WrittenUnit } from './unit-rules.ts';

/** Units that convert into each other, for each meter. */
export const meterUnits = ({ meters }: ConfigurationSpec): WrittenUnit[][] =>
  meters.map(({ measurement, billing }, index) => {
    const path = `spec.meters[${index}]`;
    return [
      { unit: measurement.unit, path: `${path}.measurement.unit` },
      { unit: billing.consumedUnit, path: `${path}.billing.consumedUnit` },
      { unit: billing.pricingUnit, path: `${path}.billing.pricingUnit` },
    ];
  });

/** A metric is consumed and priced in the unit that it is measured in. */
export const metricUnits = ({ metrics }: ConfigurationSpec): WrittenUnit[][] =>
  metrics.map(({ unit }, index) => [{ unit, path: `spec.metrics[${index}].unit` }]);

const unitsByMetric = (metrics: ConfigurationSpec['metrics']): ReadonlyMap<string, WrittenUnit> =>
  new Map(metrics.map(({ name, unit }, index) => [name, { unit, path: `spec.metrics[${index}].unit` }]));

/** A charge is priced in a unit that the metric's own converts into. */
export const chargeUnits = ({ metrics, charges }: ConfigurationSpec): [WrittenUnit, WrittenUnit][] => {
  const measured = unitsByMetric(metrics);
  return charges.flatMap(({ usage }, index): [WrittenUnit, WrittenUnit][] => {
    const from = usage ? measured.get(usage.metricRef) : undefined;
    if (!usage || from === undefined) return [];
    return [[from, { unit: usage.pricingUnit, path: `spec.charges[${index}].usage.pricingUnit`, isOfPriceList: true }]];
  });
};

/** `1/{project}`: so many for each project. */
export const perConsumer = /\/\{[^{}]*\}$/;

/** The unit of a limit without what it is for each of, beside the unit of its metric. */
export const limitUnits = ({ metrics, limits }: ConfigurationSpec): [WrittenUnit, WrittenUnit][] => {
  const measured = unitsByMetric(metrics);
  return limits.flatMap(({ metric, unit }, index): [WrittenUnit, WrittenUnit][] => {
    const from = measured.get(metric);
    const to = { unit: unit.replace(perConsumer, ''), path: `spec.quota.limits[${index}].unit` };
    return from === undefined ? [] : [[from, to]];
  });
};

/** What costs nothing, and what has no price: both may be meant. */
const remarkOnCosts = ({ metricRules }: ConfigurationSpec): Omit<Remark, 'objectId'>[] =>
  metricRules.flatMap(({ selector, metricCosts }, index) =>
    Object.entries(metricCosts)
      .filter(([, cost]) => String(cost) === '0')
      .map(([metric]) => ({
        code: 'COST_IS_ZERO',
        path: `spec.quota.metricRules[${index}].metricCosts`,
        message: `the creation of a ${selector.kind} uses up no quota of ${metric}`,
      })),
  );

const remarkOnRates = ({ charges }: ConfigurationSpec): Omit<Remark, 'objectId'>[] =>
  charges.flatMap(({ usage }, index) => {
    if (!usage || usage.rates.some(({ match }) => !match)) return [];
    const message = 'usage that no rate matches has no price: a last rate without match would be the price of it';
    return [{ code: 'USAGE_WITHOUT_PRICE', path: `spec.charges[${index}].usage.rates`, message }];
  });

/** Nothing tells which of several prices of one metric is meant: each of them is charged. */
const remarkOnSecondPrices = ({ charges }: ConfigurationSpec): Omit<Remark, 'objectId'>[] => {
  const first = new Map<string, string>();
  return charges.flatMap(({ name, usage }, index) => {
    if (!usage) return [];
    const earlier = first.get(usage.metricRef);
    if (earlier === undefined) first.set(usage.metricRef, name);
    if (earlier === undefined) return [];
    const message = `${earlier} is a price of ${usage.metricRef} already: each unit of it is charged by both`;
    return [{ code: 'METRIC_CHARGED_TWICE', path: `spec.charges[${index}].usage.metricRef`, message }];
  });
};

/** Kinds of metrics whose billed value is easily not the one that was meant. */
const kinds: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  Gauge: {
    code: 'GAUGE_BILLED',
    message: 'a Gauge is billed by its last value in the billing period, which not every billing system charges for',
  },
  Cumulative: {
    code: 'CUMULATIVE_BILLED',
    message: 'the values of a Cumulative metric are added up: running totals would be billed again and again',
  },
};

/** What the author should know of units, and of how metrics are billed. */
export function remarkOnMetering(change: Change): Remark[] {
  const spec = readConfiguration(change.spec);
  const billed = new Set(spec.destinations.flatMap(({ metrics }) => metrics));
  const remarks = [
    ...[...meterUnits(spec), ...metricUnits(spec)].flatMap(remarkOnUnits),
    ...[...chargeUnits(spec), ...limitUnits(spec)].flatMap(([from, to]) =>
      remarkOnUnits([from, to]).filter(({ path }) => path === to.path),
    ),
    ...remarkOnCosts(spec),
    ...remarkOnRates(spec),
    ...remarkOnSecondPrices(spec),
    ...spec.metrics.flatMap(({ name, kind }, index) => {
      const remark = billed.has(name) ? kinds[kind] : undefined;
      return remark === undefined ? [] : [{ ...remark, path: `spec.metrics[${index}].kind` }];
    }),
  ];
  return remarks.map((remark) => ({ objectId: change.id, ...remark }));
}
