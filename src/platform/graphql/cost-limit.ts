import type { BaseContext, GraphQLRequest } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, visit } from 'graphql';
import { invalidInput } from '../errors.ts';
import { kept } from '../kept.ts';
import { type Cost, type CostliestField, costOf, type Prices, type WorkedOutCost } from './operation-cost.ts';
import { operationError } from './operation-error.ts';
import type { OperationStep } from './operation-steps.ts';

/** Limits of the cost of one operation, from the settings. */
export interface CostLimits {
  readonly cost: number;
  readonly lists: number;
  readonly fields: number;
}

/** An answer to a request with this header, set to `true`, says in `extensions.cost` what the operation cost. */
export const COST_HEADER = 'x-catalog-cost';

/** The complete introspection is answered without being run; without a token there is nothing else that is large. */
const STRANGERS_COST = 1_000;

const units = { cost: 'objects could be read', lists: 'lists could be read', fields: 'fields are selected' } as const;
const advice = {
  cost: 'smaller pages (`first`), or several operations',
  lists: 'fewer lists in one operation',
  fields: 'fewer fields in one operation',
} as const;

const counted = (count: number): string => (Number.isSafeInteger(count) ? count.toLocaleString('en') : 'very many');

/** Refuses an operation whose greatest possible cost exceeds the limit, before it is planned. */
export function requireAffordable(cost: Cost & { readonly costliest: CostliestField }, limits: CostLimits): void {
  for (const measure of ['cost', 'lists', 'fields'] as const) {
    if (cost[measure] <= limits[measure]) continue;
    const { path, cost: most } = cost.costliest;
    const where = path.join('.');
    throw invalidInput({
      rule: 'COMPLEXITY',
      message: `${counted(cost[measure])} ${units[measure]}; at most ${counted(limits[measure])} are allowed. ${where} costs most: ${counted(most)}`,
      path: where,
      accepted: advice[measure],
    });
  }
}

/** Whatever else a stranger asks for is answered with nothing but the request to sign in, before it is planned. */
function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    Field: ({ name }) => {
      asks ||= name.value === '__schema' || name.value === '__type';
    },
  });
  return asks;
}

/**
 * Computes the greatest possible cost of each operation and refuses those above the limit, which is much lower for
 * callers who are not signed in.
 */
export const costLimit = <Context extends BaseContext>(
  schema: GraphQLSchema,
  prices: Prices,
  limits: CostLimits,
  isStranger: (context: Context) => boolean,
  note: (cost: number) => void,
  /** Whether the answer to the operation under way is to say its cost. */
  isAsked: () => boolean,
): OperationStep<Context> => {
  const readsSchema = kept(asksForSchema);
  const fixed = new WeakMap<OperationDefinitionNode, WorkedOutCost>();
  const costIn = (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): WorkedOutCost => {
    const known = fixed.get(operation);
    if (known !== undefined) return known;
    const cost = costOf(schema, document, operation, variables, prices);
    if (cost.isFixed) fixed.set(operation, cost);
    return cost;
  };
  const asked = new WeakMap<GraphQLRequest, Cost>();
  return {
    didResolveOperation: ({ request, document, operation, contextValue }) => {
      if (operation === undefined) return;
      const worked = costIn(document, operation, request.variables ?? {});
      note(worked.cost);
      if (isAsked()) {
        const { costliest: _, isFixed: __, ...total } = worked;
        asked.set(request, total);
      }
      try {
        const isTight = isStranger(contextValue) && readsSchema(document);
        requireAffordable(worked, isTight ? { ...limits, cost: STRANGERS_COST } : limits);
      } catch (error) {
        throw operationError(error);
      }
    },
    willSendResponse: ({ request, response }) => {
      const cost = asked.get(request);
      if (cost === undefined || response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      singleResult.extensions = { ...singleResult.extensions, cost: { ...cost, limit: limits.cost } };
    },
  };
};
