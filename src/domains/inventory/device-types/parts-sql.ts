import { quantityValue } from '../../../catalog/values/quantity.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf } from '../devices.ts';
import type { PortType } from '../port-types.ts';
import type { portTemplates } from './component-templates.ts';
import { interfaceForm } from './port-forms.ts';

/*
 *   owner: a device or a module, with its type            interfaces, frontPorts, … of the type, one row each
 *        device, name, places …              ×              section, name, entry
 *                             └──────► wanted ports, by device and label ◄──────┘
 *                                      rear of front and rear of one name: `<name> rear`
 */

/** What is made of a section of a type: the part that the port is, and the port type where the form does not matter. */
const sections: Readonly<Record<keyof typeof portTemplates, { readonly part: string; readonly type?: PortType }>> = {
  interfaces: { part: 'Interface' },
  consolePorts: { part: 'ConsolePort', type: 'Serial' },
  consoleServerPorts: { part: 'ConsoleServerPort', type: 'Serial' },
  powerPorts: { part: 'PowerPort', type: 'Power' },
  powerOutlets: { part: 'PowerOutlet', type: 'Power' },
  frontPorts: { part: 'FrontPort', type: 'PatchPanel' },
  rearPorts: { part: 'RearPort', type: 'PatchPanel' },
};

const columnOf = (section: string): string => section.replace(/(?=[A-Z])/g, '_').toLowerCase();
const list = (parts: readonly Sql[], by = ', '): Sql => sql.join(parts, by);

/** Where types are kept, and from where their parts come. */
export type TypeTable = 'device_type' | 'module_type';

/** The templates of types, one row each: `type_id, section, place, name, entry`. */
export const templates = (table: TypeTable, names: readonly string[], which: Sql): Sql =>
  list(
    names.map(
      (section) => sql`select t.id as type_id, ${section}::text as section, x.place, x.entry->>'name' as name, x.entry
        from ${sql.ident(table)} t
        cross join lateral jsonb_array_elements(coalesce(t.${sql.ident(columnOf(section))}, '[]')) with ordinality x (entry, place)
        where t.id in (${which})`,
    ),
    ' union all ',
  );

export const portSections = Object.keys(sections) as (keyof typeof portTemplates)[];

/** A name of a template on its device: each `{module}` is the position of one of the bays that it sits in, the outermost first. */
export const placed = (name: Sql, places: Sql): Sql => sql`(
  select string_agg(y.part || case when y.n = cardinality(string_to_array(${name}, '{module}')) then '' else coalesce((${places})[y.n], '{module}') end, '' order by y.n)
  from unnest(string_to_array(${name}, '{module}')) with ordinality y (part, n))`;

/** Forms of templates, as rows that say what port they become; those without a socket become none. */
export interface KnownForm {
  readonly section: string;
  readonly form: string | null;
  readonly stated: PortType | null;
}

export function formsAsRows(known: readonly KnownForm[]): Sql {
  const rows = known.flatMap(({ section, form, stated }) => {
    const { type } = sections[section as keyof typeof sections];
    const port = type === undefined ? interfaceForm(form ?? '', stated ?? undefined) : { type };
    if (port === undefined) return [];
    const speed = 'speed' in port ? port.speed : undefined;
    return [{ section, form, stated, type: port.type, speed, value: speed && quantityValue(speed) }];
  });
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f (section text, form text, stated text, type text, speed text, value numeric)`;
}

/** The forms that templates of some types have. */
export const formsOf = (table: TypeTable, which: Sql): Sql =>
  sql`select distinct w.section, w.entry->>'form' as form, w.entry->>'portType' as stated from (${templates(table, portSections, which)}) w`;

const partOf = sql`${JSON.stringify(Object.fromEntries(portSections.map((section) => [section, sections[section].part])))}::jsonb`;

/** What a template says of the part that its port is. */
export const hardware = (section: Sql, entry: Sql): Sql => sql`jsonb_strip_nulls(jsonb_build_object(
    'part', ${partOf}->>${section}, 'form', ${entry}->'form', 'label', ${entry}->'label', 'description', ${entry}->'description',
    'managementOnly', ${entry}->'managementOnly', 'poeMode', ${entry}->'poeMode', 'poeType', ${entry}->'poeType', 'color', ${entry}->'color'))`;

/**
 * The ports that owners are to have. An owner has `type_id, device, device_name, device_node_id, device_network_device_id,
 * device_equipment_id, scope_id, module_id, places`.
 */
export const wantedPorts = (owners: Sql, table: TypeTable, forms: Sql): Sql => {
  /** The label of a rear port, by its name on the type and its name on the device. */
  const rearLabel = (name: Sql, at: Sql): Sql => sql`case when exists (
      select from jsonb_array_elements(coalesce(t.front_ports, '[]')) f where f->>'name' = ${name}
    ) then ${at} || ' rear' else ${at} end`;
  return sql`
    select w.*, case when w.section = 'rearPorts' then ${rearLabel(sql`w.name`, sql`w.at`)} else w.at end as label,
      case when w.section = 'frontPorts' then ${rearLabel(sql`w.entry->>'rearPort'`, placed(sql`w.entry->>'rearPort'`, sql`w.places`))} end as rear_label
    from (
      select o.*, e.section, e.place, e.name, e.entry, f.type, f.speed, f.value as speed_value, ${placed(sql`e.name`, sql`o.places`)} as at,
        ${hardware(sql`e.section`, sql`e.entry`)} as hardware
      from (${owners}) o
      join (${templates(table, portSections, sql`select type_id from (${owners}) k`)}) e on e.type_id = o.type_id
      join ${forms} on f.section = e.section and f.form is not distinct from e.entry->>'form' and f.stated is not distinct from e.entry->>'portType'
    ) w join ${sql.ident(table)} t on t.id = w.type_id`;
};

/** A name for a row that is made: what it belongs to and what it is called there; with digits after it where that is taken. */
export const freeName = (table: string, base: Sql, label: Sql): Sql => {
  const slug = sql`left(${base} || '-' || coalesce(nullif(btrim(regexp_replace(lower(${label}), '[^a-z0-9]+', '-', 'g'), '-'), ''), 'x'), 240)`;
  return sql`case when count(*) over (partition by ${slug}) > 1 or exists (select from ${sql.ident(table)} taken where taken.name = ${slug})
    then ${slug} || '-' || left(md5(${base} || '/' || ${label}), 8) else ${slug} end`;
};

/** The port of a device that has a name: found by the index of names, however new the rows are. */
export const portCalled = (label: Sql): Sql => sql`cross join lateral (
    select p.id, p.name, p.scope_id, p.type from port p where ${deviceOf(sql`p`)} = w.device and p.port_label = ${label} limit 1)`;

/** A name for what is said of a port: the port's own, where it is free. */
export const nameOf = (
  table: string,
  port: Sql,
): Sql => sql`case when exists (select from ${sql.ident(table)} taken where taken.name = ${port}.name)
    then ${port}.name || '-' || left(md5(${port}.id::text), 8) else ${port}.name end`;
