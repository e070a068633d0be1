import { bigint, choice, group, int, objects, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { holdsItsMounting } from './mounting-rules.ts';
import { claimUnits, fitsTheRack, releaseUnits } from './placement-rules.ts';
import { placement, standsIn } from './rack.ts';
import { sitsWithoutPlace } from './slot-rules.ts';

/** Disks, as Nodes and VirtualMachines have them. */
export const disks = objects(
  'Disk',
  {
    name: text({ required: true, min: 1, description: 'Name of the disk.' }),
    sizeBytes: bigint({ required: true, min: 1, description: 'Size of the disk in bytes.' }),
    type: choice(
      'DiskType',
      { SSD: 'A solid-state disk.', HDD: 'A hard disk.', NVMe: 'A solid-state disk with an NVMe interface.' },
      { required: true, description: 'Technology of the disk.' },
    ),
  },
  { description: 'The disks of the server.' },
);

export const node = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Node',
  plural: 'nodes',
  isNumbered: true,
  type: 'ComputeNode',
  description:
    'A server. Its kind in manifests is `Node`; the GraphQL type is called ComputeNode, because `Node` is the name of Relay’s interface.',
  scope: { home: ['placement.rackRef', 'siteRef'], kept: 'rackRef' },
  topology: {
    paths: {
      region: 'siteRef.regionRef',
      site: 'siteRef',
      'site-type': 'siteRef.type',
      cluster: 'assignment.clusterRef',
      rack: 'rackRef',
    },
  },
  spec: {
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility that the server is in.',
      inverse: { name: 'computeNodes', description: 'The servers in the facility.' },
    }),
    hardware: group(
      'NodeHardware',
      {
        cpuCores: int({ required: true, min: 1, description: 'Number of logical processor cores.' }),
        cpuArchitecture: choice(
          'CpuArchitecture',
          { amd64: '64-bit x86.', arm64: '64-bit ARM.' },
          {
            required: true,
            description: 'Instruction set of the processors.',
          },
        ),
        memoryBytes: bigint({ required: true, min: 1, description: 'Main memory in bytes.' }),
        disks,
      },
      { required: true, description: 'The processors, memory and disks of the server.' },
    ),
    addresses: objects(
      'NodeAddress',
      {
        type: choice(
          'NodeAddressType',
          {
            Internal: 'An IP address that is reachable within the cluster.',
            External: 'An IP address that is reachable from outside the cluster.',
            Hostname: 'A host name.',
          },
          {
            required: true,
            description: 'The kind of address.',
          },
        ),
        address: text({ required: true, min: 1, description: 'The address itself: an IP address or a host name.' }),
      },
      { description: 'Network addresses of the server.' },
    ),
    assignment: group(
      'NodeAssignment',
      {
        clusterRef: ref('Cluster', {
          required: true,
          description: 'The cluster that the server is assigned to.',
          inverse: { name: 'computeNodes', description: 'The servers that are assigned to the cluster.' },
        }),
        role: choice(
          'NodeRole',
          { ControlPlane: 'The server runs the control plane of the cluster.', Worker: 'The server runs workloads.' },
          {
            required: true,
            description: 'The role of the server in its cluster.',
          },
        ),
      },
      {
        description:
          'The cluster that the server is assigned to, and its role there; null if it is not assigned to one.',
      },
    ),
    placement,
  },
  status: standsIn,
  labelsAreFree: true,
  checkAll: allOf(fitsTheRack('Node'), holdsItsMounting('Node'), sitsWithoutPlace('Node')),
  derive: claimUnits('Node'),
  undo: releaseUnits('Node'),
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'CLUSTER', path: 'spec.assignment.clusterRef.name' },
    { name: 'ROLE', path: 'spec.assignment.role' },
    { name: 'ARCH', path: 'spec.hardware.cpuArchitecture' },
    { name: 'CPU', path: 'spec.hardware.cpuCores' },
    { name: 'RACK', path: 'status.rackRef.name', wide: true },
    { name: 'UNIT', path: 'spec.placement.startUnit', wide: true },
  ],
});
