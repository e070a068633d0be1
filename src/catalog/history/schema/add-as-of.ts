import type { GraphQLResolveInfo } from 'graphql';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { invalidInput } from '../../../platform/errors.ts';
import type { Access } from '../../access/access.ts';
import type { Catalog, KindModel } from '../../model.ts';
import { readConditions } from '../../read/conditions.ts';
import { keyset, readPagedList } from '../../read/paged-list.ts';
import type { Answer, Arguments } from '../../read/plan-types.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder, FieldsOf } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import type { RequestContext } from '../../schema/context.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { getKindByName } from '../../schema/kinds-by-name.ts';
import { nameArguments, objectArguments } from '../../schema/object-arguments.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { ambiguous } from '../../schema/read-objects.ts';
import { compileSelector } from '../../selector/compile.ts';
import { type ResolvedMoment, resolveMoment } from '../as-of.ts';
import { hiddenNames } from '../hidden-names.ts';
import { onPresentRights } from '../present-rights.ts';
import { countStates, loadStates, type PastObject, stateOrder } from '../states.ts';
import { changeVisible } from '../visible.ts';
import type { FeedTypes } from './change-event-type.ts';
import { readPastSelector } from './feed-where.ts';
import { type MomentType, toMoment } from './moment-input.ts';

const texts = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);

/** The condition on a change `c` whose state is wanted. */
function conditionOf(access: Access, kind: KindModel, args: Arguments): Sql {
  const parts = [changeVisible([kind], access, sql`c`, 'get')];
  const where = readConditions(args.where);
  const names = texts(where.names);
  const keys = texts(where.keys);
  if (names !== undefined) parts.push(sql`c.name = any(${names}::text[])`);
  if (keys !== undefined) {
    if (kind.keys.length === 0) {
      const message = `${kind.kind} has no natural key; use names`;
      throw invalidInput({ rule: 'NO_KEY', path: 'where.keys', message });
    }
    const alternatives = kind.keys.map(
      (path) => sql`c.state #>> ${['spec', ...path.split('.')]}::text[] = any(${keys}::text[])`,
    );
    parts.push(sql`(${sql.join(alternatives, ' or ')})`);
  }
  if (typeof where.inForce === 'boolean') {
    parts.push(sql`coalesce((c.state #>> '{status,inForce}')::boolean, false) = ${where.inForce}`);
  }
  const selector = typeof args.labelSelector === 'string' ? args.labelSelector : '';
  const requirements = readPastSelector(selector, 'labelSelector');
  if (requirements.length > 0) parts.push(compileSelector(requirements, sql`(c.state -> 'labels')`));
  return sql.join(parts, ' and ');
}

function statesOf(
  context: RequestContext,
  info: GraphQLResolveInfo,
  { position }: ResolvedMoment,
  kind: KindModel,
  args: Arguments,
): Promise<Answer> {
  const { database } = context.history;
  const query = (access: Access) => ({
    kind,
    position,
    where: conditionOf(access, kind, args),
    hidden: hiddenNames([kind], access, sql`c.state`),
  });
  return readPagedList<PastObject>(context, info, args, {
    name: JSON.stringify([kind.kind, String(position), args.where, args.labelSelector]),
    order: stateOrder,
    positionOf: ({ state, id }) => [state.name, id],
    load: (rows) => onPresentRights(context, ({ access }) => loadStates(database, { ...query(access), rows })),
    count: (limit) => onPresentRights(context, ({ access }) => countStates(database, query(access), limit)),
  });
}

/** The lists of a past catalog that have a field of their own: what billing and quota ask for. */
const lists: Readonly<Record<string, string>> = {
  services: 'Service',
  meterDefinitions: 'MeterDefinition',
  monitoredResourceTypes: 'MonitoredResourceType',
};

/** `catalogAsOf`: the catalog as it was at a moment. */
export function addAsOf(
  builder: Builder,
  types: DynamicTypes,
  catalog: Catalog,
  { state, at }: FeedTypes & MomentType,
): void {
  addConnection(types, 'ObjectState', 'One page of a list of objects as they were, sorted by name.');
  const wheres = addStateWhere(builder);
  const past = builder.objectRef<ResolvedMoment>('CatalogAsOf').implement({
    description:
      'The catalog as it was at a moment. You see the objects that your current permissions allow you to read in the scopes the objects were in at that moment. Labels that are derived from the location of an object are not included.',
    fields: (t) => ({
      position: t.field({
        type: 'BigInt',
        description:
          'Position of the last change that is included. Pass it to `catalogAsOf(at: {position:})` to read the same state again.',
        resolve: (moment) => moment.position,
      }),
      at: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When that change was committed; null if nothing had been changed by then.',
        resolve: (moment) => moment.at,
      }),
      object: t.field({
        type: state,
        nullable: true,
        description: 'An object by its kind and name; null if it did not exist or you may not read it.',
        args: objectArguments(t),
        ...auditTarget((args) => ({
          verb: 'get',
          kinds: [getKindByName(catalog, String(args.kind), 'kind').kind],
          ...nameArguments(args),
          foundUid: (found) => (found as PastObject | null)?.id,
        })),
        resolve: (moment, args, context) => onePastObject(catalog, context, moment, args),
      }),
      objects: t.field({
        ...pastList((args) => getKindByName(catalog, String(args.kind), 'kind')),
        description: 'The objects of one kind.',
        args: {
          kind: t.arg.string({ required: true, description: 'The kind: its name, plural or short name, in any case.' }),
          ...pastListArguments(t, wheres),
        },
      }),
      ...Object.fromEntries(
        Object.entries(lists).flatMap(([field, name]) => {
          const kind = catalog.kinds.find((one) => one.kind === name);
          if (kind === undefined) return [];
          const list = { ...pastList(() => kind), description: `The objects of kind ${name}.` };
          return [[field, t.field({ ...list, args: pastListArguments(t, wheres) })]];
        }),
      ),
    }),
  });
  builder.queryField('catalogAsOf', (t) =>
    t.field({
      type: past,
      description:
        'The catalog as it was at a moment. Fails with `HISTORY_EXPIRED` if history is not kept that long, and with `AS_OF_FUTURE` if the moment is in the future.',
      args: { at: t.arg({ type: at, required: true, description: 'The moment.' }) },
      resolve: (_root, args, context) => resolveMoment(context.history.database, toMoment(args.at), 'at'),
    }),
  );
}

const addStateWhere = (builder: Builder) =>
  builder.inputType('ObjectStateWhere', {
    description: 'Conditions on objects as they were. Where several are given, all of them must hold.',
    fields: (t) => ({
      names: t.stringList({ description: 'The object has one of these names.' }),
      keys: t.stringList({
        description: 'The object has one of these natural keys (`serviceName`, `meterName` and so on).',
      }),
      inForce: t.boolean({ description: '`true`: the object was in force. `false`: it was not.' }),
    }),
  });

const pastListArguments = (t: Pick<FieldsOf<object>, 'arg'>, wheres: ReturnType<typeof addStateWhere>) => ({
  where: t.arg({ type: wheres, description: 'Return only objects that fit these conditions.' }),
  labelSelector: t.arg.string({
    description:
      'Return only objects whose labels fit this selector, in Kubernetes’ notation: `tier=gold,env in (dev,test)`.',
  }),
  ...dynamicArguments(t, pageArguments()),
});

/** A list of the past catalog, without its arguments. */
const pastList = (kindOf: (args: Arguments) => KindModel) => ({
  type: typeNamed('ObjectStateConnection'),
  ...auditTarget((args) => ({ verb: 'list', kinds: [kindOf(args).kind] })),
  resolve: (moment: ResolvedMoment, args: Arguments, context: RequestContext, info: GraphQLResolveInfo) =>
    statesOf(context, info, moment, kindOf(args), args),
});

async function onePastObject(
  catalog: Catalog,
  context: RequestContext,
  { position }: ResolvedMoment,
  args: Arguments,
): Promise<PastObject | null> {
  const kind = getKindByName(catalog, String(args.kind), 'kind');
  const name = String(args.name);
  const container = (['namespace', 'project'] as const).flatMap((member) => {
    const value = args[member];
    return typeof value === 'string' ? [sql`c.state ->> ${member}::text = ${value}`] : [];
  });
  const [found, another] = await onPresentRights(context, ({ access }) => {
    const where = sql.join([conditionOf(access, kind, { where: { names: [name] } }), ...container], ' and ');
    const rows = keyset(stateOrder, undefined, 2);
    const hidden = hiddenNames([kind], access, sql`c.state`);
    return loadStates(context.history.database, { kind, position, name, where, hidden, rows });
  });
  if (another !== undefined) throw ambiguous('name', `several ${kind.plural} were called ${name}`);
  return found ?? null;
}
