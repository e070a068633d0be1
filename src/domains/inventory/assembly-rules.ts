import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { deviceOf } from './port-device.ts';

interface Problem {
  readonly cable: string;
  readonly cable_id: string;
  readonly side: string;
  readonly problem: 'many' | 'kinds' | 'apart';
  readonly connectors: number | null;
  readonly ports: string;
}

/**
 * The ends of cables with several connectors that may not be as they are (cable-trace.md 2.2 and 2.8): more ports than
 * connectors; ports of several kinds; on a plain cable, ports of several panels. A port of a panel of which nobody has
 * said on which side it is counts as either.
 */
const wrongEnds = (which: Sql): Sql => sql`
  select * from (
    select e.cable_assembly_id as cable_id, 'CableAssembly/' || a.name as cable, e.side, string_agg(p.name, ', ' order by e.position) as ports,
      case e.side when 'aEnds' then c.a_connectors else c.b_connectors end as connectors,
      case when count(*) > case e.side when 'aEnds' then c.a_connectors else c.b_connectors end then 'many'
        when count(distinct k.kind) > 1 or bool_or(k.kind is null) and bool_or(k.kind in ('Interface', 'Power', 'Serial')) then 'kinds'
        when c.id is null and bool_and(k.kind is null or k.kind in ('Front', 'Rear'))
          and count(distinct ${deviceOf(sql`p`)}) > 1 then 'apart'
      end as problem
    from cable_end e join cable_assembly a on a.id = e.cable_assembly_id left join cable_profile c on c.id = a.profile_id
    join port p on p.id = e.port_id left join pass_through_port t on t.port_id = p.id
    cross join lateral (
      select coalesce(t.side::text, case p.type when 'PatchPanel' then null when 'Power' then 'Power' when 'Serial' then 'Serial' else 'Interface' end) as kind
    ) k
    where ${which} group by e.cable_assembly_id, a.name, e.side, c.id
  ) x where problem is not null`;

const messages: Readonly<
  Record<Problem['problem'], (problem: Problem) => readonly [rule: string, message: string, accepted: string]>
> = {
  many: ({ connectors, ports }) => [
    'TOO_MANY_ENDS',
    `the profile has ${connectors === 1 ? 'one connector' : `${connectors} connectors`} at this end, and there are the ports ${ports}`,
    `at most ${connectors}`,
  ],
  kinds: ({ ports }) => [
    'ENDS_OF_SEVERAL_KINDS',
    `ports ${ports} at one end are of several kinds`,
    'at one end only interfaces, only fronts or only rears of panels, only power ports or only serial ports',
  ],
  apart: ({ ports }) => [
    'PANELS_APART',
    `ports ${ports} at one end belong to several panels`,
    'ports of one panel, or a cable with a profile',
  ],
};

/** Rules on the two ends of a cable with several connectors. */
export const endsFitTogether: RowRule = rowRule<Problem>(
  (ids) =>
    sql`select x.*, x.cable_id as id from (${wrongEnds(sql`e.cable_assembly_id = any(${ids}::uuid[])`)}) x order by side`,
  (change, problem) => {
    const [rule, message, accepted] = messages[problem.problem](problem);
    return refuse(change, rule, `spec.${problem.side}`, message, { accepted });
  },
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
export const judgeAssembliesAt = (kind: keyof typeof changed): RowRule =>
  rowRule<Problem>(
    (ids) => sql`with changed as materialized (${changed[kind].ports(ids)}), touched as materialized (
       select distinct c.id, e.cable_assembly_id from changed c join cable_end e on e.port_id = c.port_id where e.cable_assembly_id is not null
     )
     select distinct on (t.id) t.id, x.* from touched t
     join (${wrongEnds(sql`e.cable_assembly_id in (select cable_assembly_id from touched)`)}) x on x.cable_id = t.cable_assembly_id
     order by t.id, x.cable`,
    (change, problem) => {
      const [rule, message, accepted] = messages[problem.problem](problem);
      const mentions = [mentionOf(problem.cable, problem.cable_id)];
      return refuse(change, rule, changed[kind].path, `${problem.cable}: ${message}`, { accepted, mentions });
    },
  );
