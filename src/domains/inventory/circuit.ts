import { bigint, choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { takePorts } from './cabling-rules.ts';
import { circuitRules, endsDiffer, hasBothEnds } from './circuit-rules.ts';
import { remarkOnServices, serviceOf } from './circuit-service.ts';
import { externalReference } from './external-reference.ts';

export const circuit = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  alsoGroups: ['catalog.miloapis.com'],
  kind: 'Circuit',
  plural: 'circuits',
  description:
    'A circuit that a provider supplies. Where it ends it says itself, or its terminations do; one of which an end is not known, or is said by a termination alone, is written in the group catalog.miloapis.com.',
  scope: {
    home: ['providerRef'],
    also: ['aEnd', 'zEnd'],
    alsoThrough: { kind: 'CircuitTermination', path: 'circuitRef' },
  },
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
      as: 'circuitId',
      isSearched: true,
      description: 'Number by which the provider identifies the circuit or its letter of authorization (LOA).',
    }),
    bandwidthMbps: bigint({ min: 1, description: 'Bandwidth of the circuit in Mbit/s.' }),
    aEnd: ref(['Site', 'Port'], {
      abstract: 'CircuitEnd',
      description:
        'The facility or port at which end A of the circuit is; null if it is not known, or its termination says it.',
      inverse: { name: 'aCircuits', description: 'The circuits that have their end A here.' },
    }),
    zEnd: ref(['Site', 'Port'], {
      abstract: 'CircuitEnd',
      description:
        'The facility or port at which end Z of the circuit is; null if it is not known, or its termination says it.',
      inverse: { name: 'zCircuits', description: 'The circuits that have their end Z here.' },
    }),
    serviceRef: externalReference(
      'ExternalReference',
      'The service that the circuit carries. One of this catalog is linked (`service`); anything else is an object of another control plane, of which the name alone is kept.',
    ),
  },
  namesAny: { path: 'serviceRef', id: (row) => sql`(select s.id ${serviceOf(row)})` },
  writtenIn: (
    row,
  ) => sql`case when num_nonnulls(${row}.a_end_site_id, ${row}.a_end_port_id, ${row}.z_end_site_id, ${row}.z_end_port_id) = 2
    then 'inventory.miloapis.com' else 'catalog.miloapis.com' end`,
  shapes: { 'inventory.miloapis.com': '`aEnd` and `zEnd` are required.' },
  refuses: hasBothEnds,
  check: endsDiffer,
  checkAll: circuitRules,
  remark: remarkOnServices,
  derive: async (changes, store) => {
    await takePorts('Circuit')(changes, store);
    await store.rescope(
      'Circuit',
      changes.map(({ id }) => id),
    );
  },
  printer: [
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'CIRCUITID', path: 'spec.circuitID' },
    { name: 'MBPS', path: 'spec.bandwidthMbps' },
    { name: 'A-END', path: 'spec.aEnd.name', wide: true },
    { name: 'Z-END', path: 'spec.zEnd.name', wide: true },
  ],
});
