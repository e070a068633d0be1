import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { holdsItsMounting } from './mounting-rules.ts';
import { claimUnits, fitsTheRack, releaseUnits } from './placement-rules.ts';
import { placement, standsIn } from './rack.ts';
import { sitsWithoutPlace } from './slot-rules.ts';

export const networkDevice = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'NetworkDevice',
  plural: 'networkdevices',
  isNumbered: true,
  shortNames: ['nd'],
  description: 'A router, switch or firewall.',
  scope: { home: ['placement.rackRef', 'siteRef'], kept: 'rackRef' },
  topology: {
    paths: {
      region: 'siteRef.regionRef',
      site: 'siteRef',
      'site-type': 'siteRef.type',
      cluster: 'clusterRef',
      rack: 'rackRef',
    },
  },
  spec: {
    clusterRef: ref('Cluster', {
      required: true,
      immutable: 'always',
      description:
        'The cluster that the device belongs to. The device may be in another facility than the API server of the cluster.',
      inverse: { name: 'networkDevices', description: 'The network devices that belong to the cluster.' },
    }),
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility that the device is in.',
      inverse: { name: 'networkDevices', description: 'The network devices in the facility.' },
    }),
    role: choice(
      'NetworkDeviceRole',
      {
        BorderRouter: 'A router that connects the facility with other networks.',
        Spine: 'A switch of the upper layer, which connects leaf switches.',
        Leaf: 'A switch of the lower layer, which servers are connected to.',
        Firewall: 'A firewall.',
      },
      {
        required: true,
        description: 'The role of the device in the network.',
      },
    ),
    managementAddress: text({
      isSearched: true,
      description: 'Address at which the device is managed. The catalog records it and never contacts it.',
    }),
    placement,
  },
  status: standsIn,
  labelsAreFree: true,
  checkAll: allOf(fitsTheRack('NetworkDevice'), holdsItsMounting('NetworkDevice'), sitsWithoutPlace('NetworkDevice')),
  derive: claimUnits('NetworkDevice'),
  undo: releaseUnits('NetworkDevice'),
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'CLUSTER', path: 'spec.clusterRef.name' },
    { name: 'ROLE', path: 'spec.role' },
    { name: 'RACK', path: 'status.rackRef.name', wide: true },
    { name: 'UNIT', path: 'spec.placement.startUnit', wide: true },
    { name: 'MGMT', path: 'spec.managementAddress', wide: true },
  ],
});
