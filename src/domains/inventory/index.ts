import type { Domain } from '../../catalog/domain.ts';
import { inventoryActions } from './actions.ts';
import { asset } from './asset.ts';
import { cable } from './cable.ts';
import { freeUnitsQuery } from './capacity/free-units.ts';
import { circuit } from './circuit.ts';
import { circuitsFollowTerminations, circuitTermination, providerNetwork } from './circuit-termination.ts';
import { cluster } from './cluster.ts';
import { dependsOnQuery } from './depends/fields.ts';
import { deviceType } from './device-types/device-type.ts';
import { deviceTypeDifferences } from './device-types/differences-query.ts';
import { module, moduleBay } from './device-types/module.ts';
import { takeNestedBays } from './device-types/module-rules.ts';
import { moduleType } from './device-types/module-type.ts';
import { rackType } from './device-types/rack-type.ts';
import { equipment } from './equipment.ts';
import { inventoryFields } from './fields.ts';
import { impactOverlapQuery, impactQuery } from './impact/fields.ts';
import { lostKinds } from './impact/what-can-be-lost.ts';
import { link } from './link.ts';
import { claimsFollowMountings, deviceMounting } from './mounting.ts';
import { networkDevice } from './network-device.ts';
import { node } from './node.ts';
import { cableProfile, deviceSlot, passThroughPort, portMapping } from './patching.ts';
import { port } from './port.ts';
import { portsByDevice } from './ports-by-device.ts';
import { powerPort } from './power.ts';
import { provider } from './provider.ts';
import { rack } from './rack.ts';
import { region } from './region.ts';
import { unitReservation } from './reservation.ts';
import { seatFollowers } from './seats.ts';
import { site } from './site.ts';
import { traceFromQuery } from './trace/fields.ts';
import { virtualMachine } from './virtual-machine.ts';

export { drawRack } from './elevation/draw-rack.ts';
export { lostKinds } from './impact/what-can-be-lost.ts';
export { drawImpact } from './pictures/draw-impact.ts';
export { drawTrace } from './pictures/draw-trace.ts';

/** The physical inventory: from regions and facilities to ports, cables and circuits. */
export const inventory: Domain = {
  actions: inventoryActions,
  kinds: [
    provider,
    region,
    site,
    rack,
    cluster,
    node,
    networkDevice,
    equipment,
    virtualMachine,
    port,
    passThroughPort,
    portMapping,
    cableProfile,
    cable,
    link,
    circuit,
    deviceSlot,
    asset,
    deviceMounting,
    powerPort,
    unitReservation,
    providerNetwork,
    circuitTermination,
    deviceType,
    moduleType,
    rackType,
    moduleBay,
    module,
  ],
  abstracts: [
    {
      name: 'Device',
      description:
        'An object that has ports: a server, a network device, equipment, or a rack (for patch panels and power strips that are not stated as equipment).',
      kinds: ['Node', 'NetworkDevice', 'Rack', 'Equipment'],
    },
    {
      name: 'LinkEndpoint',
      description: 'An object that a link can end at.',
      kinds: ['Site', 'Cluster', 'NetworkDevice'],
    },
    {
      name: 'CircuitEnd',
      description: 'An object that a circuit can end at: a facility or a port.',
      kinds: ['Site', 'Port'],
    },
    {
      name: 'TerminationPlace',
      description: 'An object at which a termination of a circuit is: a facility, a port or a network of a provider.',
      kinds: ['Site', 'Port', 'ProviderNetwork'],
    },
    {
      name: 'MountedDevice',
      description: 'A device that can be mounted in a rack: a server, a network device or equipment.',
      kinds: ['Node', 'NetworkDevice', 'Equipment'],
    },
    {
      name: 'PlantObject',
      description: 'Something of the plant that can be lost, or that something else stands on.',
      kinds: lostKinds,
    },
  ],
  fields: inventoryFields,
  queries: [
    deviceTypeDifferences,
    freeUnitsQuery,
    portsByDevice,
    traceFromQuery,
    impactQuery,
    impactOverlapQuery,
    dependsOnQuery,
  ],
  followers: [...seatFollowers, takeNestedBays, circuitsFollowTerminations, claimsFollowMountings],
};
