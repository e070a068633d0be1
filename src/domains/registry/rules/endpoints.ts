import { type Domain, domainsOf, recommendedDomain } from './hosts.ts';
import type { Deployment, Registry, Runtime } from './registry.ts';
import { each, isRegion, named, type Rule, side, type Within } from './rule.ts';

interface Host extends Domain {
  readonly kind: 'Deployment' | 'ServiceRuntime';
  readonly row: Deployment | Runtime;
}

const nameOf = ({ kind, row }: Host): string => `${kind}/${row.name}`;

const hostsIn = (kind: Host['kind'], rows: Iterable<Host['row']>): Host[] =>
  [...rows].flatMap((row) => domainsOf(row).map((domain) => ({ ...domain, kind, row })));

/** What is in question: of services of which deployments alone have moved, those in their regions. */
function hostsWithin(registry: Registry, within: Within): Host[] {
  const deployments = [...each(within, registry.deploymentsOf, registry.deployments.all())];
  const runtimesOf = (service: string) => [registry.runtimeOf(service) ?? []].flat();
  const runtimes = within.regions === undefined ? each(within, runtimesOf, registry.runtimes.all()) : [];
  const here = deployments.filter(({ regionId }) => isRegion(within, regionId));
  return [...hostsIn('Deployment', here), ...hostsIn('ServiceRuntime', runtimes)];
}

export const endpointRules: readonly Rule[] = [
  {
    id: 'E2',
    code: 'E2_DOMAIN_TAKEN',
    severity: 'error',
    sentence: 'A host name leads to one service, and to one of its deployments or to all of them.',
    on: ['Deployment', 'ServiceRuntime'],
    *find(registry, within) {
      for (const own of hostsWithin(registry, within)) {
        const others = [
          ...hostsIn('Deployment', registry.deploymentsAtHost(own.host)),
          ...hostsIn('ServiceRuntime', registry.runtimesAtHost(own.host)),
        ];
        for (const other of others.filter(({ host }) => host === own.host)) {
          const isOneService = own.row.serviceId === other.row.serviceId && own.kind !== other.kind;
          if (own.row.id === other.row.id || isOneService) continue;
          yield {
            clause: `${own.host} is the domain of ${[own, other].map(nameOf).sort().join(' and of ')}.`,
            sides: [own, other].map(({ kind, row, path }) => side(kind, row.name, path)),
            named: [...named({ [own.kind]: [own.row] }), ...named({ [other.kind]: [other.row] })],
          };
        }
      }
    },
  },
  {
    id: 'E3',
    code: 'E3_ENDPOINT_NAME',
    severity: 'warning',
    sentence: 'A regional domain ends as the global one does, and has the region as a label of its own before that.',
    on: ['Deployment', 'ServiceRuntime'],
    *find(registry, within) {
      for (const deployment of each(within, registry.deploymentsOf, registry.deployments.all())) {
        const service = registry.services.get(deployment.serviceId);
        const region = registry.regions.get(deployment.regionId);
        const runtime = registry.runtimeOf(deployment.serviceId);
        if (service === undefined || region === undefined || runtime === undefined) continue;
        if (deployment.isRegional !== false) continue;
        yield {
          clause: `${deployment.publicDomain} is not a recommended name: recommended is ${recommendedDomain(runtime.globalDomain, region.name)}, for example.`,
          sides: [
            side('Deployment', deployment.name, 'spec.publicDomain'),
            side('ServiceRuntime', runtime.name, 'spec.globalDomain', { of: service.name }),
          ],
          named: named({
            Service: [service],
            ServiceRuntime: [runtime],
            Deployment: [deployment],
            Region: [region],
          }),
        };
      }
    },
  },
  {
    id: 'E4',
    code: 'E4_PRIVATE_DOMAIN',
    severity: 'warning',
    sentence: 'A private domain is reached from a local network, whose id is given with it.',
    on: ['Deployment'],
    *find(registry, within) {
      for (const deployment of each(within, registry.deploymentsOf, registry.deployments.all())) {
        const { privateDomain, localNetworkId } = deployment;
        if ((privateDomain === null) === (localNetworkId === null)) continue;
        const [has, lacks] =
          localNetworkId === null ? ['private domain', 'local network'] : ['local network', 'private domain'];
        yield {
          clause: `${deployment.name} has a ${has} without a ${lacks}.`,
          sides: [side('Deployment', deployment.name, 'spec.privateDomain')],
          named: named({ Deployment: [deployment] }),
        };
      }
    },
  },
];
