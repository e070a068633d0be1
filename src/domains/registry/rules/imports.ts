import {
  type Deployment,
  type Import,
  isLive,
  type Registry,
  type Service,
  type Version,
  whyNotOffered,
} from './registry.ts';
import { deploy, each, type Fact, isRegion, named, type Rule, type Side, side, undeploy, type Within } from './rule.ts';

/** An import with the rows it names: `service` imports by `version`, `target` is imported at `wanted`. */
export interface Ends {
  readonly own: Import;
  readonly version: Version;
  readonly service: Service;
  readonly target: Service;
  readonly wanted: Version;
}

export function endsOf(registry: Registry, own: Import): Ends | undefined {
  const version = registry.versions.get(own.versionId);
  const service = registry.services.get(version?.serviceId);
  const target = registry.services.get(own.targetId);
  const wanted = registry.versions.get(own.targetVersionId);
  return version && service && target && wanted ? { own, version, service, target, wanted } : undefined;
}

/** The imports of a service by all its versions. */
export function* importsBy(registry: Registry, service: string): Generator<Import> {
  for (const version of registry.versionsOf(service)) yield* registry.importsOf(version.id);
}

/** The imports of, and by, the services in question. */
function* imports(registry: Registry, within: Within): Generator<Ends> {
  const own =
    within.services === undefined
      ? registry.imports.all()
      : new Set(
          [...within.services].flatMap((service) => [...importsBy(registry, service), ...registry.importsTo(service)]),
        );
  for (const one of own) {
    const ends = endsOf(registry, one);
    if (ends !== undefined) yield ends;
  }
}

/** Those that bind, as the version that imports is offered; or those of drafts, which do not bind yet. */
function* binding(registry: Registry, within: Within): Generator<Ends> {
  for (const ends of imports(registry, within)) if (registry.isOffered(ends.version)) yield ends;
}
function* drafted(registry: Registry, within: Within): Generator<Ends> {
  for (const ends of imports(registry, within)) if (ends.version.phase === 'Draft') yield ends;
}

interface Deployed extends Ends {
  readonly deployment: Deployment;
  readonly region: { readonly id: string; readonly name: string };
  readonly current: Version;
  /** Where its target is in the region. */
  readonly there: Deployment | undefined;
}

/** The same for each deployment of the importer. */
function* deployed(registry: Registry, within: Within, all: Iterable<Ends>): Generator<Deployed> {
  for (const ends of all) {
    for (const deployment of registry.deploymentsOf(ends.service.id)) {
      const region = registry.regions.get(deployment.regionId);
      const current = registry.versions.get(deployment.versionId);
      if (region === undefined || current === undefined || !isRegion(within, region.id)) continue;
      yield { ...ends, deployment, region, current, there: registry.deploymentAt(ends.target.id, region.id) };
    }
  }
}

/** What says that a version imports another one, and that both are offered. */
const statements = ['Service', 'ServiceVersion', 'ServiceImport'];
/** What brings a deployment to where, or to the version by which, something is imported. A draft service has none. */
const movements = ['ServiceVersion', 'ServiceImport', 'Deployment'];

const dropImport = ({ version, target }: Ends): Fact => ({
  do: 'DropImport',
  version: version.name,
  target: target.name,
});

/** The importer's sides, whichever of its objects has moved. */
const importerSides = ({ own, version, service }: Ends, path: string, missing: readonly Fact[]): Side[] => [
  side('ServiceImport', own.name, path, { missing }),
  side('ServiceVersion', version.name, 'spec.phase', { missing }),
  side('Service', service.name, 'spec.phase', { missing }),
];

const namedBy = ({ own, version, service, target, wanted }: Ends, more: Parameters<typeof named>[0] = {}) =>
  named({ Service: [service, target], ServiceVersion: [version, wanted], ServiceImport: [own], ...more });

/** The highest version that is offered below one that needs more than there is. */
const below = (registry: Registry, { serviceId, order }: Version): Version | undefined =>
  registry
    .offeredVersions(serviceId)
    .filter((one) => one.order < order)
    .at(-1);

export const importRules: readonly Rule[] = [
  {
    id: 'I1',
    code: 'TARGET_NOT_OFFERED',
    severity: 'error',
    sentence:
      'What a version that is offered imports is offered as well: Published or Deprecated, service and version.',
    on: statements,
    *find(registry, within) {
      for (const ends of binding(registry, within)) {
        const { version, target, wanted } = ends;
        if (registry.isOffered(wanted)) continue;
        const drop = dropImport(ends);
        const publish: Fact = { do: 'Publish', version: wanted.name };
        const path = isLive(target) ? 'spec.targetVersionRef' : 'spec.targetServiceRef';
        yield {
          clause: `${version.name} imports ${wanted.name}, which is not offered: ${whyNotOffered(wanted, target)}.`,
          sides: [
            ...importerSides(ends, path, [wanted.phase === 'Draft' ? publish : drop]),
            side('ServiceVersion', wanted.name, 'spec.phase', { code: 'V5_VERSION_IN_USE', missing: [drop] }),
            side('Service', target.name, 'spec.phase', { code: 'SERVICE_IN_USE', missing: [drop] }),
          ],
          named: namedBy(ends),
        };
      }
    },
  },
  {
    id: 'I1',
    code: 'TARGET_NOT_OFFERED',
    severity: 'warning',
    sentence: 'A draft can be published only when what it imports is offered.',
    on: ['Service', 'ServiceImport'],
    *find(registry, within) {
      for (const ends of drafted(registry, within)) {
        const { version, wanted } = ends;
        if (registry.isOffered(wanted)) continue;
        yield {
          clause: `${wanted.name} is ${wanted.phase}: ${version.name} cannot be published as long as it imports it.`,
          sides: importerSides(ends, 'spec.targetVersionRef', []),
          named: namedBy(ends),
        };
      }
    },
  },
  {
    id: 'I2',
    code: 'I2_SELF_IMPORT',
    severity: 'error',
    sentence: 'A service does not import itself.',
    on: ['ServiceImport'],
    *find(registry, within) {
      for (const ends of imports(registry, within)) {
        if (ends.service.id !== ends.target.id) continue;
        yield {
          clause: `${ends.version.name} is a version of ${ends.target.name} and cannot import it.`,
          sides: [side('ServiceImport', ends.own.name, 'spec.targetServiceRef')],
          named: namedBy(ends),
        };
      }
    },
  },
  {
    id: 'I5',
    code: 'I5_IMPORT_REGION_MISSING',
    severity: 'error',
    sentence: 'A service is deployed only in regions where every service that it imports is deployed.',
    on: movements,
    *find(registry, within) {
      for (const one of deployed(registry, within, binding(registry, within))) {
        const { version, service, target, wanted, deployment, region, current, there } = one;
        if (there !== undefined) continue;
        // What is not served yet needs its target there, at whatever version.
        const [lowest = wanted] = version.order > current.order ? registry.offeredVersions(target.id) : [];
        const missing = [deploy(target, region, lowest)];
        yield {
          clause: `${version.name} imports ${target.name}, which is not deployed in {}, where ${service.name} is.`,
          each: region.name,
          sides: [
            side('Deployment', deployment.name, 'spec.regionRef', { missing }),
            ...importerSides(one, 'spec.targetServiceRef', missing),
            side('Deployment', `${target.name}.${region.name}`, 'metadata.name', {
              missing: [undeploy(service, region)],
            }),
          ],
          named: namedBy(one, {
            Region: [region],
            Deployment: [deployment],
            ServiceVersion: [version, wanted, lowest],
          }),
        };
      }
    },
  },
  {
    id: 'I5',
    code: 'I5_IMPORT_REGION_MISSING',
    severity: 'warning',
    sentence: 'A draft can be published only when what it imports is deployed wherever its service is.',
    on: ['ServiceImport'],
    *find(registry, within) {
      for (const one of deployed(registry, within, drafted(registry, within))) {
        const { version, service, target, wanted, deployment, region, there } = one;
        if (there !== undefined) continue;
        yield {
          clause: `${target.name} is not deployed in {}, where ${service.name} is: ${version.name} cannot be published as long as it imports it.`,
          each: region.name,
          sides: importerSides(one, 'spec.targetServiceRef', [deploy(target, region, wanted)]),
          named: namedBy(one, { Region: [region], Deployment: [deployment] }),
        };
      }
    },
  },
  {
    id: 'I6',
    code: 'I6_IMPORT_VERSION_TOO_LOW',
    severity: 'error',
    sentence:
      'Where a deployment serves a version, what this version imports is served in the same region at that version.',
    on: movements,
    *find(registry, within) {
      for (const one of deployed(registry, within, binding(registry, within))) {
        const { version, service, target, wanted, deployment, region, current, there } = one;
        const highest = registry.versions.get(there?.versionId);
        if (there === undefined || highest === undefined) continue;
        if (version.order > current.order || highest.order >= wanted.order) continue;
        const missing = [deploy(target, region, wanted)];
        const lower = below(registry, version);
        yield {
          clause: `${deployment.name} serves ${version.name}, which imports ${wanted.name}, but ${there.name} serves nothing above ${highest.name}.`,
          sides: [
            side('Deployment', deployment.name, 'spec.currentVersionRef', { missing }),
            ...importerSides(one, 'spec.targetVersionRef', missing),
            side('Deployment', there.name, 'spec.currentVersionRef', {
              code: 'V7_VERSION_LOWERED',
              missing: [
                lower === undefined ? undeploy(service, region) : { ...deploy(service, region, lower), do: 'Lower' },
              ],
            }),
          ],
          named: namedBy(one, {
            Region: [region],
            Deployment: [deployment, there],
            ServiceVersion: [version, wanted, highest, lower],
          }),
        };
      }
    },
  },
  {
    id: 'D1',
    code: 'DEPENDENCIES_UNAVAILABLE',
    severity: 'warning',
    sentence: 'What a deployment imports is enabled in its region, and does not say that it does not serve.',
    on: ['Deployment', 'DeploymentReport', 'ServiceImport', 'ServiceVersion'],
    *find(registry, within) {
      for (const one of deployed(registry, within, binding(registry, within))) {
        const { version, target, wanted, deployment, region, current, there } = one;
        if (there === undefined || deployment.disabled || version.order > current.order) continue;
        if (!there.disabled && !there.isDown) continue;
        yield {
          clause: `${there.name} ${there.disabled ? 'is disabled' : 'does not serve'}, and {}, which imports ${wanted.name}, depends on it.`,
          each: deployment.name,
          sides: [
            side('Deployment', there.name, 'spec.disabled'),
            side('DeploymentReport', there.name, 'spec.conditions', { of: there.name }),
            side('Deployment', deployment.name, 'spec.regionRef', {
              missing: [{ do: 'Enable', service: target.name, region: region.name }],
            }),
            ...importerSides(one, 'spec.targetServiceRef', []),
          ],
          named: namedBy(one, { Region: [region], Deployment: [deployment, there] }),
        };
      }
    },
  },
  {
    id: 'I8',
    code: 'I8_TOO_MANY_IMPORTS',
    severity: 'error',
    sentence: 'A version imports at most 64 services.',
    on: ['ServiceImport'],
    *find(registry, within) {
      for (const version of each(within, registry.versionsOf, registry.versions.all())) {
        const own = [...registry.importsOf(version.id)].map(({ name }) => name).sort();
        if (own.length <= 64) continue;
        yield {
          clause: `${version.name} imports ${own.length} services; 64 are the most.`,
          sides: [
            side('ServiceImport', own.at(-1) ?? '', 'spec.serviceVersionRef'),
            side('ServiceVersion', version.name, 'spec.version'),
          ],
          named: named({ ServiceVersion: [version] }),
        };
      }
    },
  },
  {
    id: 'I10',
    code: 'I10_DIAMOND_SKEW',
    severity: 'warning',
    sentence: 'A version reaches a service at one version, by whichever of its imports.',
    on: ['Service', 'ServiceVersion', 'ServiceImport'],
    *find(registry, within) {
      for (const { own: middle, version, service, wanted: through, target } of binding(registry, within)) {
        if (!registry.isOffered(through)) continue;
        const further = new Map([...registry.importsOf(through.id)].map((own) => [own.targetId, own]));
        for (const direct of registry.importsOf(version.id)) {
          const other = further.get(direct.targetId);
          const [one, two] = [direct, other].map((own) => registry.versions.get(own?.targetVersionId));
          if (other === undefined || one === undefined || two === undefined || one.id === two.id) continue;
          yield {
            clause: `${version.name} imports ${one.name}, and ${through.name}, which it imports as well, imports ${two.name}.`,
            sides: [
              ...[direct, middle, other].map(({ name }) => side('ServiceImport', name, 'spec.targetVersionRef')),
              side('ServiceVersion', version.name, 'spec.phase'),
              side('ServiceVersion', through.name, 'spec.phase'),
              ...[service, target].map(({ name }) => side('Service', name, 'spec.phase')),
            ],
            named: named({
              ServiceVersion: [version, one, through, two],
              ServiceImport: [direct, middle, other],
            }),
          };
        }
      }
    },
  },
  {
    id: 'U2',
    code: 'U2_USED_SERVICE_ABSENT',
    severity: 'warning',
    sentence: 'A service that another one uses has an enabled deployment wherever that one is deployed.',
    on: ['ServiceUse', 'Deployment'],
    *find(registry, within) {
      for (const { use, service, target } of uses(registry, within)) {
        for (const deployment of registry.deploymentsOf(service.id)) {
          const region = registry.regions.get(deployment.regionId);
          if (region === undefined || !isRegion(within, region.id)) continue;
          if (registry.deploymentAt(target.id, region.id)?.disabled === false) continue;
          yield {
            clause: `${service.name} uses ${target.name}, which has no enabled deployment in {}.`,
            each: region.name,
            sides: [
              side('ServiceUse', use.name, 'spec.targetServiceRef'),
              side('Deployment', deployment.name, 'spec.regionRef'),
              side('Deployment', `${target.name}.${region.name}`, 'spec.disabled'),
            ],
            named: named({
              Service: [service, target],
              Region: [region],
              ServiceUse: [use],
              Deployment: [deployment],
            }),
          };
        }
      }
    },
  },
  {
    id: 'U4',
    code: 'SELF_USE',
    severity: 'error',
    sentence: 'A service does not state that it uses itself.',
    on: ['ServiceUse'],
    *find(registry, within) {
      for (const { use, service, target } of uses(registry, within)) {
        if (service.id !== target.id) continue;
        yield {
          clause: `${service.name} cannot use itself.`,
          sides: [side('ServiceUse', use.name, 'spec.targetServiceRef')],
          named: named({ Service: [service], ServiceUse: [use] }),
        };
      }
    },
  },
];

/** The uses of, and by, the services in question. */
function* uses(registry: Registry, within: Within) {
  const both = (service: string) => [...registry.usesOf(service), ...registry.usesTo(service)];
  for (const use of new Set(each(within, both, registry.uses.all()))) {
    const service = registry.services.get(use.serviceId);
    const target = registry.services.get(use.targetId);
    if (service !== undefined && target !== undefined) yield { use, service, target };
  }
}
