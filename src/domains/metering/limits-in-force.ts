import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** The configuration in force of the service in a row `service`, if the caller may see it. */
export const inForceOf = (service: Sql, configuration: Sql, see: See): Sql => sql`
  ${configuration}.id = ${service}.active_configuration_id and ${service}.phase in ('Published', 'Deprecated')
  and ${configuration}.phase in ('Published', 'Deprecated') and ${see('ServiceConfiguration', configuration)}`;

/**
 * The limits in force that have a name, or limit the metric of this name, as a jsonb list. What begins with the name of a
 * service is stated by that service; limits may have any name, so these are looked for in all.
 */
export const limitsNamed = (name: Sql, see: See): Sql => sql`(
  select jsonb_agg(e.entry order by c.name, e.place)
  from service s
  join service_configuration c on ${inForceOf(sql`s`, sql`c`, see)}
  cross join lateral jsonb_array_elements(c.quota_limits) with ordinality as e(entry, place)
  where (c.quota_limits @> jsonb_build_array(jsonb_build_object('name', ${name}))
      or c.quota_limits @> jsonb_build_array(jsonb_build_object('metric', ${name})))
    and ${name} in (e.entry ->> 'name', e.entry ->> 'metric'))`;
