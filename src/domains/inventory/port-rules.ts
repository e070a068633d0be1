import type { Change, Kind } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { isObject } from '../../catalog/values/is-object.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { judgeCablesAt } from './cable-end-rules.ts';
import { fitsItsCable } from './cabling-rules.ts';
import { leavesTerminations } from './circuit-termination-rules.ts';
import { deviceOf } from './devices.ts';
import { keepsItsUse } from './panel-rules.ts';
import { staysAPowerPort } from './power-rules.ts';

const OURS = 'apiVersion: catalog.miloapis.com/v1alpha1';

/** Upstream's manifest of a port knows upstream's devices, and nothing of modules and hardware. */
export const ofUpstreamsDevices: NonNullable<Kind['refuses']> = (spec, { group }) => {
  if (group !== 'inventory.miloapis.com') return [];
  const { deviceRef } = spec;
  const own = (['moduleRef', 'hardware'] as const)
    .filter((name) => spec[name] !== undefined && spec[name] !== null)
    .map((name) => ({
      rule: 'UNKNOWN_FIELD',
      message: `${name} is no field of a Port in ${group}`,
      accepted: OURS,
      steps: ['spec', name],
    }));
  if (!isObject(deviceRef) || deviceRef.kind !== 'Equipment') return own;
  return [
    ...own,
    {
      rule: 'INVALID_VALUE',
      message: 'a port of equipment is written in another group',
      accepted: `${OURS}, or Node, NetworkDevice, Rack`,
      steps: ['spec', 'deviceRef', 'kind'],
    },
  ];
};

/** A power port has no line rate. */
export const speedFitsType = (change: Change): Violation[] =>
  change.spec.type === 'Power' && change.spec.speed !== undefined && change.spec.speed !== null
    ? [
        refuse(change, 'POWER_HAS_NO_SPEED', 'spec.speed', 'a power port has no line rate', {
          value: change.spec.speed,
          accepted: 'nothing, or another type',
        }),
      ]
    : [];

/** A port at which a circuit ends does not become a power port. */
const staysACircuitsEnd = rowRule<{ circuit: string; circuit_id: string }>(
  (ids) => sql`select p.id, 'Circuit/' || k.name as circuit, k.id as circuit_id
     from port p join circuit k on p.id in (k.a_end_port_id, k.z_end_port_id) where p.id = any(${ids}::uuid[]) and p.type = 'Power'`,
  (change, { circuit, circuit_id: id }) => {
    const evidence = { value: change.spec.type, accepted: 'any other type', mentions: [mentionOf(circuit, id)] };
    return refuse(change, 'CIRCUIT_ENDS_HERE', 'spec.type', `${circuit} ends at the port`, evidence);
  },
);

const labelIsFree = uniqueIn('port', [
  {
    columns: [deviceOf, 'port_label'],
    rule: 'PORT_NAME_TAKEN',
    path: 'spec.name',
    message: 'the device has a port of this name already',
    accepted: 'a name that no other port of the device has',
  },
]);

const staysADemarcation = leavesTerminations(
  (ids) => sql`select unnest(${ids}::uuid[]) as id, unnest(${ids}::uuid[]) as port_id`,
  'spec.type',
);

/** What holds of a serial port that turns out to be one end of a console or the other. */
export const consoleRules = allOf(fitsItsCable, judgeCablesAt('Port'));

const typeStaysRight = allOf(
  fitsItsCable,
  staysACircuitsEnd,
  staysADemarcation,
  staysAPowerPort,
  keepsItsUse,
  judgeCablesAt('Port'),
);

const sortOf = ({ type, hardware }: Change['spec']): string => {
  const { part, form } = (hardware ?? {}) as { readonly part?: string; readonly form?: string };
  return JSON.stringify([type, part, form]);
};

/** What holds of ports. What is plugged in is asked only when that changes which the rules look at: into a new port nothing is, yet. */
export const portRules: RowRule = async (changes, state) => [
  ...(await labelIsFree(changes, state)),
  ...(await typeStaysRight(
    changes.filter(({ before, spec }) => before !== undefined && sortOf(before.spec) !== sortOf(spec)),
    state,
  )),
];
