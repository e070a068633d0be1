import { type Action, type ActionObject, defineAction } from '../../catalog/action.ts';
import { choice, int, quantity, ref, text } from '../../catalog/fields.ts';
import { sql } from '../../platform/db/sql.ts';
import { cableMedia, cableStatuses } from './cable.ts';
import { applyDeviceType } from './device-types/apply-type.ts';
import { type MountedKind, mountedTables } from './devices.ts';
import { MOST_UNITS, rackFaces } from './rack.ts';

const device = ref(['Node', 'NetworkDevice', 'Equipment'], {
  required: true,
  description: 'The server, network device or equipment to mount or to take out.',
});

interface Placing {
  readonly device: ActionObject;
  readonly rack: ActionObject;
  readonly startUnit: number;
  readonly unitHeight?: number;
  readonly face?: string;
}

export const placeDevice = defineAction<Placing>({
  name: 'placeDevice',
  description:
    'Mounts a device in a rack of its facility, or moves a mounted device to another place. Its ports keep their cables.',
  shows: 'MountedDevice',
  as: 'device',
  input: {
    device,
    rack: ref('Rack', { required: true, description: 'The rack; it must be in the facility of the device.' }),
    startUnit: int({ required: true, min: 1, max: MOST_UNITS, description: 'Lowest rack unit that the device takes.' }),
    unitHeight: int({
      min: 1,
      max: MOST_UNITS,
      description:
        'Number of rack units that the device takes. Default: as before, or as its type says; required for a device of which neither is known.',
    }),
    face: choice('RackFace', rackFaces, {
      description:
        'The side of the rack that the device is mounted on. Default: as before, or the front for a device that was not mounted.',
    }),
  },
  plan: async ({ device: { kind, id }, rack, ...given }, state) => {
    const table = mountedTables[kind as MountedKind];
    // Placements of equipment come in halves of units, others in whole ones.
    const [known] = await state.query<{ height: number | null; of_type: number | null }>(
      sql`select d.placement_unit_height as height, (
          select case ${kind}::text when 'Equipment' then t.u_height else greatest(1, ceil(t.u_height)) end
          from asset a join device_type t on t.id = a.type_id
          where a.${sql.ident(`device_${table}_id`)} = d.id and ${state.isVisible('Asset', sql`a`)}) as of_type
        from ${sql.ident(table)} d where d.id = ${id}`,
    );
    const unitHeight = given.unitHeight ?? (known?.height === null ? known.of_type : undefined);
    if (unitHeight === null) {
      const message = 'unitHeight is missing: the device has not been mounted before, and is of no type';
      return state.addViolation({ rule: 'REQUIRED', path: 'unitHeight', message });
    }
    const units = { ...given, ...(unitHeight !== undefined && { unitHeight }) };
    const members = ['startUnit', 'unitHeight', 'face'].map((name) => [`spec.placement.${name}`, name]);
    return [
      {
        do: 'update',
        kind,
        id,
        spec: { placement: { rackRef: { name: rack.name }, ...units } },
        from: { 'spec.placement.rackRef': 'rack', ...Object.fromEntries(members) },
      },
    ];
  },
});

export const unplaceDevice = defineAction<{ device: ActionObject }>({
  name: 'unplaceDevice',
  description: 'Takes a device out of its rack. The device stays in its facility.',
  shows: 'MountedDevice',
  as: 'device',
  input: { device },
  plan: ({ device: { kind, id } }) => [
    { do: 'update', kind, id, spec: { placement: null }, from: { 'spec.placement': 'device' } },
  ],
});

interface Connecting {
  readonly a: ActionObject;
  readonly z: ActionObject;
  readonly name?: string;
  readonly media: string;
  readonly status?: string;
  readonly lengthM?: string;
  readonly label?: string;
}

export const connectPorts = defineAction<Connecting>({
  name: 'connectPorts',
  description:
    'Creates a cable between two ports. Its medium must fit both ports, and neither port may have another cable.',
  shows: 'Cable',
  input: {
    a: ref('Port', { required: true, description: 'The port at end A of the new cable.' }),
    z: ref('Port', { required: true, description: 'The port at end Z of the new cable.' }),
    media: choice('CableMedia', cableMedia, {
      required: true,
      description: 'Material or technology of the cable.',
    }),
    status: choice('CableStatus', cableStatuses, {
      description: 'Whether the cable is installed. Default: Connected.',
    }),
    name: text({ min: 1, description: 'Name of the new cable. Default: the names of both ports, joined by `--`.' }),
    lengthM: quantity({ description: 'Length of the cable in metres.' }),
    label: text({ description: 'Text printed on the label of the cable.' }),
  },
  plan: ({ a, z, name = `${a.name}--${z.name}`, ...spec }) => [
    {
      do: 'create',
      kind: 'Cable',
      name,
      spec: { endpoints: [{ name: a.name }, { name: z.name }], ...spec },
      from: { 'metadata.name': 'name', 'spec.endpoints[0]': 'a', 'spec.endpoints[1]': 'z', 'spec.media': 'media' },
    },
  ],
});

interface Plugged {
  readonly id: string;
  readonly ends: { readonly id: string; readonly name: string; readonly side: string; readonly connector: number }[];
}

export const disconnectPorts = defineAction<{ a: ActionObject; z?: ActionObject }>({
  name: 'disconnectPorts',
  description:
    'Takes a cable out of a port. A cable with two ends is deleted; one with more stays in the others, each on its connector. Changes nothing if the port has no cable.',
  shows: 'Port',
  input: {
    a: ref('Port', { required: true, description: 'A port that the cable is plugged into.' }),
    z: ref('Port', {
      description:
        'The port at the other end of the cable. When given, the mutation is refused if the cable ends elsewhere.',
    }),
  },
  plan: async ({ a, z }, state) => {
    const [plugged] = await state.query<Plugged>(
      sql`select e.cable_id as id, jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'side', o.side, 'connector', o.connector) order by o.position) as ends
       from cable_termination e join cable_termination o using (cable_id) join port p on p.id = o.port_id
       where e.port_id = ${a.id} group by e.cable_id`,
    );
    if (plugged === undefined) return [];
    const { id, ends } = plugged;
    const side = ends.find((end) => end.id === a.id)?.side;
    // The message does not name the port at the other end: it may be hidden.
    if (z !== undefined && !ends.some((end) => end.id === z.id && end.side !== side)) {
      const message = `the cable in port ${a.name} does not lead to port ${z.name}`;
      return state.addViolation({ rule: 'NOT_CONNECTED', path: 'z', message });
    }
    const endpoints = ends.flatMap(({ id: port, ...end }) => (port === a.id ? [] : [end]));
    if (endpoints.length < 2) return [{ do: 'delete', kind: 'Cable', id }];
    return [{ do: 'update', kind: 'Cable', id, spec: { endpoints }, from: { 'spec.endpoints': 'a' } }];
  },
});

export const inventoryActions: readonly Action[] = [
  placeDevice,
  unplaceDevice,
  connectPorts,
  disconnectPorts,
  applyDeviceType,
];
