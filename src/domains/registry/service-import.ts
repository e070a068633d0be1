import { ref, text } from '../../catalog/fields.ts';
import { defineKind, type Spec } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { fixedServiceRef } from '../services/index.ts';
import { imports } from './relations.ts';
import { versionOfTarget } from './version-of-service.ts';

/** A version that is offered does not newly import what is not offered yet, or not any more. */
const importsOffered = rowRule<{ target: string; target_id: string; kind: string; phase: string }>(
  (ids) => sql`
    select distinct on (i.id) i.id, t.kind, t.name as target, t.id as target_id, t.phase
    from (${imports}) i
    join service s on s.id = i.target_id
    join service_version w on w.id = i.target_version_id
    cross join lateral (values ('Service', s.id, s.name, s.phase), ('ServiceVersion', w.id, w.name, w.phase)) t(kind, id, name, phase)
    where i.id = any(${ids}::uuid[]) and t.phase in ('Draft', 'Retired')
    order by i.id, t.kind`,
  (change, { kind, target, target_id: id, phase }) => {
    const isNew = change.before === undefined || targetOf(change.before.spec) !== targetOf(change.spec);
    if (!isNew) return [];
    const path = kind === 'Service' ? 'spec.targetServiceRef' : 'spec.targetVersionRef';
    const message = `${target} is ${phase}: a version that is offered imports what is Published or Deprecated.`;
    const evidence = { value: target, accepted: `a ${kind} that is Published`, mentions: [{ kind, id, name: target }] };
    return refuse(change, 'TARGET_NOT_OFFERED', path, message, evidence);
  },
);

const targetOf = ({ targetVersionRef }: Spec): string => (targetVersionRef as { readonly name: string }).name;

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
    versionOfTarget('service_import', 'target_version_id', 'spec.targetVersionRef'),
    importsOffered,
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
