import { type FieldNode, Kind, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { kept } from '../../../platform/kept.ts';
import type { AskedOperation } from './write-operation.ts';

type Variables = AskedOperation['variables'];

/** How a document reads one list page by page, each time with another cursor. */
export interface Pages {
  /** The variable that has the cursor. */
  readonly after: string;
  /** How many objects a page has; undefined where that is not said. */
  readonly sizeOf: (variables: Variables) => number | undefined;
}

const argument = ({ arguments: args = [] }: FieldNode, wanted: string): ValueNode | undefined =>
  args.find(({ name }) => name.value === wanted)?.value;

const numberIn = (value: ValueNode | undefined): number | undefined =>
  value?.kind === Kind.INT ? Number(value.value) : undefined;

/** Undefined for an operation that asks for something besides the list, or has its cursor in its text. */
export const pagesOf = kept(
  ({ selectionSet, variableDefinitions = [] }: OperationDefinitionNode): Pages | undefined => {
    const [field, another] = selectionSet.selections;
    if (field?.kind !== Kind.FIELD || another !== undefined) return undefined;
    const [after, first] = [argument(field, 'after'), argument(field, 'first')];
    if (after?.kind !== Kind.VARIABLE || first === undefined) return undefined;
    if (first.kind !== Kind.VARIABLE) return { after: after.name.value, sizeOf: () => numberIn(first) };
    const name = first.name.value;
    const byDefault = numberIn(variableDefinitions.find(({ variable }) => variable.name.value === name)?.defaultValue);
    // The default is for what was not given; null is, and then the page may be read backwards.
    const sizeOf = ({ [name]: given = byDefault }: Variables): number | undefined =>
      typeof given === 'number' ? given : undefined;
    return { after: after.name.value, sizeOf };
  },
);

/** The same operation for the page behind a cursor. */
export const behind = (asked: AskedOperation, { after }: Pages, cursor: string): AskedOperation => ({
  ...asked,
  variables: { ...asked.variables, [after]: cursor },
});
