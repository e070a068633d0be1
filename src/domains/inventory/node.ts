import { bigint, choice, group, int, objects, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { claimUnits, fitsTheRack, releaseUnits } from './placement-rules.ts';
import { placement } from './rack.ts';

/** Disks, as Nodes and VirtualMachines have them. */
export const disks = objects(
  'Disk',
  {
    name: text({ required: true, min: 1, description: 'Name of the disk.' }),
    sizeBytes: bigint({ required: true, min: 1, description: 'Size in bytes.' }),
    type: choice('DiskType', ['SSD', 'HDD', 'NVMe'], { required: true, description: 'Technology.' }),
  },
  { description: 'Its disks.' },
);

export const node = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Node',
  plural: 'nodes',
  type: 'ComputeNode',
  description:
    'A server. Its kind in manifests is `Node`; the GraphQL type is called ComputeNode, because `Node` is the name of Relay’s interface.',
  scope: { home: ['placement.rackRef', 'siteRef'] },
  topology: {
    paths: {
      region: 'siteRef.regionRef',
      site: 'siteRef',
      'site-type': 'siteRef.type',
      cluster: 'assignment.clusterRef',
      rack: 'placement.rackRef',
    },
  },
  spec: {
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility it is located in.',
      inverse: { name: 'computeNodes', description: 'The servers in the facility.' },
    }),
    hardware: group(
      'NodeHardware',
      {
        cpuCores: int({ required: true, min: 1, description: 'Logical cores.' }),
        cpuArchitecture: choice('CpuArchitecture', ['amd64', 'arm64'], {
          required: true,
          description: 'Instruction set.',
        }),
        memoryBytes: bigint({ required: true, min: 1, description: 'Memory in bytes.' }),
        disks,
      },
      { required: true, description: 'Medium of the cable.' },
    ),
    addresses: objects(
      'NodeAddress',
      {
        type: choice('NodeAddressType', ['Internal', 'External', 'Hostname'], {
          required: true,
          description: 'What kind of address it is.',
        }),
        address: text({ required: true, min: 1, description: 'The address.' }),
      },
      { description: 'Its addresses.' },
    ),
    assignment: group(
      'NodeAssignment',
      {
        clusterRef: ref('Cluster', {
          required: true,
          description: 'The cluster.',
          inverse: { name: 'computeNodes', description: 'The servers assigned to the cluster.' },
        }),
        role: choice('NodeRole', ['ControlPlane', 'Worker'], {
          required: true,
          description: 'Its part in the cluster.',
        }),
      },
      { description: 'The cluster it is assigned to; absent when unassigned.' },
    ),
    placement,
  },
  checkAll: fitsTheRack('Node'),
  derive: claimUnits('Node'),
  undo: releaseUnits('Node'),
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'CLUSTER', path: 'spec.assignment.clusterRef.name' },
    { name: 'ROLE', path: 'spec.assignment.role' },
    { name: 'ARCH', path: 'spec.hardware.cpuArchitecture' },
    { name: 'CPU', path: 'spec.hardware.cpuCores' },
    { name: 'RACK', path: 'spec.placement.rackRef.name', wide: true },
    { name: 'UNIT', path: 'spec.placement.startUnit', wide: true },
  ],
});
