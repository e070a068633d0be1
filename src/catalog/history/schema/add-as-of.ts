import { type Sql, sql } from '../../../platform/db/sql.ts';
import { InvalidInputError } from '../../../platform/errors.ts';
import type { Access } from '../../access/access.ts';
import type { Catalog, KindModel } from '../../model.ts';
import type { Position } from '../../read/cursor.ts';
import { asks } from '../../schema/asks.ts';
import type { Builder } from '../../schema/builder.ts';
import type { RequestContext } from '../../schema/context.ts';
import { kindNamed, named } from '../../schema/queries.ts';
import { compileSelector } from '../../selector/compile.ts';
import { type ResolvedMoment, resolveMoment } from '../as-of.ts';
import { type Page, readPage } from '../page.ts';
import { onPresentRights } from '../present-rights.ts';
import { countStates, loadStates, type PastObject } from '../states.ts';
import { changeVisible } from '../visible.ts';
import { addConnection } from './add-connection.ts';
import type { FeedTypes } from './add-feed.ts';
import { readFeedFilter } from './feed-filter.ts';
import { type MomentType, toMoment } from './moment-input.ts';

type Arguments = Readonly<Record<string, unknown>>;
const texts = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);

/** What of a kind's past states is wanted, as a condition on the change `c`. */
function conditionOf(catalog: Catalog, access: Access, kind: KindModel, args: Arguments): Sql {
  const parts = [changeVisible([kind], access, sql`c`, 'get')];
  const names = texts(args.names);
  const keys = texts(args.keys);
  if (names !== undefined) parts.push(sql`c.name = any(${names}::text[])`);
  if (keys !== undefined) {
    if (kind.keys.length === 0) {
      const message = `${kind.kind} has no natural key; use names`;
      throw new InvalidInputError(message, { violations: [{ rule: 'NO_KEY', path: 'keys', message }] });
    }
    const alternatives = kind.keys.map(
      (path) => sql`c.state #>> ${['spec', ...path.split('.')]}::text[] = any(${keys}::text[])`,
    );
    parts.push(sql`(${sql.join(alternatives, ' or ')})`);
  }
  if (typeof args.inForce === 'boolean') {
    parts.push(sql`coalesce((c.state #>> '{status,inForce}')::boolean, false) = ${args.inForce}`);
  }
  const { requirements } = readFeedFilter(catalog, { labelSelector: args.labelSelector });
  if (requirements.length > 0) parts.push(compileSelector(requirements, sql`(c.state -> 'labels')`, () => undefined));
  return sql.join(parts, ' and ');
}

function statesOf(
  catalog: Catalog,
  context: RequestContext,
  { position }: ResolvedMoment,
  kind: KindModel,
  args: Arguments,
): Promise<Page<PastObject>> {
  const { limits, cursors, history } = context;
  const condition = (access: Access): Sql => conditionOf(catalog, access, kind, args);
  const { names, keys, inForce, labelSelector } = args;
  return readPage<PastObject>(
    { limits, cursors, args, list: JSON.stringify([kind.kind, String(position), names, keys, inForce, labelSelector]) },
    (after: Position | undefined, limit) => {
      const place = after && ([String(after[0]), String(after[1])] as const);
      return onPresentRights(context, ({ access }) =>
        loadStates(history.database, { kind, position, where: condition(access), after: place, limit }),
      );
    },
    ({ state, id }) => [state.name, id],
    () =>
      onPresentRights(context, ({ access }) =>
        countStates(history.database, { kind, position, where: condition(access) }, limits.maxCount),
      ),
  );
}

/** The lists of a past catalog that have a field of their own: what billing and quota ask for. */
const lists: Readonly<Record<string, string>> = {
  services: 'Service',
  meterDefinitions: 'MeterDefinition',
  monitoredResourceTypes: 'MonitoredResourceType',
};

/** `catalogAsOf`: what the catalog was. */
export function addAsOf(builder: Builder, catalog: Catalog, { state, at }: FeedTypes & MomentType): void {
  const states = addConnection<PastObject>(
    builder,
    'ObjectState',
    state,
    'A page of a list of objects as they were, by name.',
  );
  const past = builder.objectRef<ResolvedMoment>('CatalogAsOf');
  past.implement({
    description:
      'The catalog as it was. What you may see of it goes by your rights of today in the scopes in which objects stood then; the labels that are worked out from a place are not part of it.',
    fields: (t) => {
      const list = (kindOf: (args: Arguments) => KindModel, description: string, more: object = {}) =>
        t.field({
          type: states,
          description,
          args: {
            first: t.arg.int({ description: 'How many; 50 when absent.' }),
            after: t.arg.string({ description: 'Cursor of the object before the page.' }),
            names: t.arg.stringList({ description: 'Only objects of these names.' }),
            keys: t.arg.stringList({
              description: 'Only objects of these natural keys (`serviceName`, `meterName`, …).',
            }),
            inForce: t.arg.boolean({ description: 'Only those that were in force, or only those that were not.' }),
            labelSelector: t.arg.string({ description: 'Label selector in Kubernetes’ grammar.' }),
            ...more,
          },
          ...asks((args) => ({ verb: 'list', kinds: [kindOf(args).kind] })),
          resolve: (moment, args, context) => statesOf(catalog, context, moment, kindOf(args), args),
        });
      return {
        position: t.field({
          type: 'BigInt',
          description: 'Position of the last change that is part of it; asking by it again gives the same.',
          resolve: (moment) => moment.position,
        }),
        at: t.field({
          type: 'DateTime',
          nullable: true,
          description: 'When that change was committed; null before the first one that is kept.',
          resolve: (moment) => moment.at,
        }),
        object: t.field({
          type: state,
          nullable: true,
          description: 'One object by kind and name; null when it was not there or is hidden.',
          args: {
            kind: t.arg.string({ required: true, description: 'Kind, plural or short name.' }),
            name: t.arg.string({ required: true, description: 'Its name.' }),
            namespace: t.arg.string({ description: 'Its namespace, when several had one of that name.' }),
            project: t.arg.string({ description: 'Its project, for kinds that live in one.' }),
          },
          ...asks((args) => ({
            verb: 'get',
            kinds: [kindNamed(catalog, String(args.kind), 'kind').kind],
            ...named(args),
            foundUid: (found) => (found as PastObject | null)?.id,
          })),
          resolve: async ({ position }, args, context) => {
            const kind = kindNamed(catalog, String(args.kind), 'kind');
            const place = (['namespace', 'project'] as const).flatMap((member) => {
              const value = args[member];
              return typeof value === 'string' ? [sql`c.state ->> ${member}::text = ${value}`] : [];
            });
            const found = await onPresentRights(context, ({ access }) => {
              const where = sql.join([conditionOf(catalog, access, kind, { names: [args.name] }), ...place], ' and ');
              return loadStates(context.history.database, { kind, position, name: String(args.name), where, limit: 2 });
            });
            if (found[1] !== undefined) {
              const message = `several ${kind.plural} were called ${String(args.name)}; give namespace or project too`;
              throw new InvalidInputError(message, { violations: [{ rule: 'AMBIGUOUS', path: 'name', message }] });
            }
            return found[0] ?? null;
          },
        }),
        objects: list((args) => kindNamed(catalog, String(args.kind), 'kind'), 'The objects of a kind.', {
          kind: t.arg.string({ required: true, description: 'Kind, plural or short name.' }),
        }),
        ...Object.fromEntries(
          Object.entries(lists).flatMap(([field, name]) => {
            const kind = catalog.kinds.find((one) => one.kind === name);
            return kind === undefined ? [] : [[field, list(() => kind, `The objects of kind ${name}.`)]];
          }),
        ),
      };
    },
  });
  builder.queryField('catalogAsOf', (t) =>
    t.field({
      type: past,
      nullable: false,
      description:
        'The catalog as it was at a moment. Fails with `HISTORY_EXPIRED` when that is longer ago than history is kept, and with `AS_OF_FUTURE` when it has not come.',
      args: { at: t.arg({ type: at, required: true, description: 'The moment.' }) },
      resolve: (_root, args, context) => resolveMoment(context.history.database, toMoment(args.at), 'at'),
    }),
  );
}
