import type { GraphQLResolveInfo } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { Catalog, KindModel } from '../model.ts';
import { decodeId } from '../read/id.ts';
import type { Target } from '../read/plan-types.ts';
import type { Found } from '../read/rows-plan.ts';
import { type AuditTarget, auditTarget } from './audit-target.ts';
import type { Builder } from './builder.ts';
import type { RequestContext } from './context.ts';
import { domainQueries } from './domain-queries.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from './dynamic-types.ts';
import type { Inputs } from './inputs.ts';
import { foundUid, kindQueries } from './kind-queries.ts';
import { getKindByName, getKindsByName } from './kinds-by-name.ts';
import { identity, nameArguments, objectArguments } from './object-arguments.ts';
import { listArguments } from './page-arguments.ts';
import { everyRow, readList, readOne } from './read-objects.ts';
import { written } from './written/written.ts';

/** The root fields that read objects: by id, by name, in lists. */
export function addQueries(builder: Builder, types: DynamicTypes, catalog: Catalog, inputs: Inputs): void {
  builder.queryType({
    description:
      'Everything that can be read. Objects that you may not see look as if they did not exist: they are in no list and no count.',
  });
  addNodeQueries(builder);
  addObjectQueries(builder, catalog, inputs);
  for (const kind of catalog.kinds) types.query(kindQueries(catalog, inputs, kind));
  types.query(domainQueries(types, catalog, inputs));
}

function addNodeQueries(builder: Builder): void {
  builder.queryFields((t) => ({
    node: t.field({
      type: typeNamed('Node'),
      nullable: true,
      description: 'One object of any kind by its opaque id; null when it does not exist or you may not see it.',
      args: { id: t.arg.id({ required: true, description: 'Opaque id of the object.' }) },
      ...written(auditTarget(({ id }) => targetById(String(id)))),
      resolve: (_root, args, context, info) => byId(context, info, String(args.id)),
    }),
    nodes: t.field({
      type: [typeNamed('Node')],
      nullable: { list: false, items: true },
      description:
        'Objects of any kinds by their opaque ids, in the order of the ids; null in place of one that does not exist or that you may not see.',
      args: {
        ids: t.arg.idList({ required: true, description: 'Opaque ids, at most as many as a page of a list may hold.' }),
      },
      ...written(
        auditTarget(({ ids }) => {
          const [first, second] = ids as unknown[];
          if (second === undefined) return targetById(String(first));
          return { verb: 'get', kinds: (ids as unknown[]).flatMap((id) => targetById(String(id)).kinds) };
        }),
      ),
      resolve: (_root, { ids }, context, info) => {
        const { maxPage } = context.limits;
        if (ids.length > maxPage) {
          const message = `${ids.length} ids are more than the ${maxPage} of one call`;
          throw invalidInput({ rule: 'PAGE_TOO_LARGE', path: 'ids', message });
        }
        return Promise.all(ids.map((id) => byId(context, info, String(id))));
      },
    }),
  }));
}

function addObjectQueries(builder: Builder, catalog: Catalog, inputs: Inputs): void {
  builder.queryFields((t) => ({
    object: t.field({
      type: typeNamed('CatalogObject'),
      nullable: true,
      description: 'One object of any kind by its name; null when it does not exist or you may not see it.',
      args: objectArguments(t),
      ...written(
        auditTarget((args) => ({
          verb: 'get',
          kinds: [getKindByName(catalog, String(args.kind), 'kind').kind],
          ...nameArguments(args),
          foundUid,
        })),
      ),
      resolve: (_root, args, context, info) => {
        const kind = getKindByName(catalog, String(args.kind), 'kind');
        return readOne(context, info, kind, (row) => identity(kind, args, row));
      },
    }),
    objects: t.field({
      type: typeNamed('CatalogObjectConnection'),
      description: 'Objects of any kinds in one list.',
      args: {
        kinds: t.arg.stringList({
          description:
            'Return only objects of these kinds: their names, plurals or short names, in any case. Default: all kinds.',
        }),
        names: t.arg.stringList({ description: 'Return only objects that have one of these names.' }),
        keys: t.arg.stringList({
          description:
            'Return only objects that have one of these natural keys (`serviceName`, `meterName` and so on); kinds without one have none.',
        }),
        namespace: t.arg.string({ description: 'Return only objects in this namespace.' }),
        project: t.arg.string({ description: 'Return only objects that live in the project of this name.' }),
        derived: t.arg.boolean({
          description:
            'If false, return only objects that have manifests of their own; if true, only those that another object keeps, such as the meters that a service configuration states, or that a program reports. Default: both.',
        }),
        ...dynamicArguments(t, listArguments(catalog, inputs, 'CatalogObject')),
      },
      ...written(
        auditTarget(({ kinds, names, namespace, project }) => ({
          verb: 'list',
          kinds: getKindsByName(catalog, kinds).map(({ kind }) => kind),
          ...nameArguments({ namespace, project }),
          ...(Array.isArray(names) && { where: { names } }),
        })),
      ),
      resolve: (_root, args, context, info) => {
        const { kinds, names, keys, namespace, project, derived } = args;
        const isNarrowed = [names, keys, namespace, project, derived].some((one) => one !== undefined && one !== null);
        const targets = [...new Set(getKindsByName(catalog, kinds))].map((kind): Target => {
          const where = (row: Sql): Sql => {
            const base = identity(kind, { namespace, project }, row);
            const conditions = [base, ...(typeof derived === 'boolean' ? [isDerived(kind, derived, row)] : [])];
            if (Array.isArray(names)) conditions.push(sql`${row}.name = any(${names.map(String)})`);
            if (Array.isArray(keys)) conditions.push(hasKey(kind, keys.map(String), row));
            return sql.join(conditions, ' and ');
          };
          return { kind, link: everyRow, ...(isNarrowed && { where }) };
        });
        return readList(context, info, args, targets);
      },
    }),
  }));
}

/** Whether one of these is a natural key of the object. */
function hasKey(kind: KindModel, keys: readonly string[], row: Sql): Sql {
  const columns = kind.leaves.filter(({ path }) => kind.keys.includes(path)).map(({ column }) => sql.ident(column));
  const alternatives = columns.map((column) => sql`${row}.${column} = any(${keys}::text[])`);
  return sql`(${sql.join([...alternatives, sql`false`], ' or ')})`;
}

/** Whether an object is kept by another one, or reported. */
function isDerived(kind: KindModel, wanted: boolean, row: Sql): Sql {
  if (kind.isReport === true) return wanted ? sql`true` : sql`false`;
  if (kind.ownedBy === undefined) return wanted ? sql`false` : sql`true`;
  return sql`(${row}.${sql.ident(kind.ownedBy)} is not null) = ${wanted}`;
}

function byId(context: RequestContext, info: GraphQLResolveInfo, id: string): Promise<Found | null> {
  const wanted = decodeId(id);
  const kind = wanted && context.catalog.kinds.find((candidate) => candidate.kind === wanted.kind);
  if (wanted === undefined || kind === undefined) return Promise.resolve(null);
  return context.objects.load({ kind, uid: wanted.uid, info });
}

function targetById(id: string): AuditTarget {
  const wanted = decodeId(id);
  const uid = wanted?.uid;
  return {
    verb: 'get',
    kinds: wanted === undefined ? [] : [wanted.kind],
    uid,
    foundUid: (answer) => ([answer].flat()[0] === null ? undefined : uid),
  };
}
