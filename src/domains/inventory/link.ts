import { bigint, choice, quantity, refs } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

export const link = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Link',
  plural: 'links',
  description:
    'Logical connectivity between two facilities, clusters or network devices. It can list the cables that carry it.',
  scope: { home: ['endpoints'], also: ['endpoints'], createdOn: 'all' },
  topology: { ofEnds: { paths: ['endpoints'], labels: ['region', 'site'] } },
  spec: {
    endpoints: refs(['Site', 'Cluster', 'NetworkDevice'], {
      table: 'link_endpoint',
      required: true,
      min: 2,
      max: 2,
      abstract: 'LinkEndpoint',
      description: 'The two ends of the link: end A first, then end B.',
      inverse: { name: 'links', description: 'The links that have one of their ends here.' },
    }),
    type: choice(
      'LinkType',
      {
        Physical: 'A direct connection over cables.',
        Logical: 'An overlay network or a tunnel.',
        Internet: 'A connection over the internet.',
      },
      {
        required: true,
        description: 'The kind of connectivity.',
      },
    ),
    capacityMbps: bigint({ min: 1, description: 'Capacity of the link in Mbit/s.' }),
    latencyMs: quantity({ description: 'Nominal one-way latency in milliseconds.' }),
    cableRefs: refs('Cable', {
      table: 'link_cable',
      unique: true,
      description: 'The cables that carry the link, in order from end A to end B.',
      inverse: { name: 'links', description: 'The links that are carried over the cable.' },
    }),
  },
  check: endsDiffer,
  printer: [
    { name: 'A-KIND', path: 'spec.endpoints[0].kind' },
    { name: 'A', path: 'spec.endpoints[0].name' },
    { name: 'B-KIND', path: 'spec.endpoints[1].kind' },
    { name: 'B', path: 'spec.endpoints[1].name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'MBPS', path: 'spec.capacityMbps' },
    { name: 'LATENCY', path: 'spec.latencyMs', wide: true },
  ],
});

function endsDiffer(change: Change): Violation[] {
  const [a, b] = change.spec.endpoints as { kind: string; name: string }[];
  if (a?.kind !== b?.kind || a?.name !== b?.name) return [];
  const evidence = { value: a?.name, accepted: 'another object than at the first end' };
  return [refuse(change, 'SELF_LINK', 'spec.endpoints[1]', `both ends are ${a?.kind} ${a?.name}`, evidence)];
}
