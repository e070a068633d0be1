import { choice, ref, text } from '../../../catalog/fields.ts';
import { defineKind } from '../../../catalog/kind.ts';
import { makePartsOfModules } from './make-parts.ts';
import { bayRules, moduleRules, modulesGone } from './module-rules.ts';

const ours = { domain: 'inventory', group: 'catalog.miloapis.com' } as const;

export const moduleBay = defineKind({
  ...ours,
  kind: 'ModuleBay',
  plural: 'modulebays',
  isNumbered: true,
  description: 'A bay of a device, or of a module in it, that a module can be put into.',
  scope: { home: ['deviceRef'] },
  topology: { inherit: 'deviceRef' },
  spec: {
    deviceRef: ref(['Node', 'NetworkDevice', 'Equipment'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'MountedDevice',
      description: 'The device that has the bay, be it on a module.',
      inverse: { name: 'moduleBays', description: 'The bays of the device and of its modules.' },
    }),
    name: text({
      required: true,
      min: 1,
      max: 200,
      as: 'label',
      column: 'bay_label',
      description: 'Name of the bay on the device: `PSU 1`.',
    }),
    position: text({
      max: 100,
      description: 'What `{module}` in names of the ports of a module in it becomes. Default: the name of the bay.',
    }),
    parentRef: ref('ModuleBay', {
      as: 'parent',
      owned: true,
      immutable: 'always',
      description: 'The bay in which the module sits that has this one; null for a bay of the device itself.',
      inverse: { name: 'bays', description: 'The bays of the module in it.' },
    }),
  },
  checkAll: bayRules,
  printer: [
    { name: 'DEVICE', path: 'spec.deviceRef.name' },
    { name: 'BAY', path: 'spec.name' },
    { name: 'POSITION', path: 'spec.position' },
  ],
});

export const module = defineKind({
  ...ours,
  kind: 'Module',
  plural: 'modules',
  description:
    'A module in a bay of a device, such as a line card or a power supply. It brings the ports and bays of its type, and takes them along when it is deleted, unless something uses them.',
  scope: { home: ['bayRef'] },
  topology: { inherit: 'bayRef' },
  spec: {
    bayRef: ref('ModuleBay', {
      owned: true,
      required: true,
      immutable: 'always',
      description: 'The bay that it is in.',
      inverse: { name: 'module', one: true, description: 'The module in the bay; null if the bay is empty.' },
    }),
    typeRef: ref('ModuleType', {
      as: 'moduleType',
      required: true,
      immutable: 'always',
      description: 'The product that it is.',
      inverse: { name: 'modules', description: 'The modules of the type.' },
    }),
    serial: text({
      isSearched: true,
      min: 1,
      max: 200,
      description: 'The serial number that the manufacturer gave it.',
    }),
    assetTag: text({ isSearched: true, min: 1, max: 200, description: 'The number by which the owner identifies it.' }),
    status: choice(
      'ModuleStatus',
      {
        Planned: 'It is planned, and not there yet.',
        Active: 'It is in use.',
        Offline: 'It is out of use for the time being.',
        Decommissioning: 'It is to be removed.',
      },
      { default: 'Active', description: 'How far its life has got.' },
    ),
    description: text({ max: 500, description: 'What people should know of it.' }),
  },
  checkAll: moduleRules,
  checkGone: modulesGone,
  derive: makePartsOfModules,
  printer: [
    { name: 'BAY', path: 'spec.bayRef.name' },
    { name: 'TYPE', path: 'spec.typeRef.name' },
    { name: 'SERIAL', path: 'spec.serial' },
    { name: 'STATUS', path: 'spec.status' },
  ],
});
