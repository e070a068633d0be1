import type { Catalog, KindModel } from '../model.ts';
import { addConnection } from './connection-type.ts';
import type { DynamicArguments, DynamicFields, DynamicTypes } from './dynamic-types.ts';
import type { SchemaExtension } from './extension.ts';
import type { FieldArguments, FieldSpec } from './field-spec.ts';
import { fieldSpecs, recordSpecs } from './field-specs.ts';
import type { Inputs } from './inputs.ts';
import { createKindInputs } from './kind-inputs.ts';
import { createNestedTypes } from './nested-types.ts';
import { listArguments, pageArguments } from './page-arguments.ts';
import { planned, plannedList } from './planned.ts';
import { createWalkTypes } from './walk-types.ts';

/** Makes the output types of all kinds from their definitions, and the types over several kinds. */
export function addOutputs(
  types: DynamicTypes,
  catalog: Catalog,
  inputs: Inputs,
  extensions: readonly SchemaExtension[],
): void {
  const specs = new Map(catalog.kinds.map((kind) => [kind, fieldSpecs(catalog, kind, extensions)]));
  const kindInputs = createKindInputs(types, catalog, inputs);
  const argumentsFor = (args: FieldArguments | undefined): DynamicArguments =>
    args?.take === 'given' ? kindInputs.members(args.fields, 'new') : argumentsOf(catalog, inputs, args);
  const fieldsOf = (fields: readonly FieldSpec[]): DynamicFields =>
    Object.fromEntries(
      fields.map(({ name, description, type, args, source, price }) => [
        name,
        {
          description,
          type: type.isList ? ([type.name] as const) : type.name,
          nullable: type.isNullable,
          args: argumentsFor(args),
          extensions: { source, ...(price !== undefined && { price }) },
          resolve: planned,
        },
      ]),
    );

  types.enum('ManifestFormat', () => ({
    description: 'The notation in which a manifest is written.',
    values: { YAML: { description: 'YAML.' }, JSON: { description: 'JSON.' } },
  }));
  const nested = createNestedTypes(types, inputs, fieldsOf);
  for (const fields of specs.values()) nested.add(fields);

  const sharedFields = (kinds: readonly KindModel[]): DynamicFields =>
    fieldsOf(shared(kinds.map((kind) => specs.get(kind) ?? [])));
  types.interface('CatalogObject', {
    description: 'Any object of the catalog, whatever its kind.',
    interfaces: ['Node'],
    fields: () => sharedFields(catalog.kinds),
  });
  for (const { name, description } of catalog.abstracts) {
    types.interface(name, {
      description,
      interfaces: ['Node', 'CatalogObject'],
      fields: () => sharedFields(catalog.membersOf(name)),
    });
  }
  for (const kind of catalog.kinds) {
    const abstracts = catalog.abstracts.filter(({ kinds }) => kinds.includes(kind.kind)).map(({ name }) => name);
    types.object(kind.type, {
      description: kind.description,
      interfaces: ['Node', 'CatalogObject', ...abstracts],
      fields: () => fieldsOf(specs.get(kind) ?? []),
    });
  }
  const walkTypes = createWalkTypes(types, catalog, inputs);
  for (const field of [...catalog.fields, ...catalog.queries]) if (field.gives === 'walk') walkTypes.add(field.shape);
  const told = [...catalog.queries, ...catalog.reports];
  const records = new Map(told.flatMap((one) => ('record' in one ? [[one.record.name, one.record] as const] : [])));
  const recordFields = [...records.values()].map((record) => {
    for (const choice of record.choices ?? []) inputs.enumOf(choice);
    const fields = recordSpecs(catalog, record);
    nested.add(fields);
    types.object(record.name, { description: record.description, fields: () => fieldsOf(fields) });
    return fields;
  });
  const lists = [...specs.values(), ...recordFields]
    .flat()
    .flatMap(({ args }) => (args?.take === 'list' ? [args.of] : []));
  const listed = new Set(['CatalogObject', ...catalog.kinds.map(({ type }) => type), ...lists]);
  for (const name of listed) {
    const description = `One page of a list of ${name}, which holds only objects that you may see.`;
    addConnection(types, name, description, plannedList);
  }
}

function argumentsOf(
  catalog: Catalog,
  inputs: Inputs,
  args: Exclude<FieldArguments, { take: 'given' }> | undefined,
): DynamicArguments {
  switch (args?.take) {
    case undefined:
      return {};
    case 'list':
      return listArguments(catalog, inputs, args.of);
    case 'page':
      return pageArguments(args.defaultPage);
    case 'key':
      return { key: { type: 'String', required: true, description: 'Key of the label, including its prefix.' } };
    case 'manifest':
      return manifestArguments;
    case 'permissions':
      return { of: { type: ['String'], description: `Only those of these permissions. ${VERB}` } };
    case 'permission':
      return { permission: { type: 'String', required: true, description: `The permission. ${VERB}` } };
  }
}

const VERB = 'A verb such as `update` stands for that permission on the object itself.';

/** How a manifest is to be written. */
export const manifestArguments: DynamicArguments = {
  format: { type: 'ManifestFormat', defaultValue: 'YAML', description: 'The notation of the manifest.' },
  bare: {
    type: 'Boolean',
    defaultValue: false,
    description:
      'Whether to leave out what `apply` does not need: uid, revision, timestamps, status and derived labels.',
  },
};

/** Fields that all of these types have alike. */
function shared([first = [], ...rest]: readonly (readonly FieldSpec[])[]): FieldSpec[] {
  const signature = ({ name, type, args }: FieldSpec): string => JSON.stringify([name, type, args]);
  return first.filter((spec) =>
    rest.every((other) => other.some((candidate) => signature(candidate) === signature(spec))),
  );
}
