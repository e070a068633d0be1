import { compareDecimals } from '../../catalog/values/decimal.ts';
import { listed } from '../../catalog/values/listed.ts';
import type { Charge, ConfigurationSpec, Rate, TierBand } from './configuration-spec.ts';
import { chargeUnits } from './configuration-units.ts';
import { declaredBy, type Inconsistency, unknownMetric } from './inconsistency.ts';
import { checkUnits } from './unit-rules.ts';

/** Which member of a charge holds its terms, by charge type. */
const terms = { Usage: 'usage', OneTime: 'oneTime', Recurring: 'recurring' } as const;

/** The name under which billing keeps a charge; two charges must not share it. */
export const pricingName = (charge: string): string => {
  const [host = '', ...rest] = charge.toLowerCase().split('/');
  const plain = (part: string) => part.replaceAll(/[^a-z0-9]/g, '-').replaceAll(/^-+|-+$/g, '');
  return [plain(host), plain(rest.join('/'))].filter((part) => part !== '').join('--');
};

/** Bands follow one another without a gap, and the last one has no end: any usage lies in exactly one. */
function checkBands(bands: readonly TierBand[], path: string): Inconsistency[] {
  let floor = '0';
  return bands.flatMap((band, index): Inconsistency[] => {
    const { upTo } = band;
    const at = { path: `${path}.tiered[${index}].upTo` };
    const isLast = index === bands.length - 1;
    if (typeof upTo !== 'string') {
      const message = 'Every band but the last says where it ends.';
      return isLast
        ? []
        : [{ rule: 'REQUIRED', ...at, message, accepted: 'the exclusive upper bound in pricing units' }];
    }
    const below = floor;
    floor = upTo;
    if (compareDecimals(upTo, below) <= 0) {
      const message = `Bands end one above the other: this one ends at ${upTo}, and begins at ${below}.`;
      return [{ rule: 'TIER_ORDER', ...at, message, value: upTo, accepted: `more than ${below}` }];
    }
    if (!isLast) return [];
    const message = `The last band has no end: usage beyond ${upTo} would have no price.`;
    return [{ rule: 'TIER_END', ...at, message, value: upTo, accepted: 'a last band without upTo' }];
  });
}

function checkRate(rate: Rate, path: string): Inconsistency[] {
  const tiers = rate.tiered ?? [];
  const hasFlat = typeof rate.flat === 'string';
  if (hasFlat === tiers.length > 0) {
    const message = hasFlat ? 'A rate is either flat or tiered, not both.' : 'A rate needs either flat or tiered.';
    return [{ rule: 'RATE_FORM', path, message, accepted: 'flat or tiered' }];
  }
  return checkBands(tiers, path);
}

/** For any usage one rate applies: the one that its dimension matches, else the last one, which matches nothing. */
function checkMatches(
  rates: readonly Rate[],
  dimensions: readonly string[] | undefined,
  path: string,
): Inconsistency[] {
  const first = new Map<string, number>();
  return rates.flatMap(({ match }, index): Inconsistency[] => {
    const at = `${path}.rates[${index}]`;
    const key = match ? JSON.stringify([match.dimension, match.value]) : '';
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    const found: Inconsistency[] = [];
    if (match && dimensions !== undefined && !dimensions.includes(match.dimension)) {
      const message = `The metric declares no dimension ${match.dimension}, so no usage could match.`;
      const evidence = { value: match.dimension, accepted: declaredBy('the metric', dimensions) };
      found.push({ rule: 'UNKNOWN_DIMENSION', path: `${at}.match.dimension`, message, ...evidence });
    }
    if (earlier !== undefined) {
      const what = match ? `${match.dimension} ${match.value}` : 'all other usage';
      const message = `rates[${earlier}] is the price of ${what} already.`;
      found.push({
        rule: 'DUPLICATE_RATE',
        path: at,
        message,
        accepted: 'one rate for each value, and one without match',
      });
    } else if (!match && index < rates.length - 1) {
      const message = 'A rate without match is the price of all other usage, and stands behind those with one.';
      found.push({ rule: 'RATE_ORDER', path: at, message, accepted: 'the last place' });
    }
    return found;
  });
}

interface Known {
  readonly metrics: readonly string[];
  readonly dimensions: ReadonlyMap<string, readonly string[]>;
  /** Metrics that some destination lists. */
  readonly billed: ReadonlySet<string>;
}

function checkUsage(usage: NonNullable<Charge['usage']>, path: string, known: Known): Inconsistency[] {
  const { metricRef, rates } = usage;
  const found = unknownMetric(`${path}.metricRef`, metricRef, known.metrics);
  if (found.length === 0 && !known.billed.has(metricRef)) {
    const message = `${metricRef} only counts for quota: no destination of spec.billing lists it, so nothing would be charged.`;
    const accepted = known.billed.size === 0 ? 'a metric with a destination' : listed([...known.billed]);
    found.push({ rule: 'METRIC_NOT_BILLED', path: `${path}.metricRef`, message, value: metricRef, accepted });
  }
  return [
    ...found,
    ...rates.flatMap((rate, index) => checkRate(rate, `${path}.rates[${index}]`)),
    ...checkMatches(rates, known.dimensions.get(metricRef), path),
  ];
}

function checkTerms(charge: Charge, path: string): Inconsistency[] {
  return Object.entries(terms).flatMap(([chargeType, member]): Inconsistency[] => {
    const isGiven = charge[member] !== undefined && charge[member] !== null;
    if (charge.chargeType === chargeType && !isGiven) {
      const message = `A charge of type ${chargeType} needs ${member}.`;
      return [{ rule: 'REQUIRED', path: `${path}.${member}`, message, accepted: member }];
    }
    if (charge.chargeType === chargeType || !isGiven) return [];
    const message = `A charge of type ${charge.chargeType} has no ${member}.`;
    return [{ rule: 'CHARGE_FORM', path: `${path}.${member}`, message, accepted: `chargeType ${chargeType}` }];
  });
}

/** What is wrong with the charges of a configuration: each amount has to be unambiguous. */
export function checkCharges(spec: ConfigurationSpec): Inconsistency[] {
  const known: Known = {
    metrics: spec.metrics.map(({ name }) => name),
    dimensions: new Map(spec.metrics.map(({ name, dimensions }) => [name, dimensions ?? []])),
    billed: new Set(spec.destinations.flatMap(({ metrics }) => metrics)),
  };
  const first = new Map<string, string>();
  const found = spec.charges.flatMap((charge, index) => {
    const path = `spec.charges[${index}]`;
    const { usage } = charge;
    const found = checkTerms(charge, path);
    if (charge.chargeType === 'Usage' && usage) found.push(...checkUsage(usage, `${path}.usage`, known));
    const kept = pricingName(charge.name);
    const other = first.get(kept);
    if (other === undefined) first.set(kept, charge.name);
    if (other === undefined || other === charge.name) return found;
    const message = `The charges ${other} and ${charge.name} would both be kept as ${kept}.`;
    return [
      ...found,
      {
        rule: 'CHARGE_NAME_COLLISION',
        path: `${path}.name`,
        message,
        value: charge.name,
        accepted: 'a name that differs by more than its punctuation',
      },
    ];
  });
  return [
    ...found,
    ...chargeUnits(spec).flatMap((units) => checkUnits(units).filter(({ path }) => path === units[1].path)),
  ];
}
