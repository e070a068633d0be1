import { inSlices } from '../../platform/in-slices.ts';
import type { Catalog } from '../model.ts';
import { seeing } from '../read/hops.ts';
import type { Target } from '../read/plan-types.ts';
import type {
  EachQuery,
  EntriesQuery,
  ManyQuery,
  OneQuery,
  RecordsQuery,
  RootQuery,
  WalkQuery,
} from '../root-query.ts';
import { auditTarget } from './audit-target.ts';
import { addConnection } from './connection-type.ts';
import { planContext, readWithAccess, selectionSets } from './context.ts';
import type { DynamicField, DynamicFields, DynamicTypes } from './dynamic-types.ts';
import type { Inputs } from './inputs.ts';
import { createKindInputs } from './kind-inputs.ts';
import { listArguments, pageArguments } from './page-arguments.ts';
import { plannedList } from './planned.ts';
import { prepareRecords } from './prepare-records.ts';
import { createReadGiven, type ReadGiven } from './read-given.ts';
import { everyRow, readEach, readList, readOne } from './read-objects.ts';
import { everything, readRecordPage } from './read-record-page.ts';
import { walkOutput } from './walk-types.ts';
import { written } from './written/written.ts';

/** What depends on what the field gives. */
type Shape = Pick<DynamicField, 'type' | 'nullable' | 'args' | 'resolve'>;

/** The fields of Query that domains add. */
export function domainQueries(types: DynamicTypes, catalog: Catalog, inputs: Inputs): DynamicFields {
  const kindInputs = createKindInputs(types, catalog, inputs);
  const fields = catalog.queries.flatMap((query): [string, DynamicField][] => {
    if (query.gives === 'entries') return []; // They have a past, which history knows.
    const { name, description, args = {}, sizedBy, price } = query;
    if (query.gives === 'records' && query.paged === true)
      addConnection(types, query.record.name, `One page of a list of ${query.record.name}.`, plannedList);
    const { args: common, ...shape } = shapeOf(catalog, inputs, query, createReadGiven(args));
    const kinds = 'to' in query ? catalog.membersOf(query.to).map(({ kind }) => kind) : [];
    const { extensions } = written(auditTarget(() => ({ verb: query.gives === 'one' ? 'get' : 'list', kinds })));
    return [
      [
        name,
        {
          ...shape,
          description,
          args: { ...kindInputs.members(args, 'new'), ...common },
          extensions: { ...extensions, sizedBy, price },
        },
      ],
    ];
  });
  return Object.fromEntries(fields);
}

function shapeOf(catalog: Catalog, inputs: Inputs, query: Exclude<RootQuery, EntriesQuery>, read: ReadGiven): Shape {
  switch (query.gives) {
    case 'one':
      return one(catalog, query, read);
    case 'many':
      return many(catalog, inputs, query, read);
    case 'each':
      return each(catalog, query, read);
    case 'records':
      return query.paged === true ? recordPage(query, read) : records(query, read);
    case 'walk':
      return walked(catalog, query, read);
  }
}

function walked(catalog: Catalog, { walk, shape }: WalkQuery, read: ReadGiven): Shape {
  const { name, isList, isNullable } = walkOutput(catalog, shape);
  return {
    type: isList ? [name] : name,
    nullable: isNullable,
    resolve: (_root, args, context, info) => {
      const given = read(args);
      const { fieldName } = info;
      const selected = { key: fieldName, name: fieldName, type: name, args, below: selectionSets(info) };
      return readWithAccess(context, (access) =>
        context.reader.walk(planContext(context, info, access), selected, { walk, shape, given }),
      );
    },
  };
}

function one(catalog: Catalog, { to, where }: OneQuery, read: ReadGiven): Shape {
  const kind = catalog.get(to);
  return {
    type: kind.type,
    nullable: true,
    resolve: (_root, args, context, info) => {
      const given = read(args);
      return readOne(context, info, kind, (row, see) => where(row, given, see));
    },
  };
}

function many(catalog: Catalog, inputs: Inputs, { to, where, orderBy }: ManyQuery, read: ReadGiven): Shape {
  const members = catalog.membersOf(to);
  const [only, another] = members;
  const of = only !== undefined && another === undefined ? only.type : to;
  return {
    type: `${of}Connection`,
    args: listArguments(catalog, inputs, of),
    resolve: (_root, args, context, info) => {
      const given = read(args);
      const targets = members.map(
        (kind): Target => ({ kind, link: everyRow, where: (row, see) => where(row, given, see, kind.kind) }),
      );
      return readList(context, info, { ...args, orderBy: args.orderBy ?? orderBy }, targets);
    },
  };
}

function each(catalog: Catalog, { to, sizedBy, where }: EachQuery, read: ReadGiven): Shape {
  const kind = catalog.get(to);
  return {
    type: [kind.type],
    nullable: 'items',
    resolve: (_root, args, context, info) => {
      const given = read(args);
      return readEach(context, info, {
        kind,
        argument: sizedBy,
        keys: (given[sizedBy] ?? []) as readonly string[],
        where: (row, key, see) => where(row, key, given, see),
      });
    },
  };
}

function records(query: RecordsQuery, read: ReadGiven): Shape {
  const { record, single, rows } = query;
  return {
    type: single === true ? record.name : [record.name],
    nullable: single === true,
    resolve: async (_root, args, context, info) => {
      const given = read(args);
      const found = await readWithAccess(context, async (access) => {
        const see = seeing({ catalog: context.catalog, access });
        const prepared = await prepareRecords(query, given, see, context);
        const wanted = { typeName: record.name, rows: rows(given, see, prepared, everything) };
        return context.reader.records(planContext(context, info, access), wanted, selectionSets(info));
      });
      if (single === true) return found[0] ?? null;
      return info.isWritten === true ? found : inSlices(found, context.slices);
    },
  };
}

function recordPage(query: RecordsQuery, read: ReadGiven): Shape {
  return {
    type: `${query.record.name}Connection`,
    args: pageArguments(),
    resolve: (_root, args, context, info) => readRecordPage(context, info, query, args, read(args)),
  };
}
