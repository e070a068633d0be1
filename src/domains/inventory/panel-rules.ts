import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { judgeCablesAt, judgeCablesLeft } from './cable-end-rules.ts';
import { leavesTerminations } from './circuit-termination-rules.ts';
import { deviceOf } from './devices.ts';

interface Wiring {
  readonly front: string;
  readonly rear: string;
  readonly same_port: boolean;
  readonly same_device: boolean;
  readonly same_use: boolean;
  readonly front_side: string | null;
  readonly rear_side: string | null;
  readonly front_width: number;
  readonly rear_width: number;
}

/** A mapping joins a front port and a rear port of one passive device, within their widths (cable-trace.md 1 and 2.7). */
const joinsFrontAndRear = rowRule<Wiring>(
  (ids) => sql`select m.id, f.name as front, r.name as rear, f.id = r.id as same_port,
     ${deviceOf(sql`f`)}
       = ${deviceOf(sql`r`)} as same_device,
     (f.type = 'Power') = (r.type = 'Power') as same_use, ft.side as front_side, rt.side as rear_side,
     coalesce(ft.positions, 1) as front_width, coalesce(rt.positions, 1) as rear_width
   from port_mapping m join port f on f.id = m.front_port_id join port r on r.id = m.rear_port_id
   left join pass_through_port ft on ft.port_id = f.id left join pass_through_port rt on rt.port_id = r.id
   where m.id = any(${ids}::uuid[])`,
  (change, row) => {
    if (row.same_port) {
      const evidence = { value: row.rear, accepted: 'another port of the device' };
      return refuse(
        change,
        'MAPPING_TO_ITSELF',
        'spec.rearPortRef.name',
        `port ${row.rear} is the front port`,
        evidence,
      );
    }
    const found: Violation[] = [];
    const tell = (rule: string, path: string, message: string, value: unknown, accepted: string): void => {
      found.push(refuse(change, rule, `spec.${path}`, message, { value, accepted }));
    };
    if (!row.same_device) {
      const message = `ports ${row.front} and ${row.rear} are on different devices`;
      tell('MAPPING_ACROSS_DEVICES', 'rearPortRef.name', message, row.rear, `a port of the device of ${row.front}`);
    }
    if (!row.same_use) {
      const message = `of ports ${row.front} and ${row.rear} one is a power port`;
      tell('MAPPING_OF_POWER', 'rearPortRef.name', message, row.rear, 'two power ports, or none');
    }
    for (const [at, port, side, width] of [
      ['front', row.front, row.front_side, row.front_width],
      ['rear', row.rear, row.rear_side, row.rear_width],
    ] as const) {
      const wanted = at === 'front' ? 'Front' : 'Rear';
      const position = Number(change.spec[`${at}Position`] ?? 1);
      if (side !== wanted) {
        const message = `port ${port} ${side === null ? 'is not declared a pass-through port' : `is declared with side ${side}`}`;
        tell(
          'NOT_A_SIDE',
          `${at}PortRef.name`,
          message,
          port,
          `a port that a PassThroughPort declares with side ${wanted}`,
        );
      } else if (position > width) {
        const message = `port ${port} has ${width === 1 ? 'one position' : `${width} positions`}`;
        tell('POSITION_OUTSIDE_PORT', `${at}Position`, message, position, `1 to ${width}`);
      }
    }
    return found;
  },
);

export const mappingRules = allOf(
  joinsFrontAndRear,
  uniqueIn(
    'port_mapping',
    (['front', 'rear'] as const).map((at) => ({
      columns: [`${at}_port_id`, `${at}_position`],
      rule: 'POSITION_MAPPED',
      path: `spec.${at}Position`,
      message: `this position of the ${at} port is mapped already`,
      accepted: 'a position that no other mapping takes',
    })),
  ),
);

/** A port that mappings run through keeps its side, and is as wide as they need. */
const staysWired = rowRule<{ mapping: string; mapping_id: string; position: number; side: string }>(
  (ids) => sql`select t.id, 'PortMapping/' || m.name as mapping, m.id as mapping_id, x.position, x.side
     from pass_through_port t join port_mapping m on t.port_id in (m.front_port_id, m.rear_port_id)
     cross join lateral (
       select 'Front' as side, m.front_position as position where m.front_port_id = t.port_id
       union all select 'Rear', m.rear_position where m.rear_port_id = t.port_id
     ) x
     where t.id = any(${ids}::uuid[]) and (t.side::text <> x.side or x.position > t.positions) order by x.position desc`,
  (change, { mapping, mapping_id: id, position, side }) => {
    const mentions = [mentionOf(mapping, id)];
    if (change.spec.side !== side) {
      const evidence = { value: change.spec.side, accepted: side, mentions };
      return refuse(change, 'PORT_MAPPED', 'spec.side', `${mapping} takes it for a port of the side ${side}`, evidence);
    }
    const evidence = { value: change.spec.positions, accepted: `at least ${position}`, mentions };
    return refuse(change, 'PORT_MAPPED', 'spec.positions', `${mapping} uses position ${position}`, evidence);
  },
);

/** A circuit ends at a port of a device, not inside a panel. */
const isNoCircuitsEnd = rowRule<{ circuit: string; circuit_id: string }>(
  (ids) => sql`select t.id, 'Circuit/' || k.name as circuit, k.id as circuit_id
     from pass_through_port t join circuit k on t.port_id in (k.a_end_port_id, k.z_end_port_id) where t.id = any(${ids}::uuid[])`,
  (change, { circuit, circuit_id: id }) =>
    refuse(change, 'CIRCUIT_ENDS_HERE', 'spec.portRef.name', `${circuit} ends at the port`, {
      accepted: 'a port at which no circuit ends',
      mentions: [mentionOf(circuit, id)],
    }),
);

export const declarationRules = allOf(
  staysWired,
  isNoCircuitsEnd,
  leavesTerminations(
    (ids) => sql`select id, port_id from pass_through_port where id = any(${ids}::uuid[])`,
    'spec.portRef.name',
  ),
  judgeCablesAt('PassThroughPort'),
  uniqueIn('pass_through_port', [
    {
      columns: ['port_id'],
      rule: 'PORT_DECLARED_TWICE',
      path: 'spec.portRef.name',
      message: 'the port is declared a pass-through port already',
      accepted: 'a port that is not declared yet',
    },
  ]),
);

const portOf = ({ spec }: CatalogObject): string => String((spec.portRef as { readonly name: string }).name);

/** What mappings run through, or a cable has beside others of its kind, stays declared, unless the port itself goes. */
export const declarationsGone = async (objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> => [
  ...(await mappingsStay(objects, state)),
  ...(await judgeCablesLeft(objects, portOf, 'metadata.name', state)),
];

async function mappingsStay(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ port: string; mapping: string; mapping_id: string }>(
    sql`select distinct on (p.id) p.name as port, 'PortMapping/' || m.name as mapping, m.id as mapping_id
     from port p join port_mapping m on p.id in (m.front_port_id, m.rear_port_id)
     where p.name = any(${objects.map(portOf)}) and not exists (select from pass_through_port t where t.port_id = p.id)
     order by p.id, m.name`,
  );
  const byPort = new Map(rows.map((row) => [row.port, row]));
  return objects.flatMap((object) => {
    const row = byPort.get(portOf(object));
    if (row === undefined) return [];
    const message = `${row.mapping} runs through port ${row.port}`;
    const evidence = { accepted: 'a port without mappings', mentions: [mentionOf(row.mapping, row.mapping_id)] };
    return [refuse(object, 'PORT_MAPPED', 'metadata.name', message, evidence)];
  });
}

/** The same from the side of the ports: a mapping joins two power ports or none. */
export const keepsItsUse: RowRule = rowRule<{ mapping: string; mapping_id: string; other: string; other_id: string }>(
  (ids) => sql`select p.id, 'PortMapping/' || m.name as mapping, m.id as mapping_id, o.name as other, o.id as other_id
     from port p join port_mapping m on p.id in (m.front_port_id, m.rear_port_id)
     join port o on o.id in (m.front_port_id, m.rear_port_id) and o.id <> p.id
     where p.id = any(${ids}::uuid[]) and (o.type = 'Power') <> (p.type = 'Power')`,
  (change, { mapping, mapping_id: id, other, other_id: otherId }) =>
    refuse(change, 'MAPPING_OF_POWER', 'spec.type', `${mapping} joins it with port ${other}`, {
      value: change.spec.type,
      accepted: 'two power ports, or none',
      mentions: [mentionOf(mapping, id), mentionOf(`Port/${other}`, otherId)],
    }),
);
