import { shownName } from '../fields.ts';
import { type Member, manifestMembers } from '../manifests/members.ts';
import type { Catalog, KindModel } from '../model.ts';
import { constantCase } from '../values/names.ts';
import type { Builder } from './builder.ts';
import { getKindsByName } from './kinds-by-name.ts';

interface Shape {
  readonly apiVersion: string;
  readonly difference: string | undefined;
}

/** The field that says in which state an object is, as the graph has it, and the states. */
function statesOf({
  spec,
  status,
}: KindModel): { readonly field: string; readonly states: readonly string[] } | undefined {
  for (const [name, field] of ['phase', 'state', 'status'].map((one) => [one, spec[one] ?? status[one]] as const)) {
    if (field?.type === 'choice') return { field: shownName(name, field), states: field.values.map(constantCase) };
  }
  return undefined;
}

const shapesOf = ({ groups, version, shapes }: KindModel): Shape[] =>
  groups.map((group) => ({ apiVersion: `${group}/${version}`, difference: shapes?.[group] }));

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
  const value = builder.objectRef<Member['values'][number]>('ManifestValue').implement({
    description: 'A value that a member of a manifest may have.',
    fields: (t) => ({
      value: t.exposeString('value', { description: 'The value, as a manifest has it.' }),
      meaning: t.exposeString('meaning', { description: 'What it means; empty where it says that itself.' }),
    }),
  });
  const freeze = builder.enumType('ManifestFreeze', {
    description: 'From when on a member of a manifest cannot change.',
    values: {
      ALWAYS: { value: 'always', description: 'From the creation of the object on.' },
      PUBLISHED: { value: 'published', description: 'From the publication of the object on.' },
    } as const,
  });
  const member = builder.objectRef<Member>('ManifestMember').implement({
    description: 'What a manifest may say at a path, and what `apply` takes there.',
    fields: (t) => ({
      path: t.exposeString('path', {
        description: 'Path in the manifest, lists without an index: `spec.meters.measurement.unit`.',
      }),
      type: t.exposeString('type', { description: 'Type of the value, in words: `list of objects`.' }),
      description: t.exposeString('description', { description: 'What the value says.' }),
      required: t.exposeBoolean('required', { description: 'Whether what it is in has to have it.' }),
      immutable: t.field({
        type: freeze,
        nullable: true,
        description: 'From when on the value cannot change; null if it can.',
        resolve: ({ immutable }) => immutable ?? null,
      }),
      default: t.string({
        nullable: true,
        description: 'The value that counts where it is left out, as JSON; null if there is none.',
        resolve: ({ fallback }) => fallback ?? null,
      }),
      accepted: t.string({
        nullable: true,
        description: 'What is accepted beyond the type; null if nothing more is asked.',
        resolve: ({ accepted }) => accepted ?? null,
      }),
      values: t.field({
        type: [value],
        description: 'The values that are accepted; none if there is no list of them.',
        resolve: ({ values }) => [...values],
      }),
    }),
  });
  const shape = builder.objectRef<Shape>('ManifestShape').implement({
    description: 'A group in which manifests of a kind are written.',
    fields: (t) => ({
      apiVersion: t.exposeString('apiVersion', { description: 'Group and version, as in a manifest.' }),
      difference: t.string({
        nullable: true,
        description: 'How manifests of the group differ from what `members` says; null if they do not.',
        resolve: ({ difference }) => difference ?? null,
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
      stateField: t.string({
        nullable: true,
        description: 'Field of its objects that says in which state they are; null if there is none.',
        resolve: (kind) => statesOf(kind)?.field ?? null,
      }),
      states: t.stringList({
        description: 'The states that an object may be in, as the graph has them.',
        resolve: (kind) => [...(statesOf(kind)?.states ?? [])],
      }),
      shapes: t.field({
        type: [shape],
        description: 'The groups in which manifests of the kind are written.',
        resolve: (kind) => shapesOf(kind),
      }),
      members: t.field({
        type: [member],
        description: 'What a manifest of the kind may say, a member before what is in it.',
        resolve: (kind) => manifestMembers(kind),
      }),
    }),
  });
  builder.queryField('kinds', (t) =>
    t.field({
      type: [info],
      nullable: false,
      description: 'The kinds of the catalog. A kind comes after the kinds that it refers to.',
      args: {
        kinds: t.arg.stringList({
          description: 'Only these: kinds, plurals or short names, in any case. Default: all of them.',
        }),
      },
      resolve: (_root, { kinds }) => [...getKindsByName(catalog, kinds)],
    }),
  );
}
