import {
  type ASTNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
} from 'graphql';
import { ORGANIZATION_LABEL, PROJECT_LABEL, TOPOLOGY_PREFIX } from '../../src/catalog/derived-labels.ts';
import type { KindModel } from '../../src/catalog/model.ts';
import { catalog, schema } from '../schema/catalog-schema.ts';

type Field = GraphQLField<unknown, unknown>;

/** What the arguments that a field needs are, wherever it is. */
const needed: Readonly<Record<string, readonly string[]>> = {
  labelValue: [`${TOPOLOGY_PREFIX}site`, ORGANIZATION_LABEL, PROJECT_LABEL].map((key) => `key: "${key}"`),
};

/**
 * A selection of every field of a type that can be selected without saying which: small objects and lists of changes with
 * all that is in them, related objects of the catalog with their own values, so many steps away.
 */
export function everyField(typeName: string, steps: number, inside: readonly string[] = []): string {
  const type = schema.getType(typeName);
  if (isInterfaceType(type) && !isOfCatalog(typeName)) {
    // The past of an object has the fields of its own kind; that of any object has those of each kind.
    const own = schema.getPossibleTypes(type).filter(({ name }) => name === `${inside[0]}Fields`);
    const isOfAny = typeName === 'ObjectFields' && own.length === 0;
    const ways = (own.length > 0 ? own : schema.getPossibleTypes(type)).map(
      ({ name }) => `... on ${name} { ${isOfAny ? apart(name, steps, inside) : everyField(name, steps, inside)} }`,
    );
    return ['__typename', ...ways].join(' ');
  }
  if (!isObjectType(type)) return ['__typename', ...(type && 'getFields' in type ? ['kind name'] : [])].join(' ');
  const texts = Object.values(type.getFields()).flatMap((field) => fieldText(field, steps, [...inside, typeName]));
  return ['__typename', ...texts].join(' ');
}

/** Every field of a type, called after the type as well: beside it in a document are others whose fields give something else. */
function apart(typeName: string, steps: number, inside: readonly string[]): string {
  const fields = Object.values((schema.getType(typeName) as GraphQLObjectType).getFields());
  const texts = fields.flatMap((field) => fieldText(field, steps, [...inside, typeName]));
  return texts
    .map((text) => (/^\w+: /.test(text) ? text : text.replace(/^\w+/, (name) => `${typeName}_${name}: ${name}`)))
    .join(' ');
}

function fieldText(field: Field, steps: number, inside: readonly string[]): string[] {
  const type = getNamedType(field.type as GraphQLOutputType);
  const ways = needed[field.name] ?? (field.args.some(isRequired) ? [] : ['']);
  const paged = field.args.some(({ name }) => name === 'first') ? 'first: 30' : '';
  return ways.flatMap((way, index) => {
    const args = [way, paged].filter(Boolean).join(', ');
    const called = `${ways.length > 1 ? `${field.name}${index}: ` : ''}${field.name}${args === '' ? '' : `(${args})`}`;
    if (isLeafType(type)) {
      // One step away an object's own values do.
      return field.name === 'manifest' && steps === 0 ? [] : [called];
    }
    if (inside.includes(type.name)) return [];
    const listed = type.name.replace(/Connection$/, '');
    const leadsOn = isOfCatalog(listed);
    if (leadsOn && steps === 0) return [];
    if (!leadsOn && steps === 0 && inside.length > 3) return [];
    const below = leadsOn ? steps - 1 : steps;
    const within = leadsOn ? [] : inside;
    const isList = type.name.endsWith('Connection');
    return [
      `${called} { ${isList ? `totalCount nodes { ${everyField(listed, below, within)} }` : everyField(type.name, below, within)} }`,
    ];
  });
}

const isRequired = ({ type, defaultValue }: Field['args'][number]): boolean =>
  String(type).endsWith('!') && defaultValue === undefined;

const isOfCatalog = (name: string): boolean =>
  name === 'CatalogObject' || catalog.byType(name) !== undefined || catalog.abstracts.some((one) => one.name === name);

/** So long is a document at most: one of some 20,000 tokens is refused. */
const LONGEST = 100_000;

const short = (node: ASTNode): string => stripIgnoredCharacters(print(node));

/** Selections in parts, none longer than that: what is too long by itself is asked for part by part. */
function inParts(selections: readonly SelectionNode[]): SelectionNode[][] {
  const pieces = selections.flatMap((one): SelectionNode[] => {
    const inner = 'selectionSet' in one ? one.selectionSet : undefined;
    if (inner === undefined || short(one).length <= LONGEST) return [one];
    return inParts(inner.selections).map((own) => ({ ...one, selectionSet: { ...inner, selections: own } }));
  });
  const parts: SelectionNode[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const own = short(piece).length;
    if (length + own > LONGEST) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(piece);
    length += own;
  }
  return parts;
}

/** A list of a kind with everything in it, in as many documents as that takes. */
export function everythingOf({ listField, type }: KindModel): string[] {
  const whole = `{ ${listField}(first: 200) { totalCount nodes { ${everyField(type, 1)} } } }`;
  const { definitions } = parse(whole, { noLocation: true });
  return definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    return inParts(definition.selectionSet.selections).map((selections) =>
      short({ ...definition, selectionSet: { ...definition.selectionSet, selections } }),
    );
  });
}
