import type { GraphQLFieldResolver } from 'graphql';
import type { JsonField, JsonFields, ObjectsField } from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { Builder, OutputRef } from './builder.ts';
import type { RequestContext } from './context.ts';
import type { SchemaExtension } from './extension.ts';
import type { FieldArguments, FieldSpec } from './field-spec.ts';
import { fieldSpecs } from './field-specs.ts';
import type { Inputs } from './inputs.ts';
import { isAbstract } from './inputs.ts';

/** Output types by name, and what every list field takes. */
export interface Outputs {
  type(name: string): OutputRef<unknown>;
  pageArguments(of: string): Record<string, never>;
}

/** A planned value stands in its parent under the response key. */
const planned: GraphQLFieldResolver<Record<string, unknown>, RequestContext> = (parent, _args, _context, info) =>
  parent[info.path.key];

type FieldMap = Record<string, never>;

/** Makes every output type of the catalog from the kind definitions. */
export function createOutputs(
  builder: Builder,
  catalog: Catalog,
  inputs: Inputs,
  extensions: readonly SchemaExtension[],
): Outputs {
  const types = new Map<string, OutputRef<unknown>>();
  for (const scalar of ['ID', 'String', 'Int', 'Float', 'Boolean', 'BigInt', 'DateTime', 'JSON']) {
    types.set(scalar, scalar as never);
  }
  types.set('ObjectChangeConnection', 'ObjectChangeConnection' as never); // History brings it.
  const type = (name: string): OutputRef<unknown> => {
    const found = types.get(name);
    if (found === undefined) throw new Error(`no output type is called ${name}`);
    return found;
  };

  const manifestFormat = builder.enumType('ManifestFormat', {
    description: 'How a manifest is written.',
    values: { YAML: { description: 'As YAML.' }, JSON: { description: 'As JSON.' } },
  });

  const pageArguments = (of: string): FieldMap => {
    const kind = catalog.byType(of);
    const where = kind === undefined ? inputs.commonWhere() : inputs.where(kind);
    const order = kind === undefined ? inputs.commonOrderBy() : inputs.orderBy(kind);
    const argument = (description: string, type: unknown): never =>
      builder.args((t) => ({ it: t.field({ description, type: type as never }) as never })).it;
    return {
      first: argument('How many from the start (or after `after`); 50 when neither first nor last is given.', 'Int'),
      after: argument('Cursor of the row before the page.', 'String'),
      last: argument('How many from the end (or before `before`).', 'Int'),
      before: argument('Cursor of the row behind the page.', 'String'),
      where: argument('Conditions on the rows.', where),
      orderBy: argument('Order; by name when absent.', [order]),
      labelSelector: argument(
        'Label selector in Kubernetes’ string grammar: `tier=gold,env in (dev,test),!legacy`.',
        'String',
      ),
      labels: argument('Structured label selector; beside `labelSelector` both must hold.', inputs.labels()),
    } as FieldMap;
  };

  const argumentsOf = (args: FieldArguments | undefined): FieldMap => {
    if (args === undefined) return {};
    if (args.take === 'page') return pageArguments(args.of);
    if (args.take === 'key') {
      return builder.args((t) => ({ key: t.string({ required: true, description: 'Label key.' }) })) as never;
    }
    if (args.take === 'history') {
      return builder.args((t) => ({
        first: t.int({ defaultValue: 10, description: 'How many.' }),
        after: t.string({ description: 'Cursor of the change before the page.' }),
      })) as never;
    }
    return builder.args((t) => ({
      format: t.field({ type: manifestFormat, defaultValue: 'YAML', description: 'How it is written.' }),
      bare: t.boolean({
        defaultValue: false,
        description: 'Only what `apply` needs: no uid, revision, status or derived labels.',
      }),
    })) as never;
  };

  const fieldsOf = (t: unknown, specs: readonly FieldSpec[]): FieldMap => {
    const make = t as { field: (options: object) => never };
    return Object.fromEntries(
      specs.map((spec) => [
        spec.name,
        make.field({
          description: spec.description,
          type: spec.type.isList ? [type(spec.type.name)] : type(spec.type.name),
          nullable: spec.type.isNullable,
          args: argumentsOf(spec.args),
          extensions: { source: spec.source },
          resolve: planned,
        }),
      ]),
    );
  };

  const label = builder.objectRef<{ key: string; value: string }>('Label').implement({
    description: 'A label or an annotation.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'Its key, with the prefix.' }),
      value: t.exposeString('value', { description: 'Its value.' }),
    }),
  });
  types.set('Label', label as never);
  const manager = builder.objectRef<{ manager: string; fields: string[] }>('FieldManager').implement({
    description: 'Someone who owns fields of an object.',
    fields: (t) => ({
      manager: t.exposeString('manager', {
        description: 'Name of the manager; `api:` and the name of the caller for changes made without one.',
      }),
      fields: t.exposeStringList('fields', {
        description: 'Paths of the fields, sorted: `spec.heightU`, `metadata.labels.tier`. A list is one field.',
      }),
    }),
  });
  types.set('FieldManager', manager as never);
  const quantity = builder.objectRef<{ text: string; value: string }>('Quantity').implement({
    description: 'A quantity in Kubernetes notation.',
    fields: (t) => ({
      text: t.exposeString('text', { description: 'As it was written: `100G`, `250m`.' }),
      value: t.exposeString('value', { description: 'The same as an exact decimal number: `100000000000`, `0.25`.' }),
    }),
  });
  types.set('Quantity', quantity as never);
  const entry = builder.objectRef<{ key: string; value: string }>('MapEntry').implement({
    description: 'One entry of a map.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'Its key.' }),
      value: t.exposeString('value', { description: 'Its value, as text.' }),
    }),
  });
  types.set('MapEntry', entry as never);

  const node = builder.interfaceRef<object>('Node').implement({
    description: 'An object with an opaque id (Relay).',
    fields: (t) => ({
      id: t.id({ nullable: false, description: 'Opaque id, unique over all kinds.', resolve: planned as never }),
    }),
  });
  types.set('Node', node as never);

  const pageInfo = builder.objectRef<object>('PageInfo').implement({
    description: 'Where a page stands in its list (Relay).',
    fields: (t) => ({
      hasNextPage: t.boolean({ nullable: false, description: 'More rows follow.', resolve: planned as never }),
      hasPreviousPage: t.boolean({ nullable: false, description: 'Rows stand before it.', resolve: planned as never }),
      startCursor: t.string({ nullable: true, description: 'Cursor of its first row.', resolve: planned as never }),
      endCursor: t.string({ nullable: true, description: 'Cursor of its last row.', resolve: planned as never }),
    }),
  });

  const specs = new Map(catalog.kinds.map((kind) => [kind, fieldSpecs(catalog, kind, extensions)]));

  const connection = (name: string): void => {
    const item = type(name);
    const edge = builder.objectRef<object>(`${name}Edge`).implement({
      description: `A ${name} in a list.`,
      fields: (t) => ({
        cursor: t.string({ nullable: false, description: 'Its place in the list.', resolve: planned as never }),
        node: t.field({ type: item as never, nullable: false, description: 'The object.', resolve: planned as never }),
      }),
    });
    const made = builder.objectRef<object>(`${name}Connection`).implement({
      description: `A page of a list of ${name}: only what the caller may see, in the order asked for.`,
      fields: (t) => ({
        nodes: t.field({
          type: [item] as never,
          nullable: false,
          description: 'The objects of the page.',
          resolve: planned as never,
        }),
        edges: t.field({
          type: [edge] as never,
          nullable: false,
          description: 'The same with their cursors.',
          resolve: planned as never,
        }),
        pageInfo: t.field({
          type: pageInfo,
          nullable: false,
          description: 'Where the page stands.',
          resolve: planned as never,
        }),
        totalCount: t.int({
          nullable: false,
          description: 'How many there are in all pages; exact up to 10,000.',
          resolve: planned as never,
        }),
        totalCountCapped: t.boolean({
          nullable: false,
          description: 'There are more than `totalCount` says.',
          resolve: planned as never,
        }),
      }),
    });
    types.set(`${name}Connection`, made as never);
  };

  // Names first: types refer to each other.
  const object = builder.interfaceRef<object>('CatalogObject');
  types.set('CatalogObject', object as never);
  const abstracts = catalog.abstracts.map((abstract) => ({
    abstract,
    ref: builder.interfaceRef<object>(abstract.name),
  }));
  for (const { abstract, ref } of abstracts) types.set(abstract.name, ref as never);
  const objects = catalog.kinds.map((kind) => ({ kind, ref: builder.objectRef<object>(kind.type) }));
  for (const { kind, ref } of objects) types.set(kind.type, ref as never);
  for (const kind of catalog.kinds)
    for (const { field } of [...kind.leaves, ...kind.statusLeaves])
      if (field.type === 'choice') types.set(field.name, inputs.enumOf(field) as never);

  /** Nested types of a kind's fields: groups and lists of small objects. */
  const nest = (fields: readonly FieldSpec[]): void => {
    for (const spec of fields) {
      if (spec.objects !== undefined) jsonObject(spec.objects);
      if (spec.group === undefined) continue;
      const { field, fields: inner } = spec.group;
      nest(inner);
      if (types.has(field.name)) continue;
      const ref = builder.objectRef<object>(field.name);
      types.set(field.name, ref as never);
      ref.implement({ description: field.description, fields: (t) => fieldsOf(t, inner) });
    }
  };

  const jsonObject = (field: ObjectsField): OutputRef<unknown> => {
    const known = types.get(field.name);
    if (known !== undefined) return known;
    const ref = builder.objectRef<Record<string, unknown>>(field.name);
    types.set(field.name, ref as never);
    const inner = jsonTypes(field.fields);
    ref.implement({
      description: field.description,
      fields: (t) => {
        const make = t as unknown as { field: (options: object) => never };
        const members = Object.entries(field.fields).map(([name, member]) => {
          const of = inner.get(name);
          const isMany =
            member.type === 'texts' || member.type === 'map' || (member.type === 'objects' && member.single !== true);
          return [
            member.as ?? name,
            make.field({
              description: member.description,
              type: isMany ? [of] : of,
              nullable: !isMany && member.required !== true,
              resolve: (parent: Record<string, unknown>) => jsonValue(member, parent[name]),
            }),
          ];
        });
        return Object.fromEntries(members);
      },
    });
    return ref as never;
  };

  const jsonTypes = (fields: JsonFields): Map<string, unknown> =>
    new Map(
      Object.entries(fields).map(([name, member]) => {
        if (member.type === 'objects') return [name, jsonObject(member)];
        if (member.type === 'choice') {
          if (!types.has(member.name)) types.set(member.name, inputs.enumOf(member) as never);
          return [name, type(member.name)];
        }
        return [name, type(jsonScalars[member.type])];
      }),
    );

  for (const fields of specs.values()) nest(fields);
  for (const name of [
    'CatalogObject',
    ...catalog.abstracts.map(({ name }) => name),
    ...catalog.kinds.map((kind) => kind.type),
  ]) {
    connection(name);
  }

  const membersOf = (name: string): readonly KindModel[] =>
    name === 'CatalogObject' ? catalog.kinds : catalog.membersOf(name);
  /** Fields that all members of an abstract type have alike. */
  const shared = (name: string): FieldSpec[] => {
    const [first, ...rest] = membersOf(name).map((kind) => specs.get(kind) ?? []);
    const signature = ({ name: field, type: of, args }: FieldSpec): string => JSON.stringify([field, of, args]);
    return (first ?? []).filter((spec) =>
      rest.every((other) => other.some((candidate) => signature(candidate) === signature(spec))),
    );
  };
  const resolveType = (value: unknown): string => String((value as { __typename: string }).__typename);
  object.implement({
    description: 'Any object of the catalog.',
    interfaces: [node],
    resolveType: resolveType as never,
    fields: (t) => fieldsOf(t, shared('CatalogObject')),
  });
  for (const { abstract, ref } of abstracts) {
    ref.implement({
      description: abstract.description,
      interfaces: [node, object],
      resolveType: resolveType as never,
      fields: (t) => fieldsOf(t, shared(abstract.name)),
    });
  }
  for (const { kind, ref } of objects) {
    const mine = abstracts.filter(({ abstract }) => abstract.kinds.includes(kind.kind)).map(({ ref: of }) => of);
    ref.implement({
      description: kind.description,
      interfaces: [node, object, ...mine],
      isTypeOf: (value) => resolveType(value) === kind.type,
      fields: (t) => fieldsOf(t, specs.get(kind) ?? []),
    });
  }

  return { type, pageArguments: (of) => pageArguments(isAbstract(catalog.abstracts, of) ? 'CatalogObject' : of) };
}

const jsonScalars = {
  text: 'String',
  int: 'Int',
  bigint: 'BigInt',
  float: 'Float',
  bool: 'Boolean',
  quantity: 'String',
  texts: 'String',
  map: 'MapEntry',
} as const;

/** A member of a stored JSON object as GraphQL shows it. */
function jsonValue(field: JsonField, value: unknown): unknown {
  if (field.type === 'map') return Object.entries(value ?? {}).map(([key, entry]) => ({ key, value: String(entry) }));
  if (field.type === 'texts' || (field.type === 'objects' && field.single !== true)) return value ?? [];
  return value ?? null;
}
