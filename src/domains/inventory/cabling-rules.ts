import type { Change, DerivedStore } from '../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Mention, Violation } from '../../platform/errors.ts';

type CableKind = 'Cable' | 'CableAssembly';
const tables = { Cable: 'cable', CableAssembly: 'cable_assembly' } as const;
const columns = { Cable: 'cable_id', CableAssembly: 'cable_assembly_id' } as const;

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

interface End {
  /** `endpoints`, `aEnds` or `bEnds`. */
  readonly side: string;
  readonly position: number;
  readonly port: string;
}

const refuseEnd = (
  change: Change,
  { side, position, port }: End,
  rule: string,
  message: string,
  accepted: string,
  mentions: readonly Mention[] = [],
): Violation => refuse(change, rule, `spec.${side}[${position}].name`, message, { value: port, accepted, mentions });

/** The medium fits the port at every end; a serial port at one end requires serial ports or panels at all others. */
export const fitsItsPorts = (kind: CableKind): RowRule =>
  rowRule<End & { type: string; used: string }>(
    (ids) => sql`select id, side, position, port, type, used from (
       select e.id, e.side, e.position, p.name as port, p.type,
         case when c.media = 'Copper' and bool_or(p.type = 'Serial') over (partition by e.id) then 'Serial' else c.media::text end as used
       from cable_end e join port p on p.id = e.port_id join ${sql.ident(tables[kind])} c on c.id = e.id
       where e.${sql.ident(columns[kind])} = any(${ids}::uuid[])
     ) e where not ${JSON.stringify(fits)}::jsonb -> used ? type::text order by side, position`,
    (change, end) => {
      const message = `a ${String(change.spec.media)} cable does not fit port ${end.port} of type ${end.type}`;
      return refuseEnd(change, end, 'MEDIA_MISMATCH', message, `a port of type ${fits[end.used]?.join(' or ')}`);
    },
  );

/** A port carries at most one cable, with two ends or many, and that with one of its ends (cable-trace.md 2). */
export const findsItsPortsFree = (kind: CableKind): RowRule =>
  rowRule<End & { other: string | null; other_id: string | null }>(
    (ids) => sql`with own as materialized (
       select * from cable_end where ${sql.ident(columns[kind])} = any(${ids}::uuid[])
     ), crowded as materialized (
       select port_id from cable_end where port_id in (select port_id from own) group by port_id having count(*) > 1
     )
     select e.id, e.side, e.position, p.name as port,
       (array_agg(coalesce('Cable/' || c.name, 'CableAssembly/' || a.name) order by coalesce(c.name, a.name), o.id) filter (where o.id <> e.id))[1] as other,
       (array_agg(o.id order by coalesce(c.name, a.name), o.id) filter (where o.id <> e.id))[1] as other_id
     from own e join crowded using (port_id) join cable_end o on o.port_id = e.port_id and (o.id <> e.id or o.side < e.side)
     join port p on p.id = e.port_id
     left join cable c on c.id = o.cable_id left join cable_assembly a on a.id = o.cable_assembly_id
     group by e.id, e.side, e.position, p.name order by p.name`,
    (change, end) => {
      const why = end.other === null ? 'is an end of this cable already' : `carries ${end.other} already`;
      const mentions = end.other === null || end.other_id === null ? [] : [mentionOf(end.other, end.other_id)];
      return refuseEnd(change, end, 'PORT_TAKEN', `port ${end.port} ${why}`, 'a port without a cable', mentions);
    },
  );

/** Claims the ports of changed cables; the constraint on claimed ports decides races. */
export const takePorts =
  (kind: CableKind) =>
  async (changes: readonly Change[], store: DerivedStore): Promise<void> => {
    const column = columns[kind];
    const ids = changes.map(({ id }) => id);
    const stored = changes.filter(({ before }) => before !== undefined).map(({ id }) => id);
    await store.execute(sql`delete from cabled_port where ${sql.ident(column)} = any(${stored}::uuid[])`);
    await store.execute(
      sql`insert into cabled_port (port_id, ${sql.ident(column)})
       select port_id, ${sql.ident(column)} from cable_end where ${sql.ident(column)} = any(${ids}::uuid[])`,
    );
  };
