import { choice, quantity, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';

export const port = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Port',
  plural: 'ports',
  description: 'A socket of a device. Ports of patch panels and power strips hang on the rack itself.',
  scope: { home: ['deviceRef'] },
  topology: { inherit: 'deviceRef' },
  spec: {
    deviceRef: ref(['Node', 'NetworkDevice', 'Rack'], {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The device it is on.',
      inverse: { name: 'ports', description: 'The ports of the device.' },
    }),
    type: choice('PortType', ['Power', 'Serial', 'Ethernet', 'Optical', 'PatchPanel'], {
      required: true,
      description: 'What can be plugged in.',
      meanings: { Ethernet: 'Copper Ethernet.', PatchPanel: 'An opening of a patch panel.' },
    }),
    name: text({
      required: true,
      min: 1,
      as: 'label',
      column: 'port_label',
      description: 'Its name on the device: `Ethernet1/1`.',
    }),
    speed: quantity({ description: 'Line rate in bit/s: `100G`.' }),
  },
  printer: [
    { name: 'DEVICE-KIND', path: 'spec.deviceRef.kind' },
    { name: 'DEVICE', path: 'spec.deviceRef.name' },
    { name: 'TYPE', path: 'spec.type' },
    { name: 'PORT', path: 'spec.name' },
    { name: 'SPEED', path: 'spec.speed' },
  ],
});
