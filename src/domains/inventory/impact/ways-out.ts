import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { circuitEnds, isInUse } from '../circuit-use.ts';
import { deviceOf, portHolders, siteOfPort } from '../devices.ts';
import type { PortOfDevice } from './load-loss.ts';
import type { Gone } from './remaining-plant.ts';

/** A circuit that leads out of a facility, or a cable into another. */
export interface WayOut {
  readonly kind: 'Circuit' | 'Cable';
  readonly id: string;
  /** Where they are, if nothing is gone. */
  readonly ports: readonly PortOfDevice[];
  /** A circuit of which nothing says at which port it ends here. */
  readonly isLoose: boolean;
  readonly isLost: boolean;
}

/** So many cables that are left are counted at most, and so many ways of each kind are looked at where nothing is gone. */
export const MOST_WAYS = 1_000;

/** So many of each kind are told of, lost and left, where something is gone. */
const MOST_TOLD = 200;

/** The ways out of a facility when something is gone. */
export interface WaysOut {
  readonly ways: readonly WayOut[];
  /** How many are lost, however many that are. */
  readonly lostCount: number;
  /** How many are left; cables are counted up to `MOST_WAYS`. */
  readonly leftCount: number;
}

export const noWays: WaysOut = { ways: [], lostCount: 0, leftCount: 0 };

export interface WaysAsked {
  readonly site: string;
  readonly gone: Gone;
}

/** The ways out of each of these facilities, by one statement. */
export async function loadWaysOut(
  ask: AskValue,
  asked: readonly WaysAsked[],
): Promise<(WaysAsked & { readonly ways: WaysOut })[]> {
  const rows = (await ask(waysOutOf(asked))) as readonly (WaysOut & { readonly question: number })[];
  return rows.flatMap(({ question, ...ways }) => {
    const of = asked[question];
    return of === undefined ? [] : [{ ...of, ways }];
  });
}

/** Tables: where circuits that are in use end, and which of them lead out of these facilities. */
export const circuitsOut = (sites: Sql): Sql => sql`circuit_end as materialized (
    select e.circuit_id, e.side, e.port_id, coalesce(e.site_id, ${siteOfPort(sql`p`)}) as site_id, ${deviceOf(sql`p`)} as device_id
    from (${circuitEnds(sql`select k.id from circuit k where k.type <> 'CrossConnect' and ${isInUse(sql`k.id`)}`)}) e
    left join port p on p.id = e.port_id
  ), circuit_out as materialized (
    select site_id, circuit_id, bool_or(port_id is null) as is_loose from circuit_end
    where site_id in ${sites} group by site_id, circuit_id having count(distinct side) = 1
  )`;

const carries = (cable: Sql): Sql => sql`${cable}.status = 'Connected' and ${cable}.media <> 'Power'`;

/** Whether a scope lies in the facility of question `q`. */
const isInside = (scope: Sql): Sql =>
  sql`exists (select from scope_closure k where k.ancestor_id = q.scope_id and k.descendant_id = ${scope} offset 0)`;

/** Whether a cable is none of those that are lost to question `q`; looked up in a table that is made once. */
const isLeft = sql`((q.question, c.id) in (select l.question, l.id from lost_crossing l)) is not true`;

/** Cables at devices that are lost. */
const cablesAtDevices = (): Sql =>
  sql.join(
    portHolders.map(
      ([, , column]) => sql`(
        select l.gone, t.cable_id from lost l join port p on p.${sql.ident(column)} = l.id
        join cable_termination t on t.port_id = p.id where l.kind = 'Device')`,
    ),
    ' union ',
  );

/**
 * Circuits with one end in a facility and none other there; cables from there to another facility. What is lost is found from
 * the objects that are lost, and counted; of what is left no more is read than is looked at: a facility may have tens of
 * thousands of ways out.
 */
function waysOutOf(asked: readonly WaysAsked[]): Sql {
  const losses = [...new Set(asked.map(({ gone }) => gone))];
  const lost = losses.flatMap(({ devices, ports, cables, circuits }, gone) =>
    Object.entries({ Device: devices, Port: ports, Cable: cables, Circuit: circuits }).flatMap(([kind, ids]) =>
      [...ids].map((id) => ({ gone, kind, id })),
    ),
  );
  return sql`(
  with question as materialized (
    select q.question, q.gone, q.site_id, s.scope_id
    from unnest(${asked.map((_, index) => index)}::int[], ${asked.map(({ gone }) => losses.indexOf(gone))}::int[], ${asked.map(({ site }) => site)}::uuid[])
      q (question, gone, site_id) join site s on s.id = q.site_id
  ), lost as materialized (
    select * from unnest(${lost.map(({ gone }) => gone)}::int[], ${lost.map(({ kind }) => kind)}::text[], ${lost.map(({ id }) => id)}::uuid[]) l (gone, kind, id)
  ), ${circuitsOut(sql`(select site_id from question)`)}, lost_cable as materialized (
    select l.gone, c.id, c.scope_id, c.other_scope_ids from (
      select gone, id from lost where kind = 'Cable'
      union select l.gone, t.cable_id from lost l join cable_termination t on t.port_id = l.id where l.kind = 'Port'
      union ${cablesAtDevices()}) l (gone, id)
    join cable c on c.id = l.id where ${carries(sql`c`)} and c.other_scope_ids <> '{}'
  ), end_of_lost as materialized (
    select e.gone, e.id, cardinality(e.other_scope_ids) as others, k.ancestor_id
    from lost_cable e cross join lateral unnest(e.scope_id || e.other_scope_ids) o (scope_id) cross join lateral (
      select k.ancestor_id from scope_closure k
      where k.descendant_id = o.scope_id and (k.ancestor_id = any(array(select q.scope_id from question q))) is true offset 0) k
  ), lost_crossing as materialized (
    select q.question, e.id from end_of_lost e join question q on q.scope_id = e.ancestor_id and q.gone = e.gone
    group by q.question, e.id, e.others having count(*) <= e.others
  ), left_crossing as materialized (
    select q.question, x.id from question q cross join lateral (
      select c.id from scope_closure i cross join lateral (
        select c.id, c.other_scope_ids from cable c where c.scope_id = i.descendant_id and ${carries(sql`c`)} and c.other_scope_ids <> '{}' offset 0) c
      where i.ancestor_id = q.scope_id and exists (select from unnest(c.other_scope_ids) o (id) where not ${isInside(sql`o.id`)}) and ${isLeft}
      union all
      select c.id from scope_closure i cross join lateral (
        select c.id, c.scope_id, c.other_scope_ids from cable c where c.other_scope_ids @> array[i.descendant_id] and ${carries(sql`c`)} offset 0) c
      where i.ancestor_id = q.scope_id and not ${isInside(sql`c.scope_id`)}
        and i.descendant_id = (select o.id from unnest(c.other_scope_ids) o (id) where ${isInside(sql`o.id`)} limit 1) and ${isLeft}
      limit ${MOST_WAYS}) x
  ), way as materialized (
    select q.question, 'Circuit' as kind, e.circuit_id as id, e.is_loose,
      ((q.gone, e.circuit_id) in (select l.gone, l.id from lost l where l.kind = 'Circuit')) is true as is_lost
    from question q join circuit_out e on e.site_id = q.site_id
    union all select question, 'Cable', id, false, true from lost_crossing
    union all select question, 'Cable', id, false, false from left_crossing
  ), told as materialized (
    select w.* from (
      select w.*, not exists (select from lost l where l.gone = q.gone) as is_all,
        row_number() over (partition by w.question, w.kind, w.is_lost order by w.is_loose desc, w.id) as place
      from way w join question q on q.question = w.question) w
    where w.place <= case when w.is_all then ${MOST_WAYS}::int else ${MOST_TOLD} end
  ), at_port (kind, id, ports) as materialized (
    select 'Circuit', x.circuit_id, jsonb_agg(jsonb_build_object('port', x.port_id, 'device', x.device_id))
    from circuit_end x where x.port_id is not null and x.circuit_id in (select id from told where is_all) group by x.circuit_id
    union all
    select 'Cable', t.cable_id, jsonb_agg(jsonb_build_object('port', p.id, 'device', ${deviceOf(sql`p`)}))
    from (select distinct id from told where is_all and kind = 'Cable') w
    join cable_termination t on t.cable_id = w.id join port p on p.id = t.port_id group by t.cable_id
  )
  select coalesce(jsonb_agg(jsonb_build_object('question', q.question,
    'lostCount', (select count(*) from way w where w.question = q.question and w.is_lost),
    'leftCount', (
      select count(*) filter (where w.kind = 'Circuit') + least(count(*) filter (where w.kind = 'Cable'), ${MOST_WAYS}::int)
      from way w where w.question = q.question and not w.is_lost),
    'ways', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', w.kind, 'id', w.id, 'isLoose', w.is_loose, 'isLost', w.is_lost,
        'ports', coalesce(a.ports, '[]')) order by w.kind, w.id), '[]')
      from told w left join at_port a on a.kind = w.kind and a.id = w.id where w.question = q.question))), '[]')
  from question q)`;
}
