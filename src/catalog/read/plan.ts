import {
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isSpecifiedScalarType,
  type SelectionSetNode,
} from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import { objectType } from './object-type.ts';
import type { Answer, Assemble, Child, Level, PlanContext, Selected, Source } from './plan-types.ts';
import { select } from './select.ts';

type Setter = (into: Answer, cells: readonly unknown[]) => void;

/** Plans a selection on rows of one kind. The answer is null where the row's id is null (nothing was joined). */
export function planObject(
  context: PlanContext,
  level: Level,
  kind: KindModel,
  row: Sql,
  sets: readonly SelectionSetNode[],
): Assemble {
  const id = level.column(sql`${row}.id`);
  const assemble = planRecord(context, level, kind.type, row, sets);
  return (cells) => (cells[id] === null ? null : assemble(cells));
}

/** Plans a selection on rows that are no objects of a kind: each gives an answer. */
export function planRecord(
  context: PlanContext,
  level: Level,
  typeName: string,
  row: Sql,
  sets: readonly SelectionSetNode[],
): (cells: readonly unknown[]) => Answer {
  const setters = planFields(context, level, objectType(context.operation, typeName), row, sets);
  return (cells) => {
    const answer: Answer = { __typename: typeName };
    for (const set of setters) set(answer, cells);
    return answer;
  };
}

/**
 * The same for a flat record that nothing is done with any more: it has what was selected and nothing else, in this order, with
 * the values that clients get.
 */
export function planWhole(
  context: PlanContext,
  level: Level,
  typeName: string,
  row: Sql,
  sets: readonly SelectionSetNode[],
): (cells: readonly unknown[]) => Answer {
  const type = objectType(context.operation, typeName);
  const setters = select(context.operation, type, sets, true).map((selected): Setter => {
    const { key, name } = selected;
    const field = type.getFields()[name];
    if (field === undefined) {
      return (into) => {
        into[key] = typeName;
      };
    }
    const source = field.extensions.source;
    const leaf = getNamedType(field.type);
    if (source?.from !== 'row' || !isLeafType(leaf)) throw new Error(`${typeName}.${name} is no value`);
    const set = planField(context, level, row, selected, source);
    if (isSpecifiedScalarType(leaf)) return set;
    const complete = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(complete) : value === null ? null : leaf.serialize(value);
    return (into, cells) => {
      set(into, cells);
      into[key] = complete(into[key]);
    };
  });
  return (cells) => {
    const answer: Answer = {};
    for (const set of setters) set(answer, cells);
    return answer;
  };
}

const planFields = (
  context: PlanContext,
  level: Level,
  type: GraphQLObjectType,
  row: Sql,
  sets: readonly SelectionSetNode[],
): Setter[] =>
  select(context.operation, type, sets).map((selected) => {
    const source = type.getFields()[selected.name]?.extensions.source;
    if (source === undefined) throw new Error(`${type.name}.${selected.name} does not say where its value comes from`);
    return planField(context, level, row, selected, source);
  });

function planField(context: PlanContext, level: Level, row: Sql, selected: Selected, source: Source): Setter {
  const { key, args, below } = selected;
  switch (source.from) {
    case 'constant':
      return (into) => {
        into[key] = source.value;
      };
    case 'row': {
      const places = source.columns(row, args, context, selected).map((expression) => level.column(expression));
      return (into, cells) => {
        into[key] = source.read(
          places.map((place) => cells[place]),
          args,
          context,
          selected,
        );
      };
    }
    case 'group': {
      const inner = objectType(context.operation, selected.type);
      const present = source.present === undefined ? undefined : level.column(source.present(row, context.access));
      const setters = planFields(context, level, inner, row, below);
      return (into, cells) => {
        if (present !== undefined && cells[present] !== true) {
          into[key] = null;
          return;
        }
        const answer: Answer = {};
        for (const set of setters) set(answer, cells);
        into[key] = answer;
      };
    }
    case 'one': {
      const options = source.targets.map((target) => {
        const alias = level.join(row, target, context);
        return planObject(context, level, target.kind, alias, below);
      });
      return (into, cells) => {
        for (const assemble of options) {
          const answer = assemble(cells);
          if (answer === null) continue;
          into[key] = answer;
          return;
        }
        into[key] = null;
      };
    }
    case 'many': {
      const parent = level.column(sql`${row}.id`);
      const child: Child = { plan: context.planList(context, selected, source.targets), pending: [] };
      level.children.push(child);
      return (into, cells) => {
        child.pending.push({ into, key, parentId: String(cells[parent]) });
      };
    }
  }
}
