import { choice, objects, text } from '../../../catalog/fields.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { deviceNames, devicesOfType } from './apply-type.ts';
import type { KnownForm } from './parts-sql.ts';
import { formsEver } from './said-ports.ts';
import { differences } from './type-differences.ts';

const differenceMeanings = {
  Missing: 'The device does not have it: it would be made.',
  Changed: 'The device has it otherwise: it would be set.',
  LeftOver: 'The type gave it earlier and says it no more: it would be deleted.',
};

const sort = choice('TypeDifference', differenceMeanings, {
  required: true,
  description: 'How the device differs from its type.',
});

const changes = objects(
  'TypeFieldChange',
  {
    field: text({
      required: true,
      description: 'The field: `speed`, `hardware.form`; `rearPort` of wiring; `inlet` of an outlet.',
    }),
    before: text({ description: 'What it is, null where there is nothing.' }),
    after: text({ description: 'What it would be, null for nothing.' }),
  },
  { description: 'Of a part that differs: its fields.' },
);

const value = (type: string, column: string, description: string, list = false): RecordField => ({
  gives: 'value',
  type,
  list,
  nullable: false,
  description,
  value: (row) => sql`${row}.${sql.ident(column)}`,
});

const fields: Readonly<Record<string, RecordField>> = {
  deviceKind: value('String', 'device_kind', 'Kind of the device.'),
  deviceName: value('String', 'device_name', 'Name of the device.'),
  kind: value(
    'String',
    'kind',
    'Kind of the part: Port, PowerPort, PassThroughPort, PortMapping, ModuleBay, DeviceSlot or DeviceMounting.',
  ),
  part: value(
    'String',
    'part',
    'Name of the part on the device; of wiring, that of its front port; of a mounting, of the device.',
  ),
  difference: value('TypeDifference', 'difference', 'How the device differs from its type.'),
  changes: {
    gives: 'objects',
    objects: changes,
    description: 'Of a part that differs: its fields.',
    value: (row) => sql`${row}.changes`,
  },
  isBlocked: value(
    'Boolean',
    'is_blocked',
    'Whether it would be kept as it is, because it is in use or was set by hand.',
  ),
  blockedBy: value('String', 'blockers', 'What stands in the way, by kind and name, as far as you may see it.', true),
};

/** `deviceTypeDifferences`: what `applyDeviceType` would do, a row for each part. */
export const deviceTypeDifferences: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'deviceTypeDifferences',
  description:
    'How devices differ from what their type says now, part by part, by device: what `applyDeviceType` would make, set and delete, and what it would keep, and why. Only of devices that you may see.',
  args: {
    deviceType: text({ required: true, min: 1, max: 253, description: 'Name of the type.' }),
    devices: deviceNames,
  },
  price: 50,
  record: {
    name: 'DeviceTypeDifference',
    description: 'A part of a device that is not as the type of the device says.',
    choices: [sort],
    fields,
  },
  prepare: {
    inquire: (given, _see, ask) =>
      ask<KnownForm>(formsEver(sql`select id from device_type where name = ${given.deviceType}::text`)),
  },
  rows: ({ deviceType, devices }, see, known, within) => {
    const type = sql`(select id from device_type t where t.name = ${deviceType}::text and ${see('DeviceType', sql`t`)})`;
    const owners = devicesOfType(type, devices as readonly string[] | undefined, see);
    const key = sql`y.device_name || ' ' || y.device_kind || ' ' || y.kind || ' ' || y.part`;
    return sql`select ${key} as key, y.id, y.device_kind, y.device_name, y.kind, y.part, y.difference, y.is_blocked, y.blockers, (
        select coalesce(jsonb_agg(jsonb_build_object('field', f->>'field', 'before', f->>'before', 'after', f->>'after') order by n), '[]')
        from jsonb_array_elements(y.changes) with ordinality e (f, n)) as changes
      from (${differences(owners, known as readonly KnownForm[], see)}) y where true${within(key)}`;
  },
};
