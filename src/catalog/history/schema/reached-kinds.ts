import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { isLeftOut } from '../../read/select.ts';

/** Kinds by the GraphQL types that show them. */
export type KindsOfTypes = ReadonlyMap<string, readonly string[]>;

/** The members of a connection between the list and what is listed. */
const transparent = new Set(['nodes', 'edges', 'node']);

/**
 * Finds the kinds that the selection of a field reaches: by the types of the fields in it, and by what a fragment
 * takes an abstract type for. Of the objects that the field itself is asked for the field knows better.
 *
 *     organization { memberships { nodes { user { name } } } }      reaches memberships and users
 */
export function createReachedKinds(kindsOfTypes: KindsOfTypes): (info: GraphQLResolveInfo) => ReadonlySet<string> {
  /** Of selections that are the same in every request. */
  const known = new WeakMap<FieldNode, ReadonlySet<string>>();

  const walk = (info: GraphQLResolveInfo, field: FieldNode): ReadonlySet<string> => {
    const found = new Set<string>();
    let isFixed = true;
    const add = (type: string): void => {
      for (const kind of kindsOfTypes.get(type) ?? []) found.add(kind);
    };
    const visit = (set: SelectionSetNode, type: GraphQLNamedType | undefined, isOfField: boolean): void => {
      for (const selection of set.selections) {
        if ((selection.directives?.length ?? 0) > 0) isFixed = false;
        if (isLeftOut(info, selection)) continue;
        if (selection.kind === Kind.FIELD) {
          const name = selection.name.value;
          const of = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
          if (of === undefined) continue;
          const isStill = isOfField && transparent.has(name);
          if (!isStill) add(getNamedType(of.type).name);
          if (selection.selectionSet) visit(selection.selectionSet, getNamedType(of.type), isStill);
        } else {
          const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
          const condition = fragment?.typeCondition?.name.value;
          if (condition !== undefined && !isOfField) add(condition);
          const narrowed = condition === undefined ? type : info.schema.getType(condition);
          if (fragment !== undefined) visit(fragment.selectionSet, narrowed, isOfField);
        }
      }
    };
    const type = info.parentType.getFields()[field.name.value]?.type;
    if (field.selectionSet && type !== undefined) visit(field.selectionSet, getNamedType(type), true);
    if (isFixed) known.set(field, found);
    return found;
  };

  return (info) => {
    const [first, ...rest] = info.fieldNodes;
    if (first !== undefined && rest.length === 0) return known.get(first) ?? walk(info, first);
    return new Set(info.fieldNodes.flatMap((field) => [...(known.get(field) ?? walk(info, field))]));
  };
}
