import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType } from 'graphql';
import { random } from './random.ts';

/** What texts and ids of an input may be. */
export interface InputValues {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Taken for a text or an id now and then. */
  readonly odd: readonly string[];
}

/** Makes values of input types that fit them and make little sense; the same ones for the same seed. */
export function makeInput(seed: number, { ids, names, odd }: InputValues) {
  const { next, pick } = random(seed);
  const scalar = (name: string): unknown => {
    switch (name) {
      case 'Int':
        return pick([0, 1, -1, 7, 2 ** 31 - 1, -(2 ** 31)]);
      case 'Float':
        return pick([0, -0.5, 1e300, 5e-324]);
      case 'Boolean':
        return next() < 0.5;
      case 'BigInt':
        return pick(['0', '1', '-1', '9223372036854775807', '-9223372036854775808', 12]);
      case 'DateTime':
        return pick(['2026-01-31T12:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999+14:00']);
      case 'ID':
        return next() < 0.6 ? pick(ids) : pick(odd);
      default:
        return next() < 0.6 ? pick(names) : pick(odd);
    }
  };
  const value = (type: GraphQLInputType, depth: number): unknown => {
    if (isNonNullType(type)) return value(type.ofType, depth);
    if (isListType(type)) {
      const size = depth > 6 ? 0 : Math.floor(next() * 3);
      return Array.from({ length: size }, () => value(type.ofType, depth + 1) ?? undefined).filter(
        (one) => one !== undefined,
      );
    }
    if (isScalarType(type)) return scalar(type.name);
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (!isInputObjectType(type)) return null;
    const fields = Object.values(type.getFields());
    if (type.isOneOf) {
      const chosen = pick(fields);
      return { [chosen.name]: value(chosen.type, depth + 1) };
    }
    return Object.fromEntries(
      fields.flatMap((field) => {
        const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
        if (!isRequired && (next() < 0.4 || depth > 6)) return [];
        if (!isNonNullType(field.type) && next() < 0.15) return [[field.name, null]];
        return [[field.name, value(field.type, depth + 1)]];
      }),
    );
  };
  return value;
}
