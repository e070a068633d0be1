/** A naive registry: what the rules of the reference say, read literally, over everything, each time. */
export interface Model {
  /** State by region. */
  readonly regions: Map<string, string>;
  readonly services: Map<string, { readonly isCore: boolean; primary: string }>;
  /** Phase by version, `a.v1`; a version's number is its order. */
  readonly versions: Map<string, string>;
  /** `a.v1 b.v2` */
  readonly imports: Set<string>;
  /** Current version by deployment, `a.eu`. */
  readonly deployments: Map<string, string>;
}

export type Change =
  | { readonly do: 'DEPLOY'; readonly service: string; readonly region: string; readonly version: string }
  | { readonly do: 'UNDEPLOY'; readonly service: string; readonly region: string }
  | { readonly do: 'IMPORT'; readonly version: string; readonly target: string }
  | { readonly do: 'DROP_IMPORT'; readonly version: string; readonly target: string }
  | { readonly do: 'PUBLISH' | 'DEPRECATE' | 'RETIRE'; readonly version: string }
  | { readonly do: 'OPEN_REGION' | 'CLOSE_REGION'; readonly region: string }
  | { readonly do: 'MOVE_PRIMARY'; readonly service: string; readonly region: string };

const order = (version: string): number => Number(version.split('.v')[1]);
export const serviceOf = (version: string): string => version.split('.')[0] ?? '';

export const copyOf = (model: Model): Model => ({
  regions: new Map(model.regions),
  services: new Map([...model.services].map(([name, service]) => [name, { ...service }])),
  versions: new Map(model.versions),
  imports: new Set(model.imports),
  deployments: new Map(model.deployments),
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
      case 'MOVE_PRIMARY': {
        const service = next.services.get(change.service);
        if (service !== undefined) service.primary = change.region;
        break;
      }
      default:
        next.versions.set(change.version, phases[change.do]);
    }
  }
  return next;
}

/** Everything that is wrong with a model, and with getting there from another one. */
export function wrongIn(model: Model, before: Model): string[] {
  const { regions, services, versions, imports, deployments } = model;
  const isLive = (version: string): boolean => ['Published', 'Deprecated'].includes(versions.get(version) ?? '');
  const wrong: string[] = [];
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
