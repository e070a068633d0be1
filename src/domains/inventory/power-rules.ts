import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { judgeCablesAt } from './cable-end-rules.ts';
import { deviceOf } from './devices.ts';

/** What one declaration says by itself. */
export function fitsItsRating(change: Change): Violation[] {
  const { role, feed, inletRef, ratedWatts, allocatedWatts } = change.spec;
  const found: Violation[] = [];
  if (typeof ratedWatts === 'number' && typeof allocatedWatts === 'number' && allocatedWatts > ratedWatts) {
    const message = `${allocatedWatts} W are allocated, and the port is rated for ${ratedWatts} W`;
    const evidence = { value: allocatedWatts, accepted: `at most ${ratedWatts}` };
    found.push(refuse(change, 'ALLOCATED_ABOVE_RATED', 'spec.allocatedWatts', message, evidence));
  }
  if (role === 'Feed' && feed === undefined) {
    const message = 'feed is missing: the port is where a feed arrives';
    found.push(refuse(change, 'REQUIRED', 'spec.feed', message, { accepted: 'the name of a feed of the rack' }));
  }
  if (role !== 'Feed' && feed !== undefined) {
    const evidence = { value: feed, accepted: 'nothing, or the role Feed' };
    found.push(refuse(change, 'NOT_A_FEED', 'spec.feed', 'only a feed has the name of one', evidence));
  }
  if (role !== 'Outlet' && inletRef !== undefined) {
    const evidence = { accepted: 'nothing, or the role Outlet' };
    found.push(
      refuse(change, 'NOT_AN_OUTLET', 'spec.inletRef', 'only an outlet gets its power from an inlet', evidence),
    );
  }
  return found;
}

const isAPowerPort = rowRule<{ port: string; type: string }>(
  (ids) => sql`select d.id, p.name as port, p.type from power_port d join port p on p.id = d.port_id
    where d.id = any(${ids}::uuid[]) and p.type <> 'Power'`,
  (change, { port, type }) =>
    refuse(change, 'NOT_A_POWER_PORT', 'spec.portRef.name', `port ${port} is of type ${type}`, {
      value: port,
      accepted: 'a port of type Power',
    }),
);

/** The same from the side of the port. */
export const staysAPowerPort = rowRule<{ declaration: string; declaration_id: string }>(
  (ids) => sql`select p.id, 'PowerPort/' || d.name as declaration, d.id as declaration_id
    from port p join power_port d on d.port_id = p.id where p.id = any(${ids}::uuid[]) and p.type <> 'Power'`,
  (change, { declaration, declaration_id: id }) =>
    refuse(change, 'POWER_DECLARED', 'spec.type', `${declaration} says what power flows through the port`, {
      value: change.spec.type,
      accepted: 'Power',
      mentions: [mentionOf(declaration, id)],
    }),
);

interface Unfed {
  readonly port: string;
  readonly rack: string | null;
  readonly rack_id: string | null;
  readonly feed: string;
  readonly feeds: string | null;
}

/** Feeds that no rack has; of ports of racks, which ones the rack has. */
const unfed = (which: Sql): Sql => sql`
  select d.id, d.name, p.name as port, 'Rack/' || r.name as rack, r.id as rack_id, d.power_feed as feed, f.feeds
  from power_port d join port p on p.id = d.port_id left join rack r on r.id = p.device_rack_id
  cross join lateral (
    select string_agg(e->>'name', ' or ' order by e->>'name') as feeds, coalesce(bool_or(e->>'name' = d.power_feed), false) as is_known
    from jsonb_array_elements(r.power_feeds) e
  ) f where d.power_role = 'Feed' and not f.is_known and ${which}`;

const isAFeedOfItsRack = rowRule<Unfed>(
  (ids) => unfed(sql`d.id = any(${ids}::uuid[])`),
  (change, { port, rack, rack_id: id, feed, feeds }) => {
    if (rack === null || id === null) {
      const evidence = { value: port, accepted: 'a port of the rack itself' };
      return refuse(
        change,
        'FEED_OF_NO_RACK',
        'spec.portRef.name',
        `port ${port} is on no rack: a feed arrives at one`,
        evidence,
      );
    }
    return refuse(change, 'NO_SUCH_FEED', 'spec.feed', `${rack} has no feed ${feed}`, {
      value: feed,
      accepted: feeds ?? 'a name among powerFeeds of the rack, which has none',
      mentions: [mentionOf(rack, id)],
    });
  },
);

/** The same from the side of the rack. */
export const keepsItsFeeds = rowRule<{ name: string; declaration_id: string; feed: string }>(
  (ids) =>
    sql`select x.rack_id as id, x.name, x.id as declaration_id, x.feed from (${unfed(sql`p.device_rack_id = any(${ids}::uuid[])`)}) x`,
  (change, { name, declaration_id: id, feed }) =>
    refuse(change, 'FEED_IN_USE', 'spec.powerFeeds', `PowerPort/${name} is where feed ${feed} arrives`, {
      accepted: `powerFeeds with one named ${feed}`,
      mentions: [{ kind: 'PowerPort', id, name }],
    }),
);

interface Inlet {
  readonly inlet: string;
  readonly inlet_id: string;
  readonly is_elsewhere: boolean;
}

/** Outlets whose power comes from what is no inlet, or is on another device. */
const wrongInlets = (which: Sql): Sql => sql`
  select d.id, d.name, x.id as inlet_id, x.name as inlet, ${deviceOf(sql`i`)} <> ${deviceOf(sql`p`)} as is_elsewhere
  from power_port d join port p on p.id = d.port_id join power_port x on x.id = d.inlet_id join port i on i.id = x.port_id
  where ${which} and (x.power_role <> 'Inlet' or ${deviceOf(sql`i`)} <> ${deviceOf(sql`p`)})`;

const inletIsOne = rowRule<Inlet>(
  (ids) => wrongInlets(sql`d.id = any(${ids}::uuid[])`),
  (change, { inlet, is_elsewhere: isElsewhere }) => {
    const message = `PowerPort/${inlet} is ${isElsewhere ? 'on another device' : 'no inlet'}`;
    const evidence = { value: inlet, accepted: 'an inlet of the same device' };
    return refuse(change, 'NOT_ITS_INLET', 'spec.inletRef.name', message, evidence);
  },
);

/** The same from the side of the inlet, which stays one as long as outlets get their power from it. */
const staysAnInlet = rowRule<{ outlet: string; outlet_id: string }>(
  (ids) => sql`select m.id, 'PowerPort/' || x.name as outlet, x.id as outlet_id from power_port m
    join (${wrongInlets(sql`d.inlet_id = any(${ids}::uuid[])`)}) x on x.inlet_id = m.id
    where m.id = any(${ids}::uuid[])`,
  (change, { outlet, outlet_id: id }) =>
    refuse(change, 'INLET_IN_USE', 'spec.role', `${outlet} gets its power from here`, {
      value: change.spec.role,
      accepted: 'Inlet',
      mentions: [mentionOf(outlet, id)],
    }),
);

interface Against {
  readonly cable: string;
  readonly cable_id: string;
  readonly position: number;
  readonly port: string;
  readonly port_id: string;
  readonly role: string;
  readonly other: string;
  readonly other_port_id: string;
  readonly other_role: string;
}

/** Cables between two ends that both give power, or both take it. A port of which nobody has said that fits either. */
const againstTheFlow = (which: Sql): Sql => sql`
  select e.cable_id, 'Cable/' || c.name as cable, o.position, p.name as port, p.id as port_id, d.power_role::text as role,
    q.name as other, q.id as other_port_id, x.power_role::text as other_role
  from cable_termination e join cable c on c.id = e.cable_id join port p on p.id = e.port_id join power_port d on d.port_id = e.port_id
  join cable_termination o on o.cable_id = e.cable_id and o.side > e.side join port q on q.id = o.port_id join power_port x on x.port_id = o.port_id
  where ${which} and (d.power_role = 'Inlet') = (x.power_role = 'Inlet')`;

const flows = ({ port, role, other, other_role: otherRole }: Against): string =>
  `port ${port} is an ${role === 'Feed' ? 'end of a feed' : role.toLowerCase()}, and port ${other} ${otherRole === role ? 'as well' : `a ${otherRole.toLowerCase()}`}`;

/** Power flows from a feed or an outlet into an inlet. */
export const flowsIntoAnInlet = rowRule<Against>(
  (ids) =>
    sql`select x.*, x.cable_id as id from (${againstTheFlow(sql`e.cable_id = any(${ids}::uuid[])`)}) x order by x.position`,
  (change, row) =>
    refuse(change, 'POWER_AGAINST_THE_FLOW', `spec.endpoints[${row.position}].name`, flows(row), {
      value: row.other,
      accepted: 'an inlet at one end, and a feed or an outlet at the other',
    }),
);

/** The same from the side of the declaration. */
const fitsItsCable = rowRule<Against>(
  (ids) => sql`select distinct on (d.id) x.*, d.id from power_port d
    join (${againstTheFlow(sql`e.cable_id in (select t.cable_id from power_port m join cable_termination t on t.port_id = m.port_id where m.id = any(${ids}::uuid[]))`)}) x
      on d.port_id in (x.port_id, x.other_port_id)
    where d.id = any(${ids}::uuid[]) order by d.id, x.cable`,
  (change, row) =>
    refuse(change, 'POWER_AGAINST_THE_FLOW', 'spec.role', `${row.cable}: ${flows(row)}`, {
      value: change.spec.role,
      accepted: 'an inlet at one end of the cable, and a feed or an outlet at the other',
      mentions: [
        mentionOf(row.cable, row.cable_id),
        mentionOf(`Port/${row.port}`, row.port_id),
        mentionOf(`Port/${row.other}`, row.other_port_id),
      ],
    }),
);

/**
 * Power cables of which all ends take power: inlets, and, where nobody has said what they are, ports of servers and network
 * devices. Racks and equipment may give it.
 */
const fromNowhere = (which: Sql): Sql => sql`
  select e.cable_id, 'Cable/' || c.name as cable, string_agg(p.name, ' and ' order by e.position) as ports, max(e.position) as position
  from cable c join cable_termination e on e.cable_id = c.id join port p on p.id = e.port_id left join power_port d on d.port_id = p.id
  where ${which} and c.media = 'Power' group by e.cable_id, c.name
  having bool_and(coalesce(d.power_role = 'Inlet', num_nonnulls(p.device_node_id, p.device_network_device_id) = 1)) and count(distinct e.side) = 2`;

const AN_OUTLET =
  'an outlet at one end: a power port of a rack or of equipment, or one of which a PowerPort says that it is an outlet';

export const comesFromSomewhere = rowRule<{ ports: string; position: number }>(
  (ids) => sql`select x.*, x.cable_id as id from (${fromNowhere(sql`c.id = any(${ids}::uuid[])`)}) x`,
  (change, { ports, position }) =>
    refuse(
      change,
      'POWER_FROM_NOWHERE',
      `spec.endpoints[${position}].name`,
      `ports ${ports} all take power: they are inlets, or on servers or network devices`,
      { accepted: AN_OUTLET },
    ),
);

interface Unsupplied {
  readonly cable: string;
  readonly cable_id: string;
}

/** Power cables at ports that satisfy a condition on `t`, as rows that have the port's name. */
const unsupplied = (which: Sql): Sql => sql`
  select distinct on (q.id) q.id as port_id, q.name as port, x.cable, x.cable_id
  from port q join cable_termination o on o.port_id = q.id
  join (${fromNowhere(sql`c.id in (select t.cable_id from cable_termination t join port h on h.id = t.port_id where ${which})`)}) x
    on x.cable_id = o.cable_id order by q.id, x.cable`;

const leavesNothing = (
  object: CatalogObject,
  path: string,
  accepted: string,
  { cable, cable_id: id }: Unsupplied,
): Violation =>
  refuse(object, 'POWER_FROM_NOWHERE', path, `no other end of ${cable} gives power`, {
    accepted,
    mentions: [mentionOf(cable, id)],
  });

/** The same from the side of what says that the port takes power, and has not said so before. */
const becomesAnInlet = ({ before, spec }: Change): boolean => spec.role === 'Inlet' && before?.spec.role !== 'Inlet';

const leavesAnOutlet = rowRule<Unsupplied>(
  (ids) => sql`select d.id, x.* from power_port d
    join (${unsupplied(sql`h.id in (select m.port_id from power_port m where m.id = any(${ids}::uuid[]))`)}) x on x.port_id = d.port_id
    where d.id = any(${ids}::uuid[])`,
  (change, row) => leavesNothing(change, 'spec.role', 'Outlet, as long as the cable is there', row),
);

/** The same where what said that the port gives power is deleted. */
export async function outletsGone(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const outlets = objects.filter(({ spec }) => spec.role === 'Outlet');
  if (outlets.length === 0) return [];
  const portOf = ({ spec }: CatalogObject): string => String((spec.portRef as { readonly name: string }).name);
  const rows = await state.query<Unsupplied & { port: string }>(
    sql`select x.* from (${unsupplied(sql`h.name = any(${outlets.map(portOf)}::text[])`)}) x`,
  );
  const byPort = new Map(rows.map((row) => [row.port, row]));
  return outlets.flatMap((object) => {
    const row = byPort.get(portOf(object));
    return row === undefined ? [] : [leavesNothing(object, 'metadata.name', 'a port without a cable', row)];
  });
}

export const powerRules: RowRule = allOf(
  isAPowerPort,
  isAFeedOfItsRack,
  inletIsOne,
  staysAnInlet,
  fitsItsCable,
  (changes, state) => leavesAnOutlet(changes.filter(becomesAnInlet), state),
  judgeCablesAt('PowerPort'),
  uniqueIn('power_port', [
    {
      columns: ['port_id'],
      rule: 'POWER_DECLARED_TWICE',
      path: 'spec.portRef.name',
      message: 'what power flows through the port has been stated already',
      accepted: 'a port of which no other PowerPort speaks',
    },
  ]),
);
