import { type Listed, type Named, nameOf, section } from './impact-text.ts';

/** The lists of what something stands on, with what they are called. */
export const dependencyLists = {
  services: 'services',
  deployments: 'deployments',
  virtualMachines: 'virtual machines',
  clusters: 'clusters',
  devices: 'devices',
  modules: 'modules',
  cables: 'cables',
  circuits: 'circuits',
  feeds: 'power feeds',
  racks: 'racks',
  sites: 'facilities',
  regions: 'regions',
  providers: 'providers',
  providerNetworks: 'networks of providers',
} as const;

type Lists = { readonly [List in keyof typeof dependencyLists]: Listed<Named> };

export interface Dependencies extends Lists {
  readonly isCapped: boolean;
  readonly singlePoints: Listed<Named>;
}

/**
 * What something stands on, as text: the single points of failure first, then each list with a heading.
 *
 *   single points of failure: 1
 *     Cable fra1-trunk1
 *   cables: 2
 *     …
 */
export function dependsText(found: Dependencies): string {
  const lists = Object.entries(dependencyLists).flatMap(([list, title]) =>
    section(title, found[list as keyof Lists], nameOf),
  );
  const points = section('single points of failure', found.singlePoints, nameOf);
  const lines = [
    ...(lists.length === 0 ? ['it stands on nothing that is recorded'] : []),
    ...(lists.length > 0 && points.length === 0 && !found.isCapped ? ['no single point of failure'] : points),
    ...lists,
    ...(found.isCapped ? ['not all of it was looked at: there is too much'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
