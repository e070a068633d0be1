import { ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';
import { allOf, refuse, uniqueIn } from '../services/index.ts';

/** The version imported is one of the service imported. */
async function checkTargetVersion(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ id: string; version: string; target: string }>(
    `select i.id, v.name as version, t.name as target
     from service_import i
     join service_version v on v.id = i.target_version_id
     join service t on t.id = i.target_service_id
     where i.id = any($1::uuid[]) and v.service_id <> i.target_service_id`,
    [changes.map((change) => change.id)],
  );
  return rows.flatMap(({ id, version, target }) => {
    const change = changes.find((candidate) => candidate.id === id);
    if (change === undefined) return [];
    const message = `${version} is not a version of ${target}.`;
    return [
      refuse(change, 'VERSION_OF_ANOTHER_SERVICE', 'spec.targetVersionRef', message, {
        value: version,
        accepted: `a version of ${target}`,
      }),
    ];
  });
}

export const serviceImport = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceImport',
  plural: 'serviceimports',
  description:
    'One version of a service imports another service: its resources may refer to those of the imported version. A ' +
    'version imports a service at one version at most.',
  scope: { home: ['serviceVersionRef'] },
  spec: {
    serviceVersionRef: ref('ServiceVersion', {
      description: 'The version that imports.',
      required: true,
      immutable: 'always',
      inverse: { name: 'imports', description: 'What the version imports.' },
    }),
    targetServiceRef: ref('Service', {
      description: 'The service imported, by its object name or its canonical name.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'importers', description: 'Imports of this service, in whatever version.' },
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
    checkTargetVersion,
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
