import type { Catalog } from '../model.ts';
import type { WalkInterface, WalkMember, WalkShape, WalkType } from '../walk.ts';
import type { DynamicFields, DynamicTypes } from './dynamic-types.ts';
import type { OutputType } from './field-spec.ts';
import type { Inputs } from './inputs.ts';
import { planned } from './planned.ts';

/** The type of what a walk, or a member of its values, gives. */
export function walkOutput(catalog: Catalog, shape: WalkShape): OutputType {
  switch (shape.gives) {
    case 'value':
      return { name: shape.type, isList: shape.list === true, isNullable: shape.nullable === true };
    case 'object': {
      const [only, another] = catalog.membersOf(shape.to);
      const name = only !== undefined && another === undefined ? only.type : shape.to;
      return { name, isList: shape.list === true, isNullable: shape.list !== true };
    }
    case 'values':
      return { name: shape.of.name, isList: shape.list === true, isNullable: shape.nullable === true };
    case 'walk':
      return { ...walkOutput(catalog, shape.shape()), isNullable: true };
  }
}

/** Makes the types of what walks give, each once. */
export function createWalkTypes(types: DynamicTypes, catalog: Catalog, inputs: Inputs) {
  const made = new Set<WalkType | WalkInterface>();

  const fieldsOf = (members: Readonly<Record<string, WalkMember>>): DynamicFields =>
    Object.fromEntries(
      Object.entries(members).map(([name, member]) => {
        const { name: type, isList, isNullable } = walkOutput(catalog, member);
        const { description } = member;
        const assumed = 'assumedSize' in member ? { assumedSize: member.assumedSize } : {};
        const extensions = { isWalked: true, ...assumed };
        const shown = isList ? ([type] as const) : type;
        return [name, { description, type: shown, nullable: isNullable, extensions, resolve: planned }];
      }),
    );

  const add = (shape: WalkShape): void => {
    if (shape.gives === 'walk') add(shape.shape());
    if (shape.gives !== 'values' || made.has(shape.of)) return;
    const { of } = shape;
    made.add(of);
    if ('types' in of) {
      types.interface(of.name, { description: of.description, fields: () => fieldsOf(of.fields) });
      for (const type of of.types) addType(type, [of.name]);
    } else addType(of, []);
  };

  const addType = (type: WalkType, interfaces: readonly string[]): void => {
    made.add(type);
    const { name, description, fields, choices = [] } = type;
    for (const choice of choices) inputs.enumOf(choice);
    types.object(name, { description, interfaces, fields: () => fieldsOf(fields) });
    for (const member of Object.values(fields)) add(member);
  };

  return { add };
}
