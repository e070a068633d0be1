import { type TextField, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { versionPattern } from '../grammar.ts';
import { isOffered } from '../relations.ts';

type Options = Pick<TextField, 'description' | 'required'>;

export const serviceName = (options: Options): TextField => text({ ...options, min: 1, max: 253 });

export const regionName = (options: Options): TextField => text({ ...options, min: 1, max: 253 });

export const versionName = (options: Options): TextField =>
  text({ ...options, max: 64, pattern: versionPattern, accepts: 'a version such as v1, v2alpha1 or v2beta3' });

/** The number by which a version sorts, whether or not there is such a one; null where none is given. */
export const releaseOrder = (version: unknown): Sql => sql`release_order(${version ?? null}::text)`;

/** A service by its object name or its canonical name. */
export const isNamed = (service: Sql, name: Sql, see: See): Sql =>
  sql`(${service}.name = ${name} or ${service}.service_name = ${name}) and ${see('Service', service)}`;

/** Ids of the version of a service that is named, or of its live ones where none is. */
export const versionsOf = (service: unknown, version: unknown, see: See): Sql => {
  const wanted = typeof version === 'string' ? sql`v.version = ${version}::text` : isOffered(sql`v`, sql`s`);
  return sql`select v.id from service s join service_version v on v.service_id = s.id
    where ${isNamed(sql`s`, sql`${service ?? null}::text`, see)} and ${wanted} and ${see('ServiceVersion', sql`v`)}`;
};
