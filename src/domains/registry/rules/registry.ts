import { hostsOf } from './hosts.ts';
import { Rows } from './rows.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Service extends Named {
  readonly phase: string;
}

export interface Runtime extends Named {
  readonly serviceId: string;
  readonly core: boolean;
  readonly visibility: string;
  readonly leadingServiceId: string | null;
  readonly globalDomain: string;
  readonly labelledDomains: readonly { readonly domain: string }[] | null;
  readonly primaryRegionId: string;
  readonly maxSkewDays: number | null;
}

export interface Version extends Named {
  readonly serviceId: string;
  /** `v2` */
  readonly version: string;
  readonly phase: string;
  /** Its place among the releases of the service. */
  readonly order: number;
  /** For how long it has been registered. */
  readonly ageDays: number;
}

export interface Import extends Named {
  readonly versionId: string;
  readonly targetId: string;
  readonly targetVersionId: string;
}

export interface Use extends Named {
  readonly serviceId: string;
  readonly targetId: string;
}

export interface RegionState extends Named {
  readonly regionId: string;
  readonly state: string;
}

export interface Site extends Named {
  readonly regionId: string;
}

/** In which regions a project keeps its objects. */
export interface Policy extends Named {
  readonly projectId: string;
  readonly regionIds: readonly string[];
}

/** A project uses a service, or has asked for it. */
export interface Entitlement extends Named {
  readonly projectId: string;
  readonly serviceId: string;
}

export interface Deployment extends Named {
  readonly serviceId: string;
  readonly regionId: string;
  readonly versionId: string;
  readonly disabled: boolean;
  /** It says that it does not serve. */
  readonly isDown: boolean;
  /** Null where it is only proposed, and not said yet. */
  readonly publicDomain: string | null;
  /** Whether its public domain is named as recommended; null where it has none yet, or its service no global one. */
  readonly isRegional: boolean | null;
  readonly privateDomain: string | null;
  readonly localNetworkId: string | null;
  readonly labelledDomains: readonly { readonly domain: string }[] | null;
  /** What is reported of it: the stage of its upgrade, and the highest version that the installed image has. */
  readonly upgradeStage: string | null;
  readonly availableVersion: string | null;
}

export interface ApiType extends Named {
  readonly serviceId: string;
  readonly versionIds: readonly string[];
  readonly perVersion: readonly { readonly version: string; readonly isRegional?: boolean | null }[] | null;
}

/** What the rules are asked about: the registry, or the part of it that a batch has to do with. It can be changed, to try what would be. */
export class Registry {
  readonly services = new Rows<Service>();
  readonly runtimes = new Rows<Runtime>();
  readonly versions = new Rows<Version>();
  readonly imports = new Rows<Import>();
  readonly uses = new Rows<Use>();
  readonly regions = new Rows<Named>();
  readonly states = new Rows<RegionState>();
  readonly policies = new Rows<Policy>();
  readonly entitlements = new Rows<Entitlement>();
  readonly sites = new Rows<Site>();
  readonly deployments = new Rows<Deployment>();
  readonly apiTypes = new Rows<ApiType>();

  readonly #runtimesOf = this.runtimes.by(({ serviceId }) => [serviceId]);
  readonly #coreRuntimes = this.runtimes.by(({ core }) => (core ? ['core'] : []));
  readonly #statesOf = this.states.by(({ regionId }) => [regionId]);

  readonly #servicesNamed = this.services.by(({ name }) => [name]);
  readonly #regionsNamed = this.regions.by(({ name }) => [name]);
  readonly #versionsNamed = this.versions.by(({ name }) => [name]);

  readonly deploymentAt = this.deployments.byPair(({ serviceId, regionId }) => [serviceId, regionId]);
  readonly versionsOf = this.versions.by(({ serviceId }) => [serviceId]);
  readonly importsOf = this.imports.by(({ versionId }) => [versionId]);
  readonly importsTo = this.imports.by(({ targetId }) => [targetId]);
  readonly usesOf = this.uses.by(({ serviceId }) => [serviceId]);
  readonly usesTo = this.uses.by(({ targetId }) => [targetId]);
  readonly policiesIn = this.policies.by(({ regionIds }) => regionIds);
  readonly entitlementsOf = this.entitlements.by(({ projectId }) => [projectId]);
  readonly sitesIn = this.sites.by(({ regionId }) => [regionId]);
  readonly deploymentsOf = this.deployments.by(({ serviceId }) => [serviceId]);
  readonly deploymentsIn = this.deployments.by(({ regionId }) => [regionId]);
  readonly apiTypesOf = this.apiTypes.by(({ serviceId }) => [serviceId]);
  readonly deploymentsAtHost = this.deployments.by(hostsOf);
  readonly runtimesAtHost = this.runtimes.by(hostsOf);

  serviceNamed(name: string): Service | undefined {
    return first(this.#servicesNamed(name));
  }

  regionNamed(name: string): Named | undefined {
    return first(this.#regionsNamed(name));
  }

  versionNamed(name: string): Version | undefined {
    return first(this.#versionsNamed(name));
  }

  runtimeOf(service: string): Runtime | undefined {
    return first(this.#runtimesOf(service));
  }

  coreRuntimes(): Iterable<Runtime> {
    return this.#coreRuntimes('core');
  }

  stateOf(region: string): RegionState | undefined {
    return first(this.#statesOf(region));
  }

  isCore(service: string): boolean {
    return this.runtimeOf(service)?.core === true;
  }

  /** Versions on which others can rely: Published or Deprecated, of a service that is. */
  isOffered(version: Version): boolean {
    return isLive(version) && isLive(this.services.get(version.serviceId));
  }

  /** The offered versions of a service, the lowest first. */
  offeredVersions(service: string): Version[] {
    return [...this.versionsOf(service)].filter((version) => this.isOffered(version)).sort(byOrder);
  }

  /** The published versions above the one that a deployment is at, the lowest first. */
  versionsAhead({ serviceId, versionId }: Deployment): Version[] {
    const current = this.versions.get(versionId);
    return current === undefined
      ? []
      : [...this.versionsOf(serviceId)]
          .filter(({ phase, order }) => phase === 'Published' && order > current.order)
          .sort(byOrder);
  }
}

/** Whether an upgrade of a deployment is under way. */
export const isUpgraded = ({ upgradeStage }: Deployment): boolean => upgradeStage !== null && upgradeStage !== 'Ready';

export const isLive = (row: { readonly phase: string } | undefined): boolean =>
  row?.phase === 'Published' || row?.phase === 'Deprecated';

/** Of a version that is not offered, in words. */
export const whyNotOffered = (version: Version, service: Service): string =>
  isLive(version) ? `its service is ${service.phase}` : `it is ${version.phase}`;

const byOrder = (a: Version, b: Version): number => a.order - b.order;

function first<Row>(rows: Iterable<Row>): Row | undefined {
  for (const row of rows) return row;
  return undefined;
}
