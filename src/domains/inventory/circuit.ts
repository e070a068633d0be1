import { bigint, choice, group, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { takePorts } from './cabling-rules.ts';
import { circuitRules, endsDiffer } from './circuit-rules.ts';

export const circuit = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Circuit',
  plural: 'circuits',
  description: 'A circuit that a provider supplies between two facilities or ports.',
  scope: { home: ['providerRef'], also: ['aEnd', 'zEnd'] },
  topology: { ofEnds: { paths: ['aEnd', 'zEnd'] } },
  spec: {
    providerRef: ref('Provider', {
      required: true,
      immutable: 'always',
      description: 'The provider that supplies the circuit.',
      inverse: { name: 'circuits', description: 'The circuits that the provider supplies.' },
    }),
    type: choice(
      'CircuitType',
      {
        CrossConnect: 'A cross-connect inside one facility.',
        ProviderCircuit: 'A leased circuit between two facilities.',
        Transit: 'A circuit that leads to the internet.',
        Peering: 'A circuit that leads to another network, to exchange traffic with it.',
      },
      {
        required: true,
        description: 'The kind of circuit.',
      },
    ),
    circuitID: text({
      description: 'Number by which the provider identifies the circuit or its letter of authorization (LOA).',
    }),
    bandwidthMbps: bigint({ min: 1, description: 'Bandwidth of the circuit in Mbit/s.' }),
    aEnd: ref(['Site', 'Port'], {
      required: true,
      abstract: 'CircuitEnd',
      description: 'The facility or port at which end A of the circuit is.',
      inverse: { name: 'aCircuits', description: 'The circuits that have their end A here.' },
    }),
    zEnd: ref(['Site', 'Port'], {
      required: true,
      abstract: 'CircuitEnd',
      description: 'The facility or port at which end Z of the circuit is.',
      inverse: { name: 'zCircuits', description: 'The circuits that have their end Z here.' },
    }),
    serviceRef: group(
      'ExternalReference',
      {
        apiGroup: text({ required: true, min: 1, description: 'API group of the object.' }),
        kind: text({ required: true, min: 1, description: 'Kind of the object.' }),
        name: text({ required: true, min: 1, description: 'Name of the object.' }),
        namespace: text({ min: 1, description: 'Namespace of the object; null if its kind does not live in one.' }),
      },
      {
        description:
          'The network service that the circuit carries. It is an object of another control plane: its name is recorded, but not checked.',
      },
    ),
  },
  check: endsDiffer,
  checkAll: circuitRules,
  derive: takePorts('Circuit'),
  printer: [
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'CIRCUITID', path: 'spec.circuitID' },
    { name: 'MBPS', path: 'spec.bandwidthMbps' },
    { name: 'A-END', path: 'spec.aEnd.name', wide: true },
    { name: 'Z-END', path: 'spec.zEnd.name', wide: true },
  ],
});
