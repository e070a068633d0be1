import { sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { Catalog, KindModel, Leaf } from '../model.ts';
import { uidOf } from '../read/id.ts';
import type { Arguments } from '../read/plan-types.ts';
import type { Found } from '../read/rows-plan.ts';
import { type AuditTarget, auditTarget } from './audit-target.ts';
import type { DynamicArgument, DynamicField, DynamicFields } from './dynamic-types.ts';
import type { Inputs } from './inputs.ts';
import { identity, nameArguments } from './object-arguments.ts';
import { listArguments } from './page-arguments.ts';
import { everyRow, readEach, readList, readOne } from './read-objects.ts';
import { written } from './written/written.ts';

/** Uid of the one object that came back. */
export const foundUid: NonNullable<AuditTarget['foundUid']> = (answer, { uids }) => uids.get(answer as Found);

/** A natural key, which is an argument of its own: `service(serviceName)`. */
interface Key {
  readonly leaf: Leaf;
  readonly argument: string;
}

function keysOf(kind: KindModel): Key[] {
  return kind.keys.map((path) => {
    const leaf = [...kind.leaves, ...kind.statusLeaves].find((candidate) => candidate.path === path);
    if (leaf === undefined) throw new Error(`${kind.kind} has no field ${path}`);
    return { leaf, argument: path.split('.').at(-1) ?? path };
  });
}

/** `rack(name)` and `racks(…)`. */
export function kindQueries(catalog: Catalog, inputs: Inputs, kind: KindModel): DynamicFields {
  const targets = [{ kind, link: everyRow }];
  return {
    [kind.field]: oneQuery(kind, keysOf(kind)),
    [kind.listField]: {
      type: `${kind.type}Connection`,
      description: `All objects of kind ${kind.kind} that you may see.`,
      args: listArguments(catalog, inputs, kind.type),
      ...written(auditTarget(() => ({ verb: 'list', kinds: [kind.kind] }))),
      resolve: (_root, args, context, info) => readList(context, info, args, targets),
    },
    ...Object.fromEntries(keysOf(kind).map((key) => [bulkName(kind, key), bulkQuery(kind, key)])),
  };
}

/** `meterDefinitionsByMeterName(meterNames)` */
const bulkName = ({ listField }: KindModel, { argument }: Key): string =>
  `${listField}By${argument.charAt(0).toUpperCase()}${argument.slice(1)}`;

/** Many objects by a natural key at once. */
function bulkQuery(kind: KindModel, { leaf, argument }: Key): DynamicField {
  const names = `${argument}s`;
  const textsIn = (args: Arguments): string[] => (Array.isArray(args[names]) ? args[names].map(String) : []);
  return {
    type: [kind.type],
    nullable: 'items',
    description: `Objects of kind ${kind.kind} by \`${argument}\`, in the order of the argument, one entry for each of its entries: null in place of one that does not exist or that you may not see.`,
    args: {
      [names]: {
        type: ['String'],
        required: true,
        description: `${leaf.field.description} At most as many as a page of a list may hold; one that is given twice is answered twice.`,
      },
    },
    extensions: {
      ...written(auditTarget((args) => ({ verb: 'list', kinds: [kind.kind], where: { [names]: args[names] } })))
        .extensions,
      sizedBy: names,
    },
    resolve: (_root, args, context, info) =>
      readEach(context, info, {
        kind,
        argument: names,
        keys: textsIn(args),
        where: (row, key) => sql`${row}.${sql.ident(leaf.column)} = ${key}`,
      }),
  };
}

function oneQuery(kind: KindModel, keys: readonly Key[]): DynamicField {
  const selectors = ['id', 'name', ...keys.map(({ argument }) => argument)];
  const keyArguments = keys.map(({ leaf, argument }): [string, DynamicArgument] => [
    argument,
    { type: 'String', description: leaf.field.description },
  ]);
  return {
    type: kind.type,
    nullable: true,
    description: `One object of kind ${kind.kind}; null when it does not exist or you may not see it. Takes exactly one of ${selectors.map((name) => `\`${name}\``).join(', ')}.`,
    args: {
      id: { type: 'ID', description: 'Opaque id of the object.' },
      name: { type: 'String', description: 'Name of the object.' },
      ...(kind.namespaced && {
        namespace: { type: 'String', description: 'Namespace of the object; required when several have this name.' },
      }),
      ...(kind.inProject && {
        project: {
          type: 'String',
          description: 'Name of the project that the object lives in; required when several have this name.',
        },
      }),
      ...Object.fromEntries(keyArguments),
    },
    ...written(
      auditTarget((args) => {
        const uid = typeof args.id === 'string' ? uidOf(args.id, 'id') : undefined;
        const by = keys.filter(({ argument }) => typeof args[argument] === 'string');
        const where = Object.fromEntries(by.map(({ argument }) => [argument, args[argument]]));
        return {
          verb: 'get',
          kinds: [kind.kind],
          uid,
          ...nameArguments(args),
          ...(by.length > 0 && { where }),
          foundUid,
        };
      }),
    ),
    resolve: (_root, args, context, info) => {
      const [by, another] = selectors.filter((name) => args[name] !== undefined && args[name] !== null);
      if (by === undefined || another !== undefined) {
        const message = `${info.fieldName} takes exactly one of ${selectors.join(', ')}`;
        throw invalidInput({ rule: 'SELECTOR', path: info.fieldName, message });
      }
      return readOne(context, info, kind, (row) => {
        if (by === 'id') return sql`${row}.id = ${uidOf(String(args.id), 'id')}::uuid`;
        if (by === 'name') return identity(kind, args, row);
        const leaf = keys.find(({ argument }) => argument === by)?.leaf;
        return sql`${row}.${sql.ident(leaf?.column ?? 'name')} = ${String(args[by])}`;
      });
    },
  };
}
