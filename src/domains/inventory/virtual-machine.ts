import { bigint, group, int, ref } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { disks } from './node.ts';

export const virtualMachine = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'VirtualMachine',
  plural: 'virtualmachines',
  shortNames: ['vm', 'vms'],
  description: 'A virtual machine on a node.',
  scope: { home: ['hostRef'], also: ['projectRef'] },
  topology: { inherit: 'hostRef' },
  spec: {
    hostRef: ref('Node', {
      required: true,
      immutable: 'always',
      description: 'The server it runs on. It cannot be changed: a machine that moves is deleted and created again.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines on the server.' },
    }),
    providerRef: ref('Provider', {
      description: 'Who provides it, when it is bought.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines of the provider.' },
    }),
    projectRef: ref('Project', {
      form: 'object',
      description: 'The project it belongs to.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines of the project.' },
    }),
    allocation: group(
      'VirtualMachineAllocation',
      {
        vcpus: int({ required: true, min: 1, description: 'Virtual processors.' }),
        memoryBytes: bigint({ required: true, min: 1, description: 'Memory in bytes.' }),
        disks,
      },
      { required: true, description: 'What is set aside for it.' },
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
