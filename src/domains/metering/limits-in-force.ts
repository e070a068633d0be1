import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/**
 * The configuration that says how a metric is limited, if that is in force and the caller may see it: the last one that stated
 * it while it counted. `metric` is a row of `published_meter`, `service` that of the configuration.
 */
export const statedLastBy = (
  { metric, service, configuration }: { metric: Sql; service: Sql; configuration: Sql },
  see: See,
): Sql => sql`
  ${configuration}.id = ${metric}.configuration_id and ${service}.id = ${configuration}.service_id
  and ${service}.phase in ('Published', 'Deprecated') and ${configuration}.phase in ('Published', 'Deprecated')
  and ${see('ServiceConfiguration', configuration)}`;

/** Every limit in force: entry `e` of configuration `c` of service `s`. Of a metric it is that of the last revision that stated it. */
export const limitsInForce = (see: See): Sql => sql`service_configuration c
  cross join lateral jsonb_array_elements(c.quota_limits) with ordinality as e(entry, place)
  join published_meter h on h.meter_name = e.entry ->> 'metric'
  join service s on ${statedLastBy({ metric: sql`h`, service: sql`s`, configuration: sql`c` }, see)}`;

/**
 * The limits in force that have a name, or limit the metric of this name, as a jsonb list. What begins with the name of a
 * service is stated by that service; limits may have any name, so these are looked for in all.
 */
export const limitsNamed = (name: Sql, see: See): Sql => sql`(
  select jsonb_agg(e.entry order by c.name, e.place)
  from ${limitsInForce(see)}
  where (c.quota_limits @> jsonb_build_array(jsonb_build_object('name', ${name}))
      or c.quota_limits @> jsonb_build_array(jsonb_build_object('metric', ${name})))
    and ${name} in (e.entry ->> 'name', e.entry ->> 'metric'))`;
