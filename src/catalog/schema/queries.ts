import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { type InvalidInputError, invalidInput } from '../../platform/errors.ts';
import type { Catalog, KindModel, Leaf } from '../model.ts';
import { decodeId, uidOf } from '../read/id.ts';
import type { Answer, Arguments, Target } from '../read/plan-types.ts';
import { nearest } from '../values/nearest.ts';
import { type Asked, asks, textOf } from './asks.ts';
import type { Builder } from './builder.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from './context.ts';
import type { Outputs } from './outputs.ts';

const everyRow = { on: (): Sql => sql`true` };

const refuse = (rule: string, path: string, message: string, value?: unknown): InvalidInputError =>
  invalidInput({ rule, path, message, ...(value !== undefined && { value }) });

/** A root list; over several kinds each may have its own further condition. */
function list(
  context: RequestContext,
  info: GraphQLResolveInfo,
  args: Arguments,
  targets: readonly Target[],
): Promise<Answer> {
  const { fieldName: name, returnType } = info;
  const selected = { key: name, name, type: getNamedType(returnType).name, args, below: selectionSets(info) };
  return readWithAccess(context, (access) =>
    context.reader.list(planContext(context, info, access), selected, targets),
  );
}

async function one(
  context: RequestContext,
  info: GraphQLResolveInfo,
  kind: KindModel,
  where: (row: Sql) => Sql,
): Promise<Answer | null> {
  const found = await readWithAccess(context, (access) =>
    context.reader.objects(planContext(context, info, access), kind, where, selectionSets(info)),
  );
  const [[uid = '', answer] = [], another] = found;
  if (another !== undefined)
    throw refuse('AMBIGUOUS', info.fieldName, `several ${kind.plural} fit; give namespace or project too`);
  if (answer === undefined) return null;
  context.uids.set(answer, uid);
  return answer;
}

/** Anything a person may call a kind, or the error that names the nearest one. */
export function kindNamed(catalog: Catalog, word: string, path: string): KindModel {
  const kind = catalog.named(word);
  if (kind !== undefined) return kind;
  const guess = nearest(
    word,
    catalog.kinds.flatMap((candidate) => [candidate.kind, candidate.plural]),
  );
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
  throw refuse('UNKNOWN_KIND', path, `this catalog holds no kind called ${JSON.stringify(word)}${hint}`, word);
}

/** Columns that single out an object in its place: name, and namespace or project. */
export function identity(kind: KindModel, args: Arguments, row: Sql): Sql {
  const conditions: Sql[] = [];
  if (typeof args.name === 'string') conditions.push(sql`${row}.name = ${args.name}`);
  if (kind.ownedBy !== undefined) conditions.push(sql`${row}.${sql.ident(kind.ownedBy)} is null`);
  if (typeof args.namespace === 'string' && kind.namespaced) conditions.push(sql`${row}.namespace = ${args.namespace}`);
  if (typeof args.project === 'string' && kind.inProject) {
    conditions.push(sql`${row}.project_id in (select id from project where name = ${args.project})`);
  }
  return conditions.length === 0 ? sql`true` : sql.join(conditions, ' and ');
}

export function addQueries(builder: Builder, catalog: Catalog, outputs: Outputs): void {
  const object = outputs.type('CatalogObject') as never;
  const node = outputs.type('Node') as never;
  const byId = (context: RequestContext, info: GraphQLResolveInfo, id: string): Promise<Answer | null> => {
    const wanted = decodeId(id);
    const kind =
      wanted === undefined ? undefined : context.catalog.kinds.find((candidate) => candidate.kind === wanted.kind);
    if (wanted === undefined || kind === undefined) return Promise.resolve(null);
    return context.objects.load({ kind, uid: wanted.uid, info });
  };

  builder.queryType({
    description: 'Everything that can be read. Lists hold what the caller may see, counts included.',
    fields: (t) => ({
      node: t.field({
        type: node,
        nullable: true,
        description: 'Any object by its opaque id; null when it does not exist or is hidden.',
        args: { id: t.arg.id({ required: true, description: 'The id.' }) },
        ...asks(({ id }) => askedById(String(id))),
        resolve: (_root, args, context, info) => byId(context, info, String(args.id)) as never,
      }),
      nodes: t.field({
        type: [node] as never,
        nullable: { list: false, items: true } as never,
        description: 'Objects by their ids, in the order asked for; null in place of what does not exist or is hidden.',
        args: { ids: t.arg.idList({ required: true, description: 'The ids; at most as many as a page may hold.' }) },
        ...asks(({ ids }) => {
          const [first, second] = ids as unknown[];
          if (second === undefined) return askedById(String(first));
          return { verb: 'get', kinds: (ids as unknown[]).flatMap((id) => askedById(String(id)).kinds) };
        }),
        resolve: (_root, args, context, info) => {
          const ids = args.ids as unknown as unknown[];
          const { maxPage } = context.limits;
          if (ids.length > maxPage)
            throw refuse('PAGE_TOO_LARGE', 'ids', `${ids.length} ids are more than the ${maxPage} of one call`);
          return Promise.all(ids.map((id) => byId(context, info, String(id)))) as never;
        },
      }),
      object: t.field({
        type: object,
        nullable: true,
        description: 'An object by kind and name; null when it does not exist or is hidden.',
        args: {
          kind: t.arg.string({ required: true, description: 'Kind, plural or short name, in any case.' }),
          name: t.arg.string({ required: true, description: 'Its name.' }),
          namespace: t.arg.string({ description: 'Its namespace, when several have one of that name.' }),
          project: t.arg.string({ description: 'Its project, for kinds that live in one.' }),
        },
        ...asks((args) => ({
          verb: 'get',
          kinds: [kindNamed(catalog, String(args.kind), 'kind').kind],
          ...named(args),
          foundUid,
        })),
        resolve: (_root, args, context, info) => {
          const kind = kindNamed(catalog, String(args.kind), 'kind');
          return one(context, info, kind, (row) => identity(kind, args, row)) as never;
        },
      }),
      objects: t.field({
        type: outputs.type('CatalogObjectConnection') as never,
        nullable: false,
        description: 'Objects of any kinds in one list.',
        args: {
          kinds: t.arg.stringList({ description: 'Kinds, plurals or short names; all kinds when absent.' }),
          names: t.arg.stringList({ description: 'Only objects of these names.' }),
          namespace: t.arg.string({ description: 'Only objects of this namespace.' }),
          project: t.arg.string({ description: 'Only objects in this project’s control plane.' }),
          ...outputs.pageArguments('CatalogObject'),
        },
        ...asks(({ kinds, names, namespace, project }) => ({
          verb: 'list',
          kinds: kindsNamed(catalog, kinds).map(({ kind }) => kind),
          ...named({ namespace, project }),
          ...(Array.isArray(names) && { where: { names } }),
        })),
        resolve: (_root, args, context, info) => {
          const kinds = kindsNamed(catalog, args.kinds);
          const names = args.names as string[] | null | undefined;
          const targets = [...new Set(kinds)].map((kind): Target => {
            const where = (row: Sql): Sql => {
              const base = identity(kind, { namespace: args.namespace, project: args.project }, row);
              return names === null || names === undefined ? base : sql`${base} and ${row}.name = any(${names})`;
            };
            return { kind, link: everyRow, where };
          });
          return list(context, info, args, targets) as never;
        },
      }),
      ...Object.fromEntries(catalog.kinds.flatMap((kind) => kindQueries(t as never, kind, outputs))),
    }),
  });
}

/** The kinds that are named; all of them when none is. */
export const kindsNamed = (catalog: Catalog, words: unknown): readonly KindModel[] =>
  Array.isArray(words) ? words.map((word) => kindNamed(catalog, String(word), 'kinds')) : catalog.kinds;

/** The arguments by which a field names one object. */
export const named = ({ name, namespace, project }: Arguments) => ({
  name: textOf(name),
  namespace: textOf(namespace),
  project: textOf(project),
});

function askedById(id: string): Asked {
  const wanted = decodeId(id);
  const uid = wanted?.uid;
  return {
    verb: 'get',
    kinds: wanted === undefined ? [] : [wanted.kind],
    uid,
    foundUid: (answer) => ([answer].flat()[0] === null ? undefined : uid),
  };
}

const foundUid: NonNullable<Asked['foundUid']> = (answer, { uids }) => uids.get(answer as Answer);

const keyLeaf = (kind: KindModel, path: string): Leaf => {
  const leaf = [...kind.leaves, ...kind.statusLeaves].find((candidate) => candidate.path === path);
  if (leaf === undefined) throw new Error(`${kind.kind} has no field ${path}`);
  return leaf;
};

type FieldBuilder = {
  field: (options: object) => never;
  arg: { string: (o: object) => never; id: (o: object) => never };
};

/** `rack(name)`, `racks(…)`; natural keys are arguments of their own (`service(serviceName)`). */
function kindQueries(t: FieldBuilder, kind: KindModel, outputs: Outputs): [string, never][] {
  const keys = kind.keys.map((path) => ({ leaf: keyLeaf(kind, path), argument: path.split('.').at(-1) ?? path }));
  const selectors = ['id', 'name', ...keys.map(({ argument }) => argument)];
  const getOne = t.field({
    type: outputs.type(kind.type),
    nullable: true,
    description: `One ${kind.type} by ${selectors.join(' or ')}; null when it does not exist or is hidden.`,
    args: {
      id: t.arg.id({ description: 'Its opaque id.' }),
      name: t.arg.string({ description: 'Its name.' }),
      ...(kind.namespaced
        ? { namespace: t.arg.string({ description: 'Its namespace, when several have one of that name.' }) }
        : {}),
      ...(kind.inProject ? { project: t.arg.string({ description: 'Name of the project it lives in.' }) } : {}),
      ...Object.fromEntries(
        keys.map(({ leaf, argument }) => [argument, t.arg.string({ description: leaf.field.description })]),
      ),
    },
    ...asks((args) => {
      const uid = typeof args.id === 'string' ? uidOf(args.id, 'id') : undefined;
      const by = keys.filter(({ argument }) => typeof args[argument] === 'string');
      const where = Object.fromEntries(by.map(({ argument }) => [argument, args[argument]]));
      return { verb: 'get', kinds: [kind.kind], uid, ...named(args), ...(by.length > 0 && { where }), foundUid };
    }),
    resolve: (_root: unknown, args: Arguments, context: RequestContext, info: GraphQLResolveInfo) => {
      const given = selectors.filter((name) => args[name] !== undefined && args[name] !== null);
      const [by, another] = given;
      if (by === undefined || another !== undefined) {
        throw refuse('SELECTOR', info.fieldName, `${info.fieldName} takes exactly one of ${selectors.join(', ')}`);
      }
      return one(context, info, kind, (row) => {
        if (by === 'id') return sql`${row}.id = ${uidOf(String(args.id), 'id')}::uuid`;
        if (by === 'name') return identity(kind, args, row);
        const leaf = keys.find(({ argument }) => argument === by)?.leaf;
        const inForce = kind.statusLeaves.some(({ path }) => path === 'inForce') ? sql` and ${row}.in_force` : sql``;
        return sql`${row}.${sql.ident(leaf?.column ?? 'name')} = ${String(args[by])}${inForce}`;
      });
    },
  });
  const getMany = t.field({
    type: outputs.type(`${kind.type}Connection`),
    nullable: false,
    description: `All objects of kind ${kind.kind} that the caller may see.`,
    args: outputs.pageArguments(kind.type),
    ...asks(() => ({ verb: 'list', kinds: [kind.kind] })),
    resolve: (_root: unknown, args: Arguments, context: RequestContext, info: GraphQLResolveInfo) =>
      list(context, info, args, [{ kind, link: everyRow }]),
  });
  return [
    [kind.field, getOne],
    [kind.listField, getMany],
  ];
}
