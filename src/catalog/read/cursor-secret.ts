import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';

/** The secret that cursors are signed with: one per installation, shared by all replicas. */
export async function loadCursorSecret(database: Database): Promise<string> {
  const [row] = await database.rows<{ value: string }>(sql`
    insert into setting (name, value) values ('cursor-secret', gen_random_uuid()::text)
    on conflict (name) do update set value = setting.value returning value`);
  if (row === undefined) throw new Error('the cursor secret cannot be stored');
  return row.value;
}
