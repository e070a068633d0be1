import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { siteOfPort } from './devices.ts';
import { comesFromSomewhere, flowsIntoAnInlet } from './power-rules.ts';

/** No cable between two facilities is shorter, in metres. */
const LEAST_BETWEEN_SITES = 10;

/** What joins two facilities has some length. A cable that is in one scope alone, of a rack or of a facility, joins none. */
const reachesAcross = rowRule<{ a: string; a_id: string; b: string; b_id: string; length: string }>(
  (ids) => sql`select c.id, a.name as a, a.id as a_id, b.name as b, b.id as b_id, c.length_m as length
     from cable c cross join lateral (
       select (array_agg(s.id order by e.position))[1] as first, array_agg(s.id order by e.position) as ends
       from cable_termination e join port p on p.id = e.port_id
       cross join lateral (select ${siteOfPort(sql`p`)} as id) s where e.cable_id = c.id) x
     join site a on a.id = x.first cross join lateral (
       select s.* from unnest(x.ends) with ordinality e (id, position) join site s on s.id = e.id where s.id <> a.id order by e.position limit 1) b
     where c.id = any(${ids}::uuid[]) and c.other_scope_ids <> '{}' and c.length_m_value < ${LEAST_BETWEEN_SITES}::int`,
  (change, { a, a_id: aId, b, b_id: bId, length }) =>
    refuse(change, 'CABLE_TOO_SHORT', 'spec.lengthM', `${length} m do not reach from site ${a} to site ${b}`, {
      value: length,
      accepted: `at least ${LEAST_BETWEEN_SITES}, or ports of one site`,
      mentions: [mentionOf(`Site/${a}`, aId), mentionOf(`Site/${b}`, bId)],
    }),
);

const powerFlows = allOf(comesFromSomewhere, flowsIntoAnInlet);

/** Rules on what cables are for; each is asked only about those that it can concern. */
export const makesSense: RowRule = async (changes, state) => [
  ...(await powerFlows(
    changes.filter(({ spec }) => spec.media === 'Power'),
    state,
  )),
  ...(await reachesAcross(
    changes.filter(({ spec }) => spec.lengthM !== undefined && Number(String(spec.lengthM)) < LEAST_BETWEEN_SITES),
    state,
  )),
];
