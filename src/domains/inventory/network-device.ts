import { choice, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { claimUnits, fitsTheRack, releaseUnits } from './placement-rules.ts';
import { placement } from './rack.ts';

export const networkDevice = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'NetworkDevice',
  plural: 'networkdevices',
  shortNames: ['nd'],
  description: 'A router, switch or firewall.',
  scope: { home: ['placement.rackRef', 'siteRef'] },
  topology: {
    paths: {
      region: 'siteRef.regionRef',
      site: 'siteRef',
      'site-type': 'siteRef.type',
      cluster: 'clusterRef',
      rack: 'placement.rackRef',
    },
  },
  spec: {
    clusterRef: ref('Cluster', {
      required: true,
      immutable: 'always',
      description: 'The cluster it belongs to; it may be in another facility than the cluster’s control plane.',
      inverse: { name: 'networkDevices', description: 'The network devices of the cluster.' },
    }),
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility it is located in.',
      inverse: { name: 'networkDevices', description: 'The network devices in the facility.' },
    }),
    role: choice('NetworkDeviceRole', ['BorderRouter', 'Spine', 'Leaf', 'Firewall'], {
      required: true,
      description: 'Its part in the network.',
    }),
    managementAddress: text({ description: 'Address it is managed at; recorded, never contacted.' }),
    placement,
  },
  checkAll: fitsTheRack('NetworkDevice'),
  derive: claimUnits('NetworkDevice'),
  undo: releaseUnits('NetworkDevice'),
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'CLUSTER', path: 'spec.clusterRef.name' },
    { name: 'ROLE', path: 'spec.role' },
    { name: 'RACK', path: 'spec.placement.rackRef.name', wide: true },
    { name: 'UNIT', path: 'spec.placement.startUnit', wide: true },
    { name: 'MGMT', path: 'spec.managementAddress', wide: true },
  ],
});
