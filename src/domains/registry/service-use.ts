import { ref } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, uniqueIn } from '../../catalog/rules.ts';
import { fixedServiceRef } from './fields.ts';
import { versionOfTarget } from './version-of-service.ts';

export const serviceUse = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceUse',
  plural: 'serviceuses',
  description:
    'A service calls another one without referring to its resources. Every service uses the core services without ' +
    'saying so.',
  scope: { home: ['serviceRef'] },
  spec: {
    serviceRef: fixedServiceRef(
      'The service that calls',
      { name: 'uses', description: 'What the service uses without importing it.' },
      { owned: true },
    ),
    targetServiceRef: fixedServiceRef('The service called', {
      name: 'users',
      description: 'Uses of this service by others.',
    }),
    minVersionRef: ref('ServiceVersion', {
      description: 'The least version that has to be served.',
      inverse: { name: 'users', description: 'Uses that ask for at least this version.' },
    }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'TARGET', path: 'spec.targetServiceRef.name' },
  ],
  checkAll: allOf(
    versionOfTarget('service_use', 'min_version_id', 'spec.minVersionRef'),
    uniqueIn('service_use', [
      {
        columns: ['service_id', 'target_service_id'],
        rule: 'DUPLICATE_USE',
        path: 'spec.targetServiceRef',
        message: 'The service states this use already',
      },
    ]),
  ),
});
