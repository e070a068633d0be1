interface Block {
  readonly startUnit: number;
  readonly unitHeight: number;
}

export interface Face {
  readonly freeUnits: number;
  readonly freeBlocks: readonly Block[];
  readonly largestFreeBlock: Block | null;
  readonly devices: readonly (Block & {
    readonly device: { readonly name: string } | null;
    readonly width: string;
    readonly isMountedHere: boolean;
    readonly slots: readonly { readonly name: string; readonly occupant: { readonly name: string } | null }[];
  })[];
  readonly reservations: readonly (Block & { readonly reservation: { readonly name: string } | null })[];
}

export interface Elevation {
  readonly heightU: number;
  readonly front: Face;
  readonly rear: Face;
  readonly beside: readonly { readonly name: string }[];
}

const MOST_WIDE = 44;

/**
 * A rack as a drawing, a line for each unit. What goes on from the unit above is `╵`; what is mounted on the other side stands in
 * brackets; a tilde is a unit that is taken in part.
 *
 *       Front            Rear
 *   3   leaf
 *   2   storage          (storage)
 *   1   ╵                ╵
 */
export function elevationText({ heightU, front, rear, beside }: Elevation): string {
  const units = Array.from({ length: heightU }, (_, index) => heightU - index);
  const [left, right] = [units.map((unit) => inUnit(front, unit)), units.map((unit) => inUnit(rear, unit))];
  const wide = Math.max('Front'.length, ...left.map((text) => [...text].length));
  const numbers = String(heightU).length;
  const line = (number: string, a: string, b: string): string =>
    `${number.padStart(numbers)}   ${a}${' '.repeat(wide - [...a].length)}   ${b}`.trimEnd();
  const lines = units.map((unit, index) => line(String(unit), left[index] ?? '', right[index] ?? ''));
  const besides = beside.map(({ name }) => `beside the units: ${name}`);
  return `${[line('', 'Front', 'Rear'), ...lines, ...besides, `front: ${freeText(front)}`, `rear: ${freeText(rear)}`].join('\n')}\n`;
}

function inUnit({ devices, reservations }: Face, unit: number): string {
  const items = [
    ...devices.map(({ device, width, isMountedHere, slots, ...block }) => {
      const inside = slots.flatMap(({ name, occupant }) => (occupant === null ? [] : [`${name}: ${occupant.name}`]));
      const name = `${device?.name ?? '?'}${inside.length === 0 ? '' : ` [${inside.join(', ')}]`}`;
      const isPart = width !== 'FULL' || block.unitHeight % 1 !== 0 || block.startUnit % 1 !== 0;
      return { ...block, text: `${isPart ? '~' : ''}${isMountedHere ? name : `(${name})`}` };
    }),
    ...reservations.map(({ reservation, ...block }) => ({ ...block, text: `kept: ${reservation?.name ?? '?'}` })),
  ];
  const here = items.filter(({ startUnit, unitHeight }) => startUnit < unit + 1 && startUnit + unitHeight > unit);
  return cut(
    here
      .map(({ startUnit, unitHeight, text }) => (Math.ceil(startUnit + unitHeight) - 1 === unit ? text : '╵'))
      .join(' '),
  );
}

const cut = (text: string): string => {
  const letters = [...text];
  return letters.length <= MOST_WIDE ? text : `${letters.slice(0, MOST_WIDE - 1).join('')}…`;
};

function freeText({ freeUnits, largestFreeBlock: block }: Face): string {
  if (block === null) return 'no unit is free';
  return `${freeUnits} units free, at most ${block.unitHeight} in one piece, from U${block.startUnit}`;
}
