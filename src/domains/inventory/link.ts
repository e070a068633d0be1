import { bigint, choice, quantity, refs } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

export const link = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Link',
  plural: 'links',
  description: 'Logical connectivity between two places, clusters or devices; the cables that carry it can be listed.',
  scope: { home: ['endpoints'], also: ['endpoints'], createdOn: 'all' },
  spec: {
    endpoints: refs(['Site', 'Cluster', 'NetworkDevice'], {
      table: 'link_endpoint',
      required: true,
      min: 2,
      max: 2,
      abstract: 'LinkEndpoint',
      description: 'The two ends: A, then B.',
      inverse: { name: 'links', description: 'The links that end here.' },
    }),
    type: choice('LinkType', ['Physical', 'Logical', 'Internet'], {
      required: true,
      description: 'What kind of connectivity it is.',
      meanings: { Logical: 'An overlay or tunnel.' },
    }),
    capacityMbps: bigint({ min: 1, description: 'Capacity in Mbit/s.' }),
    latencyMs: quantity({ description: 'Nominal one-way latency in milliseconds.' }),
    cableRefs: refs('Cable', {
      table: 'link_cable',
      unique: true,
      description: 'The cables that carry it, in order.',
      inverse: { name: 'links', description: 'The links that the cable carries.' },
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
  return [refuse(change, 'SELF_LINK', 'spec.endpoints[1]', `both ends are ${a?.kind} ${a?.name}`)];
}
