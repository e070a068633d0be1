import { bigint, text, time } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { checkPhaseStep, fixedServiceRef, phaseField } from '../services/index.ts';
import { versionStage } from './fields.ts';
import { versionPattern } from './grammar.ts';

function check(change: Change): Violation[] {
  const { phase, sunsetTime } = change.spec;
  const found = checkPhaseStep(change);
  if (sunsetTime === undefined || sunsetTime === null || phase === 'Deprecated' || phase === 'Retired') return found;
  const message = `A ${String(phase)} version has no sunset time yet; it gets one when it is Deprecated.`;
  return [
    ...found,
    refuse(change, 'SUNSET_WITHOUT_DEPRECATION', 'spec.sunsetTime', message, {
      value: sunsetTime,
      accepted: 'none, or a version that is Deprecated',
    }),
  ];
}

/** A version's object is called `<service>.<version>`, so that it can be referred to without a look-up. */
const checkName = rowRule<{ expected: string }>(
  (ids) => sql`select v.id, s.name || '.' || v.version as expected
   from service_version v join service s on s.id = v.service_id
   where v.id = any(${ids}::uuid[]) and v.name <> s.name || '.' || v.version`,
  (change, { expected }) => {
    const message = 'The name of a version is that of its service, a dot, and the version.';
    return [refuse(change, 'VERSION_NAME', 'metadata.name', message, { value: change.name, accepted: expected })];
  },
);

/**
 * A Retired version does not return (rule V11), nor does one become a draft again: so what has once been published stays as long
 * as its service, and its name never means anything else.
 */
async function keepsPublished(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const published = objects.filter(({ spec }) => spec.phase !== 'Draft');
  const services = published.map(({ spec }) => (spec.serviceRef as { readonly name: string }).name);
  const rows = await state.query<{ name: string }>(sql`select name from service where name = any(${services}::text[])`);
  const there = new Set(rows.map(({ name }) => name));
  return published.flatMap((object, place) => {
    if (!there.has(services[place] ?? '')) return [];
    const phase = String(object.spec.phase);
    const message = `${object.name} is ${phase}. A version that was published stays as long as its service, so that it cannot return; it ends by being Retired.`;
    return [refuse(object, 'V11_VERSION_KEPT', 'metadata.name', message, { accepted: 'a version that is a Draft' })];
  });
}

export const serviceVersion = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ServiceVersion',
  plural: 'serviceversions',
  description: 'A version of the API of a service, with its lifecycle.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  phase: 'phase',
  spec: {
    serviceRef: fixedServiceRef(
      'The service',
      { name: 'versions', description: 'The versions of the service’s API.' },
      { owned: true },
    ),
    version: text({
      description: 'Name of the version: `v1`, `v2alpha1`. It is unique in its service.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 64,
      pattern: versionPattern,
      accepts: 'a major version such as v1, v2alpha1 or v2beta3',
    }),
    phase: phaseField,
    deprecateTime: time({ description: 'Time at which the version was or will be deprecated.' }),
    sunsetTime: time({
      description: 'Time from which the version is no longer served. Only a deprecated version can have it.',
    }),
  },
  status: {
    stage: versionStage,
    releaseOrder: bigint({
      description:
        'Number by which the versions of a service sort in the order of their release: `v1beta1` before `v1` before `v2alpha1`.',
    }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'VERSION', path: 'spec.version' },
    { name: 'PHASE', path: 'spec.phase' },
  ],
  check,
  checkAll: allOf(
    checkName,
    uniqueIn('service_version', [
      {
        columns: ['service_id', 'version'],
        rule: 'V1_DUPLICATE_VERSION',
        path: 'spec.version',
        message: 'The service has this version already',
      },
    ]),
  ),
  checkGone: keepsPublished,
});
