import {
  type Field,
  type Fields,
  isReference,
  type RefField,
  type RefsField,
  scalarTypes,
  shownName,
} from '../../fields.ts';
import type { Catalog } from '../../model.ts';
import type { AnyObject, DynamicFields, DynamicTypes, TypeName } from '../../schema/dynamic-types.ts';
import type { Inputs } from '../../schema/inputs.ts';
import { isObject } from '../../values/is-object.ts';
import { quantityValue } from '../../values/quantity.ts';
import type { KindState } from '../state-sql.ts';

const NAMED = 'NamedObject';

/**
 * The types of `ObjectState.fields`, one for each kind: the fields that an object of the kind has of its own, with the
 * same names and types as on the object itself. What it refers to may be gone, so that is told by name.
 */
export function addStateFields(types: DynamicTypes, catalog: Catalog, inputs: Inputs): void {
  types.object(NAMED, {
    description: 'What an object of the past refers to, by name: it may be gone.',
    fields: () => ({
      kind: member('String', 'Kind of the object, as in its manifest.', ({ kind }) => kind),
      name: member('String', 'Name of the object, or its natural key where manifests write that.', ({ name }) => name),
      namespace: member('String', 'Namespace of the object, if the manifest names it.', ({ namespace }) => namespace),
    }),
  });
  const groups = new Set<string>();
  const typesOf = (fields: Fields): void => {
    for (const field of Object.values(fields)) {
      if (field.type !== 'group' || groups.has(field.name)) continue;
      groups.add(field.name);
      typesOf(field.fields);
      const { name, description } = field;
      types.object(typeOfGroup(name), { description, fields: () => members(field.fields, inputs) });
    }
  };
  const common: DynamicFields = {
    kind: { ...member('String', 'Kind of the object, as in its manifest.', ({ kind }) => kind), nullable: false },
    name: { ...member('String', 'Name of the object.', ({ name }) => name), nullable: false },
  };
  types.interface('ObjectFields', {
    description:
      'The fields that an object had at some moment, typed as they are on the object itself: `fields { ... on RackFields { heightU } }`.',
    fields: () => common,
  });
  for (const { type, description, spec, status } of catalog.kinds) {
    typesOf(spec);
    typesOf(status);
    types.object(`${type}Fields`, {
      description,
      interfaces: ['ObjectFields'],
      fields: () => ({
        ...common,
        ...members(spec, inputs, ({ spec: stated }) => stated),
        ...members(status, inputs, ({ status: kept }) => kept),
      }),
    });
  }
}

/** What the fields of a state are taken from. */
export const fieldsOfState = ({ kind: { kind, type }, state: { name, spec, status } }: KindState): AnyObject => ({
  __typename: `${type}Fields`,
  kind,
  name,
  spec,
  status,
});

const typeOfGroup = (name: string): string => `${name}Fields`;

const member = (type: TypeName, description: string, value: (parent: AnyObject) => unknown): DynamicFields[string] => ({
  type,
  description,
  nullable: typeof type === 'string',
  resolve: (parent) => value(parent) ?? (typeof type === 'string' ? null : []),
});

const members = (fields: Fields, inputs: Inputs, part: (parent: AnyObject) => unknown = (parent) => parent) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const valueIn = (parent: AnyObject): unknown => {
        const value = (part(parent) as AnyObject | undefined)?.[name];
        return value === undefined || value === null ? undefined : shown(field, value);
      };
      return [shownName(name, field), member(typeOf(field, inputs), field.description, valueIn)];
    }),
  );

function typeOf(field: Field, inputs: Inputs): TypeName {
  switch (field.type) {
    case 'choice':
      return inputs.enumOf(field);
    case 'quantity':
      return 'Quantity';
    case 'texts':
      return ['String'];
    case 'objects':
      return field.single === true ? field.name : [field.name];
    case 'group':
      return typeOfGroup(field.name);
    case 'ref':
      return NAMED;
    case 'refs':
      return [NAMED];
    default:
      return scalarTypes[field.type];
  }
}

function shown(field: Field, value: unknown): unknown {
  if (field.type === 'quantity') return { text: String(value), value: quantityValue(String(value)) };
  if (!isReference(field)) return value;
  return field.type === 'ref' ? named(field, value) : (value as readonly unknown[]).map((entry) => named(field, entry));
}

/** A reference as a manifest writes it, with the kind that it leaves out where there is only one. */
function named(field: RefField | RefsField, entry: unknown): unknown {
  const wrapped = field.type === 'refs' && field.wrap !== undefined && isObject(entry) ? entry[field.wrap] : entry;
  const [kind = null] = field.to;
  return isObject(wrapped) ? { kind, ...wrapped } : { kind, name: wrapped };
}
