import { ref } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, uniqueIn } from '../../catalog/rules.ts';
import { fixedServiceRef } from '../services/index.ts';

import { versionOfTarget } from './version-of-service.ts';

export const serviceUse = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceUse',
  plural: 'serviceuses',
  description:
    'States that a service calls another one without referring to its resources. Uses of core services need not be stated.',
  scope: { home: ['serviceRef'] },
  spec: {
    serviceRef: fixedServiceRef(
      'The service that calls',
      { name: 'uses', description: 'The services that this service calls without importing them.' },
      { owned: true },
    ),
    targetServiceRef: fixedServiceRef('The service called', {
      name: 'usedBy',
      description: 'The records of other services that call this service without importing it.',
    }),
    minVersionRef: ref('ServiceVersion', {
      description: 'The lowest version that the called service must serve.',
      inverse: { name: 'usedBy', description: 'The records of services that need at least this version.' },
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
