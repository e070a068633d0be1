import { type ApiType, isUpgraded, type Registry, type Version, whyNotOffered } from './registry.ts';
import {
  deploy,
  each,
  type Fact,
  isService,
  named,
  otherwise,
  type Rule,
  side,
  undeploy,
  type Within,
} from './rule.ts';

/** Deployments of the services in question, with the rows that they name. */
export function* deployments(registry: Registry, within: Within) {
  for (const deployment of each(within, registry.deploymentsOf, registry.deployments.all())) {
    const service = registry.services.get(deployment.serviceId);
    const region = registry.regions.get(deployment.regionId);
    const current = registry.versions.get(deployment.versionId);
    if (service && region && current) yield { deployment, service, region, current };
  }
}

const apiTypes = (registry: Registry, within: Within): Iterable<ApiType> =>
  each(within, registry.apiTypesOf, registry.apiTypes.all());

/** The lowest offered version above the current one: what a deployment can go on with. */
const next = (registry: Registry, current: Version): Version | undefined =>
  registry.offeredVersions(current.serviceId).find(({ order }) => order > current.order);

export const versionRules: readonly Rule[] = [
  {
    id: 'V1',
    code: 'V1_NO_VERSION',
    severity: 'error',
    sentence: 'A published service that runs as an API has a version.',
    on: ['Service', 'ServiceRuntime', 'ServiceVersion'],
    *find(registry, within) {
      for (const runtime of registry.runtimes.all()) {
        const service = registry.services.get(runtime.serviceId);
        if (service?.phase !== 'Published' || !isService(within, service.id)) continue;
        if ([...registry.versionsOf(service.id)].length > 0) continue;
        const missing = [otherwise({ object: `ServiceVersion of ${service.name}`, needed: 'present' })];
        yield {
          clause: `${service.name} is Published and runs as an API, but has no version.`,
          sides: [
            side('ServiceRuntime', runtime.name, 'spec.serviceRef', { of: service.name, missing }),
            side('Service', service.name, 'spec.phase', { missing }),
            side('ServiceVersion', service.name, 'metadata.name', { of: service.name, missing }),
          ],
          named: named({ Service: [service], ServiceRuntime: [runtime] }),
        };
      }
    },
  },
  {
    id: 'V2',
    code: 'V2_VERSION_NOT_OFFERED',
    severity: 'error',
    sentence: 'The current version of a deployment is offered: Published or Deprecated, and so is its service.',
    on: ['Service', 'ServiceVersion', 'Deployment'],
    *find(registry, within) {
      for (const { deployment, service, region, current } of deployments(registry, within)) {
        if (registry.isOffered(current)) continue;
        const gone = undeploy(service, region);
        const higher = next(registry, current);
        const leave = higher === undefined ? gone : deploy(service, region, higher);
        const publish: Fact = { do: 'Publish', version: current.name };
        yield {
          clause: `${deployment.name} is at ${current.name}, which is not offered: ${whyNotOffered(current, service)}.`,
          sides: [
            side('Deployment', deployment.name, 'spec.currentVersionRef', {
              missing: [current.phase === 'Draft' ? publish : leave],
            }),
            side('ServiceVersion', current.name, 'spec.phase', { code: 'V5_VERSION_IN_USE', missing: [leave] }),
            side('Service', service.name, 'spec.phase', { code: 'SERVICE_IN_USE', missing: [gone] }),
          ],
          named: named({
            Service: [service],
            ServiceVersion: [current, higher],
            Deployment: [deployment],
            Region: [region],
          }),
        };
      }
    },
  },
  {
    id: 'V4',
    code: 'V4_VERSION_SKEW',
    severity: 'warning',
    sentence: 'A deployment is less than two published versions behind, and not for longer than its service allows.',
    on: ['Deployment'],
    *find(registry, within) {
      for (const { deployment, service, region, current } of deployments(registry, within)) {
        const ahead = registry.versionsAhead(deployment);
        const [next, newest] = [ahead[0], ahead.at(-1)];
        const allowedDays = registry.runtimeOf(service.id)?.maxSkewDays ?? Number.POSITIVE_INFINITY;
        if (!next || !newest || (ahead.length < 2 && next.ageDays <= allowedDays)) continue;
        const { order: _, ...wanted } = deploy(service, region, newest);
        yield {
          clause: `${deployment.name} is at ${current.name}, ${ahead.length === 1 ? 'one version' : `${ahead.length} versions`} behind ${newest.name}.`,
          sides: [side('Deployment', deployment.name, 'spec.currentVersionRef', { missing: [wanted] })],
          named: named({
            Service: [service],
            ServiceVersion: [current, newest],
            Deployment: [deployment],
            Region: [region],
          }),
        };
      }
    },
  },
  {
    id: 'V5',
    code: 'V5_VERSION_IN_USE',
    severity: 'error',
    sentence: 'A type of object in an API has a version that is not retired.',
    on: ['ServiceVersion', 'ApiResource'],
    *find(registry, within) {
      for (const type of apiTypes(registry, within)) {
        const versions = type.versionIds.flatMap((id) => registry.versions.get(id) ?? []);
        if (versions.some(({ phase }) => phase !== 'Retired')) continue;
        for (const version of versions) {
          yield {
            clause: `${type.name} would be left without a version.`,
            sides: [
              side('ApiResource', type.name, 'spec.versionRefs', { code: 'VERSION_RETIRED' }),
              side('ServiceVersion', version.name, 'spec.phase'),
            ],
            named: named({ ApiResource: [type], ServiceVersion: [version] }),
          };
        }
      }
    },
  },
  {
    id: 'V6',
    code: 'V6_UPGRADE_NOT_READY',
    severity: 'error',
    sentence:
      'A deployment gets another version when no upgrade of it is under way, and a higher one when the images of its service have it, wherever they tell.',
    on: ['Deployment'],
    *find(registry, { moved, raised }) {
      for (const id of moved) {
        const deployment = registry.deployments.get(id);
        const current = registry.versions.get(deployment?.versionId);
        if (deployment === undefined || current === undefined) continue;
        const sides = [side('Deployment', deployment.name, 'spec.currentVersionRef')];
        if (isUpgraded(deployment)) {
          const clause = `An upgrade of ${deployment.name} is under way: it is ${deployment.upgradeStage}.`;
          yield { clause, sides, named: named({ Deployment: [deployment] }) };
        }
        if (!raised.has(id)) continue;
        for (const other of registry.deploymentsOf(deployment.serviceId)) {
          const installed = [...registry.versionsOf(other.serviceId)].find(
            ({ version }) => version === other.availableVersion,
          );
          const its = registry.versions.get(other.versionId);
          if (installed === undefined || installed.order >= current.order) continue;
          if (other.id !== id && its !== undefined && its.order >= current.order) continue;
          const clause = `${deployment.name} is to serve ${current.name}, but what is installed as ${other.name} has no more than ${installed.name}.`;
          yield {
            clause,
            sides,
            named: named({ ServiceVersion: [current, installed], Deployment: [deployment, other] }),
          };
        }
      }
    },
  },
  {
    id: 'V9',
    code: 'V9_NOT_IN_VERSION',
    severity: 'error',
    sentence: 'What is said of a type in one version is about a version that has the type.',
    on: ['ApiResource'],
    *find(registry, within) {
      for (const type of apiTypes(registry, within)) {
        const versions = type.versionIds.map((id) => registry.versions.get(id)?.version);
        for (const [place, { version }] of (type.perVersion ?? []).entries()) {
          if (versions.includes(version)) continue;
          yield {
            clause: `${type.name} says what it is like in ${version}, which is not among its versions.`,
            sides: [side('ApiResource', type.name, `spec.perVersion[${place}].version`)],
            named: named({ ApiResource: [type] }),
          };
        }
      }
    },
  },
  {
    id: 'V10',
    code: 'V10_REGIONAL_DIFFERS',
    severity: 'warning',
    sentence: 'The names of a type’s objects have the region in all of its versions or in none.',
    on: ['ApiResource'],
    *find(registry, within) {
      for (const type of apiTypes(registry, within)) {
        const answers = new Set((type.perVersion ?? []).map(({ isRegional }) => isRegional === true));
        if (answers.size < 2) continue;
        yield {
          clause: `${type.name} is regional in some of its versions and not in others.`,
          sides: [side('ApiResource', type.name, 'spec.perVersion')],
          named: named({ ApiResource: [type] }),
        };
      }
    },
  },
];
