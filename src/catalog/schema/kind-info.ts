import type { Catalog, KindModel } from '../model.ts';
import type { Builder } from './builder.ts';

/** What clients need to know of the kinds themselves: the CLI's tables and completion are made from it. */
export function addKindInfo(builder: Builder, catalog: Catalog): void {
  const column = builder.objectRef<KindModel['printer'][number]>('KindColumn').implement({
    description: 'A column of the table in which the command line prints objects of a kind.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Heading of the column.' }),
      path: t.exposeString('path', { description: 'Path of the value in the manifest: `spec.siteRef.name`.' }),
      wide: t.boolean({
        description: 'Whether the column is printed in wide tables only.',
        resolve: (one) => one.wide === true,
      }),
    }),
  });
  const info = builder.objectRef<KindModel>('KindInfo').implement({
    description: 'A kind of object that the catalog holds.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: 'Name of the kind, as in a manifest.' }),
      group: t.string({ description: 'API group of the kind.', resolve: (kind) => kind.groups[0] }),
      groups: t.stringList({
        description: 'All API groups whose manifests are objects of this kind.',
        resolve: (kind) => [...kind.groups],
      }),
      version: t.exposeString('version', { description: 'API version of the kind.' }),
      plural: t.exposeString('plural', { description: 'Plural of the kind’s name, in lower case.' }),
      singular: t.exposeString('singular', { description: 'Singular of the kind’s name, in lower case.' }),
      shortNames: t.stringList({
        description: 'Short names of the kind, for use on the command line.',
        resolve: (kind) => [...kind.shortNames],
      }),
      type: t.exposeString('type', { description: 'GraphQL type of objects of this kind.' }),
      field: t.exposeString('field', { description: 'Field of Query that returns one object of this kind.' }),
      listField: t.exposeString('listField', { description: 'Field of Query that lists the objects of this kind.' }),
      domain: t.exposeString('domain', { description: 'Part of the catalog that the kind belongs to.' }),
      description: t.exposeString('description', { description: 'What objects of this kind are.' }),
      namespaced: t.exposeBoolean('namespaced', { description: 'Whether objects of this kind live in a namespace.' }),
      inProject: t.exposeBoolean('inProject', { description: 'Whether objects of this kind live in a project.' }),
      columns: t.field({
        type: [column],
        description: 'Columns of the table in which the command line prints objects of this kind.',
        resolve: (kind) => [...kind.printer],
      }),
    }),
  });
  builder.queryField('kinds', (t) =>
    t.field({
      type: [info],
      nullable: false,
      description: 'The kinds of the catalog. A kind comes after the kinds that it refers to.',
      resolve: () => [...catalog.kinds],
    }),
  );
}
