import { defineKind } from '../../../catalog/kind.ts';
import { uniqueIn } from '../../../catalog/rules.ts';
import { bayTemplates, portTemplates } from './component-templates.ts';
import { modelOnce, productFields } from './product-fields.ts';
import { typeIsSound } from './template-rules.ts';
import { typeRemarks } from './type-remarks.ts';

export const moduleType = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'ModuleType',
  plural: 'moduletypes',
  description:
    'A product that is put into bays of devices, such as a line card, a power supply or a cassette: the ports and bays that it brings.',
  scope: { home: 'platform' },
  publicReading: 'everywhere',
  spec: { ...productFields, ...portTemplates, ...bayTemplates },
  check: typeIsSound,
  remark: typeRemarks,
  checkAll: uniqueIn('module_type', [modelOnce]),
  printer: [
    { name: 'MANUFACTURER', path: 'spec.manufacturer' },
    { name: 'MODEL', path: 'spec.model' },
    { name: 'PART-NUMBER', path: 'spec.partNumber', wide: true },
  ],
});
