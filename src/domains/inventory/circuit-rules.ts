import type { Change, GroupRefusal, ManifestHead } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { findsItsPortsFree } from './cabling-rules.ts';
import { agreesWithTerminations, leavesTerminations } from './circuit-termination-rules.ts';
import { crossConnectStaysInside } from './cross-connect-rule.ts';

interface End {
  readonly kind: string;
  readonly name: string;
}

/** Upstream's manifest of a circuit says both ends. */
export const hasBothEnds = (spec: Readonly<Record<string, unknown>>, { group }: ManifestHead): GroupRefusal[] =>
  group !== 'inventory.miloapis.com'
    ? []
    : ['aEnd', 'zEnd'].flatMap((name) =>
        (spec[name] ?? null) !== null
          ? []
          : [
              {
                rule: 'REQUIRED',
                message: `${name} is missing`,
                accepted:
                  'a Site or a Port; or apiVersion: catalog.miloapis.com/v1alpha1, for a circuit of which an end is not known',
                steps: ['spec', name],
              },
            ],
      );

/** Both ends at one site are an ordinary cross-connect; both at one port are refused. */
export function endsDiffer(change: Change): Violation[] {
  const { spec } = change;
  const a = spec.aEnd as End | undefined;
  const z = spec.zEnd as End | undefined;
  if (a === undefined || z === undefined || a.kind !== 'Port' || z.kind !== 'Port' || a.name !== z.name) return [];
  const evidence = { value: z.name, accepted: 'another port, or a site' };
  return [refuse(change, 'CIRCUIT_ENDS_EQUAL', 'spec.zEnd.name', `both ends are port ${a.name}`, evidence)];
}

/** A port at which a circuit ends carries data, and is on no panel: there a termination of the circuit would be. */
const endsAtADevice = rowRule<{ side: 'aEnd' | 'zEnd'; port: string; is_power: boolean }>(
  (ids) => sql`select k.id, x.side, p.name as port, p.type = 'Power' as is_power from circuit k
     cross join lateral (values ('aEnd', k.a_end_port_id), ('zEnd', k.z_end_port_id)) x (side, port_id)
     join port p on p.id = x.port_id left join pass_through_port t on t.port_id = p.id
     where k.id = any(${ids}::uuid[]) and (p.type = 'Power' or t.id is not null) order by x.side`,
  (change, { side, port, is_power: isPower }) => {
    const message = `port ${port} is a ${isPower ? 'power port' : 'pass-through port of a panel'}`;
    const evidence = { value: port, accepted: 'a port of a server or network device, or a site' };
    return refuse(change, 'NOT_A_CIRCUITS_END', `spec.${side}.name`, message, evidence);
  },
);

const demarcations = leavesTerminations(
  (ids) =>
    sql`select k.id, e.port_id from circuit k cross join lateral (values (k.a_end_port_id), (k.z_end_port_id)) e (port_id) where k.id = any(${ids}::uuid[])`,
  'spec',
);

export const circuitRules = allOf(
  agreesWithTerminations,
  demarcations,
  endsAtADevice,
  crossConnectStaysInside('circuit'),
  findsItsPortsFree('Circuit'),
  uniqueIn('circuit', [
    {
      columns: ['provider_id', (row) => sql`nullif(${row}.circuit_id, '')`],
      rule: 'CIRCUIT_ID_TAKEN',
      path: 'spec.circuitID',
      message: 'the provider has a circuit of this id already',
      accepted: 'an id that no other circuit of the provider has, or none',
    },
  ]),
);
