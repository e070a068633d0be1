import { choice, objects, ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, uniqueIn } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { devicesOf, makeParts, typedNow } from './device-types/make-parts.ts';
import { mayMakeParts } from './device-types/may-make-parts.ts';
import { partsFit } from './device-types/parts-fit.ts';
import { mountingsFit, tellHeights } from './device-types/type-mountings.ts';

/** The kinds of which an asset says what they are, and their tables. */
const ownedKinds = ['Node', 'NetworkDevice', 'Equipment', 'Rack'] as const;

/** Id of the device that an asset is; `asset_device_once` has the same expression. */
export const deviceOfAsset = (asset: Sql): Sql =>
  sql`coalesce(${asset}.device_node_id, ${asset}.device_network_device_id, ${asset}.device_equipment_id, ${asset}.device_rack_id)`;

const isOnce = uniqueIn('asset', [
  {
    columns: [deviceOfAsset],
    rule: 'ASSET_DECLARED_TWICE',
    path: 'spec.deviceRef.name',
    message: 'what the device is has been stated already',
    accepted: 'a device of which no other asset speaks, or an update of that asset',
  },
  {
    columns: ['asset_tag'],
    rule: 'ASSET_TAG_TAKEN',
    path: 'spec.assetTag',
    message: 'another device has this asset tag',
    accepted: 'a tag that no other device has, or none',
  },
  {
    columns: ['manufacturer', (row) => sql`coalesce(${row}.model, '')`, 'serial'],
    rule: 'SERIAL_TAKEN',
    path: 'spec.serial',
    message: 'another device of this manufacturer and model has this serial number',
    accepted: 'a serial number that no other device of the model has, or none',
  },
]);

/** Racks have no ports, slots and bays to be made of a type. */
const typeIsOfADevice = (change: Change): Violation[] => {
  const { kind } = change.spec.deviceRef as { readonly kind: string };
  const type = change.spec.typeRef as { readonly name: string } | undefined;
  if (kind !== 'Rack' || type === undefined || type === null) return [];
  const evidence = { value: type.name, accepted: 'a type on a Node, NetworkDevice or Equipment' };
  return [refuse(change, 'TYPE_OF_A_RACK', 'spec.typeRef.name', 'a rack is of no device type', evidence)];
};

/** What upstream's manifests of devices have no place for: what was bought, whose it is, and how far its life has got. */
export const asset = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'Asset',
  plural: 'assets',
  description:
    'What a device or a rack is as a thing that is bought, owned and replaced: manufacturer and model, serial number, asset tag, status, owner, contacts. Each is about one device, which shows its fields as its own.',
  scope: { home: ['deviceRef'] },
  topology: { inherit: 'deviceRef' },
  declares: 'deviceRef',
  spec: {
    deviceRef: ref(ownedKinds, {
      owned: true,
      required: true,
      immutable: 'always',
      abstract: 'Device',
      description: 'The device that is described.',
      inverse: {
        name: 'asset',
        one: true,
        description: 'The object that says what the device is; null if there is none.',
      },
    }),
    typeRef: ref('DeviceType', {
      as: 'deviceType',
      description:
        'The product that the device is. Stated for the first time, it gives the device the ports, wiring, slots and bays of the type that it has not; later changes are applied with `applyDeviceType`.',
      inverse: { name: 'assets', description: 'What is said of the devices of the type.' },
    }),
    manufacturer: text({ min: 1, max: 200, description: 'Who made the device.' }),
    model: text({ min: 1, max: 200, description: 'The model, as its manufacturer calls it: `DCS-7280CR2A-60`.' }),
    partNumber: text({ min: 1, max: 200, description: 'The part number by which the model is ordered.' }),
    serial: text({
      isSearched: true,
      min: 1,
      max: 200,
      description: 'The serial number that the manufacturer gave the device.',
    }),
    assetTag: text({
      isSearched: true,
      min: 1,
      max: 200,
      description: 'The number by which the owner identifies the device.',
    }),
    status: choice(
      'AssetStatus',
      {
        Planned: 'The device is planned, and not there yet.',
        Staged: 'The device is there, and not in use yet.',
        Active: 'The device is in use.',
        Offline: 'The device is out of use for the time being.',
        Decommissioning: 'The device is to be removed.',
      },
      { default: 'Active', description: 'How far the life of the device has got.' },
    ),
    ownerRef: ref('Organization', {
      description: 'The organization that owns the device; none if whoever runs the catalog does.',
      inverse: { name: 'assets', description: 'The devices that the organization owns.' },
    }),
    contacts: objects(
      'AssetContact',
      {
        name: text({ required: true, min: 1, description: 'Name of the person or team.' }),
        role: text({ min: 1, description: 'What they are asked about: `hardware support`.' }),
        email: text({ min: 1, description: 'An e-mail address.' }),
        phone: text({ min: 1, description: 'A telephone number.' }),
      },
      { key: 'name', max: 50, description: 'Whom to ask about the device.' },
    ),
    externalLinks: objects(
      'AssetLink',
      {
        title: text({ required: true, min: 1, description: 'What the page is: `data sheet`.' }),
        url: text({
          required: true,
          pattern: /^https?:\/\/.+$/,
          accepts: 'an absolute http or https URL',
          description: 'Its address.',
        }),
      },
      { key: 'title', max: 50, description: 'Pages about the device elsewhere.' },
    ),
  },
  check: typeIsOfADevice,
  checkAll: allOf(isOnce, mayMakeParts('device_type', devicesOf, typedNow), mountingsFit(devicesOf, typedNow)),
  remark: tellHeights(devicesOf, typedNow),
  derive: makeParts,
  checkDerived: partsFit,
  printer: [
    { name: 'DEVICE-KIND', path: 'spec.deviceRef.kind' },
    { name: 'DEVICE', path: 'spec.deviceRef.name' },
    { name: 'MANUFACTURER', path: 'spec.manufacturer' },
    { name: 'MODEL', path: 'spec.model' },
    { name: 'SERIAL', path: 'spec.serial' },
    { name: 'STATUS', path: 'spec.status' },
    { name: 'TAG', path: 'spec.assetTag', wide: true },
    { name: 'OWNER', path: 'spec.ownerRef.name', wide: true },
  ],
});
