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

function registration({ document }: Counting, limit: LimitText): Omit<Output, 'status'> {
  const claiming = (document.quota?.metricRules ?? [])
    .filter(({ metricCosts }) => limit.metric in metricCosts)
    .map(({ selector }) => selector);
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

/** The objects that follow from one configuration; registrations of the resource types `byHand` do not. */
export function outputsOf(counting: Counting, byHand: readonly string[] = []): Output[] {
  const { service, serviceName, configuration, phase, document, projects } = counting;
  const { charges = [], quota = {}, userInterface = {}, billing = {} } = document;
  const { limits = [], metricRules = [] } = quota;
  const status = (statedAs: string, more: object = {}) => ({
    ...more,
    phase,
    statedAs,
    configuration: { name: configuration },
  });
  const plugins = Object.entries({ Consumer: userInterface.consumer, Provider: userInterface.provider });
  return [
    ...charges.map((charge) => {
      const { more, ...one } = pricing(counting, charge);
      return { ...one, status: status(charge.name, more) };
    }),
    ...limits
      .filter(({ metric }) => !byHand.includes(metric))
      .map((limit) => ({ ...registration(counting, limit), status: status(limit.name) })),
    ...metricRules.map(({ selector: { apiGroup, kind }, metricCosts }) => ({
      kind: 'ClaimCreationPolicy',
      name: slug(`${apiGroup}-${kind}`),
      spec: {
        trigger: { resource: { apiVersion: `${apiGroup}/*`, kind } },
        target: {
          resourceClaimTemplate: {
            metadata: {
              name: `${kind.toLowerCase()}-{{ trigger.metadata.name }}`,
              namespace: '{{ requestInfo.namespace }}',
            },
            spec: {
              requests: Object.entries(metricCosts)
                .sort(([left], [right]) => (left < right ? -1 : 1))
                .map(([resourceType, amount]) => ({ resourceType, amount })),
            },
          },
        },
      },
      status: status(`${apiGroup}-${kind}`),
    })),
    ...plugins.flatMap(([who, ui]) =>
      ui === undefined || phase === 'Retired'
        ? []
        : [
            {
              kind: `${who}PortalPlugin`,
              name: slug(serviceName),
              spec: { serviceRef: { name: service }, ...ui },
              status: status(serviceName),
            },
          ],
    ),
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
