import type { Evidence } from '../../catalog/rules.ts';
import type { Charge, ConfigurationSpec, Rate } from './configuration-spec.ts';
import { meterUnits, metricUnits } from './configuration-units.ts';
import { checkUnits } from './unit-rules.ts';

/** A rule that a configuration breaks by itself. */
export interface Inconsistency extends Evidence {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

type Known = readonly string[];

const namesText = (known: Known): string =>
  known.length === 0 ? 'this configuration declares none' : known.slice(0, 10).join(', ');

const unknownType = (path: string, value: string, known: Known): Inconsistency[] =>
  known.includes(value)
    ? []
    : [
        {
          rule: 'UNKNOWN_RESOURCE_TYPE',
          path,
          message: `This configuration declares no resource type ${value}.`,
          value,
          accepted: namesText(known),
        },
      ];

const unknownMetric = (path: string, value: string, known: Known): Inconsistency[] =>
  known.includes(value)
    ? []
    : [
        {
          rule: 'UNKNOWN_METRIC',
          path,
          message: `This configuration declares no metric ${value}.`,
          value,
          accepted: namesText(known),
        },
      ];

/** Which member of a charge holds its terms, by charge type. */
const terms = { Usage: 'usage', OneTime: 'oneTime', Recurring: 'recurring' } as const;

/** The name under which billing keeps a charge; two charges must not share it. */
export const pricingName = (charge: string): string => {
  const [host = '', ...rest] = charge.toLowerCase().split('/');
  return [host.replaceAll('.', '-'), rest.join('-')].filter((part) => part !== '').join('--');
};

function checkRate(rate: Rate, path: string): Inconsistency[] {
  const tiers = rate.tiered ?? [];
  const hasFlat = typeof rate.flat === 'string';
  if (hasFlat === tiers.length > 0) {
    const message = hasFlat ? 'A rate is either flat or tiered, not both.' : 'A rate needs either flat or tiered.';
    return [{ rule: 'RATE_FORM', path, message, accepted: 'flat or tiered' }];
  }
  return tiers.slice(0, -1).flatMap((band, index): Inconsistency[] =>
    typeof band.upTo === 'string'
      ? []
      : [
          {
            rule: 'REQUIRED',
            path: `${path}.tiered[${index}].upTo`,
            message: 'Every band but the last says where it ends.',
            accepted: 'the exclusive upper bound in pricing units',
          },
        ],
  );
}

function checkCharge(charge: Charge, path: string, metrics: Known): Inconsistency[] {
  const found: Inconsistency[] = [];
  for (const [chargeType, member] of Object.entries(terms)) {
    const isGiven = charge[member] !== undefined && charge[member] !== null;
    if (charge.chargeType === chargeType && !isGiven) {
      const message = `A charge of type ${chargeType} needs ${member}.`;
      found.push({ rule: 'REQUIRED', path: `${path}.${member}`, message, accepted: member });
    }
    if (charge.chargeType !== chargeType && isGiven) {
      const message = `A charge of type ${charge.chargeType} has no ${member}.`;
      found.push({ rule: 'CHARGE_FORM', path: `${path}.${member}`, message, accepted: `chargeType ${chargeType}` });
    }
  }
  const { usage } = charge;
  if (charge.chargeType !== 'Usage' || usage === undefined || usage === null) return found;
  found.push(...unknownMetric(`${path}.usage.metricRef`, usage.metricRef, metrics));
  found.push(...usage.rates.flatMap((rate, index) => checkRate(rate, `${path}.usage.rates[${index}]`)));
  return found;
}

function checkCharges(charges: readonly Charge[], metrics: Known): Inconsistency[] {
  const first = new Map<string, string>();
  return charges.flatMap((charge, index) => {
    const path = `spec.charges[${index}]`;
    const found = checkCharge(charge, path, metrics);
    const kept = pricingName(charge.name);
    const other = first.get(kept);
    if (other === undefined) first.set(kept, charge.name);
    if (other === undefined || other === charge.name) return found;
    const message = `The charges ${other} and ${charge.name} would both be kept as ${kept}.`;
    return [...found, { rule: 'CHARGE_NAME_COLLISION', path: `${path}.name`, message, value: charge.name }];
  });
}

/** Sections that only the later authoring shape has; `meters` belongs to the earlier one. */
const laterSections = [
  'metrics',
  'billing',
  'quota',
  'charges',
  'locations',
  'userInterface',
  'provisioning',
  'defaultOffer',
];

/** What does not fit together inside one configuration. */
export function inconsistencies(spec: ConfigurationSpec, written: Readonly<Record<string, unknown>>): Inconsistency[] {
  const types = spec.monitoredResourceTypes.map((entry) => entry.type);
  const metrics = spec.metrics.map((entry) => entry.name);
  const later = laterSections.filter((name) => written[name] !== undefined && written[name] !== null);
  const mixed: Inconsistency[] =
    spec.meters.length > 0 && later.length > 0
      ? [
          {
            rule: 'MIXED_SHAPES',
            path: 'spec.meters',
            message: `A configuration declares either meters, or metrics with their billing and quota; this one has meters and ${later.join(', ')}.`,
            accepted: 'meters alone, or metrics without meters',
          },
        ]
      : [];
  return [
    ...mixed,
    ...spec.meters.flatMap((meter, index) =>
      meter.monitoredResourceTypes.flatMap((type, place) =>
        unknownType(`spec.meters[${index}].monitoredResourceTypes[${place}]`, type, types),
      ),
    ),
    ...spec.destinations.flatMap((destination, index) => {
      const path = `spec.billing.consumerDestinations[${index}]`;
      return [
        ...unknownType(`${path}.monitoredResourceType`, destination.monitoredResourceType, types),
        ...destination.metrics.flatMap((metric, place) => unknownMetric(`${path}.metrics[${place}]`, metric, metrics)),
      ];
    }),
    ...spec.limits.flatMap((limit, index) =>
      unknownMetric(`spec.quota.limits[${index}].metric`, limit.metric, metrics),
    ),
    ...spec.metricRules.flatMap((rule, index) =>
      Object.keys(rule.metricCosts).flatMap((metric) =>
        unknownMetric(`spec.quota.metricRules[${index}].metricCosts`, metric, metrics),
      ),
    ),
    ...checkCharges(spec.charges, metrics),
    ...[...meterUnits(spec), ...metricUnits(spec)].flatMap(checkUnits),
    ...spec.provisioned.flatMap(({ projection: { selector } }, index): Inconsistency[] => {
      const isEmpty = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
      if (!isEmpty) return [];
      const path = `spec.provisioning.resources[${index}].projection.selector`;
      const message = 'An empty selector would hand out every object of the source project; it has to select some.';
      return [{ rule: 'EMPTY_SELECTOR', path, message, accepted: 'matchLabels or matchExpressions' }];
    }),
  ];
}
