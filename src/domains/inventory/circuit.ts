import { bigint, choice, group, ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

export const circuit = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Circuit',
  plural: 'circuits',
  description: 'A circuit bought from a provider, between two sites or ports.',
  scope: { home: ['providerRef'], also: ['aEnd', 'zEnd'] },
  spec: {
    providerRef: ref('Provider', {
      required: true,
      immutable: 'always',
      description: 'The provider of the circuit.',
      inverse: { name: 'circuits', description: 'The circuits of the provider.' },
    }),
    type: choice('CircuitType', ['CrossConnect', 'ProviderCircuit', 'Transit', 'Peering'], {
      required: true,
      description: 'What kind of circuit it is.',
      meanings: { CrossConnect: 'Inside one facility.' },
    }),
    circuitID: text({ description: 'The provider’s number of the circuit or of the letter of authorization.' }),
    bandwidthMbps: bigint({ min: 1, description: 'Bandwidth in Mbit/s.' }),
    aEnd: ref(['Site', 'Port'], {
      required: true,
      abstract: 'CircuitEnd',
      description: 'End A.',
      inverse: { name: 'aCircuits', description: 'The circuits whose end A is here.' },
    }),
    zEnd: ref(['Site', 'Port'], {
      required: true,
      abstract: 'CircuitEnd',
      description: 'End Z.',
      inverse: { name: 'zCircuits', description: 'The circuits whose end Z is here.' },
    }),
    serviceRef: group(
      'ExternalReference',
      {
        apiGroup: text({ required: true, min: 1, description: 'API group of the object.' }),
        kind: text({ required: true, min: 1, description: 'Its kind.' }),
        name: text({ required: true, min: 1, description: 'Its name.' }),
        namespace: text({ min: 1, description: 'Its namespace.' }),
      },
      { description: 'What the circuit carries: an object on another control plane, recorded and not resolved.' },
    ),
  },
  check: endsDiffer,
  printer: [
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'CIRCUITID', path: 'spec.circuitID' },
    { name: 'MBPS', path: 'spec.bandwidthMbps' },
    { name: 'A-END', path: 'spec.aEnd.name', wide: true },
    { name: 'Z-END', path: 'spec.zEnd.name', wide: true },
  ],
});

/** Both ends at one site are an ordinary cross-connect; both at one port are refused. */
function endsDiffer(change: Change): Violation[] {
  const { spec } = change;
  const a = spec.aEnd as { kind: string; name: string };
  const z = spec.zEnd as { kind: string; name: string };
  if (a.kind !== 'Port' || z.kind !== 'Port' || a.name !== z.name) return [];
  return [refuse(change, 'CIRCUIT_ENDS_EQUAL', 'spec.zEnd.name', `both ends are port ${a.name}`)];
}
