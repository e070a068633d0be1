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
    ...spec.charges.flatMap(({ usage }, index) =>
      remarkOnUnits(
        typeof usage?.pricingUnit === 'string'
          ? [{ unit: usage.pricingUnit, path: `spec.charges[${index}].usage.pricingUnit` }]
          : [],
      ),
    ),
    ...spec.metrics.flatMap(({ name, kind }, index) => {
      const remark = billed.has(name) ? kinds[kind] : undefined;
      return remark === undefined ? [] : [{ ...remark, path: `spec.metrics[${index}].kind` }];
    }),
  ];
  return remarks.map((remark) => ({ objectId: change.id, ...remark }));
}
