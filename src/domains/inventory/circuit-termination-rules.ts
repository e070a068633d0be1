import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { judgeCablesAt, judgeCablesLeft } from './cable-end-rules.ts';
import { crossConnectStaysInside } from './cross-connect-rule.ts';
import { siteOfPort } from './devices.ts';

interface Misplaced {
  readonly problem: 'power' | 'serial' | 'panel' | 'taken';
  readonly port: string;
  readonly other: string | null;
  readonly other_id: string | null;
}

/** Ports that cannot be the demarcation of a circuit, and why; a console port meets none (cable-trace.md 2.3). */
const misplaced = (which: Sql): Sql => sql`
  select t.id, t.port_id, p.name as port, x.* from (select t.id, t.place_port_id as port_id from circuit_termination t where ${which}) t
  join port p on p.id = t.port_id
  cross join lateral (
    select lower(p.type::text) as problem, null as other, null::uuid as other_id where p.type in ('Power', 'Serial')
    union all select 'panel', 'PassThroughPort/' || d.name, d.id from pass_through_port d where d.port_id = p.id
    union all select 'taken', 'Circuit/' || k.name, k.id from circuit k where p.id in (k.a_end_port_id, k.z_end_port_id)
  ) x`;

const why = ({ problem, port, other }: Misplaced): string =>
  ({
    power: `port ${port} is a power port`,
    serial: `port ${port} is a serial port: a console meets no circuit`,
    panel: `port ${port} belongs to a panel, as ${other} says`,
    taken: `${other} ends at port ${port} itself`,
  })[problem];

const standsAtAPort = rowRule<Misplaced>(
  (ids) => sql`${misplaced(sql`t.id = any(${ids}::uuid[])`)} order by problem`,
  (change, row) =>
    refuse(change, 'NOT_A_TERMINATIONS_PORT', 'spec.placeRef.name', why(row), {
      value: row.port,
      accepted: 'a port that carries data, is for no console, on no panel, and at which no circuit ends',
      mentions: row.other === null || row.other_id === null ? [] : [mentionOf(row.other, row.other_id)],
    }),
);

/** The same from the side of what changes at the port: its type, a declaration, a circuit that names it. */
export const leavesTerminations = (ports: (ids: readonly string[]) => Sql, path: string): RowRule =>
  rowRule<{ termination: string; termination_id: string; port: string }>(
    (ids) => sql`select c.id, 'CircuitTermination/' || t.name as termination, t.id as termination_id, m.port
       from (${ports(ids)}) c join (${misplaced(sql`true`)}) m on m.port_id = c.port_id join circuit_termination t on t.id = m.id`,
    (change, { termination, termination_id: id, port }) =>
      refuse(change, 'TERMINATION_HERE', path, `port ${port} is the demarcation of ${termination}`, {
        accepted: 'another port, or a termination at another place',
        mentions: [mentionOf(termination, id)],
      }),
  );

interface Contradiction {
  readonly side: string;
  readonly end: string;
  readonly end_id: string;
  readonly is_port: boolean;
}

/** What a circuit says of its end is what its termination says: the same site, and no port beside it. */
const contradictions = (which: Sql): Sql => sql`
  select t.id, t.circuit_id, t.name, t.side::text as side, e.is_port, e.end, e.end_id from circuit_termination t join circuit k on k.id = t.circuit_id
  left join port q on q.id = t.place_port_id
  cross join lateral (
    select p.id as end_id, 'Port/' || p.name as end, true as is_port from port p
      where p.id = case t.side when 'A' then k.a_end_port_id else k.z_end_port_id end
    union all
    select s.id, 'Site/' || s.name, false from site s
      where s.id = case t.side when 'A' then k.a_end_site_id else k.z_end_site_id end
        and s.id is distinct from coalesce(t.place_site_id, ${siteOfPort(sql`q`)})
  ) e where ${which}`;

const message = ({ side, end, is_port: isPort }: Contradiction): string =>
  isPort ? `the circuit says that its end ${side} is at ${end}` : `the circuit says that its end ${side} is in ${end}`;

const agreesWithCircuit = rowRule<Contradiction>(
  (ids) => contradictions(sql`t.id = any(${ids}::uuid[])`),
  (change, row) =>
    refuse(change, 'CIRCUIT_ENDS_ELSEWHERE', 'spec.placeRef', message(row), {
      accepted: row.is_port ? 'no termination of that side' : `${row.end}, or a port in it`,
      mentions: [mentionOf(row.end, row.end_id)],
    }),
);

/** The same from the side of the circuit. */
export const agreesWithTerminations = rowRule<Contradiction & { name: string; termination_id: string }>(
  (ids) =>
    sql`select c.circuit_id as id, c.id as termination_id, c.name, c.side, c.is_port, c.end, c.end_id
      from (${contradictions(sql`t.circuit_id = any(${ids}::uuid[])`)}) c order by c.side`,
  (change, { side, name, termination_id: id }): Violation => {
    const path = side === 'A' ? 'spec.aEnd' : 'spec.zEnd';
    return refuse(change, 'TERMINATES_ELSEWHERE', path, `CircuitTermination/${name} says where end ${side} is`, {
      accepted: 'the site in which that termination is, or nothing',
      mentions: [{ kind: 'CircuitTermination', id, name }],
    });
  },
);

/** Both ends of a circuit are told the same length. */
const distancesAgree = rowRule<{ other: string; other_id: string; distance: string }>(
  (ids) => sql`select t.id, 'CircuitTermination/' || o.name as other, o.id as other_id, o.distance_m as distance
     from circuit_termination t join circuit_termination o on o.circuit_id = t.circuit_id and o.id <> t.id
     where t.id = any(${ids}::uuid[]) and t.distance_m_value <> o.distance_m_value`,
  (change, { other, other_id: id, distance }) =>
    refuse(change, 'DISTANCE_DIFFERS', 'spec.distanceM', `${other} says ${distance} m`, {
      value: change.spec.distanceM,
      accepted: `${distance}, or nothing at one of the ends`,
      mentions: [mentionOf(other, id)],
    }),
);

/** The port at which a termination is, by name; undefined for one that is elsewhere. */
function portOf(object: CatalogObject | undefined): string | undefined {
  const place = object?.spec.placeRef as { readonly kind: string; readonly name: string } | undefined;
  return place?.kind === 'Port' ? place.name : undefined;
}

const leavesItsPort: RowRule = (changes, state) =>
  judgeCablesLeft(
    changes,
    (change) => (portOf(change) === portOf(change.before) ? undefined : portOf(change.before)),
    'spec.placeRef.name',
    state,
  );

/** What a cable has beside other ends of circuits stays one, unless the port goes as well. */
export const terminationsGone = (objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> =>
  judgeCablesLeft(objects, portOf, 'metadata.name', state);

export const terminationRules = allOf(
  standsAtAPort,
  judgeCablesAt('CircuitTermination'),
  leavesItsPort,
  agreesWithCircuit,
  distancesAgree,
  crossConnectStaysInside('termination'),
  uniqueIn('circuit_termination', [
    {
      columns: ['circuit_id', 'side'],
      rule: 'SIDE_TAKEN',
      path: 'spec.side',
      message: 'this side of the circuit has a termination already',
      accepted: 'the other side, or another circuit',
    },
    {
      columns: ['place_port_id'],
      rule: 'DEMARCATION_TAKEN',
      path: 'spec.placeRef.name',
      message: 'the port is the demarcation of another circuit',
      accepted: 'a port at which no circuit terminates',
    },
  ]),
);
