import { ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, uniqueIn } from '../../catalog/rules.ts';
import { fixedServiceRef } from './fields.ts';
import { versionOfTarget } from './version-of-service.ts';

export const serviceImport = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceImport',
  plural: 'serviceimports',
  description:
    'One version of a service imports another service: its resources may refer to those of the imported version. A ' +
    'version imports a service at one version at most.',
  scope: { home: ['serviceVersionRef'] },
  isPublicWithScope: true,
  spec: {
    serviceVersionRef: ref('ServiceVersion', {
      owned: true,
      description: 'The version that imports.',
      required: true,
      immutable: 'always',
      inverse: { name: 'imports', description: 'What the version imports.' },
    }),
    targetServiceRef: fixedServiceRef('The service imported', {
      name: 'importers',
      description: 'Imports of this service, in whatever version.',
    }),
    targetVersionRef: ref('ServiceVersion', {
      description: 'The version imported.',
      required: true,
      inverse: { name: 'importers', description: 'Imports of this version.' },
    }),
    reason: text({ description: 'Why it is imported.', max: 1024 }),
  },
  printer: [
    { name: 'IMPORTER', path: 'spec.serviceVersionRef.name' },
    { name: 'TARGET', path: 'spec.targetVersionRef.name' },
  ],
  checkAll: allOf(
    versionOfTarget('service_import', 'target_version_id', 'spec.targetVersionRef'),
    uniqueIn('service_import', [
      {
        columns: ['service_version_id', 'target_service_id'],
        rule: 'I3_DUPLICATE_IMPORT',
        path: 'spec.targetServiceRef',
        message: 'The version imports this service already',
      },
    ]),
  ),
});
