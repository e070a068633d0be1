import { importsBy } from './imports.ts';
import type { Registry, Runtime, Service } from './registry.ts';
import { isRegion, isService, named, type Rule, side, type Within } from './rule.ts';

/** Core services with their settings, in the order of their names. */
function coreServices(registry: Registry): { readonly service: Service; readonly runtime: Runtime }[] {
  return [...registry.coreRuntimes()]
    .flatMap((runtime) => {
      const service = registry.services.get(runtime.serviceId);
      return service === undefined ? [] : [{ service, runtime }];
    })
    .sort((a, b) => (a.service.name < b.service.name ? -1 : 1));
}

/** A global domain without its first label. */
const bundleOf = ({ globalDomain }: Runtime): string => globalDomain.replace(/^[^.]*\./, '');

/** Groups that the services in question lead or belong to. */
function* groups(registry: Registry, within: Within) {
  for (const runtime of registry.runtimes.all()) {
    const service = registry.services.get(runtime.serviceId);
    const leader = registry.services.get(runtime.leadingServiceId);
    if (service === undefined || leader === undefined) continue;
    if (isService(within, service.id) || isService(within, leader.id)) yield { runtime, service, leader };
  }
}

export const coreRules: readonly Rule[] = [
  {
    id: 'C2',
    code: 'C2_CORE_PRIMARY_REGION',
    severity: 'error',
    sentence: 'All core services have the same primary region.',
    on: ['ServiceRuntime'],
    *find(registry, within) {
      const all = coreServices(registry);
      for (const { service, runtime } of all.filter((one) => isService(within, one.service.id))) {
        const region = registry.regions.get(runtime.primaryRegionId);
        for (const { service: other, runtime: its } of all) {
          const elsewhere = registry.regions.get(its.primaryRegionId);
          if (region === undefined || elsewhere === undefined || region.id === elsewhere.id) continue;
          yield {
            clause: `The primary region of ${service.name} is ${region.name}, that of ${other.name} is ${elsewhere.name}.`,
            sides: [
              side('ServiceRuntime', runtime.name, 'spec.primaryRegionRef', {
                of: service.name,
                missing: [{ do: 'MovePrimary', service: other.name, region: region.name }],
              }),
              side('ServiceRuntime', its.name, 'spec.primaryRegionRef', {
                of: other.name,
                missing: [{ do: 'MovePrimary', service: service.name, region: elsewhere.name }],
              }),
            ],
            named: named({ Service: [service, other], ServiceRuntime: [runtime, its], Region: [region, elsewhere] }),
          };
        }
      }
    },
  },
  {
    id: 'C3',
    code: 'C3_CORE_SKEW',
    severity: 'warning',
    sentence: 'The core services in a region are equally far behind their newest versions.',
    on: ['Deployment'],
    *find(registry, within) {
      const all = coreServices(registry);
      const own = all.filter(({ service }) => isService(within, service.id));
      const places = new Set(
        own.flatMap(({ service }) => [...registry.deploymentsOf(service.id)].map((d) => d.regionId)),
      );
      for (const region of [...places].flatMap((id) => registry.regions.get(id) ?? [])) {
        if (!isRegion(within, region.id)) continue;
        const here = all
          .flatMap(({ service }) => registry.deploymentAt(service.id, region.id) ?? [])
          .map((deployment) => ({ deployment, steps: registry.versionsAhead(deployment).length }))
          .sort((a, b) => b.steps - a.steps);
        const [last] = here;
        const spread = (last?.steps ?? 0) - (here.at(-1)?.steps ?? 0);
        if (last === undefined || spread === 0) continue;
        for (const { deployment, steps } of here) {
          if (steps === 0 || !isService(within, deployment.serviceId)) continue;
          yield {
            clause: `Of the core services in ${region.name} some are up to ${spread} ${spread === 1 ? 'version' : 'versions'} further behind than others, such as ${last.deployment.name}.`,
            sides: [side('Deployment', deployment.name, 'spec.currentVersionRef')],
            named: named({ Region: [region], Deployment: [deployment, last.deployment] }),
          };
        }
      }
    },
  },
  {
    id: 'C4',
    code: 'C4_CORE_NOT_PUBLIC',
    severity: 'error',
    sentence: 'Core services are Public.',
    on: ['ServiceRuntime'],
    *find(registry, within) {
      for (const { service, runtime } of coreServices(registry)) {
        if (runtime.visibility === 'Public' || !isService(within, service.id)) continue;
        yield {
          clause: `${service.name} is a core service and ${runtime.visibility}.`,
          sides: [side('ServiceRuntime', runtime.name, 'spec.visibility', { of: service.name })],
          named: named({ Service: [service], ServiceRuntime: [runtime] }),
        };
      }
    },
  },
  {
    id: 'C5',
    code: 'C5_CORE_IMPORTS_CORE',
    severity: 'error',
    sentence: 'Core services import only core services.',
    on: ['ServiceRuntime', 'ServiceImport', 'ServiceVersion', 'Service'],
    *find(registry, within) {
      for (const { service, runtime } of coreServices(registry)) {
        for (const own of importsBy(registry, service.id)) {
          const version = registry.versions.get(own.versionId);
          const target = registry.services.get(own.targetId);
          if (version === undefined || target === undefined || registry.isCore(target.id)) continue;
          if (!registry.isOffered(version) || !(isService(within, service.id) || isService(within, target.id)))
            continue;
          yield {
            clause: `${version.name} belongs to a core service and imports ${target.name}, which is none.`,
            sides: [
              side('ServiceImport', own.name, 'spec.targetServiceRef'),
              side('ServiceVersion', version.name, 'spec.phase'),
              side('ServiceRuntime', runtime.name, 'spec.core', { of: service.name }),
              side('ServiceRuntime', target.name, 'spec.core', { of: target.name }),
              side('Service', service.name, 'spec.phase'),
            ],
            named: named({ Service: [service, target], ServiceVersion: [version], ServiceImport: [own] }),
          };
        }
      }
    },
  },
  {
    id: 'C6',
    code: 'C6_LEADER',
    severity: 'error',
    sentence: 'A service that leads a group does not belong to another one.',
    on: ['ServiceRuntime'],
    *find(registry, within) {
      for (const { runtime, service, leader } of groups(registry, within)) {
        const its = registry.runtimeOf(leader.id);
        if (its === undefined || its.leadingServiceId === null) continue;
        yield {
          clause: `${service.name} is led by ${leader.name}, which is led itself.`,
          sides: [
            side('ServiceRuntime', runtime.name, 'spec.leadingServiceRef', { of: service.name }),
            side('ServiceRuntime', its.name, 'spec.leadingServiceRef', { of: leader.name }),
          ],
          named: named({ Service: [service, leader], ServiceRuntime: [runtime, its] }),
        };
      }
    },
  },
  {
    id: 'C6',
    code: 'C6_GROUP_REGIONS',
    severity: 'warning',
    sentence: 'The services of a group are deployed in the same regions as the one that leads it.',
    on: ['ServiceRuntime', 'Deployment'],
    *find(registry, within) {
      for (const { runtime, service, leader } of groups(registry, within)) {
        for (const [own, other] of [
          [service, leader],
          [leader, service],
        ] as const) {
          for (const deployment of registry.deploymentsOf(own.id)) {
            const region = registry.regions.get(deployment.regionId);
            if (region === undefined || !isRegion(within, region.id)) continue;
            if (registry.deploymentAt(other.id, region.id) !== undefined) continue;
            yield {
              clause: `${service.name} and ${leader.name}, which leads it, are not both deployed in {}.`,
              each: region.name,
              sides: [
                side('Deployment', `${service.name}.${region.name}`, 'spec.regionRef'),
                side('Deployment', `${leader.name}.${region.name}`, 'spec.regionRef'),
                side('ServiceRuntime', runtime.name, 'spec.leadingServiceRef', { of: service.name }),
              ],
              named: named({
                Service: [service, leader],
                ServiceRuntime: [runtime],
                Deployment: [deployment],
                Region: [region],
              }),
            };
          }
        }
      }
    },
  },
  {
    id: 'E5',
    code: 'E5_CORE_DOMAIN',
    severity: 'warning',
    sentence: 'The global domains of core services differ in their first label alone.',
    on: ['ServiceRuntime'],
    *find(registry, within) {
      const all = coreServices(registry);
      for (const { service, runtime } of all) {
        const other = all.find((one) => bundleOf(one.runtime) !== bundleOf(runtime));
        if (other === undefined || !isService(within, service.id)) continue;
        yield {
          clause: `The domains of core services end alike: not in ${bundleOf(runtime)}, as that of ${service.name}, and in ${bundleOf(other.runtime)}, as that of ${other.service.name}.`,
          sides: [side('ServiceRuntime', runtime.name, 'spec.globalDomain', { of: service.name })],
          named: named({ Service: [service, other.service], ServiceRuntime: [runtime, other.runtime] }),
        };
      }
    },
  },
];
