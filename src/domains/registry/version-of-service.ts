import { type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';

/** A version that a row names beside a target service is one of that service. */
export const versionOfTarget = (table: string, column: string, path: string): RowRule =>
  rowRule<{ version: string; target: string }>(
    (ids) => sql`select r.id, v.name as version, t.name as target
     from ${sql.ident(table)} r
     join service_version v on v.id = r.${sql.ident(column)}
     join service t on t.id = r.target_service_id
     where r.id = any(${ids}::uuid[]) and v.service_id <> r.target_service_id`,
    (change, { version, target }) =>
      refuse(change, 'VERSION_OF_ANOTHER_SERVICE', path, `${version} is not a version of ${target}.`, {
        value: version,
        accepted: `a version of ${target}`,
      }),
  );
