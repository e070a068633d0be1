import { type Sql, sql } from '../../platform/db/sql.ts';
import { createPauses, mapWithPauses } from '../../platform/pauses.ts';
import { stringifyJson } from '../manifests/json.ts';
import { encodeList } from './encode-list.ts';

/**
 * Rows as a set that PostgreSQL reads into the columns' own types, each with the same columns. Of many rows most columns are the same in
 * all (what they do not have, labels, a type): these are said and read once, which is a good part of what storing a row costs.
 */
export async function recordset<Item>(
  table: Sql,
  items: readonly Item[],
  rowOf: (item: Item) => Readonly<Record<string, unknown>>,
): Promise<Sql> {
  const rows = await mapWithPauses(items, createPauses(), (item) =>
    Object.values(rowOf(item)).map((value) => stringifyJson(value)),
  );
  const [item] = items;
  const names = item === undefined ? [] : Object.keys(rowOf(item)).map((name) => JSON.stringify(name));
  const first = rows[0] ?? [];
  const isShared = first.map((value, column) => rows.every((row) => row[column] === value));
  const objectOf = (row: readonly string[], wanted: boolean): string => {
    const members = row.flatMap((value, column) => (isShared[column] === wanted ? [`${names[column]}:${value}`] : []));
    return `{${members.join(',')}}`;
  };
  const own = await encodeList(rows, createPauses(), (row) => objectOf(row, false));
  return sql`jsonb_populate_recordset(jsonb_populate_record(null::${table}, ${objectOf(first, true)}::jsonb), convert_from(${own}::bytea, 'UTF8')::jsonb) x`;
}
