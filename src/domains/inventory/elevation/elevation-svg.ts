import { escaped, FONT, fitted, linked, objectHref, picture, SMALL } from '../../../platform/pictures/picture.ts';
import type { Block, Elevation, FaceElevation, ObjectName } from './elevation.ts';

const UNIT = 18;
const WIDTH = 260;
const GUTTER = 26;
const GAP = 28;
const TOP = 62;

/** What each kind of thing is coloured as. */
const classOf = ({ kind, role }: { readonly kind: string; readonly role: string }): string => {
  if (kind === 'Node') return 'server';
  if (kind === 'NetworkDevice') return 'network';
  return /Power/.test(role) ? 'power' : 'passive';
};

const STYLE = `.server rect { fill: var(--green); stroke: var(--green-line) } .network rect { fill: var(--blue); stroke: var(--blue-line) }
.power rect { fill: var(--amber); stroke: var(--amber-line) } .passive rect { fill: var(--violet); stroke: var(--violet-line) }
.behind rect { stroke-dasharray: 3 3 } .held rect { fill: url(#hatch); stroke: var(--faint); stroke-dasharray: 5 3 }
.unit { fill: var(--paper); stroke: var(--grid) } .frame { fill: none; stroke: var(--line); stroke-width: 2 }
.heading { font-weight: 600 } .hatch { stroke: var(--grid); stroke-width: 4 }
.tight { font-size: 8px } .slot rect { fill: var(--paper); stroke: inherit }`;

const HATCH =
  '<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M 0 0 V 8"/></pattern>';

/** `U4`, `U4–U5`, `U30.5`. */
const unitsOf = ({ startUnit, unitHeight }: Block): string => {
  const last = startUnit + unitHeight - (unitHeight < 1 ? unitHeight : 1);
  return last <= startUnit ? `U${startUnit}` : `U${startUnit}–U${last}`;
};

/** A picture of a rack: front and rear beside each other, each device a link. */
export function elevationSvg(elevation: Elevation): string {
  const { rack, heightU, beside } = elevation;
  const faces = [
    ['Front', elevation.front, GUTTER],
    ['Rear', elevation.rear, GUTTER + WIDTH + GAP + GUTTER],
  ] as const;
  const bottom = TOP + heightU * UNIT;
  const row = besideRow(elevation, bottom + 24);
  const width = 2 * (GUTTER + WIDTH) + GAP + 16;
  return picture({
    title: `Rack ${rack.name}`,
    description: describe(elevation),
    width,
    height: bottom + (beside.length === 0 ? 16 : 24 + row.height),
    style: STYLE,
    definitions: HATCH,
    body: [
      `<text class="heading" x="${GUTTER}" y="18">${escaped(fitted(`${rack.name}, ${heightU} units`, width - 2 * GUTTER))}</text>`,
      ...faces.flatMap(([name, face, x]) => drawFace(elevation, { name, face, x })),
      ...(beside.length === 0 ? [] : row.lines),
    ],
  });
}

function describe({ heightU, front, rear, beside }: Elevation): string {
  const side = (name: string, { devices, freeUnits, largestFreeBlock }: FaceElevation): string => {
    const most = largestFreeBlock === null ? '' : `, the largest free block is ${unitsOf(largestFreeBlock)}`;
    return `${name}: ${devices.length} devices, ${freeUnits} units free${most}.`;
  };
  const more = beside.length === 0 ? '' : ` Beside the units: ${beside.length}.`;
  return `A rack of ${heightU} units. ${side('Front', front)} ${side('Rear', rear)}${more}`;
}

interface Face {
  readonly name: string;
  readonly face: FaceElevation;
  readonly x: number;
}

function drawFace({ rack, heightU }: Elevation, { name, face, x }: Face): string[] {
  const top = ({ startUnit, unitHeight }: Block): number => TOP + (heightU + 1 - startUnit - unitHeight) * UNIT;
  const grid = Array.from({ length: heightU }, (_, index) => {
    const y = TOP + index * UNIT;
    return `<rect class="unit" x="${x}" y="${y}" width="${WIDTH}" height="${UNIT}"/><text class="small end" x="${x - 5}" y="${y + UNIT / 2}">${heightU - index}</text>`;
  });
  const free = `${face.freeUnits} of ${heightU} units free`;
  const held = face.reservations.map((one) => {
    const label = `${one.reservation.name}, ${unitsOf(one)}: kept for ${one.requestedBy}. ${one.reason}`;
    const box = { x, y: top(one), width: WIDTH, height: one.unitHeight * UNIT };
    return item('held', one.reservation, label, box, `kept for ${one.requestedBy}`);
  });
  const devices = face.devices.map(({ device, width, isMountedHere, ...units }) => {
    const half = WIDTH / 2;
    const box = {
      x: width === 'Right' ? x + half : x,
      y: top(units),
      width: width === 'Full' ? WIDTH : half,
      height: units.unitHeight * UNIT,
    };
    const side = isMountedHere ? '' : ', mounted on the other side';
    const label = `${device.name}, ${device.role}, ${unitsOf(units)}${width === 'Full' ? '' : `, ${width.toLowerCase()} half`}${side}`;
    const kind = `${classOf(device)}${isMountedHere ? '' : ' behind'}`;
    return item(
      kind,
      device,
      label,
      box,
      shortName(device.name, rack.name),
      isMountedHere ? slotsOf(device.slots, box) : '',
    );
  });
  return [
    `<text class="heading" x="${x}" y="40">${name}</text><text class="small end" x="${x + WIDTH}" y="40">${free}</text>`,
    `<g aria-hidden="true">${grid.join('')}</g>`,
    `<g role="list" aria-label="${name}">${[...devices, ...held].join('\n')}</g>`,
    `<rect class="frame" aria-hidden="true" x="${x}" y="${TOP}" width="${WIDTH}" height="${heightU * UNIT}"/>`,
  ];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Names in a rack mostly begin with its own. */
const shortName = (name: string, rack: string): string =>
  name.startsWith(`${rack}-`) ? name.slice(rack.length + 1) : name;

function item(kind: string, object: ObjectName, label: string, box: Box, text: string, inside = ''): string {
  const isTight = box.height < 14;
  const room = box.width - 12;
  const rect = `<rect x="${box.x + 1}" y="${box.y + 0.5}" width="${box.width - 2}" height="${box.height - 1}" rx="2"/>`;
  const y = inside === '' ? box.y + box.height / 2 : box.y + UNIT / 2;
  const words = `<text${isTight ? ' class="tight"' : ''} x="${box.x + 7}" y="${y}">${escaped(fitted(text, room, isTight ? SMALL : FONT))}</text>`;
  return `<g role="listitem" class="${kind}">${linked(objectHref(object.kind, object.name), label, rect + words + inside)}</g>`;
}

/** Slots of a chassis in a row below its name, as far as there is room. */
function slotsOf(
  slots: Elevation['front']['devices'][number]['device']['slots'],
  { x, y, width, height }: Box,
): string {
  if (slots.length === 0 || height < 2 * UNIT) return '';
  const each = (width - 10) / slots.length;
  const high = height - UNIT - 4;
  const drawn = slots.map(({ name, occupant }, index) => {
    const left = x + 5 + index * each;
    const text = fitted(occupant === null ? name : `${name}: ${occupant.name}`, each - 8, SMALL);
    const title = occupant === null ? `slot ${name}: empty` : `slot ${name}: ${occupant.name}`;
    return `<g class="slot"><title>${escaped(title)}</title><rect x="${left + 1}" y="${y + UNIT}" width="${each - 2}" height="${high}" rx="1"/><text class="small" x="${left + 5}" y="${y + UNIT + high / 2}">${escaped(text)}</text></g>`;
  });
  return drawn.join('');
}

/** What is mounted beside the units, below the rack. */
function besideRow({ rack, beside }: Elevation, y: number): { readonly lines: string[]; readonly height: number } {
  const [each, across] = [(2 * WIDTH + GAP + GUTTER) / 3, 3];
  const items = beside.map((device, index) => {
    const box = {
      x: GUTTER + (index % across) * each,
      y: y + 12 + Math.floor(index / across) * (UNIT + 6),
      width: each - 8,
      height: UNIT,
    };
    return item(
      classOf(device),
      device,
      `${device.name}, ${device.role}, beside the units`,
      box,
      shortName(device.name, rack.name),
    );
  });
  return {
    lines: [
      `<text class="heading" x="${GUTTER}" y="${y}">Beside the units</text>`,
      `<g role="list" aria-label="Beside the units">${items.join('\n')}</g>`,
    ],
    height: 12 + Math.ceil(beside.length / across) * (UNIT + 6) + 12,
  };
}
