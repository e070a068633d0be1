import type { Change, DerivedStore } from '../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Mention, Violation } from '../../platform/errors.ts';
import { WITHOUT_SOCKET } from './device-types/port-forms.ts';

/** Kinds whose objects take ports; columns of `cabled_port` and of the view `port_taking`. */
const columns = { Cable: 'cable_id', Circuit: 'circuit_id' } as const;
type Taker = keyof typeof columns;

const fiber = ['Optical', 'PatchPanel'];
/** Port types each medium fits (inventory.md section 2, compatibility table; design.md section 11). */
const fits: Readonly<Record<string, readonly string[]>> = {
  Power: ['Power'],
  Copper: ['Ethernet', 'Serial', 'PatchPanel'],
  DAC: ['Ethernet', 'Optical'],
  FiberSMF: fiber,
  FiberMMF: fiber,
  /** Copper with a serial port at one end. */
  Serial: ['Serial', 'PatchPanel'],
};
const accepted = (used: string): string => `a port of type ${fits[used]?.join(' or ')}`;

interface End {
  /** `endpoints` of a cable, `aEnd` or `zEnd` of a circuit. */
  readonly side: string;
  readonly position: number;
  readonly port: string;
}

const pathOf = ({ side, position }: End): string =>
  side.endsWith('s') ? `spec.${side}[${position}].name` : `spec.${side}.name`;

const refuseEnd = (
  change: Change,
  end: End,
  rule: string,
  message: string,
  accepted: string,
  mentions: readonly Mention[] = [],
): Violation => refuse(change, rule, pathOf(end), message, { value: end.port, accepted, mentions });

/** The medium; an interface without a socket (cable-trace.md 2.5); two consoles, or two ports of console servers (2.3). */
type Problem = 'media' | 'socket' | 'consoles';

interface Misfit extends Omit<End, 'side'> {
  readonly problem: Problem;
  readonly type: string;
  /** The key of `fits` that counts. */
  readonly used: string;
  /** What the port is as a part, as far as anybody has said: its form, and the sort of a serial port. */
  readonly form: string | null;
  readonly part: string | null;
}

/**
 * The ends of cables that do not fit their ports: `id` is the cable's, `cables` a set of such ids. A serial port at one end of a
 * copper cable requires serial ports or panels at all others. `offset 0`: ends and ports are looked up one by one, whatever the
 * planner believes of tables that have just grown; otherwise it reads all of them for each batch.
 */
const misfits = (cables: Sql): Sql => {
  const bothEndsAre = (part: string): Sql =>
    sql`bool_or(e.side = 'A' and x.part = ${part}) over w and bool_or(e.side = 'B' and x.part = ${part}) over w and x.part = ${part}`;
  return sql`select * from (
   select e.*, case
     when not ${JSON.stringify(fits)}::jsonb -> used ? type::text then 'media'
     when type in ('Ethernet', 'Optical') and form ~ ${WITHOUT_SOCKET.source} then 'socket'
     when is_alike and side = 'B' then 'consoles' end as problem
   from (
     select c.id, e.position, e.side, p.id as port_id, p.name as port, p.type, c.media, 'Cable/' || c.name as cable, x.form, x.part,
       case when c.media = 'Copper' and bool_or(p.type = 'Serial') over w then 'Serial' else c.media::text end as used,
       ${bothEndsAre('ConsolePort')} or ${bothEndsAre('ConsoleServerPort')} as is_alike
     from ${cables} own (id) cross join lateral (select * from cable c where c.id = own.id offset 0) c
     cross join lateral (select * from cable_termination e where e.cable_id = c.id offset 0) e
     cross join lateral (select * from port p where p.id = e.port_id offset 0) p
     cross join lateral (select p.hardware ->> 'form' as form, case p.type when 'Serial' then p.hardware ->> 'part' end as part) x
     window w as (partition by c.id)
   ) e
 ) e where problem is not null`;
};

const consoles: Readonly<Record<string, string>> = {
  ConsolePort: 'a console port',
  ConsoleServerPort: 'a port of a console server',
};
const CONSOLE_AND_SERVER = `${consoles.ConsolePort} at one end, and ${consoles.ConsoleServerPort} at the other`;

/** The medium fits the port at every end, which has a socket, and serial cables lead from consoles to their servers. */
export const fitsItsPorts: RowRule = rowRule<Misfit>(
  (ids) => sql`${misfits(sql`unnest(${ids}::uuid[])`)} order by position`,
  (change, misfit) => {
    const { problem, port, type, used, form, part } = misfit;
    const tell = (rule: string, message: string, accepts: string): Violation =>
      refuseEnd(change, { ...misfit, side: 'endpoints' }, rule, message, accepts);
    if (problem === 'media')
      return tell(
        'MEDIA_MISMATCH',
        `a ${String(change.spec.media)} cable does not fit port ${port} of type ${type}`,
        accepted(used),
      );
    return problem === 'socket'
      ? tell('NO_SOCKET', `port ${port} has no socket: its form is ${form}`, 'a port with a socket')
      : tell('CONSOLES_ALIKE', `port ${port} is ${consoles[part ?? '']}, as is the other end`, CONSOLE_AND_SERVER);
  },
);

/** The same from the side of the port, whose type and form may not change under a cable that does not fit the new ones. */
export const fitsItsCable = rowRule<
  Misfit & { cable: string; cable_id: string; media: string; port_id: string; own: boolean }
>(
  (
    ids,
  ) => sql`with touched as materialized (select cable_id as id, port_id from cable_termination where port_id = any(${ids}::uuid[]))
     select distinct on (t.port_id) t.port_id as id, e.problem, e.cable, e.id as cable_id, e.media, e.used, e.form, e.part, e.port, e.port_id, e.port_id = t.port_id as own
     from touched t join (${misfits(sql`(select distinct id from touched)`)}) e on e.id = t.id
     order by t.port_id, e.port_id <> t.port_id`,
  (change, { problem, cable, cable_id: id, media, used, form, part, port, port_id: portId, own }) => {
    const tell = (rule: string, path: string, value: unknown, problem: string, accepts: string): Violation =>
      refuse(change, rule, path, `${cable} is plugged in here: ${problem}`, {
        value,
        accepted: accepts,
        mentions: [mentionOf(cable, id), mentionOf(`Port/${port}`, portId)],
      });
    if (problem === 'media') {
      const what = own ? `a port of type ${String(change.spec.type)}` : `port ${port} at its other end as well`;
      const { type } = change.spec;
      return tell('MEDIA_MISMATCH', 'spec.type', type, `a ${media} cable that would not fit ${what}`, accepted(used));
    }
    return problem === 'socket'
      ? tell(
          'NO_SOCKET',
          'spec.hardware.form',
          form,
          `a port of the form ${form} has no socket`,
          'a form with a socket',
        )
      : tell(
          'CONSOLES_ALIKE',
          'spec.hardware.part',
          part,
          `both its ends would be ${consoles[part ?? '']}`,
          CONSOLE_AND_SERVER,
        );
  },
);

/** A port carries at most one cable or circuit, and that with one of its ends (cable-trace.md 2; design.md section 11). */
export const findsItsPortsFree = (kind: Taker): RowRule =>
  rowRule<End & { other: string | null; other_id: string | null }>(
    (
      ids,
    ) => sql`select e.id, e.side, e.position, p.name as port, (array_agg(n.other order by n.other, o.id) filter (where o.id <> e.id))[1] as other,
       (array_agg(o.id order by n.other, o.id) filter (where o.id <> e.id))[1] as other_id
     from unnest(${ids}::uuid[]) i (id)
     cross join lateral (select * from port_taking t where t.${sql.ident(columns[kind])} = i.id offset 0) e
     cross join lateral (
       select * from port_taking o where o.port_id = e.port_id and (o.id <> e.id or o.side < e.side) offset 0 -- as in misfits
     ) o
     cross join lateral (select p.name from port p where p.id = e.port_id offset 0) p
     cross join lateral (
       select 'Cable/' || c.name as other from cable c where c.id = o.cable_id
       union all select 'Circuit/' || k.name from circuit k where k.id = o.circuit_id
     ) n
     group by e.id, e.side, e.position, p.name order by p.name`,
    (change, end) => {
      const why = end.other === null ? 'is an end of this cable already' : `carries ${end.other} already`;
      const mentions = end.other === null || end.other_id === null ? [] : [mentionOf(end.other, end.other_id)];
      return refuseEnd(
        change,
        end,
        'PORT_TAKEN',
        `port ${end.port} ${why}`,
        'a port without a cable or circuit',
        mentions,
      );
    },
  );

/** Claims the ports of changed cables and circuits; the constraint on claimed ports decides races. */
export const takePorts =
  (kind: Taker) =>
  async (changes: readonly Change[], store: DerivedStore): Promise<void> => {
    const column = columns[kind];
    const ids = changes.map(({ id }) => id);
    const stored = changes.filter(({ before }) => before !== undefined).map(({ id }) => id);
    await store.execute(sql`delete from cabled_port where ${sql.ident(column)} = any(${stored}::uuid[])`);
    await store.execute(
      sql`insert into cabled_port (port_id, ${sql.ident(column)})
       select port_id, ${sql.ident(column)} from port_taking where ${sql.ident(column)} = any(${ids}::uuid[])`,
    );
  };
