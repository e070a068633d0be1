/** A value of the library's file as the manifest has it; undefined where it is no such value. */
export type Read = (text: string) => unknown;

const text: Read = (value) => value;
const number: Read = (value) => (/^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined);
const yes: Read = (value) => ({ true: true, false: false })[value.toLowerCase()];
const one =
  (names: Readonly<Record<string, string>>): Read =>
  (value) =>
    names[value];
/** `front-to-rear` → `FrontToRear`; names that the catalog does not know it refuses itself. */
const camel: Read = (value) => value.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A key of the library's files: the field that it becomes, and how. */
export type Member = readonly [field: string, read: Read];
export type Members = Readonly<Record<string, Member>>;

const product: Members = {
  manufacturer: ['manufacturer', text],
  model: ['model', text],
  part_number: ['partNumber', text],
  description: ['description', text],
  comments: ['comments', text],
  weight: ['weight', number],
  weight_unit: ['weightUnit', one({ kg: 'Kilogram', g: 'Gram', lb: 'Pound', oz: 'Ounce' })],
};

export const deviceTypeMembers: Members = {
  ...product,
  u_height: ['uHeight', number],
  is_full_depth: ['isFullDepth', yes],
  airflow: ['airflow', camel],
  subdevice_role: ['subdeviceRole', camel],
  is_powered: ['isPowered', yes],
};

export const moduleTypeMembers: Members = product;

export const rackTypeMembers: Members = {
  ...product,
  form_factor: [
    'formFactor',
    one({
      '2-post-frame': 'TwoPostFrame',
      '4-post-frame': 'FourPostFrame',
      '4-post-cabinet': 'FourPostCabinet',
      'wall-frame': 'WallFrame',
      'wall-frame-vertical': 'WallFrameVertical',
      'wall-cabinet': 'WallCabinet',
      'wall-cabinet-vertical': 'WallCabinetVertical',
    }),
  ],
  width: ['widthInches', number],
  u_height: ['uHeight', number],
  starting_unit: ['startingUnit', number],
  desc_units: ['unitsDescend', yes],
  outer_width: ['outerWidth', number],
  outer_height: ['outerHeight', number],
  outer_depth: ['outerDepth', number],
  outer_unit: ['outerUnit', one({ mm: 'Millimetre', in: 'Inch' })],
  mounting_depth: ['mountingDepth', number],
  max_weight: ['maxWeight', number],
};

const common: Members = { name: ['name', text], label: ['label', text], description: ['description', text] };
const port: Members = { ...common, type: ['form', text] };

/** The lists of parts of a type: the field that each becomes, and what its entries have. */
export const partLists: Readonly<Record<string, readonly [field: string, members: Members]>> = {
  interfaces: [
    'interfaces',
    {
      ...port,
      mgmt_only: ['managementOnly', yes],
      poe_mode: ['poeMode', one({ pse: 'Supply', pd: 'Draw' })],
      poe_type: ['poeType', text],
    },
  ],
  'console-ports': ['consolePorts', port],
  'console-server-ports': ['consoleServerPorts', port],
  'power-ports': [
    'powerPorts',
    { ...port, maximum_draw: ['maximumDraw', number], allocated_draw: ['allocatedDraw', number] },
  ],
  'power-outlets': ['powerOutlets', { ...port, power_port: ['powerPort', text], feed_leg: ['feedLeg', text] }],
  'front-ports': [
    'frontPorts',
    {
      ...port,
      rear_port: ['rearPort', text],
      rear_port_position: ['rearPortPosition', number],
      color: ['color', text],
    },
  ],
  'rear-ports': ['rearPorts', { ...port, positions: ['positions', number], color: ['color', text] }],
  'module-bays': ['moduleBays', { ...common, position: ['position', text] }],
  'device-bays': ['deviceBays', common],
  'inventory-items': [
    'inventoryItems',
    { ...common, manufacturer: ['manufacturer', text], part_id: ['partNumber', text] },
  ],
};

/** What the catalog has no place for, and why. */
export const withoutPlace: Readonly<Record<string, string>> = {
  front_image: 'pictures are not kept',
  rear_image: 'pictures are not kept',
};
