import { isUpgraded, type Registry, type Version } from './registry.ts';
import {
  deploy,
  each,
  type Fact,
  isClaimed,
  isProject,
  isRegion,
  isService,
  isState,
  named,
  otherwise,
  type Rule,
  side,
  undeploy,
} from './rule.ts';

const newest = (registry: Registry, service: string): Version | undefined => registry.offeredVersions(service).at(-1);

/** The service comes to the region: at any version, its newest for choice. */
const deployNewest = (
  registry: Registry,
  service: { id: string; name: string },
  region: { id: string; name: string },
) => {
  const { order: _, ...wanted } = deploy(service, region, newest(registry, service.id));
  return { ...wanted, isAny: true };
};

export const regionRules: readonly Rule[] = [
  {
    id: 'G1',
    code: 'G1_REGION_NOT_OPEN',
    severity: 'error',
    sentence:
      'Services are deployed in regions that are Open, new core services in Planned ones as well, and stay in Closing ones.',
    on: ['Deployment', 'RegionState', 'ServiceRuntime'],
    *find(registry, within) {
      const inStates = [...(within.states ?? [])].flatMap((region) => [...registry.deploymentsIn(region)]);
      const own = each(within, registry.deploymentsOf, registry.deployments.all());
      for (const deployment of new Set([...own, ...inStates])) {
        const service = registry.services.get(deployment.serviceId);
        const region = registry.regions.get(deployment.regionId);
        if (service === undefined || region === undefined) continue;
        const state = registry.stateOf(region.id)?.state;
        if (state === 'Open' || (state === 'Closing' && !within.created.has(deployment.id))) continue;
        if (state === 'Planned' && registry.isCore(service.id)) continue;
        const open: Fact = { do: 'OpenRegion', region: region.name };
        yield {
          clause: `${deployment.name} cannot be in ${region.name}, which is ${state ?? 'in no state for services'}.`,
          sides: [
            side('Deployment', deployment.name, 'spec.regionRef', { missing: [open] }),
            side('RegionState', region.name, 'spec.state', {
              of: region.name,
              code: 'G4_REGION_IN_USE',
              missing: [undeploy(service, region)],
            }),
            side('ServiceRuntime', service.name, 'spec.core', { of: service.name, missing: [open] }),
          ],
          named: named({ Service: [service], Deployment: [deployment], Region: [region] }),
        };
      }
    },
  },
  {
    id: 'G2',
    code: 'G2_PRIMARY_REGION_NOT_DEPLOYED',
    severity: 'error',
    sentence: 'A service that is deployed is deployed in its primary region: there first, and there last.',
    on: ['Deployment', 'ServiceRuntime'],
    *find(registry, within) {
      for (const deployment of each(within, registry.deploymentsOf, registry.deployments.all())) {
        const service = registry.services.get(deployment.serviceId);
        const region = registry.regions.get(deployment.regionId);
        if (service === undefined || region === undefined) continue;
        const runtime = registry.runtimeOf(service.id);
        const primary = registry.regions.get(runtime?.primaryRegionId);
        if (primary !== undefined && registry.deploymentAt(service.id, primary.id) !== undefined) continue;
        const first = primary && deployNewest(registry, service, primary);
        const move: Fact = { do: 'MovePrimary', service: service.name, region: region.name };
        yield {
          clause:
            primary === undefined
              ? `${service.name} is deployed in {}, but has no runtime that states its primary region.`
              : `${service.name} is deployed in {}, but not in its primary region ${primary.name}.`,
          each: region.name,
          sides: [
            ...(primary === undefined
              ? []
              : [side('Deployment', `${service.name}.${primary.name}`, 'metadata.name', { missing: [move] })]),
            side('ServiceRuntime', runtime?.name ?? service.name, 'spec.primaryRegionRef', {
              of: service.name,
              missing: [first ?? undeploy(service, region)],
            }),
            side('Deployment', deployment.name, 'spec.regionRef', { missing: first ? [first] : [] }),
          ],
          named: named({
            Service: [service],
            ServiceRuntime: [runtime],
            Deployment: [deployment],
            Region: [region, primary],
          }),
        };
      }
    },
  },
  {
    id: 'G3',
    code: 'G3_PRIMARY_UNAVAILABLE',
    severity: 'warning',
    sentence: 'The deployment in the primary region is enabled, and no upgrade of it is under way.',
    on: ['Deployment', 'DeploymentReport', 'ServiceRuntime'],
    *find(registry, within) {
      for (const deployment of each(within, registry.deploymentsOf, registry.deployments.all())) {
        const service = registry.services.get(deployment.serviceId);
        const runtime = registry.runtimeOf(deployment.serviceId);
        if (service === undefined || runtime?.primaryRegionId !== deployment.regionId) continue;
        if (!deployment.disabled && !isUpgraded(deployment)) continue;
        yield {
          clause: `${deployment.name}, in the primary region of its service, ${deployment.disabled ? 'is disabled' : 'is being upgraded'}.`,
          sides: [
            side('ServiceRuntime', runtime.name, 'spec.primaryRegionRef', { of: service.name }),
            side('Deployment', deployment.name, 'spec.disabled'),
            side('DeploymentReport', deployment.name, 'spec.upgrade.stage', { of: deployment.name }),
          ],
          named: named({ Service: [service], ServiceRuntime: [runtime], Deployment: [deployment] }),
        };
      }
    },
  },
  {
    id: 'G4',
    code: 'G4_REGION_IN_USE',
    severity: 'error',
    sentence: 'A region that is Closed has no facilities, and no project enables it.',
    on: ['RegionState', 'Site', 'RegionPolicy'],
    *find(registry, within) {
      for (const state of registry.states.all()) {
        const region = registry.regions.get(state.regionId);
        if (state.state !== 'Closed' || region === undefined) continue;
        if (!isState(within, region.id) && !isClaimed(within, region.id)) continue;
        for (const site of registry.sitesIn(region.id)) {
          yield {
            clause: `${region.name} cannot be Closed and have facilities: {}.`,
            each: site.name,
            sides: [
              side('RegionState', state.name, 'spec.state', {
                of: region.name,
                missing: [otherwise({ object: `Site/${site.name}`, needed: 'absent' })],
              }),
              side('Site', site.name, 'spec.regionRef', {
                code: 'G4_REGION_CLOSED',
                missing: [
                  otherwise({ object: `RegionState of ${region.name}`, path: 'spec.state', needed: 'Planned' }),
                ],
              }),
            ],
            named: named({ Site: [site], Region: [region] }),
          };
        }
        for (const policy of registry.policiesIn(region.id)) {
          yield {
            clause: `${region.name} cannot be Closed and be enabled by policies of projects: {}.`,
            each: policy.name,
            sides: [
              side('RegionState', state.name, 'spec.state', {
                of: region.name,
                missing: [
                  otherwise({
                    object: `RegionPolicy/${policy.name}`,
                    path: 'spec.enabledRegionRefs',
                    needed: `without ${region.name}`,
                  }),
                ],
              }),
              side('RegionPolicy', policy.name, 'spec.enabledRegionRefs', {
                code: 'G4_REGION_CLOSED',
                missing: [
                  otherwise({ object: `RegionState of ${region.name}`, path: 'spec.state', needed: 'Planned' }),
                ],
              }),
            ],
            named: named({ RegionPolicy: [policy], Region: [region] }),
          };
        }
      }
    },
  },
  {
    id: 'G5',
    code: 'G5_SERVICE_NOT_IN_REGION',
    severity: 'warning',
    sentence: 'A service that a project uses is deployed in every region that the project enables.',
    on: ['RegionPolicy', 'ServiceEntitlement', 'Deployment'],
    *find(registry, within) {
      for (const policy of registry.policies.all()) {
        for (const entitlement of registry.entitlementsOf(policy.projectId)) {
          const service = registry.services.get(entitlement.serviceId);
          // What does not run as an API is nowhere in particular.
          if (service === undefined || registry.runtimeOf(service.id) === undefined) continue;
          if (!isService(within, service.id) && !isProject(within, policy.projectId)) continue;
          for (const region of policy.regionIds.flatMap((id) => registry.regions.get(id) ?? [])) {
            if (registry.deploymentAt(service.id, region.id) !== undefined) continue;
            yield {
              clause: `The project of ${policy.name} uses ${service.name}, which is not deployed in {}.`,
              each: region.name,
              sides: [
                side('RegionPolicy', policy.name, 'spec.enabledRegionRefs'),
                side('ServiceEntitlement', entitlement.name, 'spec.serviceRef', { id: entitlement.id }),
                side('Deployment', `${service.name}.${region.name}`, 'metadata.name'),
              ],
              named: named({
                RegionPolicy: [policy],
                ServiceEntitlement: [entitlement],
                Service: [service],
                Region: [region],
              }),
            };
          }
        }
      }
    },
  },
  {
    id: 'C1',
    code: 'C1_CORE_REGION_COVERAGE',
    severity: 'error',
    sentence: 'A core service is deployed in every region that is Open.',
    on: ['Deployment', 'RegionState', 'ServiceRuntime'],
    *find(registry, within) {
      for (const state of registry.states.all()) {
        const region = registry.regions.get(state.regionId);
        if (state.state !== 'Open' || region === undefined || !isRegion(within, region.id)) continue;
        for (const runtime of registry.coreRuntimes()) {
          const service = registry.services.get(runtime.serviceId);
          if (service === undefined || (!isService(within, service.id) && !isState(within, region.id))) continue;
          if (registry.deploymentAt(service.id, region.id) !== undefined) continue;
          const missing = [deployNewest(registry, service, region)];
          yield {
            clause: `${service.name} is a core service and not deployed in {}, which is Open.`,
            each: region.name,
            sides: [
              side('RegionState', state.name, 'spec.state', {
                of: region.name,
                code: 'G6_CORE_SERVICE_MISSING',
                missing,
              }),
              side('ServiceRuntime', runtime.name, 'spec.core', { of: service.name, missing }),
              side('Deployment', `${service.name}.${region.name}`, 'metadata.name', {
                missing: [{ do: 'CloseRegion', region: region.name }],
              }),
            ],
            named: named({ Service: [service], ServiceRuntime: [runtime], Region: [region] }),
          };
        }
      }
    },
  },
];
