import { ref } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';
import { allOf, refuse, uniqueIn } from '../services/index.ts';

/** The least version asked for is one of the service used. */
async function checkMinVersion(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ id: string; version: string; target: string }>(
    `select u.id, v.name as version, t.name as target
     from service_use u
     join service_version v on v.id = u.min_version_id
     join service t on t.id = u.target_service_id
     where u.id = any($1::uuid[]) and v.service_id <> u.target_service_id`,
    [changes.map((change) => change.id)],
  );
  return rows.flatMap(({ id, version, target }) => {
    const change = changes.find((candidate) => candidate.id === id);
    if (change === undefined) return [];
    const message = `${version} is not a version of ${target}.`;
    return [
      refuse(change, 'VERSION_OF_ANOTHER_SERVICE', 'spec.minVersionRef', message, {
        value: version,
        accepted: `a version of ${target}`,
      }),
    ];
  });
}

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
    serviceRef: ref('Service', {
      description: 'The service that calls, by its object name or its canonical name.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'uses', description: 'What the service uses without importing it.' },
    }),
    targetServiceRef: ref('Service', {
      description: 'The service called, by its object name or its canonical name.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'users', description: 'Uses of this service by others.' },
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
    checkMinVersion,
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
