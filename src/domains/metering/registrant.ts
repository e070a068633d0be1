import { type Sql, sql } from '../../platform/db/sql.ts';
import { ownerLabels } from './owning-service.ts';

/** Canonical name of the service that a registration belongs to: by label, else by the group of its resource type. */
export const registrant = (registration: Sql): Sql =>
  sql`coalesce(${sql.join(
    ownerLabels.map((label) => sql`${registration}.labels->>${sql.raw(`'${label}'`)}`),
    ', ',
  )}, split_part(${registration}.resource_type, '/', 1))`;
