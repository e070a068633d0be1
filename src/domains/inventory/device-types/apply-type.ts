import { type ActionObject, type ActionState, type ActionStep, defineAction } from '../../../catalog/action.ts';
import { ref, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mountedTables } from '../devices.ts';
import { typedDevices } from './make-parts.ts';
import type { KnownForm } from './parts-sql.ts';
import { formsEver } from './said-ports.ts';
import { type Difference, differences } from './type-differences.ts';

export const deviceNames = texts({
  description:
    'Only these devices, by name, or by kind and name (`Node/fra1-1`). Default: all devices of the type that you may see.',
  max: 1_000,
  item: { min: 1, max: 300 },
});

/** Devices of a type, by its id, that the caller may see; of all, or only those named. */
export const devicesOfType = (type: Sql, names: readonly string[] | undefined, see: See): Sql => {
  const devices = Object.entries(mountedTables).map(
    ([kind, table]) =>
      sql`select ${kind}::text as kind, z.id, z.name from ${sql.ident(table)} z where ${see(kind, sql`z`)}`,
  );
  const isOne =
    names === undefined
      ? sql`true`
      : sql`(z.name = any(${names}::text[]) or z.kind || '/' || z.name = any(${names}::text[]))`;
  return typedDevices(
    (one) => sql`${one}.type_id = ${type} and ${see('Asset', one)} and exists (
      select from (${sql.join(devices, ' union all ')}) z where ${isOne}
        and z.id in (${one}.device_node_id, ${one}.device_network_device_id, ${one}.device_equipment_id))`,
  );
};

interface Applying {
  readonly deviceType: ActionObject;
  readonly devices?: readonly string[];
}

/** What is blocked is kept; wiring is made anew, since its strands take each other's places. */
function stepsFor(found: readonly Difference[]): ActionStep[] {
  const free = found.filter((one) => !one.is_blocked);
  const gone = new Set(free.filter((one) => one.kind === 'Port' && one.difference === 'LeftOver').map(({ id }) => id));
  const steps = free.flatMap((one): ActionStep[] => {
    const { id, kind, difference, ends } = one;
    if (id === null || ends?.some((port) => gone.has(port)) === true) return [];
    if (difference === 'LeftOver' || kind === 'PortMapping') return [{ do: 'delete', kind, id }];
    const spec = specOf(one);
    return Object.keys(spec).length === 0 ? [] : [{ do: 'update', kind, id, spec, from }];
  });
  const toMake = free.filter(
    (one) => one.difference === 'Missing' || one.kind === 'PortMapping' || one.kind === 'PowerPort' || learns(one),
  );
  const assets = new Set(toMake.map((one) => one.asset_id));
  return [
    ...steps,
    ...[...assets].map((id): ActionStep => ({ do: 'update', kind: 'Asset', id, spec: {}, from, isRepeated: true })),
  ];
}

const from = { spec: 'deviceType', metadata: 'deviceType' };

/** A port of which no hardware is known gets it as one that is new would; in upstream's group it cannot be stated. */
const learns = ({ changes }: Difference): boolean =>
  changes.some(({ field, before }) => field === 'hardware.part' && before === null);

function specOf(one: Difference): Readonly<Record<string, unknown>> {
  const spec: Record<string, unknown> = {};
  const hardware: Record<string, unknown> = {};
  for (const { field, after } of one.changes) {
    // An outlet without an inlet gets its inlet when parts are made, since that may be new as well.
    if (field === 'inlet') spec.inletRef = null;
    else if (!field.startsWith('hardware.')) spec[field] = after;
    else if (!learns(one)) hardware[field.slice('hardware.'.length)] = after;
  }
  return { ...spec, ...(Object.keys(hardware).length > 0 && { hardware }) };
}

export const applyDeviceType = defineAction<Applying>({
  name: 'applyDeviceType',
  description:
    'Brings devices of a type to what the type says now: makes what they lack, sets what differs, and deletes what the type said earlier and says no more. What is in use is kept as it is. `deviceTypeDifferences` shows beforehand what that is, and what stands in the way; afterwards, what was kept.',
  shows: 'DeviceType',
  input: {
    deviceType: ref('DeviceType', { required: true, description: 'The type.' }),
    devices: deviceNames,
  },
  plan: async ({ deviceType, devices }, state) => {
    const see: See = (kind, row) => state.isVisible(kind, row);
    const owners = devicesOfType(sql`${deviceType.id}::uuid`, devices, see);
    if (devices !== undefined && !(await areOfType(owners, devices, deviceType, state))) return [];
    const known = await state.query<KnownForm>(formsEver(sql`${deviceType.id}::uuid`));
    return stepsFor(await state.query<Difference>(differences(owners, known, see)));
  },
});

async function areOfType(
  owners: Sql,
  devices: readonly string[],
  { name }: ActionObject,
  state: ActionState,
): Promise<boolean> {
  const found = await state.query<{ name: string; kind: string }>(
    sql`select o.device_name as name, o.device_kind as kind from (${owners}) o`,
  );
  const known = new Set(found.flatMap((one) => [one.name, `${one.kind}/${one.name}`]));
  const others = devices.filter((one) => !known.has(one));
  for (const other of others) {
    state.addViolation({
      rule: 'NOT_OF_THE_TYPE',
      path: `devices[${devices.indexOf(other)}]`,
      message: `there is no device ${other} of the type ${name}`,
      value: other,
      accepted: `a device whose asset says that it is of ${name}`,
    });
  }
  return others.length === 0;
}
