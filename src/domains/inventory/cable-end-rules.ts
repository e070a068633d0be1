import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { deviceOf } from './devices.ts';

interface Problem {
  readonly cable: string;
  readonly cable_id: string;
  readonly problem: 'kinds' | 'apart';
  readonly ports: readonly { readonly id: string; readonly name: string }[];
}

/**
 * The ends of cables that may not be as they are (cable-trace.md 2.2): ports of several kinds; on a plain cable, ports of
 * several panels. A port of a panel of which nobody has said on which side it is counts as either.
 */
const wrongEnds = (which: Sql): Sql => sql`
  select * from (
    select e.cable_id, 'Cable/' || a.name as cable, e.side, json_agg(json_build_object('id', p.id, 'name', p.name) order by e.connector) as ports,
      case
        when count(distinct k.kind) > 1 or bool_or(k.kind is null) and bool_or(k.kind in ('Interface', 'Power', 'Serial')) then 'kinds'
        when a.profile_id is null and bool_and(k.kind is null or k.kind in ('Front', 'Rear'))
          and count(distinct ${deviceOf(sql`p`)}) > 1 then 'apart'
      end as problem
    from cable_termination e join cable a on a.id = e.cable_id
    join port p on p.id = e.port_id left join pass_through_port t on t.port_id = p.id
    cross join lateral (
      select coalesce(t.side::text, case when exists (select from circuit_termination d where d.place_port_id = p.id) then 'Circuit' end, case p.type when 'PatchPanel' then null when 'Power' then 'Power' when 'Serial' then 'Serial' else 'Interface' end) as kind
    ) k
    where ${which} group by e.cable_id, a.name, a.profile_id, e.side having count(*) > 1
  ) x where problem is not null`;

const named = (ports: Problem['ports']): string => ports.map(({ name }) => name).join(', ');

const messages: Readonly<
  Record<Problem['problem'], (problem: Problem) => readonly [rule: string, message: string, accepted: string]>
> = {
  kinds: ({ ports }) => [
    'ENDS_OF_SEVERAL_KINDS',
    `ports ${named(ports)} at one end are of several kinds`,
    'at one end only interfaces, only fronts or only rears of panels, only power ports or only serial ports',
  ],
  apart: ({ ports }) => [
    'PANELS_APART',
    `ports ${named(ports)} at one end belong to several panels`,
    'ports of one panel, or a cable with a profile',
  ],
};

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
} as const;

/** The same from the side of what changes at an end: the type of a port, or what it is declared to be. */
export const judgeCablesAt = (kind: keyof typeof changed): RowRule =>
  rowRule<Problem>(
    (ids) => sql`with changed as materialized (${changed[kind].ports(ids)}), touched as materialized (
       select c.id, e.cable_id from changed c join cable_termination e on e.port_id = c.port_id
     )
     select distinct on (t.id) t.id, x.* from touched t
     join (${wrongEnds(sql`e.cable_id in (select cable_id from touched)`)}) x on x.cable_id = t.cable_id
     order by t.id, x.cable`,
    (change, problem) => {
      const [rule, message, accepted] = messages[problem.problem](problem);
      const mentions = [
        mentionOf(problem.cable, problem.cable_id),
        ...problem.ports.map(({ id, name }) => ({ kind: 'Port', id, name })),
      ];
      return refuse(change, rule, changed[kind].path, `${problem.cable}: ${message}`, { accepted, mentions });
    },
  );
