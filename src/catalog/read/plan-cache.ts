import { Kind, type SelectionSetNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import { kept } from '../../platform/kept.ts';
import { equalText } from './equal-text.ts';
import type { Level, Operation, PlanContext } from './plan-types.ts';
import { unlimited } from './row-budget.ts';

/** Plans of what was asked before. They hold for whoever may read the same, and for other values of what is no part of them. */
export interface PlanCache {
  /**
   * The plan of a selection, made when there is none yet. `what`: what it depends on besides the selection, its variables
   * and the rights of the caller.
   */
  planOf<Plan extends Planned>(
    context: PlanContext,
    sets: readonly SelectionSetNode[],
    what: readonly unknown[],
    make: (lasting: PlanContext) => Plan,
  ): Plan;
}

interface Planned {
  readonly level: Level;
}

/** Columns of all plans that are kept, those of the lists below included. */
const MOST_COLUMNS = 20_000;
/** A plan with more is made each time, and so is one whose arguments are longer. */
const MOST_OF_ONE = 1_000;
const LONGEST_KEY = 2_000;

/** Told of each plan whether it was known. */
export function createPlanCache(note: (result: 'hit' | 'miss') => void = () => undefined): PlanCache {
  const plans = new LRUCache<string, Planned>({
    maxSize: MOST_COLUMNS,
    maxEntrySize: MOST_OF_ONE,
    sizeCalculation: ({ level }) => columnsOf(level),
  });
  let numbered = 0;
  const numberOf = kept((_set: SelectionSetNode) => ++numbered);

  return {
    planOf: <Plan extends Planned>(
      context: PlanContext,
      sets: readonly SelectionSetNode[],
      what: readonly unknown[],
      make: (lasting: PlanContext) => Plan,
    ): Plan => {
      // Plans for graphql-js collect what is still to be loaded, each for its own request.
      if (context.operation.isWritten !== true) return make(context);
      const { access, caller, operation } = context;
      const names = sets.flatMap((set) => namesIn(operation.fragments, set));
      const variables = names.map((name) => operation.variableValues[name]);
      const key = equalText([access.key, caller.name, sets.map(numberOf), what, variables]);
      if (key.length > LONGEST_KEY) return make(context);
      const known = plans.get(key) as Plan | undefined;
      note(known === undefined ? 'miss' : 'hit');
      if (known !== undefined) return known;
      const made = make(lasting(context, names));
      plans.set(key, made);
      return made;
    },
  };
}

const columnsOf = ({ columns, children }: Level): number =>
  children.reduce((sum, { plan }) => sum + columnsOf(plan.level), columns.length + 1);

/** Without what only the request of now has, which may be much. */
function lasting(context: PlanContext, names: readonly string[]): PlanContext {
  const { schema, fragments, variableValues, isWritten = false } = context.operation;
  const given = names.filter((name) => name in variableValues).map((name) => [name, variableValues[name]] as const);
  const operation = { schema, fragments, variableValues: Object.fromEntries(given), isWritten };
  return { ...context, operation, budget: unlimited, pageEnds: undefined };
}

/** By selection: a document that was found valid is kept, and its fragments with it. */
const known = new WeakMap<SelectionSetNode, readonly string[]>();

/** Names of the variables of a selection, those of its fragments included. */
function namesIn(fragments: Operation['fragments'], set: SelectionSetNode): readonly string[] {
  const found = known.get(set);
  if (found !== undefined) return found;
  const names = new Set<string>();
  const looked = new Set<string>();
  const look = (inner: SelectionSetNode): void => {
    visit(inner, {
      [Kind.VARIABLE]: ({ name }) => void names.add(name.value),
      [Kind.FRAGMENT_SPREAD]: ({ name: { value: name } }) => {
        if (looked.has(name)) return;
        looked.add(name);
        const fragment = fragments[name];
        if (fragment !== undefined) look(fragment.selectionSet);
      },
    });
  };
  look(set);
  const all = [...names];
  known.set(set, all);
  return all;
}
