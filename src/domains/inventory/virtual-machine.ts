import { bigint, group, int, ref } from '../../catalog/fields.ts';
import { defineKind, type GroupRefusal, type Spec } from '../../catalog/kind.ts';
import { externalReference } from './external-reference.ts';
import { disks } from './node.ts';

/** A manifest names the project at one place, wherever the project is. */
const inProjectRef = (spec: Spec): Spec =>
  Object.fromEntries(
    Object.entries(spec).map(([name, value]) => [name === 'externalProject' ? 'projectRef' : name, value]),
  );

const readsProjectRef = (spec: Readonly<Record<string, unknown>>): GroupRefusal[] =>
  spec.externalProject === undefined
    ? []
    : [
        {
          rule: 'UNKNOWN_FIELD',
          message: "unknown field 'externalProject'",
          accepted: 'projectRef, wherever the project is',
          steps: ['spec', 'externalProject'],
        },
      ];

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
      elsewhere: 'externalProject',
      description:
        'The project that the virtual machine belongs to; null if it is none of this catalog, or nobody has said it.',
      inverse: { name: 'virtualMachines', description: 'The virtual machines of the project.' },
    }),
    externalProject: externalReference(
      'ExternalProject',
      'What the virtual machine belongs to, as its manifest names it in `projectRef`, where no project of this catalog is called so: a project of another control plane. It becomes `project` when the machine is written again and the project is there.',
    ),
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
  write: inProjectRef,
  refuses: readsProjectRef,
  printer: [
    { name: 'HOST', path: 'spec.hostRef.name' },
    { name: 'VCPUS', path: 'spec.allocation.vcpus' },
    { name: 'MEMORY', path: 'spec.allocation.memoryBytes' },
    { name: 'PROVIDER', path: 'spec.providerRef.name' },
    { name: 'PROJECT', path: 'spec.projectRef.name', wide: true },
  ],
});
