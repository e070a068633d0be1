import type { ExtraField } from '../../../catalog/extra-field.ts';
import type { Walk } from '../../../catalog/walk.ts';
import { type HostedDeployment, loadHosted, type ReachHost } from './load-hosts.ts';
import { type Reach, reachOfHosts } from './reach-of-hosts.ts';

/** What it costs to look at the plant around what deployments run on. */
const PRICE = 20;

const namesOf = (hosts: readonly ReachHost[]): string => hosts.map(({ name }) => name).join(', ');

/** Whether a way leads out of the facility of anything that a deployment runs on, as far as the caller sees what that is. */
function physicallyReachable({ hosts, generation }: HostedDeployment, reachOf: (host: ReachHost) => Reach): object {
  const tell = (status: string, reason: string, message: string): object => ({
    type: 'PhysicallyReachable',
    status,
    reason,
    message,
    observedGeneration: generation,
  });
  if (hosts.length === 0) return tell('Unknown', 'NoHosts', 'It does not say what it runs on.');
  const found = Map.groupBy(hosts, reachOf);
  const reachable = found.get('Reachable');
  if (reachable !== undefined)
    return tell('True', 'Reachable', `Ways lead out of the facility of ${namesOf(reachable)}.`);
  const unknown = found.get('Unknown');
  if (unknown !== undefined)
    return tell('Unknown', 'WaysNotRecorded', `Too little is recorded of the ways out from ${namesOf(unknown)}.`);
  return tell('False', 'CutOff', `No way that is in use leads out of the facility from ${namesOf(hosts)}.`);
}

const conditions: Walk = {
  walk: async (ids, _, see, ask) => {
    const deployments = await loadHosted(ask, see, ids);
    const reachOf = await reachOfHosts(
      ask,
      deployments.flatMap(({ hosts }) => hosts),
    );
    return new Map(
      deployments.map((deployment) => [
        deployment.id,
        [...deployment.conditions, physicallyReachable(deployment, reachOf)],
      ]),
    );
  },
};

export const deploymentConditions: ExtraField = {
  on: 'Deployment',
  name: 'conditions',
  gives: 'walk',
  walk: conditions,
  shape: { gives: 'value', type: 'DeploymentCondition', list: true },
  price: PRICE,
  description:
    'What is the case with it: what the program that runs it says (`Ready`, `Serving`, `Degraded`, …), then what follows from the registry and the plant as they are now: `DependenciesAvailable`, `VersionCurrent`, `EndpointNamingConforms`, `Routable`, `Upgrading`, `PhysicallyReachable`.',
};
