import { ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, uniqueIn } from '../../catalog/rules.ts';
import { fixedServiceRef } from '../services/index.ts';
import { checkMayImport } from './may-import.ts';
import { versionOfTarget } from './version-of-service.ts';

export const serviceImport = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceImport',
  plural: 'serviceimports',
  description:
    'States that one version of a service imports another service, so that its resources may refer to those of the imported version. A version imports a service at most once.',
  scope: { home: ['serviceVersionRef'] },
  publicReading: 'where its scope is public',
  draftThrough: ['serviceVersionRef'],
  spec: {
    serviceVersionRef: ref('ServiceVersion', {
      owned: true,
      description: 'The service version that imports the other service.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'imports',
        description: 'The imports of the version: services whose resources its own may refer to.',
      },
    }),
    targetServiceRef: fixedServiceRef('The service imported', {
      name: 'importers',
      description: 'The imports by which versions of other services import this service, at any version.',
    }),
    targetVersionRef: ref('ServiceVersion', {
      description: 'The version that is imported.',
      required: true,
      inverse: {
        name: 'importers',
        description: 'The imports by which versions of other services import this version.',
      },
    }),
    reason: text({ description: 'Why the service is imported, as free text.', max: 1024 }),
  },
  printer: [
    { name: 'IMPORTER', path: 'spec.serviceVersionRef.name' },
    { name: 'TARGET', path: 'spec.targetVersionRef.name' },
  ],
  checkAll: allOf(
    checkMayImport,
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
