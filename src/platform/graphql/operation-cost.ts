import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from 'graphql';

/**
 * The greatest possible cost of an operation, known before it is executed.
 * - `cost`: objects that could be read, page sizes multiplied, and the price of the fields that cost more than that.
 * - `lists`: lists to be planned, each with a statement of its own. · `fields`: fields selected, fragments spread out.
 */
export interface Cost {
  readonly cost: number;
  readonly lists: number;
  readonly fields: number;
}

/** The field that contributes most: its path in the answer, and what of the cost it makes up. */
export interface CostliestField {
  readonly path: readonly string[];
  readonly cost: number;
}

/**
 * What reading a field costs, counted in objects, by its name or as `Type.field`; what is not named costs 1 when it is
 * an object and nothing when it is a scalar.
 */
export type Prices = Readonly<Record<string, number>>;

/** How many entries a list is taken to have. */
export interface ListSize {
  /** Arguments that say it: a number, or a list whose length counts. The first that is given decides. */
  readonly slicingArguments: readonly string[];
  /** What it is when no argument says it. */
  readonly assumedSize: number;
  /** The field is a page: `nodes` and `edges` below it have the entries. */
  readonly isPage: boolean;
  /** The field has an entry for each id or key of a list that it takes. */
  readonly isOfKeys: boolean;
}

/** Also of a page whose size is not said: most are not full, and what is really read is counted as well. */
const ASSUMED_SIZE = 10;
/** The lists of introspection, which are long. */
const INTROSPECTED: Prices = { types: 800, fields: 10, enumValues: 4, inputFields: 4, args: 2 };

/** What a field says of its own list. */
interface ListExtensions {
  readonly sizedBy?: string;
  readonly assumedSize?: number;
}

/** Undefined for a field that is no list. Pages are recognised by their arguments (Relay), lists of ids by theirs. */
export function listSizeOf(field: GraphQLField<unknown, unknown>): ListSize | undefined {
  const takes = (name: string): boolean => field.args.some((argument) => argument.name === name);
  if (takes('first')) {
    const isPage = getNamedType(field.type).name.endsWith('Connection');
    return { slicingArguments: ['first', 'last'].filter(takes), assumedSize: ASSUMED_SIZE, isPage, isOfKeys: false };
  }
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  if (!isListType(type)) return undefined;
  const isIntrospection = getNamedType(type).name.startsWith('__');
  const { sizedBy, assumedSize: told = ASSUMED_SIZE } = field.extensions as ListExtensions;
  const assumedSize = isIntrospection ? (INTROSPECTED[field.name] ?? 1) : told;
  const keys = sizedBy ?? (takes('ids') ? 'ids' : undefined);
  return {
    slicingArguments: keys === undefined ? [] : [keys],
    assumedSize,
    isPage: false,
    isOfKeys: keys !== undefined,
  };
}

/** What one of its objects or values costs by itself. */
export const priceOf = (prices: Prices, type: string, field: GraphQLField<unknown, unknown>): number =>
  prices[`${type}.${field.name}`] ??
  prices[field.name] ??
  (field.extensions as { readonly price?: number }).price ??
  (isCompositeType(getNamedType(field.type)) ? 1 : 0);

interface Variables {
  readonly [name: string]: unknown;
}

/** Gives the value that a variable will have. */
type ReadVariable = (name: string) => unknown;

export interface WorkedOutCost extends Cost {
  readonly costliest: CostliestField;
  /** It is the same whatever the variables are. */
  readonly isFixed: boolean;
}

/** Costs of a selection on one object: `once`, and for each entry of the list that the object is a page of. */
interface Share {
  readonly once: Cost;
  readonly perEntry: Cost;
}

const nothing: Cost = { cost: 0, lists: 0, fields: 0 };
const add = (one: Cost, other: Cost): Cost => ({
  cost: one.cost + other.cost,
  lists: one.lists + other.lists,
  fields: one.fields + other.fields,
});
/** Lists and fields are planned once, whatever the number of rows. */
const times = (cost: Cost, factor: number): Cost => ({ ...cost, cost: cost.cost * factor });

/**
 * Computes the greatest possible cost of an operation from the document and its variables, in time linear in the document:
 * a fragment is looked at once, however often it is spread. It takes documents that were not validated: what it does
 * not know costs nothing, since validation will refuse it.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  prices: Prices = {},
): WorkedOutCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const values = withDefaults(operation, variables);
  let isFixed = true;
  const readVariable: ReadVariable = (name) => {
    isFixed = false;
    return values[name];
  };
  const shares = new Map<string, Share>();
  const costs = new Map<FieldNode, Cost>();

  const ofFragment = (name: string): Share => {
    const known = shares.get(name);
    if (known !== undefined) return known;
    shares.set(name, { once: nothing, perEntry: nothing }); // A circle costs nothing: validation refuses it.
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const share =
      fragment && isCompositeType(type) ? ofSet(fragment.selectionSet, type) : { once: nothing, perEntry: nothing };
    shares.set(name, share);
    return share;
  };

  const ofSet = (set: SelectionSetNode, type: GraphQLCompositeType): Share => {
    let once = nothing;
    let perEntry = nothing;
    for (const selection of set.selections) {
      if (isLeftOut(selection, readVariable)) continue;
      if (selection.kind === Kind.FIELD) {
        const cost = ofField(selection, type);
        if (isEntries(type, selection)) perEntry = add(perEntry, cost);
        else once = add(once, cost);
        continue;
      }
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : ofInline(selection.typeCondition?.name.value, selection.selectionSet, type);
      once = add(once, inner.once);
      perEntry = add(perEntry, inner.perEntry);
    }
    return { once, perEntry };
  };

  const ofInline = (condition: string | undefined, set: SelectionSetNode, type: GraphQLCompositeType): Share => {
    const narrowed = condition === undefined ? type : schema.getType(condition);
    return isCompositeType(narrowed) ? ofSet(set, narrowed) : { once: nothing, perEntry: nothing };
  };

  const ofField = (node: FieldNode, parent: GraphQLCompositeType): Cost => {
    const field = fieldOf(schema, parent, node.name.value);
    const named = field && getNamedType(field.type);
    let cost: Cost = { cost: field === undefined ? 0 : priceOf(prices, parent.name, field), lists: 0, fields: 1 };
    if (field !== undefined && isCompositeType(named) && node.selectionSet !== undefined) {
      const { once, perEntry } = ofSet(node.selectionSet, named);
      const list = isEntries(parent, node) ? undefined : listSizeOf(field);
      if (list === undefined) cost = add(cost, add(once, perEntry));
      else if (!list.isPage) cost = times(add(cost, add(once, perEntry)), sizeIn(node, list, readVariable));
      else {
        cost = add(cost, add(once, times(perEntry, sizeIn(node, list, readVariable))));
        cost = { ...cost, lists: cost.lists + 1 };
      }
    }
    costs.set(node, cost);
    return cost;
  };

  const root = schema.getRootType(operation.operation);
  const share = root ? ofSet(operation.selectionSet, root) : { once: nothing, perEntry: nothing };
  const total = add(share.once, share.perEntry);
  return { ...total, costliest: costliestOf(operation.selectionSet, fragments, costs), isFixed };
}

/** Entries of a page: what its size is multiplied with. */
const isEntries = (type: GraphQLCompositeType, { name }: FieldNode): boolean =>
  (name.value === 'nodes' || name.value === 'edges') && type.name.endsWith('Connection');

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function sizeIn(node: FieldNode, { slicingArguments, assumedSize }: ListSize, readVariable: ReadVariable): number {
  for (const name of slicingArguments) {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const size = given && lengthOf(given, readVariable);
    if (size !== undefined) return size;
  }
  return assumedSize;
}

function lengthOf(node: ValueNode, readVariable: ReadVariable): number | undefined {
  if (node.kind === Kind.INT) return Math.max(0, Number(node.value));
  if (node.kind === Kind.LIST) return node.values.length;
  if (node.kind !== Kind.VARIABLE) return undefined;
  const value = readVariable(node.name.value);
  if (typeof value === 'number') return Math.max(0, value);
  return Array.isArray(value) ? value.length : undefined;
}

/** Variables as they will hold: what is not given has its default. */
function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables {
  const values: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (values[name] !== undefined || defaultValue === undefined) continue;
    if (defaultValue.kind === Kind.BOOLEAN) values[name] = defaultValue.value;
    else values[name] = lengthOf(defaultValue, () => undefined);
  }
  return values;
}

function isLeftOut(
  { directives = [] }: { readonly directives?: FieldNode['directives'] },
  readVariable: ReadVariable,
): boolean {
  for (const { name, arguments: given = [] } of directives ?? []) {
    const leavesOutWhen = { [GraphQLSkipDirective.name]: true, [GraphQLIncludeDirective.name]: false }[name.value];
    const condition = given.find((argument) => argument.name.value === 'if')?.value;
    if (leavesOutWhen === undefined || condition === undefined) continue;
    const value =
      condition.kind === Kind.VARIABLE
        ? readVariable(condition.name.value)
        : condition.kind === Kind.BOOLEAN && condition.value;
    if (value === leavesOutWhen) return true;
  }
  return false;
}

/** Follows the largest share down from the root, as long as one field makes up most of it. */
function costliestOf(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  costs: ReadonlyMap<FieldNode, Cost>,
): CostliestField {
  const path: string[] = [];
  let found = 0;
  let set: SelectionSetNode | undefined = root;
  const seen = new Set<SelectionSetNode>();
  while (set !== undefined && !seen.has(set)) {
    seen.add(set);
    let best: FieldNode | undefined;
    for (const field of fieldsOf(set, fragments)) {
      if (best === undefined || costIn(costs, field) > costIn(costs, best)) best = field;
    }
    if (best === undefined) break;
    if (path.length === 0) found = costIn(costs, best);
    else if (costIn(costs, best) === 0) break;
    path.push(best.alias?.value ?? best.name.value);
    set = best.selectionSet;
  }
  return { path, cost: found };
}

const costIn = (costs: ReadonlyMap<FieldNode, Cost>, field: FieldNode): number => costs.get(field)?.cost ?? 0;

/** The fields of a selection set, those of its fragments too; each fragment once. */
function fieldsOf(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen = new Set<string>(),
): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, fragments, seen);
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined || seen.has(selection.name.value)) return [];
    seen.add(selection.name.value);
    return fieldsOf(fragment.selectionSet, fragments, seen);
  });
}
