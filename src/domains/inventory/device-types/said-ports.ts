import { type Sql, sql } from '../../../platform/db/sql.ts';
import { formsAsRows, formsOf, hardware, type KnownForm, portSections } from './parts-sql.ts';

/** Templates of ports that device types have now or had earlier, as their history has them: `type_id, section, entry`. */
const everSaid = (which: Sql): Sql => sql`
  select h.object_id as type_id, x.section, e as entry
  from change h
  cross join lateral (${sql.join(
    portSections.map((section) => sql`(select ${section}::text as section, h.state->'spec'->${section}::text as list)`),
    ' union all ',
  )}) x
  cross join lateral jsonb_array_elements(case when jsonb_typeof(x.list) = 'array' then x.list else '[]' end) e
  where h.kind = 'DeviceType' and h.object_id in (${which})`;

/** The forms that templates of device types have or had. */
export const formsEver = (which: Sql): Sql => sql`${formsOf('device_type', which)}
  union select w.section, w.entry->>'form', w.entry->>'portType' from (${everSaid(which)}) w`;

/** What types say of ports now or said earlier, a row for each fact: `type_id, label, field, value`. */
export const saidPorts = (known: readonly KnownForm[]): Sql => sql`
  (select distinct w.type_id, l.label, v.field, v.value
  from (${everSaid(sql`table typed`)}) w
  join ${formsAsRows(known)} on f.section = w.section and f.form is not distinct from w.entry->>'form'
    and f.stated is not distinct from w.entry->>'portType'
  cross join lateral (select w.entry->>'name' as label union all select w.entry->>'name' || ' rear' where w.section = 'rearPorts') l
  cross join lateral (
    select 'type' as field, to_jsonb(f.type) as value union all select 'speed', to_jsonb(f.speed)
    union all select 'hardware.' || k.key, k.value from jsonb_each(${hardware(sql`w.section`, sql`w.entry`)}) k) v
  where v.value is not null)`;

/** Whether a type says or has said a fact of a port. */
export const wasSaidOfPort = (type: Sql, label: Sql, field: Sql, value: Sql): Sql => sql`exists (select from said_port s
    where s.type_id = ${type} and s.label = ${label} and s.field = ${field} and s.value = ${value})`;
