import type { JsonField, JsonFields, ObjectsField } from '../fields.ts';
import type { AnyObject, DynamicFields, DynamicTypes, TypeName } from './dynamic-types.ts';
import type { FieldSpec } from './field-spec.ts';
import type { Inputs } from './inputs.ts';

/** Makes the types that fields bring along: enums, groups, small objects in lists; each once, whatever refers to it. */
export function createNestedTypes(
  types: DynamicTypes,
  inputs: Inputs,
  fieldsOf: (specs: readonly FieldSpec[]) => DynamicFields,
) {
  const made = new Set<string>();

  const add = (specs: readonly FieldSpec[]): void => {
    for (const { objects, choice, group } of specs) {
      if (objects !== undefined) addObject(objects);
      if (choice !== undefined) inputs.enumOf(choice);
      if (group === undefined) continue;
      add(group.fields);
      const { name, description } = group.field;
      if (made.has(name)) continue;
      made.add(name);
      types.object(name, { description, fields: () => fieldsOf(group.fields) });
    }
  };

  const addObject = ({ name, description, fields }: Pick<ObjectsField, 'name' | 'description' | 'fields'>): string => {
    if (made.has(name)) return name;
    made.add(name);
    const members = jsonMembers(fields);
    types.object(name, { description, fields: () => members });
    return name;
  };

  const jsonMembers = (fields: JsonFields): DynamicFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, member]) => {
        const isMany = isList(member);
        const type = typeOf(member);
        const field = {
          description: member.description,
          type: isMany ? ([type] as const) : type,
          nullable: !isMany && member.required !== true,
          resolve: (parent: AnyObject) => jsonValue(member, parent[name]),
        };
        return [member.as ?? name, field];
      }),
    );

  const typeOf = (member: JsonField): string => {
    if (member.type === 'objects') return addObject(member);
    return member.type === 'choice' ? inputs.enumOf(member) : jsonScalars[member.type];
  };

  return { add };
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
} as const satisfies Record<string, TypeName>;

const isList = (field: JsonField): boolean =>
  field.type === 'texts' || field.type === 'map' || (field.type === 'objects' && field.single !== true);

/** A member of a stored JSON object as GraphQL shows it. */
function jsonValue(field: JsonField, value: unknown): unknown {
  if (field.type === 'map') return Object.entries(value ?? {}).map(([key, entry]) => ({ key, value: String(entry) }));
  return isList(field) ? (value ?? []) : (value ?? null);
}
