import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf, siteOfPort } from '../devices.ts';
import { overPlainCable } from '../trace/plain-cable.ts';
import type { Gone } from './remaining-plant.ts';

export interface SurvivorAsked {
  readonly device: string;
  readonly gone: Gone;
}

/** Servers and network devices of these from which two plain cables lead into other facilities when something is gone, by one statement. */
export async function loadSurvivors(ask: AskValue, asked: readonly SurvivorAsked[]): Promise<readonly SurvivorAsked[]> {
  const losses = [...new Set(asked.map(({ gone }) => gone))];
  const found = (await ask(survivorsAmong(asked, losses))) as readonly (readonly [loss: number, device: string])[];
  return found.flatMap(([loss, device]) => {
    const gone = losses[loss];
    return gone === undefined ? [] : [{ device, gone }];
  });
}

/** Whether something of one kind is gone in the loss of `asked a`; looked up in a table that is made once. */
const isGone = (table: string, id: Sql): Sql =>
  sql`((a.loss, ${id}) in (select loss, id from ${sql.ident(table)})) is true`;

const ofTable = (table: string, column: string): Sql => sql`
  select a.loss, a.device_id from asked a join ${sql.ident(table)} d on d.id = a.device_id
  where (select count(*) from (
    select from port p ${overPlainCable} and p.${sql.ident(column)} = d.id and c.status = 'Connected' and ${siteOfPort(sql`q`)} <> d.site_id
      and not ${isGone('lost_cable', sql`c.id`)} and not ${isGone('lost_port', sql`p.id`)} and not ${isGone('lost_port', sql`q.id`)}
      and not ${isGone('lost_device', deviceOf(sql`q`))}
    limit 2) w) = 2`;

function survivorsAmong(asked: readonly SurvivorAsked[], losses: readonly Gone[]): Sql {
  const lost = (name: 'devices' | 'ports' | 'cables'): Sql => {
    const pairs = losses.flatMap((gone, loss) => [...gone[name]].map((id) => ({ loss, id })));
    return sql`select * from unnest(${pairs.map(({ loss }) => loss)}::int[], ${pairs.map(({ id }) => id)}::uuid[]) l (loss, id)`;
  };
  return sql`(
    with asked as materialized (
      select * from unnest(${asked.map(({ gone }) => losses.indexOf(gone))}::int[], ${asked.map(({ device }) => device)}::uuid[]) a (loss, device_id)
    ), lost_device as materialized (${lost('devices')}), lost_port as materialized (${lost('ports')}), lost_cable as materialized (${lost('cables')}),
    survivor as (${ofTable('node', 'device_node_id')} union all ${ofTable('network_device', 'device_network_device_id')})
    select coalesce(jsonb_agg(jsonb_build_array(s.loss, s.device_id)), '[]') from survivor s)`;
}
