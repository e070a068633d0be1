import { bool, choice, objects, refs, text, texts } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, newRevision } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { fixedServiceRef } from '../services/index.ts';
import { discoveryContext } from './discovery/api-discovery.ts';
import { versionByText } from './fields.ts';

interface Row {
  readonly text: string;
  readonly other: string;
}

/** Names and plurals of a service's resources differ from each other, whatever their case (rule N5). */
const checkNames = rowRule<Row & { field: string; other_id: string }>(
  (ids) => sql`select distinct on (a.id, n.field) a.id, n.field, n.text, o.name as other, o.id as other_id
   from api_resource a
   cross join lateral (values ('singularName', a.singular_name), ('pluralName', a.plural_name)) as n(field, text)
   join api_resource o on o.service_id = a.service_id and o.id <> a.id
     and lower(n.text) in (lower(o.singular_name), lower(o.plural_name))
   where a.id = any(${ids}::uuid[])
   order by a.id, n.field, o.name`,
  (change, { field, text: name, other, other_id: id }) => {
    const message = `${name} is already a name of ApiResource/${other}, be it in another case.`;
    const mentions = [{ kind: 'ApiResource', id, name: other }];
    const evidence = { value: name, accepted: 'a name that no other resource of the service has', mentions };
    return [refuse(change, 'N5_RESOURCE_NAME', `spec.${field}`, message, evidence)];
  },
);

/** The versions of a resource are versions of its service. */
const checkVersions = rowRule<Row & { position: number }>(
  (ids) => sql`select a.id, l.position, v.name as text, s.name as other
   from api_resource a
   join api_resource_version l on l.api_resource_id = a.id
   join service_version v on v.id = l.service_version_id
   join service s on s.id = a.service_id
   where a.id = any(${ids}::uuid[]) and v.service_id <> a.service_id
   order by a.name, l.position`,
  (change, { position, text: version, other }) => {
    const path = `spec.versionRefs[${position}]`;
    const evidence = { value: version, accepted: `a version of ${other}` };
    return [refuse(change, 'VERSION_OF_ANOTHER_SERVICE', path, `${version} is not a version of ${other}.`, evidence)];
  },
);

async function derive(changes: readonly Change[], store: DerivedStore): Promise<void> {
  await store.execute(
    sql`update api_resource a set fqn = n.fqn, ${newRevision}
     from (
       select o.id, s.service_name || '/' || o.singular_name as fqn
       from api_resource o join service s on s.id = o.service_id where o.id = any(${changes.map((change) => change.id)}::uuid[])) n
     where a.id = n.id and a.fqn is distinct from n.fqn`,
  );
}

export const apiResource = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'ApiResource',
  plural: 'apiresources',
  description: 'A type of object in the API of a service, in one or several versions of the API.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  draftThrough: ['versionRefs'],
  keys: ['fqn'],
  spec: {
    serviceRef: fixedServiceRef(
      'The service whose type it is',
      { name: 'apiResources', description: 'The types of objects in the API of the service.' },
      { owned: true },
    ),
    singularName: text({
      description:
        'Name of the type in the singular: `Device`. It is unique in its service; upper and lower case do not differ.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 128,
      pattern: /^[A-Z][a-zA-Z0-9]{0,127}$/,
      accepts: 'a singular word in CamelCase, such as Device',
    }),
    pluralName: text({
      description: 'Name of the type in the plural: `Devices`.',
      required: true,
      min: 2,
      max: 133,
      pattern: /^[A-Z][a-zA-Z]{1,132}$/,
      accepts: 'a plural word in CamelCase, such as Devices',
    }),
    versionRefs: refs('ServiceVersion', {
      description: 'The versions of the service’s API that have the type.',
      required: true,
      table: 'api_resource_version',
      min: 1,
      unique: true,
      inverse: { name: 'resources', description: 'The types of objects in this version of the API.' },
    }),
    perVersion: objects(
      'ApiResourceVersion',
      {
        version: text({
          description: 'The version of the API, one of those that have the type: `v1`.',
          required: true,
          min: 1,
          max: 64,
          names: [versionByText],
        }),
        isRegional: bool({ description: 'Whether the names of the objects contain the region.' }),
        scope: choice(
          'ApiResourceScope',
          {
            Cluster: 'Objects of the type live in no namespace.',
            Namespaced: 'Objects of the type live in a namespace.',
          },
          {
            description: 'Whether objects of the type live in a namespace.',
          },
        ),
        parents: texts({
          description: 'Types of objects that can be the parent of an object of this type.',
          unique: true,
        }),
        verbs: texts({
          description: 'Verbs that the API offers for objects of the type: `get`, `list`, …',
          unique: true,
        }),
        patterns: texts({ description: 'Patterns that the resource names of the objects follow.', unique: true }),
        shortNames: texts({ description: 'Short names of the type, for use on command lines.', unique: true }),
        categories: texts({ description: 'Categories that the type is listed in, such as `all`.', unique: true }),
      },
      { description: 'The properties of the type in one version of the API.', key: 'version' },
    ),
    contexts: texts({
      description:
        'The contexts in which clients discover the type: `Platform`, `Organization`, `Project`, `User`. When empty, it is shown in all of them.',
      values: discoveryContext.values,
      max: discoveryContext.values.length,
      unique: true,
    }),
  },
  status: {
    fqn: text({ description: 'Fully qualified name: `<serviceName>/<singularName>`.' }),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'TYPE', path: 'spec.singularName' },
    { name: 'PLURAL', path: 'spec.pluralName' },
  ],
  checkAll: allOf(checkNames, checkVersions),
  derive,
});
