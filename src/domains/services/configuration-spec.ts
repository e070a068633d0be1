import type { Spec } from '../../catalog/kind.ts';

type Maybe<T> = T | null | undefined;

export interface DeclaredType {
  readonly type: string;
  readonly gvk: { readonly group: string; readonly kind: string };
  readonly labels?: Maybe<readonly { readonly name: string }[]>;
}

export interface DeclaredMetric {
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  readonly dimensions?: Maybe<readonly string[]>;
}

export interface DeclaredMeter {
  readonly name: string;
  readonly measurement: { readonly aggregation: string; readonly unit: string };
  readonly billing: { readonly consumedUnit: string; readonly pricingUnit: string };
  readonly monitoredResourceTypes: readonly string[];
}

export interface Destination {
  readonly monitoredResourceType: string;
  readonly metrics: readonly string[];
}

export interface DeclaredLimit {
  readonly name: string;
  readonly metric: string;
  readonly unit: string;
  readonly consumerType: { readonly apiGroup: string; readonly kind: string };
  readonly defaultLimit: unknown;
  readonly maxLimit?: unknown;
}

export interface MetricRule {
  readonly selector: { readonly apiGroup: string; readonly kind: string };
  readonly metricCosts: Readonly<Record<string, unknown>>;
}

export interface TierBand {
  readonly upTo?: Maybe<string>;
}

export interface Rate {
  readonly match?: Maybe<{ readonly dimension: string; readonly value: string }>;
  readonly flat?: Maybe<string>;
  readonly tiered?: Maybe<readonly TierBand[]>;
}

export interface Charge {
  readonly name: string;
  readonly chargeType: string;
  readonly usage?: Maybe<{ readonly metricRef: string; readonly pricingUnit: string; readonly rates: readonly Rate[] }>;
  readonly oneTime?: unknown;
  readonly recurring?: unknown;
}

export interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: Maybe<readonly string[]>;
}

export interface Provisioned {
  readonly name: string;
  readonly projection: {
    readonly kind: { readonly group: string };
    readonly sourceProject: string;
    readonly selector: {
      readonly matchLabels?: Maybe<object>;
      readonly matchExpressions?: Maybe<readonly Expression[]>;
    };
  };
}

/** The sections of a configuration's spec that rules look at; its shape was validated before. */
export interface ConfigurationSpec {
  readonly phase: string;
  readonly monitoredResourceTypes: readonly DeclaredType[];
  readonly metrics: readonly DeclaredMetric[];
  readonly meters: readonly DeclaredMeter[];
  readonly destinations: readonly Destination[];
  readonly quotaGating: string;
  readonly limits: readonly DeclaredLimit[];
  readonly metricRules: readonly MetricRule[];
  readonly charges: readonly Charge[];
  readonly provisioned: readonly Provisioned[];
  readonly defaultOffer: string | undefined;
}

const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : []);
const section = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** A configuration's spec with absent sections as empty ones and effective values in place of omitted ones. */
export function readConfiguration(spec: Spec): ConfigurationSpec {
  const billing = section(spec.billing);
  const quota = section(spec.quota);
  return {
    phase: String(spec.phase),
    monitoredResourceTypes: list(spec.monitoredResourceTypes),
    metrics: list(spec.metrics),
    meters: list(spec.meters),
    destinations: list(billing.consumerDestinations),
    quotaGating: typeof billing.quotaGating === 'string' ? billing.quotaGating : 'OrganizationDefault',
    limits: list(quota.limits),
    metricRules: list(quota.metricRules),
    charges: list(spec.charges),
    provisioned: list(section(spec.provisioning).resources),
    defaultOffer: typeof spec.defaultOffer === 'string' && spec.defaultOffer !== '' ? spec.defaultOffer : undefined,
  };
}

/** The aggregation with which a metric of this kind is billed. */
export const aggregationOf = (metricKind: string): 'Sum' | 'Latest' => (metricKind === 'Gauge' ? 'Latest' : 'Sum');
