import { type Sql, sql } from '../../../platform/db/sql.ts';

/**
 * The wanted name of a row that is made in a project, or, where another object of the project has it, the name with
 * something that is this row's own.
 */
export const freeName = (table: string, project: Sql, wanted: Sql, own: Sql): Sql => sql`(case
  when row_number() over (partition by ${project}, ${wanted} order by ${own}) > 1
    or exists (select from ${sql.ident(table)} o where o.project_id = ${project} and o.name = ${wanted})
  then ${wanted} || '-' || left(md5(${own}::text), 8) else ${wanted} end)`;
