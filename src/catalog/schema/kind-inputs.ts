import {
  type EntryMembers,
  type Field,
  type Fields,
  type JsonField,
  type JsonFields,
  type RefField,
  type RefsField,
  scalarTypes,
} from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import { withArticle } from '../values/names.ts';
import type { DynamicArgument, DynamicArguments, DynamicTypes, TypeName } from './dynamic-types.ts';
import { inputName } from './input-names.ts';
import type { Inputs } from './inputs.ts';
import { unionName } from './union-name.ts';

/** What an input type is for: a whole new thing, or changes of an existing one, where nothing is required. */
export type Purpose = 'new' | 'changes';

/** Members of input types that say what an object is to be: from the same fields as the output types. */
export interface KindInputs {
  members(fields: Fields | JsonFields, purpose: Purpose): DynamicArguments;
  labels(purpose: Purpose): DynamicArguments;
}

const scalars = { ...scalarTypes, quantity: 'String' } as const;

export function createKindInputs(types: DynamicTypes, catalog: Catalog, inputs: Inputs): KindInputs {
  const nested = (name: string, description: string, fields: Fields | JsonFields, purpose: Purpose) =>
    types.input(`${name}${purpose === 'new' ? 'Input' : 'ChangesInput'}`, () => ({
      description: `${description}${purpose === 'new' ? '' : ' A field that is left out stays as it is; `null` clears a field.'}`,
      members: members(fields, purpose),
    }));

  const reference = ({ to, union }: RefField | RefsField): string => {
    const kinds = to.map((name) => catalog.get(name));
    const [only, another] = kinds;
    if (only !== undefined && another === undefined) return namedReferenceInput(types, only);
    const names = kinds.map(({ type }) => type);
    return types.input(`${unionName(catalog, kinds, union)}ReferenceInput`, () => ({
      description: `A reference to ${names.map(withArticle).join(' or ')}: by opaque id, or by name as one of these kinds.`,
      isOneOf: true,
      members: {
        id: { type: 'ID', description: 'Opaque id of the object, whatever its kind.' },
        ...Object.fromEntries(
          kinds.map((kind): [string, DynamicArgument] => [
            kind.field,
            {
              type: namedReferenceInput(types, kind),
              description: `The object is ${withArticle(kind.type)}, named here.`,
            },
          ]),
        ),
      },
    }));
  };

  /** A reference, and what the entry says besides. */
  const entryInput = ({ to, description }: RefsField, { name, fields }: EntryMembers): string =>
    types.input(`${name}Input`, () => ({
      description: `An entry of: ${description}`,
      members: {
        id: { type: 'ID', description: `Opaque id of the ${to.join(' or ')}. Either \`id\` or \`name\` is given.` },
        name: { type: 'String', description: `Name of the ${to.join(' or ')}.` },
        ...members(fields, 'changes'),
      },
    }));

  const typeOf = (field: Field | JsonField, purpose: Purpose): TypeName => {
    switch (field.type) {
      case 'choice':
        return inputs.enumOf(field);
      case 'texts':
        return ['String'];
      case 'map':
        return [mapEntry(types)];
      case 'group':
        return nested(field.name, field.description, field.fields, purpose);
      case 'objects':
        return field.single === true
          ? nested(field.name, field.description, field.fields, purpose)
          : [nested(field.name, field.description, field.fields, 'new')];
      case 'ref':
        return reference(field);
      case 'refs':
        return [field.entry === undefined ? reference(field) : entryInput(field, field.entry)];
      default:
        return scalars[field.type];
    }
  };

  const members = (fields: Fields | JsonFields, purpose: Purpose): DynamicArguments =>
    Object.fromEntries(
      (Object.entries(fields) as [string, Field | JsonField][])
        .filter(([, field]) => purpose === 'new' || canChange(field))
        .map(([name, field]): [string, DynamicArgument] => {
          const fallback = 'default' in field ? field.default : undefined;
          const required = purpose === 'new' && field.required === true && fallback === undefined;
          const otherwise = fallback === undefined || typeof fallback === 'object' ? '' : ` Default: \`${fallback}\`.`;
          const description = field.description + (purpose === 'new' ? otherwise : '');
          return [inputName(name, field), { type: typeOf(field, purpose), required, description }];
        }),
    );

  return {
    members,
    labels: (purpose) => {
      const type = [purpose === 'new' ? inputs.label() : labelChange(types)] as const;
      const changes = purpose === 'new' ? '' : ' to change; `null` in place of the list removes all of them';
      return {
        labels: { type, description: `Labels${changes}.` },
        annotations: { type, description: `Annotations${changes}.` },
      };
    },
  };
}

/** What never changes after creation is no part of changes. */
const canChange = (field: Field | JsonField): boolean => {
  if (field.immutable === 'always') return false;
  return field.type !== 'group' || Object.values(field.fields).some(canChange);
};

/** How an object of one kind is named. */
const namedReferenceInput = (types: DynamicTypes, kind: KindModel): string =>
  kind.namespaced
    ? types.input('NamespacedReferenceInput', () => ({
        description: 'A reference to an object that lives in a namespace, by its opaque id or by its name.',
        members: {
          id: { type: 'ID', description: 'Opaque id of the object. Either `id` or `name` is given.' },
          name: { type: 'String', description: 'Name of the object.' },
          namespace: {
            type: 'String',
            description: 'Namespace of the object. Default: the namespace of the object that refers to it.',
          },
        },
      }))
    : types.input('ReferenceInput', () => ({
        description: 'A reference to an object, by its opaque id or by its name.',
        isOneOf: true,
        members: {
          id: { type: 'ID', description: 'Opaque id of the object.' },
          name: {
            type: 'String',
            description: 'Name of the object, or its natural key where the kind has one (`serviceName`).',
          },
        },
      }));

const mapEntry = (types: DynamicTypes): string =>
  types.input('MapEntryInput', () => ({
    description: 'One entry of a map.',
    members: {
      key: { type: 'String', required: true, description: 'The key.' },
      value: { type: 'String', required: true, description: 'The value, as text.' },
    },
  }));

const labelChange = (types: DynamicTypes): string =>
  types.input('LabelChangeInput', () => ({
    description: 'A change of one label or annotation. Labels and annotations that are not named stay as they are.',
    members: {
      key: { type: 'String', required: true, description: 'The key.' },
      value: { type: 'String', description: 'The new value; `null` removes the label or annotation.' },
    },
  }));
