import type { Catalog, KindModel } from '../model.ts';
import type { Builder } from './builder.ts';

/** What clients need to know of the kinds themselves: the CLI's tables and completion are made from it. */
export function addKindInfo(builder: Builder, catalog: Catalog): void {
  const column = builder.objectRef<KindModel['printer'][number]>('KindColumn').implement({
    description: 'A column of the table in which objects of a kind are printed.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Heading.' }),
      path: t.exposeString('path', { description: 'Where the value stands in the manifest: `spec.siteRef.name`.' }),
      wide: t.boolean({ description: 'Shown in wide tables only.', resolve: (one) => one.wide === true }),
    }),
  });
  const info = builder.objectRef<KindModel>('KindInfo').implement({
    description: 'A kind of object that the catalog holds.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: 'Its name, as in a manifest.' }),
      group: t.string({ description: 'Its API group.', resolve: (kind) => kind.groups[0] }),
      groups: t.stringList({
        description: 'All API groups whose manifests load into it.',
        resolve: (kind) => [...kind.groups],
      }),
      version: t.exposeString('version', { description: 'API version.' }),
      plural: t.exposeString('plural', { description: 'Plural, lower case.' }),
      singular: t.exposeString('singular', { description: 'Singular, lower case.' }),
      shortNames: t.stringList({ description: 'Short names for typing.', resolve: (kind) => [...kind.shortNames] }),
      type: t.exposeString('type', { description: 'Its GraphQL type.' }),
      field: t.exposeString('field', { description: 'The Query field that gives one object.' }),
      listField: t.exposeString('listField', { description: 'The Query field that lists its objects.' }),
      domain: t.exposeString('domain', { description: 'The part of the catalog it belongs to.' }),
      description: t.exposeString('description', { description: 'What it is.' }),
      namespaced: t.exposeBoolean('namespaced', { description: 'Its objects live in a namespace.' }),
      inProject: t.exposeBoolean('inProject', { description: 'Its objects live in a project’s control plane.' }),
      columns: t.field({ type: [column], description: 'Its table.', resolve: (kind) => [...kind.printer] }),
    }),
  });
  builder.queryField('kinds', (t) =>
    t.field({
      type: [info],
      nullable: false,
      description: 'The kinds of the catalog, in load order: a kind stands behind those it refers to.',
      resolve: () => [...catalog.kinds],
    }),
  );
}
