import { advisoryLocks } from '../../platform/db/advisory-locks.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';

const CHUNK = 5_000;

/**
 * Forgets what is older than so many days: states that were superseded before then, and objects that were gone by
 * then. The newest state of everything else stays, so that any moment since can still be read. How many changes went.
 *
 *     position   1  2  3  4  5 │ 6  7        before the horizon 5: a1 is superseded by a3, and goes; a3 stays;
 *     object     a  b  a  b† c │ a  c        b2 goes, and then b4, with which b ended; c5 stays
 */
export async function pruneHistory(database: Database, days: number): Promise<number> {
  const horizon = await database.transaction(async (connection) => {
    const [locked] = await connection.cells(sql`select pg_try_advisory_xact_lock(${advisoryLocks.prune}::bigint)`);
    if (locked?.[0] !== true) return undefined;
    // First of all nobody may ask for it any more.
    const [row] = await connection.cells(sql`
      update change_head h set oldest = s.last_position, oldest_at = now() - make_interval(days => ${days}::int)
      from (
        select last_position from change_set where at < now() - make_interval(days => ${days}::int) order by at desc limit 1
      ) s where s.last_position > h.oldest returning h.oldest`);
    return row === undefined ? undefined : BigInt(String(row[0]));
  });
  if (horizon === undefined) return 0;
  let total = 0;
  for (;;) {
    const count = await database.execute(sql`
      delete from change where position in (
        select c.position from change c where c.position <= ${horizon}::bigint and case
          when exists (
            select from change n where n.object_id = c.object_id and n.position > c.position and n.position <= ${horizon}::bigint
          ) then true
          else c.type = 'DELETED' and not exists (select from change e where e.object_id = c.object_id and e.position < c.position)
        end limit ${CHUNK}::int)`);
    total += count;
    if (count === 0) break;
  }
  await database.execute(sql`
    delete from change_set s where s.last_position <= ${horizon}::bigint
    and not exists (select from change c where c.position between s.first_position and s.last_position)`);
  return total;
}

/**
 * Forgets records of the audit log that are older than so many days, the oldest first; how many. The table lets nothing
 * else go, and nothing younger than 31 days.
 */
export async function pruneAudit(database: Database, days: number): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await database.transaction(async (connection) => {
      const [locked] = await connection.cells(sql`select pg_try_advisory_xact_lock(${advisoryLocks.prune}::bigint)`);
      if (locked?.[0] !== true) return 0;
      const [row] = await connection.cells(sql`select audit_record_forget(${days}::int, ${CHUNK}::int)`);
      return Number(row?.[0]);
    });
    total += gone;
    if (gone < CHUNK) return total;
  }
}
