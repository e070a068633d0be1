import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/*
 * What the registry's tables say together, for its rules and for its questions. Each is a select, to be put into
 * parentheses; what callers may see they add themselves.
 */

/** Versions of which others can rely: Published or Deprecated, of a service that is. They are called offered. */
export const isOffered = (version: Sql, service: Sql): Sql =>
  sql`(${version}.phase in ('Published', 'Deprecated') and ${service}.phase in ('Published', 'Deprecated'))`;

/** Name of the region of a deployment of a service of this name, which its own name ends with (rule N3). */
export const regionIn = (deployment: Sql, service: Sql): Sql => sql`substr(${deployment}.name, length(${service}) + 2)`;

/** What each deployment serves: its current version and every lower one that is offered. */
export const served: Sql = sql`
  select d.id as deployment_id, d.service_id, d.region_id, d.disabled, v.id as version_id, v.release_order
  from deployment d
  join service s on s.id = d.service_id
  join service_version c on c.id = d.current_version_id
  join service_version v on v.service_id = d.service_id and v.release_order <= c.release_order
  where ${isOffered(sql`v`, sql`s`)}`;

/**
 * Whether a version of a service is one by which a deployment at `current` is behind, as `Registry.versionsAhead` has it. Rules judge
 * rows that are not committed yet, and all of them; answers count in SQL, and only what the caller may see.
 */
export const isAhead = (version: Sql, current: Sql): Sql =>
  sql`${version}.service_id = ${current}.service_id and ${version}.phase = 'Published' and ${version}.release_order > ${current}.release_order`;

/** A version of a service that is named by a text; null where there is such a version, and the caller may not see it. */
export const knownVersion = (service: Sql, version: Sql, see: See): Sql =>
  sql`(case when not exists (select from service_version hidden where hidden.service_id = ${service} and hidden.version = ${version}
    and not ${see('ServiceVersion', sql`hidden`)}) then ${version} end)`;
