import type { Spec } from '../../../catalog/kind.ts';
import type { See } from '../../../catalog/link.ts';
import { parseJson } from '../../../catalog/manifests/json.ts';
import { isObject } from '../../../catalog/values/is-object.ts';
import { snakeCase } from '../../../catalog/values/names.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { configurationSections } from '../configuration-fields.ts';
import {
  type Meanings,
  meaningOfMeter,
  meaningOfType,
  type PublishedMeter,
  type PublishedType,
} from '../published-names.ts';
import type { Revision } from './compare.ts';

/** Where a part of a configuration is stored, and where it stands in the document. */
interface Part {
  readonly column: string;
  readonly section: string;
  /** Inside the section, for one that has members. */
  readonly member: string | undefined;
}

const parts: readonly Part[] = Object.entries(configurationSections).flatMap(([section, field]): Part[] =>
  field.type === 'group'
    ? Object.keys(field.fields).map((member) => ({
        column: `${snakeCase(section)}_${snakeCase(member)}`,
        section,
        member,
      }))
    : [{ column: snakeCase(section), section, member: undefined }],
);

/** What a row says of a part: of another object its name, as far as the caller may see that. */
function valueIn(row: Sql, { column, section }: Part, see: See): Sql {
  const field = configurationSections[section];
  if (field?.type !== 'ref') return sql`${row}.${sql.ident(column)}`;
  const [kind = ''] = field.to;
  return sql`(select o.name from ${sql.ident(snakeCase(kind))} o where o.id = ${row}.${sql.ident(`${column}_id`)} and ${see(kind, sql`o`)})`;
}

/** The text of a revision, for `readRevision`. What another row has alike is left out: most of it, as a rule. */
export function revisionText(row: Sql, see: See, other?: Sql): Sql {
  const members = parts.flatMap((part) => {
    const own = valueIn(row, part, see);
    const value =
      other === undefined ? own : sql`case when ${own} = ${valueIn(other, part, see)} then null else ${own} end`;
    return [sql`${part.column}::text`, value];
  });
  return sql`json_build_object('id', ${row}.id, 'name', ${row}.name, 'version', ${row}.version, 'phase', ${row}.phase,
    ${sql.join(members, ', ')})::text`;
}

/** The columns that were left out. */
export const columnsAlike = (row: Sql, other: Sql, see: See): Sql =>
  sql`array_remove(array[${sql.join(
    parts.map(
      (part) => sql`case when ${valueIn(row, part, see)} = ${valueIn(other, part, see)} then ${part.column}::text end`,
    ),
    ', ',
  )}], null)`;

/** A revision with the columns of its row. */
interface StoredRevision extends Revision {
  readonly row: Readonly<Record<string, unknown>>;
}

/** The revision whose text this is; `alike` columns are those of the other one. */
export function readRevision(json: unknown, other?: StoredRevision, alike: unknown = []): StoredRevision | undefined {
  const own = read(json);
  if (!isObject(own)) return undefined;
  const same = new Set(Array.isArray(alike) ? alike.map(String) : []);
  const row = Object.fromEntries(
    Object.entries(own).map(([column, value]) => [column, same.has(column) ? other?.row[column] : value]),
  );
  const document: Record<string, unknown> = { version: row.version, phase: row.phase };
  for (const { column, section, member } of parts) {
    if (member === undefined) document[section] = row[column];
    else document[section] = { ...(document[section] as object | undefined), [member]: row[column] };
  }
  return { id: String(row.id), name: String(row.name), document, row };
}

/** What a spec says of the same, as a revision. */
export function revisionOf(id: string, name: string, spec: Spec): Revision {
  const sections = Object.keys(configurationSections).map((section) => [section, spec[section]] as const);
  return { id, name, document: { version: spec.version, phase: spec.phase, ...Object.fromEntries(sections) } };
}

/** What names mean, from rows of `published_meter` and `published_resource_type`. */
export const readMeanings = (meters: unknown, types: unknown): Meanings => ({
  meters: new Map((read(meters) as readonly PublishedMeter[]).map((row) => [row.meter_name, meaningOfMeter(row)])),
  types: new Map((read(types) as readonly PublishedType[]).map((row) => [row.resource_type_name, meaningOfType(row)])),
});

const read = (json: unknown): unknown => (typeof json === 'string' ? parseJson(json) : undefined);
