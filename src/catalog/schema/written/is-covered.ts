import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../../read/plan-types.ts';
import { memberOf } from '../../read/text/value-writer.ts';
import { planned, plannedList } from '../planned.ts';

type Field = GraphQLField<unknown, unknown>;

/** How the fields of an object come about: its own are planned, or it is a value and they are made of it. */
type Way = 'planned' | 'value';

const ofConnections = /(Connection|Edge|PageInfo)$/;

/**
 * Whether an operation can be answered without graphql-js: it is a query, every field of Query in it is one that is
 * written, and below each there is nothing but values of planned rows. `@skip` and `@include` are not looked at: an
 * operation is covered for all of its variables, or for none.
 */
export function isCovered(
  schema: GraphQLSchema,
  fragments: Operation['fragments'],
  operation: OperationDefinitionNode,
): boolean {
  const query = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || !query) return false;
  const looked = new Map<SelectionSetNode, Set<string>>();

  const below = (set: SelectionSetNode, type: GraphQLNamedType, way: Way): boolean => {
    const types = looked.get(set) ?? new Set<string>();
    looked.set(set, types);
    const key = `${way} ${type.name}`;
    if (types.has(key)) return true;
    types.add(key);
    const objects = possible(schema, type);
    return set.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet, name } = selection;
        if (name.value === '__typename') return true;
        if (name.value.startsWith('__')) return false; // Introspection.
        return objects.every((object) => {
          const field = object.getFields()[name.value];
          return field === undefined || covers(object, field, selectionSet, way);
        });
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      if (fragment === undefined) return false;
      const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
      return below(fragment.selectionSet, condition ?? type, way);
    });
  };

  const covers = (object: GraphQLObjectType, field: Field, set: SelectionSetNode | undefined, way: Way): boolean => {
    const type = getNamedType(field.type);
    if (object === query)
      return field.extensions.isWritten === true && (set === undefined || below(set, type, 'planned'));
    if (way === 'value') return memberOf(field) !== undefined && (isLeafType(type) || isValue(type, set));
    if (field.resolve !== planned && field.resolve !== plannedList) return false;
    const { source, isWalked } = field.extensions;
    if (source?.from === 'row' || source?.from === 'constant') return isLeafType(type) || isValue(type, set);
    if (source === undefined && isWalked !== true && !ofConnections.test(object.name)) return false;
    return isLeafType(type) || (set !== undefined && below(set, type, isMadeOfValues(type) ? 'value' : 'planned'));
  };

  const isValue = (type: GraphQLNamedType, set: SelectionSetNode | undefined): boolean =>
    isObjectType(type) && type.isTypeOf === undefined && set !== undefined && below(set, type, 'value');

  return below(operation.selectionSet, query, 'planned');
}

/** Whether the fields of a type take their values from whatever is at hand, such as those of an amount. */
const isMadeOfValues = (type: GraphQLNamedType): boolean =>
  isObjectType(type) && Object.values(type.getFields()).every((field) => memberOf(field) !== undefined);

const possible = (schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] => {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
};
