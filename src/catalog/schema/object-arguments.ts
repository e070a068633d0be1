import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel } from '../model.ts';
import type { Arguments } from '../read/plan-types.ts';
import { textOf } from './audit-target.ts';
import type { FieldsOf } from './builder.ts';

/** The arguments by which a field names one object of any kind. */
export const objectArguments = (t: Pick<FieldsOf<object>, 'arg'>) => ({
  kind: t.arg.string({
    required: true,
    description: 'Kind of the object: its name, plural or short name, in any case.',
  }),
  name: t.arg.string({ required: true, description: 'Name of the object.' }),
  namespace: t.arg.string({ description: 'Namespace of the object; required when several have this name.' }),
  project: t.arg.string({
    description: 'Name of the project that the object lives in; required when several have this name.',
  }),
});

/** What these arguments say, for the audit log. */
export const nameArguments = ({ name, namespace, project }: Arguments) => ({
  name: textOf(name),
  namespace: textOf(namespace),
  project: textOf(project),
});

/** Columns that single out an object in its place: name, and namespace or project. */
export function identity(kind: KindModel, args: Arguments, row: Sql): Sql {
  const conditions: Sql[] = [];
  if (typeof args.name === 'string') conditions.push(sql`${row}.name = ${args.name}`);
  if (typeof args.namespace === 'string' && kind.namespaced) conditions.push(sql`${row}.namespace = ${args.namespace}`);
  if (typeof args.project === 'string' && kind.inProject) {
    conditions.push(sql`${row}.project_id in (select id from project where name = ${args.project})`);
  }
  return conditions.length === 0 ? sql`true` : sql.join(conditions, ' and ');
}
