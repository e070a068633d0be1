import type { WalkType } from '../../../catalog/walk.ts';
import { listedObjects, yes } from '../listed.ts';

/** Members of `Dependencies`, with the kinds of what they list. */
export const dependencyLists = {
  services: ['Services that it uses.', 'Service', ['Service']],
  deployments: ['Deployments of these services.', 'Deployment', ['Deployment']],
  virtualMachines: ['Virtual machines of it.', 'VirtualMachine', ['VirtualMachine']],
  clusters: ['Clusters that it runs on.', 'Cluster', ['Cluster']],
  devices: [
    'Servers, network devices and equipment: what it runs on, what its ways lead over, and what brings power.',
    'MountedDevice',
    ['Node', 'NetworkDevice', 'Equipment'],
  ],
  modules: ['Modules with ports that its ways lead over.', 'Module', ['Module']],
  cables: ['Cables of its ways, and of what brings power.', 'Cable', ['Cable']],
  circuits: ['Circuits of its ways.', 'Circuit', ['Circuit']],
  feeds: ['Power feeds of racks.', 'Port', ['Port']],
  racks: ['Racks that those devices are in.', 'Rack', ['Rack']],
  sites: ['Facilities that it is in, and those at the ends of its circuits.', 'Site', ['Site']],
  regions: ['Regions of these facilities.', 'Region', ['Region']],
  providers: ['Providers of its circuits and facilities.', 'Provider', ['Provider']],
  providerNetworks: ['Networks of providers in which its circuits end.', 'ProviderNetwork', ['ProviderNetwork']],
} as const satisfies Readonly<Record<string, readonly [what: string, to: string, kinds: readonly string[]]>>;

export const listTypeOf = (member: string): string => `Dependency${member[0]?.toUpperCase()}${member.slice(1)}`;
export const SINGLE_POINTS = 'SinglePoints';

/** What something stands on. */
export const dependencies: WalkType = {
  name: 'Dependencies',
  description:
    'What something stands on: what it runs on, and from there the shortest ways to the edge of the facility, with the power of all that they lead over. It is worked out when it is asked for.',
  fields: {
    isCapped: yes('Whether there is more than was looked at: then something may be missing, single points above all.'),
    singlePoints: listedObjects(
      SINGLE_POINTS,
      'Single points of failure: what cuts it off when nothing else is lost. Asked for its `impact`, each of them tells that it is `ISOLATED`.',
      'PlantObject',
    ),
    ...Object.fromEntries(
      Object.entries(dependencyLists).map(([member, [what, to]]) => [
        member,
        listedObjects(listTypeOf(member), what, to),
      ]),
    ),
  },
};
