import {
  type BaseContext,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  coerceInputValue,
  GraphQLError,
  type GraphQLFormattedError,
  GraphQLScalarType,
  type GraphQLSchema,
  isInputType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { currentCaller } from '../fair-shares.ts';
import { holdsMany } from '../holds-many.ts';
import type { SharedSlices, TimeSlices } from '../time-slices.ts';
import { coerceInSlices } from './coerce-in-slices.ts';
import type { OperationStep } from './operation-steps.ts';

/** Variables that hold fewer values are coerced at once, in a millisecond or two. */
const MANY = 500;
/** As graphql-js has it. */
const MOST_ERRORS = 50;
/** A scalar of the schema that takes every value as it is. */
const AS_IT_IS = 'JSON';

interface Coerced {
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphQLError[];
}

const showing = new GraphQLScalarType({
  name: 'Shown',
  parseValue: () => {
    throw new GraphQLError('');
  },
});

/** A value as graphql-js shows it in its errors, from which alone it can be had. */
function shown(value: unknown): string {
  try {
    return String(coerceInputValue(value, showing)); // null and undefined
  } catch (error) {
    return /^Invalid value (.*): $/s.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
  }
}

const extensions = { code: 'BAD_USER_INPUT' };

class TooManyErrors extends Error {}

const where = (name: string, path: readonly (string | number)[]): string =>
  name + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');

/** Coerces the variables that are large; what is wrong with them is said in the words of graphql-js. */
async function coerceLarge(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Readonly<Record<string, unknown>>,
  slices: TimeSlices,
): Promise<Coerced> {
  const values: Record<string, unknown> = {};
  const errors: GraphQLError[] = [];
  try {
    for (const definition of definitions) {
      const name = definition.variable.name.value;
      const type = typeFromAST(schema, definition.type as NamedTypeNode);
      if (!holdsMany(given[name], MANY) || !isInputType(type)) continue;
      values[name] = await coerceInSlices(given[name], type, slices, (path, invalid, error) => {
        if (errors.length === MOST_ERRORS) throw new TooManyErrors();
        const at = path.length > 0 ? ` at "${where(name, path)}"` : '';
        const message = `Variable "$${name}" got invalid value ${shown(invalid)}${at}; ${error.message}`;
        errors.push(new GraphQLError(message, { nodes: definition, originalError: error, extensions }));
      });
    }
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
    const message = 'Too many errors processing variables, error limit reached. Execution aborted.';
    errors.push(new GraphQLError(message, { extensions }));
  }
  return { values, errors };
}

const asItIs: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: AS_IT_IS } };

/** The operation, for which variables that were coerced already are taken as they are. */
const taking = (operation: OperationDefinitionNode, names: ReadonlySet<string>): OperationDefinitionNode => ({
  ...operation,
  variableDefinitions: (operation.variableDefinitions ?? []).map((definition) =>
    names.has(definition.variable.name.value) ? { ...definition, type: asItIs } : definition,
  ),
});

/**
 * Coerces large variables before the operation is executed, with turns for others: graphql-js would do it in one piece,
 * and looks at all fields of an input for each of its objects.
 */
export const largeVariables = <Context extends BaseContext>(
  schema: GraphQLSchema,
  slices: SharedSlices,
  format: (error: GraphQLError) => GraphQLFormattedError,
): OperationStep<Context> => {
  const coerce = async (
    at: GraphQLRequestContextResponseForOperation<Context>,
    variables: Readonly<Record<string, unknown>>,
    definitions: readonly VariableDefinitionNode[],
  ): Promise<GraphQLResponse | null> => {
    const { request, document, operation } = at;
    const { values, errors } = await coerceLarge(schema, definitions, variables, slices.of(currentCaller()));
    if (errors.length > 0) {
      const singleResult = { errors: errors.map(format) };
      return { http: { status: 400, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
    }
    const taken = taking(operation, new Set(Object.keys(values)));
    request.variables = { ...variables, ...values };
    const changed = document.definitions.map((one) => (one === operation ? taken : one));
    Object.assign(at, { document: { ...document, definitions: changed }, operation: taken });
    return null;
  };
  return {
    responseForOperation: (at) => {
      const { variables } = at.request;
      const definitions = at.operation?.variableDefinitions; // There is no operation when its name is wrong.
      if (definitions === undefined || variables === undefined || !holdsMany(variables, MANY)) return null;
      return coerce(at, variables, definitions);
    },
  };
};
