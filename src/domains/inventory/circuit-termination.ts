import { choice, quantity, ref, text } from '../../catalog/fields.ts';
import { defineKind, type Follower } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { terminationRules, terminationsGone } from './circuit-termination-rules.ts';

const ours = { domain: 'inventory', group: 'catalog.miloapis.com' } as const;

export const providerNetwork = defineKind({
  ...ours,
  kind: 'ProviderNetwork',
  plural: 'providernetworks',
  description:
    'A network of a provider that circuits lead into, where what is inside is nobody’s business but the provider’s.',
  scope: { home: ['providerRef'] },
  spec: {
    providerRef: ref('Provider', {
      required: true,
      immutable: 'always',
      description: 'The provider whose network it is.',
      inverse: { name: 'providerNetworks', description: 'The networks of the provider that circuits lead into.' },
    }),
    serviceID: text({
      isSearched: true,
      min: 1,
      description: 'What the provider calls the network: the number of an MPLS service.',
    }),
    description: text({ max: 500, description: 'What people should know of it, as free text.' }),
  },
  printer: [
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'SERVICEID', path: 'spec.serviceID' },
  ],
});

/** Where a circuit ends: upstream's Circuit names a site or a port and has no words for the rest. */
export const circuitTermination = defineKind({
  ...ours,
  kind: 'CircuitTermination',
  plural: 'circuitterminations',
  description:
    'One end of a circuit: where it is, and how one gets at it. At a port it is the demarcation: the port belongs to the circuit, and a cable can be plugged into it.',
  scope: { home: ['placeRef'], also: ['circuitRef'] },
  topology: { inherit: 'placeRef' },
  spec: {
    circuitRef: ref('Circuit', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The circuit that ends here.',
      inverse: {
        name: 'terminations',
        description: 'The ends of the circuit that are described, at most one for each side.',
      },
    }),
    side: choice(
      'CircuitSide',
      { A: 'End A of the circuit.', Z: 'End Z of the circuit.' },
      { required: true, immutable: 'always', description: 'Which end of the circuit it is.' },
    ),
    placeRef: ref(['Site', 'Port', 'ProviderNetwork'], {
      required: true,
      abstract: 'TerminationPlace',
      description:
        'Where the circuit ends: in a facility, at a port (the demarcation, which a cable can be plugged into), or in a network of a provider.',
      inverse: { name: 'circuitTerminations', description: 'The circuits that end here, as their terminations say.' },
    }),
    crossConnectID: text({
      isSearched: true,
      min: 1,
      description: 'Number of the cross-connect by which the facility leads the circuit here.',
    }),
    patchPanel: text({
      min: 1,
      description: 'Which panel and port of the facility it arrives at, as its operator says.',
    }),
    demarcation: text({ min: 1, description: 'Up to where the provider is responsible, in words.' }),
    distanceM: quantity({ description: 'Length of the circuit in metres, as the provider states it at this end.' }),
    status: choice(
      'CircuitTerminationStatus',
      {
        Planned: 'It is not there yet.',
        Provisioning: 'The provider is building it.',
        Active: 'It can be used.',
        Offline: 'It is out of use for the time being.',
        Decommissioning: 'It is to be removed.',
      },
      { default: 'Active', description: 'Whether the end of the circuit can be used.' },
    ),
  },
  checkAll: terminationRules,
  checkGone: terminationsGone,
  printer: [
    { name: 'CIRCUIT', path: 'spec.circuitRef.name' },
    { name: 'SIDE', path: 'spec.side' },
    { name: 'PLACE-KIND', path: 'spec.placeRef.kind' },
    { name: 'PLACE', path: 'spec.placeRef.name' },
    { name: 'XCONNECT', path: 'spec.crossConnectID' },
    { name: 'STATUS', path: 'spec.status' },
  ],
});

/** Who may see a place may see the circuits that end there, wherever that is said. */
export const circuitsFollowTerminations: Follower = {
  kind: 'CircuitTermination',
  follow: async (terminations, store) => {
    const names = terminations.map(({ spec }) => (spec.circuitRef as { readonly name: string }).name);
    const rows = await store.query<{ id: string }>(sql`select id from circuit where name = any(${names}::text[])`);
    await store.rescope(
      'Circuit',
      rows.map(({ id }) => id),
    );
  },
};
