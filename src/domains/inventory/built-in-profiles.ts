import type { CatalogObject } from '../../catalog/kind.ts';
import { type RowRule, refuse } from '../../catalog/rules.ts';
import type { Sql } from '../../platform/db/sql.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

/** How ids of the profiles begin that every catalog has (prisma/constraints/inventory.sql). */
const BUILT_IN = '00000000-0000-7000-8000-0001';

export const isBuiltIn = (row: Sql): Sql => sql`starts_with(${row}.id::text, ${BUILT_IN})`;

const stays = (objects: readonly CatalogObject[]): Violation[] =>
  objects.flatMap((profile) =>
    profile.id.startsWith(BUILT_IN)
      ? [
          refuse(profile, 'BUILT_IN', 'metadata.name', 'the profile is part of the catalog, and stays as it is', {
            value: profile.name,
            accepted: 'a profile of another name',
          }),
        ]
      : [],
  );

/** What every catalog has is changed and deleted by nobody: a manifest that names it means the same everywhere. */
export const builtInStays: RowRule = async (changes) => stays(changes);
export const builtInIsKept = async (objects: readonly CatalogObject[]): Promise<Violation[]> => stays(objects);
