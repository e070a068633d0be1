import { type GraphQLObjectType, isObjectType } from 'graphql';
import type { Operation } from './plan-types.ts';

/** An object type of the schema, which has to have it. */
export function objectType({ schema }: Pick<Operation, 'schema'>, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is not an object type of the schema`);
  return type;
}
