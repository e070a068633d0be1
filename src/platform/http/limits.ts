import { type ASTNode, GraphQLError, Kind, type ValidationRule } from 'graphql';

/** Refuses operations that nest deeper than `max` fields; introspection is let through. */
export const depthLimit =
  (max: number): ValidationRule =>
  (context) => {
    const depths = new Map<string, number>();
    const depthOf = (node: ASTNode, seen: readonly string[]): number => {
      if (!('selectionSet' in node) || node.selectionSet === undefined) return 0;
      return Math.max(
        0,
        ...node.selectionSet.selections.map((selection) => {
          if (selection.kind === Kind.FIELD)
            return selection.name.value.startsWith('__') ? 0 : 1 + depthOf(selection, seen);
          if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection, seen);
          const name = selection.name.value;
          const known = depths.get(name);
          if (known !== undefined || seen.includes(name)) return known ?? 0;
          const fragment = context.getFragment(name);
          const depth = fragment ? depthOf(fragment, [...seen, name]) : 0;
          depths.set(name, depth);
          return depth;
        }),
      );
    };
    return {
      OperationDefinition: (node) => {
        const depth = depthOf(node, []);
        if (depth <= max) return;
        const extensions = {
          code: 'BAD_USER_INPUT',
          violations: [{ rule: 'QUERY_TOO_DEEP', message: `at most ${max}`, value: depth }],
        };
        context.reportError(
          new GraphQLError(`the operation nests ${depth} fields deep; at most ${max} are allowed`, {
            nodes: node,
            extensions,
          }),
        );
      },
    };
  };
