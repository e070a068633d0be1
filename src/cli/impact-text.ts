import { endingText, portText, type Trace } from './trace-text.ts';

export interface Named {
  readonly kind: string;
  readonly name: string;
}

export interface Listed<Item> {
  readonly totalCount: number;
  readonly hiddenCount: number;
  readonly items: readonly Item[];
}

/** Such a list in a document. */
export const askListed = (name: string, members = 'kind name'): string =>
  `${name} { totalCount hiddenCount items { ${members} } }`;

interface Judged {
  readonly verdict: string;
}

interface Counted extends Judged {
  readonly before: number;
  readonly after: number;
}

type Carried = Counted & { readonly of: Named | null; readonly isLost: boolean };

export interface Impact {
  readonly lost: readonly Named[];
  readonly unknown: readonly string[];
  readonly isCapped: boolean;
  readonly lostDevices: Listed<Named>;
  readonly paths: Listed<{ readonly before: Trace; readonly after: Trace | null }>;
  readonly devices: Listed<Counted & { readonly of: Named | null; readonly isRedundant: boolean }>;
  readonly power: Listed<Counted & { readonly of: Named | null }>;
  readonly sites: Listed<Counted & { readonly of: Named | null }>;
  readonly circuits: Listed<Carried>;
  readonly links: Listed<Carried>;
  readonly virtualMachines: Listed<Judged & { readonly of: Named | null }>;
  readonly deployments: Listed<Judged & { readonly of: Named | null }>;
  readonly services: Listed<Named>;
  readonly projects: Listed<Named>;
}

/**
 * What breaks, as text: a heading with how many there are, and a line for each that is shown, the worst first.
 *
 *   lost: Cable fra1-trunk1
 *   devices: 2
 *     REDUNDANCY_LOST  NetworkDevice leaf1, paths 2 -> 1
 */
export function impactText(impact: Impact): string {
  const { paths, devices, power, sites, circuits, links, virtualMachines, deployments } = impact;
  const counted = (unit: string) => (item: Counted & { readonly of: Named | null }) =>
    `${label(item.verdict)}${nameOf(item.of)}, ${unit} ${item.before} -> ${item.after}`;
  const carried = (item: Carried): string =>
    item.isLost ? `${label(item.verdict)}${nameOf(item.of)}, lost` : counted('paths')(item);
  const judged = (item: Judged & { readonly of: Named | null }): string => `${label(item.verdict)}${nameOf(item.of)}`;
  const sections = [
    ...section('devices lost', impact.lostDevices, nameOf),
    ...section('broken paths', paths, ({ before, after }) => {
      const ends = `${endText(before, 0)} .. ${endText(before, -1)}`;
      return after === null ? ends : `${ends}: now ${endingText(after.stop)}`;
    }),
    ...section('circuits', worst(circuits), carried),
    ...section('links', worst(links), carried),
    ...section('facilities', worst(sites), counted('ways out')),
    ...section('devices', worst(devices), counted('paths')),
    ...section('power', worst(power), counted('inlets')),
    ...section('virtual machines', worst(virtualMachines), judged),
    ...section('deployments', worst(deployments), judged),
    ...section('services', impact.services, nameOf),
    ...section('projects', impact.projects, nameOf),
  ];
  const lines = [
    `lost: ${impact.lost.map(nameOf).join(', ')}`,
    ...(sections.length === 0 ? ['nothing breaks'] : sections),
    ...(impact.isCapped ? [CAPPED] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export interface Overlap {
  readonly unknown: readonly string[];
  readonly isCapped: boolean;
  readonly devices: Listed<Named>;
  readonly sites: Listed<Named>;
  readonly circuits: Listed<Named>;
  readonly links: Listed<Named>;
  readonly virtualMachines: Listed<Named>;
  readonly deployments: Listed<Named>;
}

/** What is down only when both are lost, as text. */
export function overlapText(overlap: Overlap): string {
  const sections = [
    ...section('facilities', overlap.sites, nameOf),
    ...section('devices', overlap.devices, nameOf),
    ...section('circuits', overlap.circuits, nameOf),
    ...section('links', overlap.links, nameOf),
    ...section('virtual machines', overlap.virtualMachines, nameOf),
    ...section('deployments', overlap.deployments, nameOf),
  ];
  const lines = [
    sections.length === 0
      ? 'together they take nothing down that one of them alone does not'
      : 'down when both are lost, and with neither alone:',
    ...sections,
    ...(overlap.isCapped ? [CAPPED] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const CAPPED = 'not all devices were looked at: there are too many';
const verdicts = ['ISOLATED', 'REDUNDANCY_LOST', 'REDUCED', 'UNAFFECTED'];
const label = (verdict: string): string => verdict.padEnd(17);
export const nameOf = (named: Named | null): string => (named === null ? 'hidden' : `${named.kind} ${named.name}`);

const worst = <Item extends Judged>(list: Listed<Item>): Listed<Item> => ({
  ...list,
  items: [...list.items].sort((one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict)),
});

/** A heading with how many there are, and a line for each that is shown. */
export function section<Item>(
  title: string,
  { totalCount, hiddenCount, items }: Listed<Item>,
  line: (item: Item) => string,
): string[] {
  if (totalCount === 0) return [];
  const more = totalCount - hiddenCount - items.length;
  const notes = [...(hiddenCount > 0 ? [`${hiddenCount} hidden`] : []), ...(more > 0 ? [`${more} not shown`] : [])];
  const heading = `${title}: ${totalCount}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  return [heading, ...items.map((item) => `  ${line(item)}`)];
}

/** The first or the last step of a trace in a few words. */
function endText({ steps }: Trace, at: 0 | -1): string {
  const step = steps.at(at);
  if (step?.__typename === 'TracedPorts' && step.ports.length > 0) return step.ports.map(portText).join(', ');
  if (step?.__typename === 'TracedPlaces' && step.places.length > 0) return step.places.map(nameOf).join(', ');
  if (step?.__typename === 'TracedCircuitEnds')
    return step.ends.map(({ circuit }) => `circuit ${circuit?.name ?? 'hidden'}`).join(', ');
  return 'hidden';
}
