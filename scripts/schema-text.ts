import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLOneOfDirective,
  type GraphQLSchema,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  type StringValueNode,
  visit,
} from 'graphql';
import { prices } from '../src/catalog/schema/index.ts';
import { costDirectivesOf } from '../src/platform/graphql/cost-directives.ts';

/** Said at the head of graphql/schema.graphql, so that a reader knows what is left out. */
const HEAD = `# Printed by \`npm run schema\`; do not edit.
#
# What is described alike in several places is described here in one of them: a field, argument, enum value or input
# member of the same name with the same description. Looked through in this order: interfaces, Query, Mutation,
# Subscription, other object types, inputs, enums. So what all kinds have in common is described at CatalogObject, and
# the arguments of lists at the first list of Query. The schema that the service answers (introspection) has every
# description everywhere.
`;

type Described = {
  readonly kind: string;
  readonly name: { readonly value: string };
  readonly description?: StringValueNode;
};

const roots = ['Query', 'Mutation', 'Subscription'];

/** Where descriptions that occur several times are kept: the smallest first. */
function rank(definition: DefinitionNode): number {
  if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) return 0;
  if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) return roots.includes(definition.name.value) ? 1 : 2;
  return definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? 3 : 4;
}

/** The schema as text, sorted, with each description of a member once. */
export function schemaText(schema: GraphQLSchema): string {
  const document = parse(withOneOf(printSchema(lexicographicSortSchema(schema))));
  const isMember = (node: Described): boolean =>
    node.kind === Kind.FIELD_DEFINITION ||
    node.kind === Kind.INPUT_VALUE_DEFINITION ||
    node.kind === Kind.ENUM_VALUE_DEFINITION;
  const key = ({ name, description }: Described): string => `${name.value}: ${description?.value}`;

  const keptBy = new Map<string, Described>();
  const byRank = document.definitions.toSorted(
    (a, b) => rank(a) - rank(b) || roots.indexOf(nameOf(a)) - roots.indexOf(nameOf(b)),
  );
  for (const definition of byRank) {
    visit(definition, {
      enter: (node) => {
        const member = node as Described;
        if (isMember(member) && member.description && !keptBy.has(key(member))) keptBy.set(key(member), member);
      },
    });
  }
  const short = visit(document, {
    enter: (node) => {
      const member = node as Described;
      if (!isMember(member) || member.description === undefined || keptBy.get(key(member)) === node) return undefined;
      return { ...node, description: undefined };
    },
  });
  return `${HEAD}\n${oneLine(print(withCosts(schema, short)))}\n`;
}

/** graphql-js applies @oneOf without printing what it is, and older tools (gqlparser, composition) do not know it. */
const withOneOf = (text: string): string =>
  `"""${GraphQLOneOfDirective.description}"""\ndirective @oneOf on INPUT_OBJECT\n\n${text}`;

/** What fields cost, which graphql-js does not print. */
const withCosts = (schema: GraphQLSchema, document: DocumentNode): DocumentNode =>
  visit(document, {
    ObjectTypeDefinition: (definition) => {
      const type = schema.getType(definition.name.value);
      if (!isObjectType(type)) return undefined;
      const fields = definition.fields?.map((node) => {
        const field = type.getFields()[node.name.value];
        return field === undefined ? node : { ...node, directives: costDirectivesOf(prices, type.name, field) };
      });
      return { ...definition, ...(fields && { fields }) };
    },
  });

/** Said at the head of graphql/baseline.graphql. */
const BASELINE_HEAD = `# The schema of the last release, without descriptions: what test/schema/breaking-changes.test.ts compares with.
# Written by \`npm run schema:baseline\` when a release is made; do not edit.
`;

/** The schema as text without descriptions, as changes are found by comparing with it. */
export function baselineText(schema: GraphQLSchema): string {
  const document = parse(printSchema(lexicographicSortSchema(schema)));
  const bare = visit(document, { StringValue: (_node, key) => (key === 'description' ? null : undefined) });
  return `${BASELINE_HEAD}\n${print(bare)}\n`;
}

/** A description of one line stands on one line, however long it is. */
const oneLine = (text: string): string => text.replace(/^( *)"""\n\1(.*[^"\\])\n\1"""$/gm, '$1"""$2"""');

const nameOf = (definition: DefinitionNode): string => ('name' in definition ? (definition.name?.value ?? '') : '');
