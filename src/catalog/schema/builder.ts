import SchemaBuilder from '@pothos/core';
import { Kind as AstKind, GraphQLError, type ValueNode } from 'graphql';
import type { FieldChange } from '../differences.ts';
import { instant, isInstant } from '../values/instant.ts';
import type { RequestContext } from './context.ts';

interface Loose {
  Input: unknown;
  Output: unknown;
}

/** Types that are made from kinds, or elsewhere in the catalog, and that types written by hand name. */
interface NamedTypes {
  Label: { key: string; value: string };
  FieldManager: { manager: string; fields: string[] };
  Quantity: { text: string; value: string };
  MapEntry: { key: string; value: string };
  FieldChange: FieldChange;
}

export interface SchemaTypes {
  Context: RequestContext;
  Objects: NamedTypes;
  Scalars: {
    ID: Loose;
    String: Loose;
    Int: Loose;
    Float: Loose;
    Boolean: Loose;
    BigInt: Loose;
    DateTime: Loose;
    JSON: Loose;
  };
  DefaultInputFieldRequiredness: false;
  DefaultFieldNullability: false;
}

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
export type Builder = PothosSchemaTypes.SchemaBuilder<Types>;
/** Makes the fields of an object type whose values have the given shape. */
export type FieldsOf<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>;

const integer = /^-?\d+$/;
const limit = 2n ** 63n;
const LONGEST_INTEGER = String(-limit).length;

const parseBigInt = (value: unknown): bigint => {
  const text =
    typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : '';
  if (!integer.test(text))
    throw new GraphQLError(`BigInt takes a whole number (in quotes when beyond 2^53), not ${JSON.stringify(value)}`);
  // To read very many digits takes long.
  const parsed = text.length > LONGEST_INTEGER ? limit : BigInt(text);
  if (parsed < -limit || parsed >= limit) throw new GraphQLError(`${text} does not fit 64 bits`);
  return parsed;
};

const parseInstant = (value: unknown): string => {
  if (typeof value !== 'string' || !isInstant(value))
    throw new GraphQLError(
      `DateTime takes an RFC 3339 instant such as 2026-01-31T12:00:00Z, not ${JSON.stringify(value)}`,
    );
  return instant(value);
};

const textOf = (node: ValueNode): unknown =>
  node.kind === AstKind.STRING || node.kind === AstKind.INT ? node.value : undefined;

/** The schema library with the catalog's own scalars. */
export function createBuilder(): Builder {
  const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });
  builder.scalarType('BigInt', {
    description:
      'A 64-bit whole number. It is sent as a string of digits, because JSON numbers lose digits beyond 2^53.',
    serialize: (value) => String(value),
    parseValue: parseBigInt,
    parseLiteral: (node) => parseBigInt(textOf(node)),
  });
  builder.scalarType('DateTime', {
    description: 'An instant in RFC 3339 notation, in UTC: `2026-01-31T12:00:00Z`.',
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    parseValue: parseInstant,
    parseLiteral: (node) => parseInstant(textOf(node)),
  });
  builder.scalarType('JSON', {
    description: 'Any JSON value.',
    serialize: (value) => value,
    parseValue: (value) => value,
  });
  return builder;
}
