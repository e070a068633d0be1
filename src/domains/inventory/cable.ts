import { choice, quantity, refs, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { findsItsPortsFree, fitsItsPorts, takePorts } from './cabling-rules.ts';

export const cable = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Cable',
  plural: 'cables',
  description: 'A cable between two ports.',
  scope: { home: ['endpoints'], also: ['endpoints'], createdOn: 'all' },
  spec: {
    endpoints: refs('Port', {
      table: 'cable_termination',
      required: true,
      min: 2,
      max: 2,
      unique: true,
      description: 'The two ports it joins: A, then Z.',
      inverse: { name: 'cable', one: true, description: 'The cable plugged into the port.' },
    }),
    media: choice('CableMedia', ['Copper', 'FiberSMF', 'FiberMMF', 'Power', 'DAC'], {
      required: true,
      description: 'Medium of the cable.',
      meanings: { FiberSMF: 'Single-mode fibre.', FiberMMF: 'Multi-mode fibre.', DAC: 'Direct-attach copper.' },
    }),
    lengthM: quantity({ description: 'Length in metres.' }),
    label: text({ description: 'Text on the label of the cable.' }),
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
