import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { MOST_NAMES } from './compare.ts';

/** Rows that state what names mean, as text. */
const published = (table: string, key: string, names: Sql): Sql => sql`
  (select coalesce(json_agg(h), '[]')::text from ${sql.ident(table)} h where h.${sql.ident(key)} = any(${names}))`;

/** Of a row whose select joins service `s` and `whom`: what a revision of the service is judged by, and whom it touches. */
export const grounds = (meterNames: Sql, typeNames: Sql): Sql => sql`
  ${published('published_meter', 'meter_name', meterNames)} as meters,
  ${published('published_resource_type', 'resource_type_name', typeNames)} as types,
  w.entitled, w.projects`;

/** The projects that use service `s`, as far as the caller sees that: as their own, or as the service's provider. */
export const whom = (see: See): Sql => sql`
  cross join lateral (
    select count(*)::int as entitled, coalesce((array_agg(p.name order by p.name))[1:${MOST_NAMES}::int], '{}') as projects
    from service_entitlement e join project p on p.id = e.project_id
    where e.service_id = s.id and e.status_phase = 'Active' and (${see('ServiceEntitlement', sql`e`)} or exists (
      select from service_consumer r where r.service_id = s.id and r.consumer_project_id = e.project_id
        and ${see('ServiceConsumer', sql`r`)}))) w`;

/** What the columns of `grounds` hold. */
export interface Grounds {
  readonly meters: string;
  readonly types: string;
  readonly entitled: number;
  readonly projects: readonly string[];
}
