import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { deviceOf } from './devices.ts';

interface Problem {
  readonly cable: string;
  readonly cable_id: string;
  readonly problem: 'kinds' | 'apart';
  readonly ports: readonly { readonly id: string; readonly name: string }[];
}

/** What a port at an end of a cable is (cable-trace.md 1). */
const kindsOfEnds = [
  'Interface',
  'ConsolePort',
  'ConsoleServerPort',
  'Front',
  'Rear',
  'Circuit',
  'Inlet',
  'Outlet',
  'Feed',
];

/**
 * What the port `p` may be, as an array: one kind, where its type or a declaration tells; all that it may turn out to be,
 * where nobody has said on which side of a panel it is, which way power flows, or which end of a console.
 */
const mayBe = sql`coalesce(
    (select array[t.side::text] from pass_through_port t where t.port_id = p.id limit 1),
    (select array[d.power_role::text] from power_port d where d.port_id = p.id limit 1),
    (select array['Circuit'] from circuit_termination n where n.place_port_id = p.id limit 1),
    case p.type when 'PatchPanel' then array['Front', 'Rear', 'Circuit'] when 'Power' then array['Inlet', 'Outlet', 'Feed']
      when 'Serial' then case when p.hardware ->> 'part' in ('ConsolePort', 'ConsoleServerPort') then array[p.hardware ->> 'part']
        else array['ConsolePort', 'ConsoleServerPort'] end
      else array['Interface'] end)`;

/** The ends of cables that may not be as they are (cable-trace.md 2.2): ports of several kinds; on a plain cable, ports of several panels. */
const wrongEnds = (which: Sql): Sql => sql`
  select * from (
    select e.cable_id, 'Cable/' || a.name as cable, e.side, json_agg(json_build_object('id', p.id, 'name', p.name) order by e.connector) as ports,
      case
        when not (${sql.join(
          kindsOfEnds.map((kind) => sql`bool_and(${kind}::text = any(k.kinds))`),
          ' or ',
        )}) then 'kinds'
        when a.profile_id is null and bool_and(k.kinds && array['Front', 'Rear']) and count(distinct ${deviceOf(sql`p`)}) > 1 then 'apart'
      end as problem
    from cable_termination e join cable a on a.id = e.cable_id join port p on p.id = e.port_id
    cross join lateral (select ${mayBe} as kinds) k
    where ${which} group by e.cable_id, a.name, a.profile_id, e.side having count(*) > 1
  ) x where problem is not null`;

const named = (ports: Problem['ports']): string => ports.map(({ name }) => name).join(', ');

const messages: Readonly<
  Record<Problem['problem'], (problem: Problem) => readonly [rule: string, message: string, accepted: string]>
> = {
  kinds: ({ ports }) => [
    'ENDS_OF_SEVERAL_KINDS',
    `ports ${named(ports)} at one end are of several kinds`,
    'at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds',
  ],
  apart: ({ ports }) => [
    'PANELS_APART',
    `ports ${named(ports)} at one end belong to several panels`,
    'ports of one panel, or a cable with a profile',
  ],
};

function refuseAt(object: CatalogObject, path: string, problem: Problem): Violation {
  const [rule, message, accepted] = messages[problem.problem](problem);
  const mentions = [
    mentionOf(problem.cable, problem.cable_id),
    ...problem.ports.map(({ id, name }) => ({ kind: 'Port', id, name })),
  ];
  return refuse(object, rule, path, `${problem.cable}: ${message}`, { accepted, mentions });
}

const endsAreAlike = rowRule<Problem>(
  (ids) => sql`select x.*, x.cable_id as id from (${wrongEnds(sql`e.cable_id = any(${ids}::uuid[])`)}) x order by side`,
  (change, problem) => {
    const [rule, message, accepted] = messages[problem.problem](problem);
    return refuse(change, rule, 'spec.endpoints', message, { accepted });
  },
);

/** A cable has the connectors that its profile gives it (cable-trace.md 2.8). */
const connectorsExist = rowRule<{ position: number; side: string; connector: number; most: number; profile: string }>(
  (ids) => sql`select e.cable_id as id, e.position, e.side, e.connector, x.most, p.name as profile
     from cable c join cable_profile p on p.id = c.profile_id join cable_termination e on e.cable_id = c.id
     cross join lateral (select case e.side when 'A' then p.a_connectors else p.b_connectors end as most) x
     where c.id = any(${ids}::uuid[]) and e.connector > x.most order by e.position`,
  (change, { position, side, connector, most, profile }) => {
    const message = `end ${side} of a ${profile} has ${most === 1 ? 'one connector' : `${most} connectors`}`;
    const evidence = { value: connector, accepted: most === 1 ? '1' : `1 to ${most}` };
    return refuse(change, 'NO_SUCH_CONNECTOR', `spec.endpoints[${position}].connector`, message, evidence);
  },
);

/** Rules on the ends of cables that have several connectors. */
export const endsFitTogether: RowRule = (changes, state) =>
  allOf(endsAreAlike, connectorsExist)(
    changes.filter(
      ({ spec }) => spec.profileRef !== undefined || (Array.isArray(spec.endpoints) && spec.endpoints.length > 2),
    ),
    state,
  );

const changed = {
  Port: {
    ports: (ids: readonly string[]): Sql => sql`select unnest(${ids}::uuid[]) as id, unnest(${ids}::uuid[]) as port_id`,
    path: 'spec.type',
  },
  PassThroughPort: {
    ports: (ids: readonly string[]): Sql =>
      sql`select id, port_id from pass_through_port where id = any(${ids}::uuid[])`,
    path: 'spec.side',
  },
  PowerPort: {
    ports: (ids: readonly string[]): Sql => sql`select id, port_id from power_port where id = any(${ids}::uuid[])`,
    path: 'spec.role',
  },
  CircuitTermination: {
    ports: (ids: readonly string[]): Sql =>
      sql`select id, place_port_id as port_id from circuit_termination where id = any(${ids}::uuid[])`,
    path: 'spec.placeRef.name',
  },
} as const;

/** The same from the side of what changes at an end: the type of a port, what it is declared to be, a circuit that ends there. */
export const judgeCablesAt = (kind: keyof typeof changed): RowRule =>
  rowRule<Problem>(
    (ids) => sql`with changed as materialized (${changed[kind].ports(ids)}), touched as materialized (
       select c.id, e.cable_id from changed c join cable_termination e on e.port_id = c.port_id
     )
     select distinct on (t.id) t.id, x.* from touched t
     join (${wrongEnds(sql`e.cable_id in (select cable_id from touched)`)}) x on x.cable_id = t.cable_id
     order by t.id, x.cable`,
    (change, problem) => refuseAt(change, changed[kind].path, problem),
  );

/** The same at ports of which an object no longer says what they are. `portOf` has the name of the port that it has left. */
export async function judgeCablesLeft<T extends CatalogObject>(
  objects: readonly T[],
  portOf: (object: T) => string | undefined,
  path: string,
  state: FinalState,
): Promise<Violation[]> {
  const left = new Map(objects.map((object) => [portOf(object), object] as const));
  left.delete(undefined);
  if (left.size === 0) return [];
  const rows = await state.query<Problem & { port: string }>(
    sql`with left_by as materialized (
       select p.name, e.cable_id from port p join cable_termination e on e.port_id = p.id where p.name = any(${[...left.keys()]}::text[])
     )
     select distinct on (l.name) l.name as port, x.* from left_by l
     join (${wrongEnds(sql`e.cable_id in (select cable_id from left_by)`)}) x on x.cable_id = l.cable_id order by l.name, x.cable`,
  );
  return rows.flatMap((row) => {
    const object = left.get(row.port);
    return object === undefined ? [] : [refuseAt(object, path, row)];
  });
}
