import { type Sql, sql } from '../../platform/db/sql.ts';
import type { JsonField, JsonFields, NamedByText, ObjectsField } from '../fields.ts';
import type { KindModel, Leaf } from '../model.ts';
import type { Place } from './place.ts';

/** A list of small objects, or a single one, on the way from a column to a text inside it. */
interface Step {
  readonly name: string;
  readonly field: ObjectsField;
}

/** A text inside such objects that names something. */
interface NamedText {
  readonly steps: readonly Step[];
  readonly name: string;
  readonly isRequired: boolean;
  readonly names: readonly NamedByText[];
}

/** A text of a row: where it comes from, what it is, and the paths that are left out with it. */
interface TextOfRow {
  readonly from: (row: Sql) => Sql;
  readonly text: (row: Sql) => Sql;
  readonly paths: readonly Sql[];
}

const literal = (text: string): Sql => sql.raw(`'${text.replaceAll("'", "''")}'`);

/** Nobody's id: of somebody whom a text names and who is not there any more. */
const NOBODY = sql.raw(`'00000000-0000-0000-0000-000000000000'::uuid`);

/** Every place at which a text of an object names another one. */
export const textPlaces = (kind: KindModel, part: 'spec' | 'status'): Place[] =>
  (part === 'spec' ? kind.leaves : kind.statusLeaves).flatMap((leaf) => leafPlaces(kind, leaf, `${part}.${leaf.path}`));

function leafPlaces(kind: KindModel, { field, column }: Leaf, path: string): Place[] {
  const own = (row: Sql): Sql => sql`${row}.${sql.ident(column)}`;
  const places = (names: readonly NamedByText[], text: TextOfRow): Place[] =>
    names.map((named) => placeOf(kind, path, named, text));
  switch (field.type) {
    case 'text': {
      const text = { from: () => sql`(select) one`, text: own, paths: [literal(path)] };
      return places(field.names ?? [], text);
    }
    case 'texts': {
      const text = {
        from: (row: Sql) => sql`unnest(${own(row)}) with ordinality listed(word, place)`,
        text: () => sql`listed.word`,
        paths: [sql`${literal(`${path}[`)} || (listed.place - 1) || ']'`],
      };
      return places(field.names ?? [], text);
    }
    case 'objects':
      return textsInside([{ name: '', field }]).flatMap((found) => places(found.names, textInside(found, path, own)));
    default:
      return [];
  }
}

function textsInside(steps: readonly Step[]): NamedText[] {
  const fields: JsonFields = steps.at(-1)?.field.fields ?? {};
  return Object.entries(fields).flatMap(([name, field]: [string, JsonField]): NamedText[] => {
    if (field.type === 'objects') return textsInside([...steps, { name, field }]);
    if (field.type !== 'text' || field.names === undefined) return [];
    return [{ steps, name, isRequired: field.required === true, names: field.names }];
  });
}

const entryOf = (index: number): Sql => sql.ident(`entry${index}`);

function textInside(found: NamedText, path: string, column: (row: Sql) => Sql): TextOfRow {
  const { steps, name } = found;
  const from = (row: Sql): Sql => {
    const joined = steps.map((step, index): Sql => {
      const value = index === 0 ? column(row) : sql`${entryOf(index - 1)}.value -> ${literal(step.name)}`;
      if (step.field.single === true) return sql`cross join lateral (select ${value} as value) ${entryOf(index)}`;
      const list = sql`case jsonb_typeof(${value}) when 'array' then ${value} else '[]' end`;
      return sql`cross join lateral jsonb_array_elements(${list}) with ordinality ${entryOf(index)}(value, place)`;
    });
    return sql`(select) one ${sql.join(joined, ' ')}`;
  };
  const text = (): Sql => sql`${entryOf(steps.length - 1)}.value ->> ${literal(name)}`;
  return { from, text, paths: pathsOf(found, path) };
}

/**
 * What goes with a text: the text alone, if it may be missing, else the innermost entry that may be. Changes have entries
 * of lists with a key under that key, so their path is given in both ways.
 */
function pathsOf({ steps, name, isRequired }: NamedText, path: string): Sql[] {
  const last = isRequired
    ? steps.findLastIndex(({ field }) => field.single !== true || field.required !== true)
    : steps.length - 1;
  const kept = steps.slice(0, last + 1);
  const end = isRequired ? literal('') : literal(`.${name}`);
  const written = (byKey: boolean): Sql => {
    const parts = kept.map(({ name: member, field }, index): Sql => {
      const inside = index === 0 ? literal('') : literal(`.${member}`);
      if (field.single === true) return inside;
      const entry = entryOf(index);
      if (!byKey || field.key === undefined) return sql`${inside} || '[' || (${entry}.place - 1) || ']'`;
      return sql`${inside} || '[' || ${literal(`${field.key}=`)} || (${entry}.value ->> ${literal(field.key)}) || ']'`;
    });
    return sql.join([literal(path), ...parts, end], ' || ');
  };
  return kept.some(({ field }) => field.key !== undefined) ? [written(false), written(true)] : [written(false)];
}

function placeOf(kind: KindModel, path: string, named: NamedByText, { from, text, paths }: TextOfRow): Place {
  const to = kind.kinds.find((one) => one.kind === named.kind);
  if (to === undefined) throw new Error(`${kind.kind}: ${path} names the unknown kind ${named.kind}`);
  const target = sql`target`;
  const rows = (row: Sql): Sql => {
    const word = text(row);
    const prefix = named.withKind === true ? `${to.kind}/` : '';
    const called = prefix === '' ? word : sql`substr(${word}, ${sql.raw(String(prefix.length + 1))})`;
    const isMeant = sql`${target}.${sql.ident(columnOf(to, named.by))} = ${called} ${sharing(kind, to, named, row)}
      ${wasThere(named, row)}`;
    const list = sql.join(
      paths.map((one) => sql`(${one})`),
      ', ',
    );
    const found =
      named.withKind === true
        ? sql`left join ${sql.ident(to.table)} ${target} on ${isMeant} cross join lateral (values ${list}) at(path)
            where starts_with(${word}, ${literal(prefix)})`
        : sql`join ${sql.ident(to.table)} ${target} on ${isMeant} cross join lateral (values ${list}) at(path)`;
    const id = named.withKind === true ? sql`coalesce(${target}.id, ${NOBODY})` : sql`${target}.id`;
    return sql`select at.path::text as path, ${literal(to.kind)}::text as kind, ${id} as id from ${from(row)} ${found}`;
  };
  return { path, to, rows };
}

/** Whoever did something was there before what they made: a later account of the same name is somebody else. */
const wasThere = ({ withKind }: NamedByText, row: Sql): Sql =>
  withKind === true ? sql`and target.created_at <= ${row}.created_at` : sql``;

function columnOf(to: KindModel, by: string | undefined): string {
  if (by === undefined) return 'name';
  const leaf = to.leaves.find(({ path }) => path === by);
  if (leaf === undefined) throw new Error(`${to.kind} has no field ${by}`);
  return leaf.column;
}

function sharing(kind: KindModel, to: KindModel, { sharing: path, through }: NamedByText, row: Sql): Sql {
  if (path === undefined) return sql``;
  const reference = ({ kind: name, references }: KindModel, wanted: string) => {
    const [target, another] = references.find(({ leaf }) => leaf.path === wanted)?.targets ?? [];
    if (target === undefined || another !== undefined) throw new Error(`${name}.${wanted} is no reference to one kind`);
    return target;
  };
  const column = (of: KindModel, wanted = path): Sql => sql.ident(reference(of, wanted).column);
  const own = (): Sql => {
    if (through === undefined) return sql`${row}.${column(kind)}`;
    const { kind: between } = reference(kind, through);
    return sql`(select o.${column(between)} from ${sql.ident(between.table)} o where o.id = ${row}.${column(kind, through)})`;
  };
  return sql`and target.${column(to)} = ${own()}`;
}
