import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Operation, Selected } from './plan-types.ts';

export const TYPENAME = '__typename';

/** Fields selected on a concrete type, `__typename` among them, fragments and `@skip`/`@include` worked out, merged by response key. */
export function select(
  operation: Operation,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): readonly Selected[] {
  const fields = type.getFields();
  return [...fieldNodes(operation, type, sets)].flatMap(([key, [first, ...rest]]): Selected[] => {
    if (first === undefined) return [];
    const field = fields[first.name.value];
    if (field === undefined) return [{ key, name: TYPENAME, type: 'String', args: {}, below: [] }];
    const args = getArgumentValues(field, first, operation.variableValues);
    const below = [first, ...rest].flatMap((node) => node.selectionSet ?? []);
    return [{ key, name: first.name.value, type: getNamedType(field.type).name, args, below }];
  });
}

/** The nodes of each response key, in the order of the answer. */
export function fieldNodes(
  operation: Operation,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const nodes = new Map<string, FieldNode[]>();
  for (const set of sets) collect(operation, type, set, nodes);
  return nodes;
}

function collect(
  operation: Operation,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  nodes: Map<string, FieldNode[]>,
): void {
  for (const selection of set.selections) {
    if (isLeftOut(operation, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const known = nodes.get(key);
      if (known === undefined) nodes.set(key, [selection]);
      else known.push(selection);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? operation.fragments[selection.name.value] : selection;
    if (fragment === undefined) continue;
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined || applies(operation.schema, type, condition)) {
      collect(operation, type, fragment.selectionSet, nodes);
    }
  }
}

/** `@skip` and `@include` leave it out of this request. */
export const isLeftOut = (
  operation: Pick<Operation, 'variableValues'>,
  node: Parameters<typeof getDirectiveValues>[1],
): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, operation.variableValues)?.if === true ||
  getDirectiveValues(GraphQLIncludeDirective, node, operation.variableValues)?.if === false;

function applies(schema: GraphQLSchema, type: GraphQLObjectType, condition: string): boolean {
  if (condition === type.name) return true;
  const other = schema.getType(condition);
  return isAbstractType(other) && schema.isSubType(other, type);
}
