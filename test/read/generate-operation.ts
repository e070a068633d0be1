import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

export interface Generated {
  readonly query: string;
}

/** What arguments may be: names and keys of objects, and their ids. */
export interface Values {
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly kinds: readonly string[];
}

/** Fields whose value passes with time: two answers to one operation may differ in it. */
export const PASSING = ['lagSeconds', 'generatedAt'];

/** Fields that many kinds have and no plan: an operation with one in it is left to graphql-js as a whole. */
const UNPLANNED = [
  'history',
  'trace',
  'traces',
  'connectedTo',
  'throughPaths',
  'impact',
  'dependsOn',
  'neighbours',
  'elevation',
  'capacity',
];

/** Verbs, of which not each kind has each, and a permission by its name. */
const PERMISSIONS = ['get', 'update', 'approve', 'inventory.miloapis.com/racks.update'];

/** No deeper than this. */
const DEPTH = 3;

/**
 * Makes an operation that begins with this field of Query: with aliases, repeated fields that are merged, fragments with and
 * without a name, `@skip` and `@include`, `__typename`, and arguments as variables and as literals.
 */
export function generateOperation(schema: GraphQLSchema, root: Field, values: Values, random: () => number): Generated {
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no Query');
  const roots = Object.values(query.getFields()).filter(({ extensions }) => extensions.isWritten === true);
  const fragments: string[] = [];
  let aliases = 0;
  const alias = (): string => `a${aliases++}`;

  const literal = (type: GraphQLInputType, name: string): string => {
    if (isNonNullType(type)) return literal(type.ofType, name);
    if (isListType(type)) {
      const item = literal(type.ofType, name);
      return chance(0.5) ? `[${item}]` : `[${item}, ${literal(type.ofType, name)}, ${item}]`;
    }
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) return inputLiteral(type);
    if (name === 'kind' || name === 'kinds') return JSON.stringify(pick(values.kinds));
    if (name === 'permission') return JSON.stringify(pick(PERMISSIONS));
    switch (type.toString()) {
      case 'Int':
        return String(Math.floor(random() * 4));
      case 'Float':
        return '1.5';
      case 'Boolean':
        return String(chance(0.5));
      case 'ID':
        return JSON.stringify(pick(values.ids));
      case 'BigInt':
        return '"1"';
      case 'DateTime':
        return '"2030-01-01T00:00:00Z"';
      default:
        return JSON.stringify(pick(values.texts));
    }
  };

  const inputLiteral = (type: GraphQLInputObjectType): string => {
    const members = Object.values(type.getFields());
    const given = type.isOneOf
      ? [pick(members)]
      : members.filter((member) => isNonNullType(member.type) || chance(0.2));
    return `{${given.map((member) => `${member.name}: ${literal(member.type, member.name)}`).join(', ')}}`;
  };

  const isGiven = ({ name, type, defaultValue }: GraphQLArgument): boolean => {
    if (isNonNullType(type)) return defaultValue === undefined || chance(0.3);
    if (name === 'orderBy') return chance(0.2);
    return isEnumType(getNamedType(type)) || type.toString() === 'Boolean' ? chance(0.3) : false;
  };

  const argumentsOf = (field: Field): string => {
    const given = field.args.filter(isGiven).map(({ name, type }) => `${name}: ${literal(type, name)}`);
    const named = (name: string): boolean => field.args.some((one) => one.name === name);
    if (named('first') && named('after'))
      given.push(pick(['first: $few', 'first: 2', 'last: 3', 'first: 5', 'first: 0']));
    else if (!named('first') && named('name') && named('id')) given.push(`name: ${JSON.stringify(pick(values.texts))}`);
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  };

  const directive = (): string =>
    chance(0.12) ? pick([' @skip(if: $yes)', ' @skip(if: $no)', ' @include(if: $yes)', ' @include(if: $no)']) : '';

  const fieldsOf = (type: GraphQLNamedType): readonly Field[] =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

  const fieldText = (field: Field, depth: number, isAliased: boolean): string => {
    const type = getNamedType(field.type);
    const args = argumentsOf(field);
    // Two fields of one key must be the same: whatever has arguments has a key of its own.
    const called = isAliased || args !== '' || chance(0.2) ? `${alias()}: ${field.name}` : field.name;
    const text = `${called}${args}${directive()}`;
    if (isLeafType(type)) return text;
    const first = `${text} { ${selection(type, depth - 1)} }`;
    return args === '' && !isAliased && called === field.name && chance(0.15)
      ? `${first} ${field.name} { ${selection(type, depth - 1)} }`
      : first;
  };

  /** `isAliased`: all keys are unique, since objects of other types stand in the same place. */
  const selection = (type: GraphQLNamedType, depth: number, isAliased = false): string => {
    const parts: string[] = [];
    const all = fieldsOf(type).filter(({ name }) => !PASSING.includes(name));
    const fit = all.filter(
      (field) =>
        (!UNPLANNED.includes(field.name) || chance(0.03)) && (depth > 0 || isLeafType(getNamedType(field.type))),
    );
    const lead = fit.filter(({ name }) => name === 'nodes' || name === 'edges' || name === 'node');
    const wanted =
      lead.length > 0 ? fit.filter(() => chance(0.4)) : fit.filter(() => chance(Math.min(0.5, 5 / fit.length)));
    for (const field of wanted) parts.push(fieldText(field, lead.length > 0 ? depth + 1 : depth, isAliased));
    if (lead.length > 0 && depth > 0) parts.push(fieldText(pick(lead), depth + 1, isAliased));
    if (parts.length === 0 || chance(0.2)) parts.push(chance(0.5) ? '__typename' : `${alias()}: __typename`);
    if (depth > 0 && chance(0.35)) parts.push(fragment(type, depth));
    if (isAbstractType(type) && depth > 0) {
      const objects = schema.getPossibleTypes(type);
      for (let count = 0; count < 2; count++) parts.push(onType(pick(objects), depth - 1));
    }
    return shuffled(parts).join(' ');
  };

  const onType = (type: GraphQLObjectType, depth: number): string =>
    `... on ${type.name}${directive()} { ${selection(type, depth, true)} }`;

  const fragment = (type: GraphQLNamedType, depth: number): string => {
    const inner = selection(type, depth - 1, true);
    if (chance(0.4)) return `...${directive()} { ${inner} }`;
    if (chance(0.4)) return `... on ${type.name}${directive()} { ${inner} }`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} { ${inner} }`);
    return chance(0.3) ? `...${name} ...${name}${directive()}` : `...${name}${directive()}`;
  };

  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((one) => ({ one, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);

  const rootText = (field: Field): string => {
    const type = getNamedType(field.type);
    const given = isLeafType(getNullableType(type)) ? '' : ` { ${selection(type, DEPTH)} }`;
    return `${alias()}: ${field.name}${argumentsOf(field)}${directive()}${given}`;
  };
  const parts = [rootText(root)];
  if (chance(0.4)) parts.push(rootText(pick(roots)));
  if (chance(0.2)) parts.push('__typename');
  if (chance(0.2)) parts.push(`... on Query { ${rootText(pick(roots))} }`);
  const body = shuffled(parts).join(' ');
  const whole = [`{ ${body} }`, ...fragments].join('\n');
  const declared = ['few: Int = 3', 'yes: Boolean! = true', 'no: Boolean! = false'].filter((one) =>
    whole.includes(`$${one.split(':')[0]}`),
  );
  const head = declared.length === 0 ? 'query' : `query (${declared.map((one) => `$${one}`).join(', ')})`;
  return { query: `${head} ${whole}` };
}
