import { bigint, group, int, ref } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { disks } from './node.ts';

export const virtualMachine = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'VirtualMachine',
  plural: 'virtualmachines',
  shortNames: ['vm', 'vms'],
  description: 'A virtual machine that runs on a server.',
  scope: { home: ['hostRef'], also: ['projectRef'] },
  topology: { inherit: 'hostRef' },
  spec: {
    hostRef: ref('Node', {
      required: true,
      immutable: 'always',
      description:
        'The server that the virtual machine runs on. It cannot be changed: to move a machine, delete it and create it again.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines that run on the server.' },
    }),
    providerRef: ref('Provider', {
      description: 'The provider that the virtual machine is bought from; null if it is the platform’s own.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines that are bought from the provider.' },
    }),
    projectRef: ref('Project', {
      form: 'object',
      description: 'The project that the virtual machine belongs to.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines of the project.' },
    }),
    allocation: group(
      'VirtualMachineAllocation',
      {
        vcpus: int({ required: true, min: 1, description: 'Number of virtual processors.' }),
        memoryBytes: bigint({ required: true, min: 1, description: 'Main memory in bytes.' }),
        disks,
      },
      { required: true, description: 'The processors and memory that are allocated to the virtual machine.' },
    ),
  },
  printer: [
    { name: 'HOST', path: 'spec.hostRef.name' },
    { name: 'VCPUS', path: 'spec.allocation.vcpus' },
    { name: 'MEMORY', path: 'spec.allocation.memoryBytes' },
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'PROJECT', path: 'spec.projectRef.name', wide: true },
  ],
});
