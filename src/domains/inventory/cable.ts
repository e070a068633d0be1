import { choice, quantity, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { findsItsPortsFree, fitsItsPorts, takePorts } from './cabling-rules.ts';

export const cableMedia = {
  Copper: 'Twisted-pair copper.',
  FiberSMF: 'Single-mode fibre.',
  FiberMMF: 'Multi-mode fibre.',
  Power: 'A power cable.',
  DAC: 'Direct-attach copper: a copper cable with fixed transceivers at both ends.',
};

export const cable = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Cable',
  plural: 'cables',
  description: 'A cable that connects two ports.',
  scope: { home: ['endpoints'], also: ['endpoints'], createdOn: 'all' },
  spec: {
    endpoints: refs('Port', {
      table: 'cable_termination',
      required: true,
      min: 2,
      max: 2,
      unique: true,
      description: 'The two ports that the cable connects: end A first, then end Z.',
      inverse: {
        name: 'cable',
        one: true,
        description: 'The cable that is plugged into the port; null if there is none.',
      },
    }),
    media: choice('CableMedia', cableMedia, {
      required: true,
      description: 'Material or technology of the cable.',
    }),
    lengthM: quantity({ description: 'Length of the cable in metres.' }),
    label: text({ description: 'Text printed on the label of the cable.' }),
  },
  checkAll: allOf(fitsItsPorts('Cable'), findsItsPortsFree('Cable')),
  derive: takePorts('Cable'),
  printer: [
    { name: 'MEDIA', path: 'spec.media' },
    { name: 'A', path: 'spec.endpoints[0].name' },
    { name: 'Z', path: 'spec.endpoints[1].name' },
    { name: 'LENGTH', path: 'spec.lengthM' },
    { name: 'LABEL', path: 'spec.label', wide: true },
  ],
});
