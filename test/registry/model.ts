export interface ModelService {
  isCore: boolean;
  primary: string;
  isPrivate: boolean;
  domain: string;
}

/** A naive registry: what the rules of the reference say, read literally, over everything, each time. */
export interface Model {
  /** State by region. */
  readonly regions: Map<string, string>;
  readonly services: Map<string, ModelService>;
  /** Phase by version, `a.v1`; a version's number is its order. */
  readonly versions: Map<string, string>;
  /** `a.v1 b.v2` */
  readonly imports: Set<string>;
  /** Current version by deployment, `a.eu`. */
  readonly deployments: Map<string, string>;
  /** Deployments that are disabled. */
  readonly disabled: Set<string>;
  /** Regions in which a project keeps its objects; none where it has no policy. */
  readonly policy: Set<string>;
}

export const newService = (name: string, isCore: boolean): ModelService => ({
  isCore,
  primary: 'r1',
  isPrivate: false,
  domain: `${name}.apis.t.com`,
});

export const regionalDomain = (deployment: string): string => `${deployment}.apis.t.com`;

export type Change =
  | { readonly do: 'DEPLOY'; readonly service: string; readonly region: string; readonly version: string }
  | { readonly do: 'UNDEPLOY'; readonly service: string; readonly region: string }
  | { readonly do: 'IMPORT'; readonly version: string; readonly target: string }
  | { readonly do: 'DROP_IMPORT'; readonly version: string; readonly target: string }
  | { readonly do: 'PUBLISH' | 'DEPRECATE' | 'RETIRE'; readonly version: string }
  | { readonly do: 'OPEN_REGION' | 'CLOSE_REGION'; readonly region: string }
  | { readonly do: 'MOVE_PRIMARY'; readonly service: string; readonly region: string }
  | { readonly do: 'ENABLE' | 'DISABLE'; readonly service: string; readonly region: string }
  | OtherChange;

/** What can be written, and is not asked of `mayI`. */
type OtherChange =
  | { readonly do: 'SET_CORE'; readonly service: string; readonly isCore: boolean }
  | { readonly do: 'SET_PRIVATE'; readonly service: string; readonly isPrivate: boolean }
  | { readonly do: 'SET_DOMAIN'; readonly service: string; readonly domain: string }
  | { readonly do: 'SET_STATE'; readonly region: string; readonly state: string }
  | { readonly do: 'SET_PHASE'; readonly version: string; readonly phase: string }
  | { readonly do: 'ADD_VERSION' | 'DELETE_VERSION'; readonly version: string }
  | { readonly do: 'SET_POLICY'; readonly regions: readonly string[] };

const asked = new Set(
  'DEPLOY UNDEPLOY ENABLE DISABLE IMPORT DROP_IMPORT PUBLISH DEPRECATE RETIRE OPEN_REGION CLOSE_REGION MOVE_PRIMARY'.split(
    ' ',
  ),
);

/** Whether `mayI` can be asked about it. */
export const isAsked = (change: Change): boolean => asked.has(change.do);

const order = (version: string): number => Number(version.split('.v')[1]);
export const serviceOf = (version: string): string => version.split('.')[0] ?? '';

export const copyOf = (model: Model): Model => ({
  regions: new Map(model.regions),
  services: new Map([...model.services].map(([name, service]) => [name, { ...service }])),
  versions: new Map(model.versions),
  imports: new Set(model.imports),
  deployments: new Map(model.deployments),
  disabled: new Set(model.disabled),
  policy: new Set(model.policy),
});

const phases = { PUBLISH: 'Published', DEPRECATE: 'Deprecated', RETIRE: 'Retired' } as const;

/** The model after changes, and which deployments are new. */
export function after(model: Model, changes: readonly Change[]): Model {
  const next = copyOf(model);
  for (const change of changes) {
    switch (change.do) {
      case 'DEPLOY':
        next.deployments.set(`${change.service}.${change.region}`, change.version);
        break;
      case 'UNDEPLOY':
        next.deployments.delete(`${change.service}.${change.region}`);
        next.disabled.delete(`${change.service}.${change.region}`);
        break;
      case 'ENABLE':
        next.disabled.delete(`${change.service}.${change.region}`);
        break;
      case 'DISABLE':
        next.disabled.add(`${change.service}.${change.region}`);
        break;
      case 'IMPORT':
        for (const one of next.imports) {
          const [version, target = ''] = one.split(' ');
          if (version === change.version && serviceOf(target) === serviceOf(change.target)) next.imports.delete(one);
        }
        next.imports.add(`${change.version} ${change.target}`);
        break;
      case 'DROP_IMPORT':
        for (const one of next.imports) {
          const [version, target = ''] = one.split(' ');
          if (version === change.version && serviceOf(target) === change.target) next.imports.delete(one);
        }
        break;
      case 'OPEN_REGION':
      case 'CLOSE_REGION':
        next.regions.set(change.region, change.do === 'OPEN_REGION' ? 'Open' : 'Closing');
        break;
      case 'MOVE_PRIMARY':
        Object.assign(next.services.get(change.service) ?? {}, { primary: change.region });
        break;
      case 'SET_CORE':
      case 'SET_PRIVATE':
      case 'SET_DOMAIN': {
        const { do: _, service, ...facts } = change;
        Object.assign(next.services.get(service) ?? {}, facts);
        break;
      }
      case 'SET_STATE':
        next.regions.set(change.region, change.state);
        break;
      case 'SET_PHASE':
        next.versions.set(change.version, change.phase);
        break;
      case 'ADD_VERSION':
        next.versions.set(change.version, 'Draft');
        break;
      case 'DELETE_VERSION':
        next.versions.delete(change.version);
        break;
      case 'SET_POLICY':
        next.policy.clear();
        for (const region of change.regions) next.policy.add(region);
        break;
      default:
        next.versions.set(change.version, phases[change.do]);
    }
  }
  return next;
}

const phaseSteps: readonly string[] = ['Draft', 'Published', 'Deprecated', 'Retired'];
const stateSteps: Readonly<Record<string, readonly string[]>> = {
  Planned: ['Open', 'Closed'],
  Open: ['Closing', 'Closed'],
  Closing: ['Open', 'Closed'],
  Closed: ['Planned'],
};

/** What of a change is no step that there is. */
function wrongSteps(model: Model, before: Model): string[] {
  const wrong: string[] = [];
  for (const [region, state] of model.regions) {
    const from = before.regions.get(region) ?? '';
    if (from !== state && !stateSteps[from]?.includes(state)) wrong.push(`G4 ${region} from ${from} to ${state}`);
  }
  for (const [version, from] of before.versions) {
    const phase = model.versions.get(version);
    const isStep = phase === from || phaseSteps.indexOf(phase ?? '') === phaseSteps.indexOf(from) + 1;
    if (phase === undefined ? from !== 'Draft' : !isStep) wrong.push(`V11 ${version} from ${from} to ${phase}`);
  }
  return wrong;
}

/** What is wrong with what services say of themselves, and with what the plant and projects say of regions. */
function wrongFacts({ regions, services, versions, imports, deployments, policy }: Model): string[] {
  const wrong: string[] = [];
  for (const [name, { isCore, isPrivate, domain }] of services) {
    if (isCore && isPrivate) wrong.push(`C4 ${name}`);
    if (![...versions.keys()].some((version) => serviceOf(version) === name)) wrong.push(`V1 ${name}`);
    for (const [other, its] of services) if (other < name && its.domain === domain) wrong.push(`E2 ${name} ${other}`);
    for (const one of deployments.keys())
      if (serviceOf(one) !== name && regionalDomain(one) === domain) wrong.push(`E2 ${name} ${one}`);
  }
  for (const one of imports)
    for (const version of one.split(' ')) if (!versions.has(version)) wrong.push(`REFERENCED ${version} by ${one}`);
  for (const region of policy) if (regions.get(region) === 'Closed') wrong.push(`G4 ${region} enabled by a policy`);
  return wrong;
}

/** Everything that is wrong with a model, and with getting there from another one. */
export function wrongIn(model: Model, before: Model): string[] {
  const { regions, services, versions, imports, deployments } = model;
  const isLive = (version: string): boolean => ['Published', 'Deprecated'].includes(versions.get(version) ?? '');
  const wrong = [...wrongSteps(model, before), ...wrongFacts(model)];
  const placesOf = (service: string): [region: string, version: string][] =>
    [...deployments].flatMap(([name, version]) => {
      const [own, region = ''] = name.split('.');
      return own === service ? [[region, version]] : [];
    });
  for (const [name, version] of deployments) {
    const [service = '', region = ''] = name.split('.');
    if (!isLive(version)) wrong.push(`V2 ${name}`);
    const state = regions.get(region) ?? '';
    const isNew = !before.deployments.has(name);
    const isHome =
      state === 'Open' || (state === 'Closing' && !isNew) || (state === 'Planned' && services.get(service)?.isCore);
    if (!isHome) wrong.push(`G1 ${name}`);
  }
  for (const [name, { primary }] of services) {
    const places = placesOf(name);
    if (places.length > 0 && places.every(([region]) => region !== primary)) wrong.push(`G2 ${name}`);
  }
  for (const one of imports) {
    const [version = '', target = ''] = one.split(' ');
    const [importer, imported] = [serviceOf(version), serviceOf(target)];
    if (importer === imported) wrong.push(`I2 ${one}`);
    if (!isLive(version)) continue;
    if (!isLive(target)) wrong.push(`I1 ${one}`);
    if (services.get(importer)?.isCore && !services.get(imported)?.isCore) wrong.push(`C5 ${one}`);
    for (const [region, current] of placesOf(importer)) {
      const there = deployments.get(`${imported}.${region}`);
      if (there === undefined) wrong.push(`I5 ${importer} ${imported} ${region}`);
      else if (order(version) <= order(current) && order(there) < order(target)) wrong.push(`I6 ${one} ${region}`);
    }
  }
  const targets = (service: string): string[] =>
    [...imports]
      .map((one) => one.split(' '))
      .flatMap(([version = '', target = '']) =>
        serviceOf(version) === service && isLive(version) ? [serviceOf(target)] : [],
      );
  const reaches = (from: string, to: string, path: readonly string[]): boolean =>
    targets(from).some((next) => next === to || (!path.includes(next) && reaches(next, to, [...path, next])));
  for (const name of services.keys()) if (reaches(name, name, [name])) wrong.push(`I7 ${name}`);
  const cores = [...services].filter(([, { isCore }]) => isCore);
  for (const [name] of cores) {
    for (const [region, state] of regions) {
      if (state === 'Open' && !deployments.has(`${name}.${region}`)) wrong.push(`C1 ${name} ${region}`);
    }
  }
  if (new Set(cores.map(([, { primary }]) => primary)).size > 1) wrong.push('C2');
  return wrong;
}
