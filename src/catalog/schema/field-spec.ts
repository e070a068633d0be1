import { type Sql, sql } from '../../platform/db/sql.ts';
import type { ChoiceField, GroupField, JsonFields, ObjectsField } from '../fields.ts';
import type { Source } from '../read/plan-types.ts';

/** A GraphQL output type by name; lists are lists of non-null items. */
export interface OutputType {
  readonly name: string;
  readonly isList: boolean;
  readonly isNullable: boolean;
}

/** Which arguments a field takes: those of a list of objects, of any paged list, of a manifest, the key of a label, permissions, or its own. */
export type FieldArguments =
  | { readonly take: 'list'; readonly of: string }
  | { readonly take: 'page'; readonly defaultPage: number }
  | { readonly take: 'manifest' }
  | { readonly take: 'key' }
  | { readonly take: 'permissions' }
  | { readonly take: 'permission' }
  | { readonly take: 'given'; readonly fields: JsonFields };

/** One GraphQL field of a kind, before the schema library sees it. */
export interface FieldSpec {
  readonly name: string;
  readonly description: string;
  readonly type: OutputType;
  readonly source: Source;
  readonly args?: FieldArguments;
  /** The nested or enumerated types the field brings along. */
  readonly group?: { readonly field: GroupField; readonly fields: readonly FieldSpec[] };
  readonly objects?: ObjectsField;
  readonly choice?: ChoiceField;
  readonly price?: number | undefined;
}

export const required = (name: string): OutputType => ({ name, isList: false, isNullable: false });
export const optional = (name: string): OutputType => ({ name, isList: false, isNullable: true });

export const column = (name: string): ((row: Sql) => readonly Sql[]) => {
  const quoted = sql.ident(name);
  return (row) => [sql`${row}.${quoted}`];
};
