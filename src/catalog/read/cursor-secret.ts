import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/db/database.ts';
import { tables } from '../../platform/db/tables.ts';

/** The secret that cursors are signed with: one per installation, shared by all replicas. */
export async function loadCursorSecret(database: Database): Promise<string> {
  const [row] = await database.rows(
    tables
      .insertInto('setting')
      .values({ name: 'cursor-secret', value: randomUUID() })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((stored) => ({ value: stored.ref('setting.value') })),
      )
      .returning('value'),
  );
  if (row === undefined) throw new Error('the cursor secret cannot be stored');
  return row.value;
}
