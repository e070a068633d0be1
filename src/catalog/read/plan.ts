import type { GraphQLObjectType, SelectionSetNode } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import type { KindModel } from '../model.ts';
import { objectType } from './object-type.ts';
import type {
  Child,
  FieldShape,
  Guard,
  Level,
  LevelWalk,
  ObjectShape,
  PlanContext,
  Selected,
  Source,
} from './plan-types.ts';
import { select } from './select.ts';

/** Columns of a kind's table that are set in every row. */
const columnsAlwaysSet = kept((kind: KindModel): readonly string[] => {
  const required = kind.leaves.filter(({ isRequired, field }) => isRequired && !field.type.startsWith('ref'));
  return ['name', ...required.map(({ column }) => column)];
});

/** What is null where there is no row: whatever is sent of it anyway, else as little as can be. */
function presenceOf(
  context: PlanContext,
  kind: KindModel,
  row: Sql,
  type: GraphQLObjectType,
  selected: readonly Selected[],
): Sql {
  const sources = selected.flatMap((one) => {
    const source = type.getFields()[one.name]?.extensions.source;
    return source === undefined ? [] : [{ one, source }];
  });
  const sent = sources.flatMap(({ one, source }) =>
    source.from === 'row' ? source.columns(row, one.args, context, one) : [],
  );
  const set = new Set(columnsAlwaysSet(kind).map((column) => sql`${row}.${sql.ident(column)}`.text));
  const isIdSent = sources.some(({ one, source: { from } }) => one.name === 'id' || from === 'many' || from === 'walk');
  if (isIdSent) return sql`${row}.id`;
  return sent.find(({ text }) => set.has(text)) ?? sql`case when ${row}.id is not null then 1 end`;
}

/**
 * Plans a selection on rows of one kind. There is no object where nothing was joined: its cell `id` is null. `id`: null for rows of other
 * kinds that have the same alias.
 */
export function planObject(
  context: PlanContext,
  level: Level,
  kind: KindModel,
  row: Sql,
  sets: readonly SelectionSetNode[],
  { guards = [], id: ofKind }: { readonly guards?: readonly Guard[]; readonly id?: Sql | undefined } = {},
): ObjectShape {
  level.isSeen(row, kind, context);
  const type = objectType(context.operation, kind.type);
  const selected = select(context.operation, type, sets);
  const id = level.column(ofKind ?? presenceOf(context, kind, row, type, selected));
  const place = { context, level, row, guards: [...guards, { cell: id, is: 'set' } as const] };
  return { type, id, fields: planFields(place, type, selected) };
}

/** Plans a selection on rows that are no objects of a kind; `id`: cell that is null where there is no record. */
export function planRecord(
  context: PlanContext,
  level: Level,
  typeName: string,
  row: Sql,
  sets: readonly SelectionSetNode[],
  id: number,
): ObjectShape {
  const type = objectType(context.operation, typeName);
  const place = { context, level, row, guards: [{ cell: id, is: 'set' } as const] };
  return { type, id, fields: planFields(place, type, select(context.operation, type, sets)) };
}

/** A place in a level's rows: the row that fields take their values from, and when it is there. */
interface Place {
  readonly context: PlanContext;
  readonly level: Level;
  readonly row: Sql;
  readonly guards: readonly Guard[];
}

const planFields = (place: Place, type: GraphQLObjectType, all: readonly Selected[]): FieldShape[] =>
  all.map((selected): FieldShape => {
    const { context } = place;
    const field = type.getFields()[selected.name];
    if (field === undefined) return { selected, context, from: 'typename' };
    const { source } = field.extensions;
    if (source === undefined) throw new Error(`${type.name}.${selected.name} does not say where its value comes from`);
    return { selected, context, ...planField(place, selected, source) };
  });

type Planned<F> = F extends unknown ? Omit<F, 'selected' | 'context'> : never;

function planField(place: Place, selected: Selected, source: Source): Planned<FieldShape> {
  const { context, level, row, guards } = place;
  const { args, below } = selected;
  switch (source.from) {
    case 'constant':
      return source;
    case 'row': {
      const places = source.columns(row, args, context, selected).map((expression) => level.column(expression));
      return { from: 'row', places, source };
    }
    case 'group': {
      const type = objectType(context.operation, selected.type);
      const present = source.present === undefined ? undefined : level.column(source.present(row, context.access));
      const inside =
        present === undefined ? place : { ...place, guards: [...guards, { cell: present, is: 'true' } as const] };
      const fields = planFields(inside, type, select(context.operation, type, below));
      return { from: 'group', present, shape: { type, id: undefined, fields } };
    }
    case 'one': {
      const before: Guard[] = [];
      const options = source.targets.map((target) => {
        const alias = level.join(row, target, context);
        const option = planObject(context, level, target.kind, alias, below, { guards: [...guards, ...before] });
        if (option.id !== undefined) before.push({ cell: option.id, is: 'null' });
        return option;
      });
      return { from: 'one', options };
    }
    case 'many': {
      const parent = level.column(sql`${row}.id`);
      const plan = context.planList(context, selected, source.targets);
      const child: Child = { plan, parent, guards, index: level.children.length, pending: [] };
      level.children.push(child);
      return { from: 'many', child };
    }
    case 'walk': {
      const parent = level.column(sql`${row}.id`);
      const { walk, shape, read } = source;
      const walked = { walk, shape, given: read(args) };
      const index = level.walks.length;
      const child: LevelWalk = { context, selected, source: walked, parent, guards, index, pending: [] };
      level.walks.push(child);
      return { from: 'walk', child };
    }
  }
}
