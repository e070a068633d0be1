import type { TestApp } from '../kit/app.ts';

const object = (group: string, kind: string, name: string, spec: object, labels: object = {}): string =>
  `${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name, labels }, spec })}\n`;
const ours = (kind: string, name: string, spec: object): string => object('catalog.miloapis.com', kind, name, spec);

/** An organization with a project that produces services. */
export const platform = [
  object('resourcemanager.miloapis.com', 'Organization', 'registry', { type: 'Standard' }),
  ...['makers', 'users'].map((name) =>
    object('resourcemanager.miloapis.com', 'Project', name, { ownerRef: { kind: 'Organization', name: 'registry' } }),
  ),
].join('---\n');

export const stateOf = (name: string, state = 'Open'): string =>
  ours('RegionState', name, { regionRef: { name }, state });

export const regionOf = (name: string, state = 'Open'): string =>
  [object('inventory.miloapis.com', 'Region', name, { displayName: name }), stateOf(name, state)].join('---\n');

export const siteOf = (name: string, region: string): string =>
  object('inventory.miloapis.com', 'Site', name, {
    displayName: name,
    regionRef: { name: region },
    type: 'Datacenter',
  });

/** In which regions a project keeps its objects; the first takes what belongs to none. */
export const policyOf = (name: string, project: string, regions: readonly string[]): string =>
  ours('RegionPolicy', name, {
    projectRef: { name: project },
    enabledRegionRefs: regions.map((region) => ({ name: region })),
    defaultControlRegionRef: { name: regions[0] },
  });

/** A project uses a service. */
export const entitlementOf = (service: string, project: string): string =>
  object(
    'services.miloapis.com',
    'ServiceEntitlement',
    service,
    { serviceRef: { name: service } },
    { 'resourcemanager.miloapis.com/project-name': project },
  );

export const identityOf = (name: string, spec: object = {}): string =>
  object('services.miloapis.com', 'Service', name, {
    serviceName: `${name}.t.com`,
    displayName: name,
    phase: 'Published',
    owner: { producerProjectRef: { name: 'makers' } },
    ...spec,
  });

export interface Runtime {
  readonly primary: string;
  readonly [field: string]: unknown;
}

export const runtimeOf = (service: string, { primary, ...spec }: Runtime): string =>
  ours('ServiceRuntime', service, {
    serviceRef: { name: service },
    visibility: 'Public',
    globalDomain: `${service}.apis.t.com`,
    primaryRegionRef: { name: primary },
    ...spec,
  });

/** A published service with its runtime. */
export const serviceOf = (name: string, runtime: Runtime): string =>
  [identityOf(name), runtimeOf(name, runtime)].join('---\n');

export const versionOf = (service: string, version: string, phase = 'Published'): string =>
  ours('ServiceVersion', `${service}.${version}`, { serviceRef: { name: service }, version, phase });

/** `importOf('a.v1', 'b.v2')` */
export const importOf = (importer: string, target: string): string => {
  const service = target.slice(0, target.lastIndexOf('.'));
  return ours('ServiceImport', `${importer}.${service}`, {
    serviceVersionRef: { name: importer },
    targetServiceRef: { name: service },
    targetVersionRef: { name: target },
  });
};

export const usageOf = (service: string, target: string): string =>
  ours('ServiceUse', `${service}.${target}`, { serviceRef: { name: service }, targetServiceRef: { name: target } });

export const deploymentOf = (service: string, region: string, version: string, spec: object = {}): string =>
  ours('Deployment', `${service}.${region}`, {
    serviceRef: { name: service },
    regionRef: { name: region },
    publicDomain: `${service}.${region}.apis.t.com`,
    currentVersionRef: { name: `${service}.${version}` },
    location: { continent: 'e', country: 'd', agglomeration: 'f', city: 'f', cloud: 'c' },
    ...spec,
  });

const BATCH = `mutation ($input: BatchInput!) { batch(input: $input) { applied
  results { warnings { code message field } }
  userErrors { code message subject field accepted missing { object field needed } } } }`;

interface Fact {
  readonly object: string;
  readonly field: string | null;
  readonly needed: string;
}
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly subject: string;
  readonly field: string;
  readonly accepted: string | null;
  readonly missing: readonly Fact[];
}

export interface Answer {
  /** `I5_IMPORT_REGION_MISSING Deployment/a.ap spec.regionRef, missing Deployment/b.ap (b.v1 or higher)` */
  readonly refused: readonly string[];
  readonly errors: readonly Refusal[];
  readonly warned: readonly { readonly code: string; readonly message: string }[];
}

export interface Operations {
  /** Manifests to be applied. */
  readonly apply?: readonly string[];
  /** `Deployment/b.us` */
  readonly remove?: readonly string[];
  readonly validateOnly?: boolean;
}

/** The same service at another address. */
export const at = (app: TestApp, { url }: { readonly url: string }): Pick<TestApp, 'execute'> => ({
  execute: async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('test-admin')}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Awaited<ReturnType<TestApp['execute']>>;
  },
});

/** One batch, deletions first or last. */
export async function batch(
  app: Pick<TestApp, 'execute'>,
  { apply = [], remove = [], validateOnly = false }: Operations,
  isDeletionFirst = false,
): Promise<Answer> {
  const changes = apply.length === 0 ? [] : [{ apply: { manifests: [{ content: apply.join('---\n') }] } }];
  const deletions = remove.map((object) => {
    const [kind = '', name = ''] = object.split('/');
    return { [`delete${kind}`]: { name } };
  });
  const operations = isDeletionFirst ? [...deletions, ...changes] : [...changes, ...deletions];
  const { data } = await app.execute(BATCH, { input: { operations, validateOnly } });
  const { userErrors, results } = data.batch;
  return {
    errors: userErrors,
    refused: userErrors.map(textOf),
    warned: results.flatMap((one: { warnings: object[] }) => one.warnings),
  };
}

function textOf({ code, subject, field, missing }: Refusal): string {
  const facts = missing.map(({ object, needed }) => `${object} (${needed})`);
  return `${code} ${subject} ${field}${facts.length === 0 ? '' : `, missing ${facts.join(' and ')}`}`;
}

export interface Step {
  readonly do: string;
  readonly service?: string | null;
  readonly region?: string | null;
  readonly version?: string | null;
  readonly target?: string | null;
}

const MAY_I = `query ($changes: [RegistryChangeInput!]!) { mayI(changes: $changes) { isAllowed isPossible
  violations { code subject field missing } plan { do service region version target } } }`;

/** The verdict on changes, with its plan as steps and as texts. */
export async function verdictOn(app: Pick<TestApp, 'execute'>, ...changes: readonly Step[]) {
  const { data } = await app.execute(MAY_I, { changes });
  const { isAllowed, isPossible, violations, plan } = data.mayI as {
    readonly isAllowed: boolean;
    readonly isPossible: boolean;
    readonly violations: readonly { code: string; subject: string; field: string; missing: readonly string[] }[];
    readonly plan: readonly Step[];
  };
  return { isAllowed, isPossible, violations, plan };
}

/** The same, short. */
export async function mayI(app: Pick<TestApp, 'execute'>, ...changes: readonly Step[]) {
  const { violations, plan, ...verdict } = await verdictOn(app, ...changes);
  return {
    ...verdict,
    violations: violations.map(
      ({ code, subject, field, missing }) =>
        `${code} ${subject} ${field}${missing.length === 0 ? '' : `, missing ${missing.join(' and ')}`}`,
    ),
    plan: plan.map(({ do: doing, service, region, version, target }) =>
      [doing, [service, region].filter(Boolean).join('.'), version, target].filter(Boolean).join(' '),
    ),
  };
}

const FINDINGS = `{ registryFindings(severity: ERROR) { code subject message } }`;

/** What the report finds wrong: nothing, at any time. */
export async function errorsReported(app: Pick<TestApp, 'execute'>): Promise<readonly object[]> {
  const { data } = await app.execute(FINDINGS);
  return data.registryFindings;
}

/** A type of a service, in some of its versions. */
export const resourceOf = (
  service: string,
  name: string,
  versions: readonly string[],
  perVersion?: readonly object[],
): string =>
  ours('ApiResource', `${service}.${name.toLowerCase()}`, {
    serviceRef: { name: service },
    singularName: name,
    pluralName: `${name}s`,
    versionRefs: versions.map((version) => ({ name: `${service}.${version}` })),
    ...(perVersion !== undefined && { perVersion }),
  });

/** What is asked of something that depends on a service. */
export const DEPENDENT = 'kind depth service { name } version { version } isAutomatic targetVersions affectedRegions';

export interface Dependent {
  readonly kind: string;
  readonly depth: number;
  readonly service: { readonly name: string };
  readonly version: { readonly version: string } | null;
  readonly isAutomatic: boolean;
  readonly targetVersions: readonly string[];
  readonly affectedRegions: readonly string[];
}

/** `IMPORT 1 relay@v1 of v2 in eu us`, `USE 1 relay automatic` */
export function dependentText({ kind, depth, service: { name }, version, ...more }: Dependent): string {
  const { isAutomatic, targetVersions, affectedRegions } = more;
  return [
    `${kind} ${depth} ${version === null ? name : `${name}@${version.version}`}`,
    ...(isAutomatic ? ['automatic'] : []),
    ...(targetVersions.length > 0 ? [`of ${targetVersions.join()}`] : []),
    ...(affectedRegions.length > 0 ? [`in ${affectedRegions.join(' ')}`] : []),
  ].join(' ');
}
