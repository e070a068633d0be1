import { createHash } from 'node:crypto';

/*
 * What follows from configurations, worked out anew from what is stored, entry by entry, as section 4 of the reference
 * has it: a second, naive derivation to compare the catalog's with.
 */

export interface ChargeText {
  readonly name: string;
  readonly chargeType: string;
  readonly displayName?: string;
  readonly usage?: { readonly metricRef: string; readonly pricingUnit: string; readonly rates: readonly unknown[] };
  readonly oneTime?: { readonly amount: string; readonly trigger: string };
  readonly recurring?: { readonly amount: string; readonly interval: string };
}
export interface LimitText {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly metric: string;
  readonly consumerType: { readonly apiGroup: string; readonly kind: string };
  readonly unit: string;
  readonly defaultLimit: number;
}
interface Ui {
  readonly assets: object;
  readonly suspend?: boolean;
  readonly visibility?: object;
}
export interface Document {
  readonly monitoredResourceTypes?: readonly {
    readonly type: string;
    readonly gvk: { readonly group: string; readonly kind: string };
  }[];
  readonly metrics?: readonly { readonly name: string; readonly displayName?: string; readonly unit: string }[];
  readonly billing?: { readonly quotaGating?: string };
  readonly charges?: readonly ChargeText[];
  readonly quota?: {
    readonly limits?: readonly LimitText[];
    readonly metricRules?: readonly {
      readonly selector: { readonly apiGroup: string; readonly kind: string };
      readonly metricCosts: Readonly<Record<string, number>>;
    }[];
  };
  readonly userInterface?: { readonly consumer?: Ui; readonly provider?: Ui };
}

/** An earlier revision, and what of it goes on: what the one that counts leaves out, and no later one stated either. */
export interface Earlier {
  readonly configuration: string;
  readonly phase: string;
  readonly document: Document;
  readonly metrics: readonly string[];
  /** Kinds of resource types. */
  readonly kinds: readonly string[];
}

/** A service, and the configuration that counts for it. */
export interface Counting {
  readonly service: string;
  readonly serviceName: string;
  readonly configuration: string;
  /** The later one of the phases of the two. */
  readonly phase: string;
  readonly document: Document;
  /** Projects with an Active entitlement. */
  readonly projects: readonly string[];
  /** The one that counted last comes first. */
  readonly earlier?: readonly Earlier[];
  /** Metrics whose last statement is in force. */
  readonly live?: readonly string[];
}

export interface Output {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: object;
  readonly status: object;
}

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');

/** Units of a metric in one of its price, for the pairs that tests use. */
const factors: Readonly<Record<string, string>> = {
  '{call} call': '1',
  '{call} k{call}': '1000',
  'By GiBy': '1073741824',
  '{request} request': '1',
};

function pricing({ serviceName, document }: Counting, charge: ChargeText): Omit<Output, 'status'> & { more: object } {
  const [host = '', ...rest] = charge.name.split('/');
  const { usage, oneTime, recurring } = charge;
  const metric = document.metrics?.find(({ name }) => name === usage?.metricRef);
  const displayName = charge.displayName ?? metric?.displayName;
  const factor = factors[`${metric?.unit} ${usage?.pricingUnit}`];
  return {
    kind: 'ServicePricing',
    name: `${slug(host)}--${slug(rest.join('/'))}`,
    namespace: 'milo-system',
    spec: {
      serviceRef: serviceName,
      chargeType: charge.chargeType,
      ...(displayName !== undefined && { displayName }),
      currency: 'USD',
      ...(usage && { metric: usage.metricRef, pricingUnit: usage.pricingUnit, rates: usage.rates }),
      ...oneTime,
      ...recurring,
    },
    more: usage ? { conversion: 'Exact', conversionFactor: factor } : {},
  };
}

interface Claim {
  readonly configuration: string;
  readonly phase: string;
  readonly selector: { readonly apiGroup: string; readonly kind: string };
  readonly metric: string;
  readonly amount: number;
}

const kindOf = ({ apiGroup, kind }: Claim['selector']): string => `${apiGroup}-${kind}`;

/** What objects cost: what counts says it, then the earlier revisions, as far as they go on. */
function claimsOf({ configuration, phase, document, earlier = [], live = [] }: Counting): Claim[] {
  const rulesOf = (of: Document) => of.quota?.metricRules ?? [];
  const claims: Claim[] = [];
  for (const { selector, metricCosts } of rulesOf(document))
    for (const [metric, amount] of Object.entries(metricCosts))
      claims.push({ configuration, phase, selector, metric, amount });
  const counted = new Set(rulesOf(document).map(({ selector }) => kindOf(selector)));
  for (const old of earlier.filter((one) => one.phase !== 'Retired'))
    for (const { selector, metricCosts } of rulesOf(old.document))
      for (const [metric, amount] of Object.entries(metricCosts)) {
        const isLeft = old.kinds.includes(kindOf(selector)) && !counted.has(kindOf(selector)) && live.includes(metric);
        if (!old.metrics.includes(metric) && !isLeft) continue;
        claims.push({ configuration: old.configuration, phase: old.phase, selector, metric, amount });
      }
  const known = new Set<string>();
  return claims.filter(({ selector, metric }) => {
    const key = `${kindOf(selector)} ${metric}`;
    return !known.has(key) && known.add(key);
  });
}

function registration(limit: LimitText, claims: readonly Claim[]): Omit<Output, 'status'> {
  const kinds = claims.filter(({ metric }) => metric === limit.metric).map(({ selector }) => selector);
  const claiming = kinds.filter((one, at) => kinds.findIndex((other) => kindOf(other) === kindOf(one)) === at);
  return {
    kind: 'ResourceRegistration',
    name: slug(limit.name),
    annotations: {
      'catalog.miloapis.com/unit': limit.unit,
      ...(limit.description !== undefined && { 'kubernetes.io/description': limit.description }),
      ...(limit.displayName !== undefined && { 'kubernetes.io/display-name': limit.displayName }),
    },
    spec: {
      consumerType: limit.consumerType,
      type: 'Entity',
      resourceType: limit.metric,
      ...(limit.description !== undefined && { description: limit.description }),
      baseUnit: '1',
      displayUnit: '1',
      unitConversionFactor: 1,
      claimingResources: claiming.length > 0 ? claiming : [limit.consumerType],
    },
  };
}

const grantName = (...parts: readonly string[]): string =>
  `rg-${createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 16)}`;

/** The objects that follow from the configurations of a service; registrations of the resource types `byHand` do not. */
export function outputsOf(counting: Counting, byHand: readonly string[] = []): Output[] {
  const { service, serviceName, configuration, phase, document, earlier = [] } = counting;
  const { userInterface = {} } = document;
  const status = { phase, statedAs: serviceName, configuration: { name: configuration } };
  const claims = claimsOf(counting);
  const plugins = Object.entries({ Consumer: userInterface.consumer, Provider: userInterface.provider });
  const all = [
    ...entriesOf(counting, claims, byHand),
    ...earlier.flatMap(({ metrics, ...old }) => {
      const { charges = [], quota = {} } = old.document;
      const left: Document = {
        ...old.document,
        charges: charges.filter(({ usage }) => usage !== undefined && metrics.includes(usage.metricRef)),
        quota: {
          limits: old.phase === 'Retired' ? [] : (quota.limits ?? []).filter(({ metric }) => metrics.includes(metric)),
        },
      };
      return entriesOf({ ...counting, ...old, document: left }, claims, byHand);
    }),
    ...[...Map.groupBy(claims, ({ selector }) => kindOf(selector)).values()].map(policy),
    ...plugins.flatMap(([who, ui]) =>
      ui === undefined || phase === 'Retired'
        ? []
        : [
            {
              kind: `${who}PortalPlugin`,
              name: slug(serviceName),
              spec: { serviceRef: { name: service }, ...ui },
              status,
            },
          ],
    ),
  ];
  return named(all);
}

/** Of objects of one name: that of what counts, or of the latest. Two that are in force at once would be two prices. */
function named(all: readonly Output[]): Output[] {
  const groups = Map.groupBy(all, ({ kind, project, name }) => JSON.stringify([kind, project, name]));
  return [...groups.values()].flatMap(([first, ...others]) => {
    const alike = others.filter(({ status }) => (status as { readonly phase: string }).phase !== 'Retired');
    if (alike.length > 0) throw new Error(`${first?.kind}/${first?.name} is stated twice`);
    return first ?? [];
  });
}

function policy(claims: readonly Claim[]): Output {
  const [first] = claims;
  if (first === undefined) throw new Error('a policy without claims');
  const { apiGroup, kind } = first.selector;
  return {
    kind: 'ClaimCreationPolicy',
    name: slug(kindOf(first.selector)),
    spec: {
      trigger: { resource: { apiVersion: `${apiGroup}/*`, kind } },
      target: {
        resourceClaimTemplate: {
          metadata: {
            name: `${kind.toLowerCase()}-{{ trigger.metadata.name }}`,
            namespace: '{{ requestInfo.namespace }}',
          },
          spec: {
            requests: claims
              .map(({ metric, amount }) => ({ resourceType: metric, amount }))
              .sort((left, right) => (left.resourceType < right.resourceType ? -1 : 1)),
          },
        },
      },
    },
    status: {
      phase: first.phase,
      statedAs: kindOf(first.selector),
      configuration: { name: first.configuration },
    },
  };
}

/** What follows from charges and limits. */
function entriesOf(counting: Counting, claims: readonly Claim[], byHand: readonly string[]): Output[] {
  const { serviceName, configuration, phase, document, projects } = counting;
  const { charges = [], quota = {}, billing = {} } = document;
  const { limits = [] } = quota;
  const status = (statedAs: string, more: object = {}) => ({
    ...more,
    phase,
    statedAs,
    configuration: { name: configuration },
  });
  return [
    ...charges.map((charge) => {
      const { more, ...one } = pricing(counting, charge);
      return { ...one, status: status(charge.name, more) };
    }),
    ...limits
      .filter(({ metric }) => !byHand.includes(metric))
      .map((limit) => ({ ...registration(limit, claims), status: status(limit.name) })),
    ...projects.flatMap((project) =>
      limits
        .filter(({ consumerType }) => consumerType.kind === 'Project' && billing.quotaGating !== 'BillingEntitlement')
        .map(({ name, metric, consumerType, defaultLimit }) => ({
          kind: 'ResourceGrant',
          name: grantName(serviceName, project, name),
          namespace: 'milo-system',
          project,
          spec: {
            consumerRef: { ...consumerType, name: project },
            allowances: [{ resourceType: metric, buckets: [{ amount: defaultLimit }] }],
          },
          status: status(name),
        })),
    ),
  ];
}
