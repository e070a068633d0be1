import type { Change } from '../../../catalog/kind.ts';
import { refuse } from '../../../catalog/rules.ts';
import type { Violation } from '../../../platform/errors.ts';
import { portTemplates } from './component-templates.ts';

interface Template {
  readonly name: string;
  readonly position?: string;
  readonly positions?: number;
  readonly rearPort?: string;
  readonly rearPortPosition?: number;
  readonly powerPort?: string;
  readonly maximumDraw?: number;
  readonly allocatedDraw?: number;
}

const listOf = (change: Change, section: string): readonly Template[] =>
  (change.spec[section] as readonly Template[] | null | undefined) ?? [];

/** What a device type or module type says fits together: judged on the type alone. */
export const typeIsSound = (change: Change): Violation[] => [
  ...namesDiffer(change),
  ...frontsAreWired(change),
  ...outletsAreFed(change),
  ...drawsAreSound(change),
  ...heightIsSound(change),
];

/** Ports of a device have names of their own; a rear port that shares its name with a front port gets another (parts-sql.ts). */
function namesDiffer(change: Change): Violation[] {
  const fronts = new Set(listOf(change, 'frontPorts').map(({ name }) => name));
  const seen = new Map<string, { readonly section: string; readonly name: string }>();
  return Object.keys(portTemplates).flatMap((section) =>
    listOf(change, section).flatMap(({ name }, index): Violation[] => {
      const label = section === 'rearPorts' && fronts.has(name) ? `${name} rear` : name;
      const other = seen.get(label);
      seen.set(label, { section, name });
      // One name twice in a section is refused as such.
      if (other === undefined || (other.section === section && other.name === name)) return [];
      const path = `spec.${section}[${index}].name`;
      const evidence = { value: name, accepted: 'a name that no other port of the type has' };
      return [refuse(change, 'TEMPLATE_NAME_TAKEN', path, `${other.section} has a port ${label} already`, evidence)];
    }),
  );
}

function frontsAreWired(change: Change): Violation[] {
  const widths = new Map(listOf(change, 'rearPorts').map(({ name, positions }) => [name, positions ?? 1]));
  const wired = new Map<string, string>();
  return listOf(change, 'frontPorts').flatMap(({ name, rearPort = '', rearPortPosition = 1 }, index): Violation[] => {
    const at = `spec.frontPorts[${index}]`;
    const width = widths.get(rearPort);
    if (width === undefined) {
      const evidence = { value: rearPort, accepted: 'the name of one of rearPorts' };
      return [refuse(change, 'NO_SUCH_REAR_PORT', `${at}.rearPort`, `there is no rear port ${rearPort}`, evidence)];
    }
    if (rearPortPosition > width) {
      const evidence = { value: rearPortPosition, accepted: `1 to ${width}` };
      const message = `rear port ${rearPort} has ${width} positions`;
      return [refuse(change, 'POSITION_OUTSIDE_PORT', `${at}.rearPortPosition`, message, evidence)];
    }
    const strand = `${rearPort}/${rearPortPosition}`;
    const other = wired.get(strand);
    wired.set(strand, name);
    if (other === undefined) return [];
    const evidence = { value: rearPortPosition, accepted: 'a position that no other front port has' };
    const message = `position ${rearPortPosition} of ${rearPort} is wired to ${other} already`;
    return [refuse(change, 'POSITION_MAPPED', `${at}.rearPortPosition`, message, evidence)];
  });
}

function outletsAreFed(change: Change): Violation[] {
  const inlets = new Set(listOf(change, 'powerPorts').map(({ name }) => name));
  return listOf(change, 'powerOutlets').flatMap(({ powerPort }, index): Violation[] => {
    if (powerPort === undefined || inlets.has(powerPort)) return [];
    const evidence = { value: powerPort, accepted: 'the name of one of powerPorts' };
    const path = `spec.powerOutlets[${index}].powerPort`;
    return [refuse(change, 'NO_SUCH_POWER_PORT', path, `there is no power port ${powerPort}`, evidence)];
  });
}

/** As of a PowerPort (power-rules.ts), which is made of it. */
function drawsAreSound(change: Change): Violation[] {
  return listOf(change, 'powerPorts').flatMap(({ name, maximumDraw, allocatedDraw }, index): Violation[] => {
    if (maximumDraw === undefined || allocatedDraw === undefined || allocatedDraw <= maximumDraw) return [];
    const evidence = { value: allocatedDraw, accepted: `at most ${maximumDraw}` };
    const message = `${allocatedDraw} W are allocated, and ${name} draws ${maximumDraw} W at most`;
    return [refuse(change, 'ALLOCATED_ABOVE_RATED', `spec.powerPorts[${index}].allocatedDraw`, message, evidence)];
  });
}

function heightIsSound(change: Change): Violation[] {
  const { uHeight, subdeviceRole } = change.spec as { readonly uHeight?: number; readonly subdeviceRole?: string };
  const found: Violation[] = [];
  const tell = (rule: string, path: string, message: string, value: unknown, accepted: string): void => {
    found.push(refuse(change, rule, `spec.${path}`, message, { value, accepted }));
  };
  if (uHeight !== undefined && !Number.isInteger(uHeight * 2)) {
    const accepted = `${Math.floor(uHeight * 2) / 2} or ${Math.ceil(uHeight * 2) / 2}`;
    tell('NOT_A_HALF_UNIT', 'uHeight', `uHeight is ${uHeight}`, uHeight, accepted);
  }
  if (subdeviceRole === 'Child' && uHeight !== 0) {
    tell('TAKES_NO_UNITS', 'uHeight', 'what sits in a bay of another device takes no units', uHeight, '0');
  }
  if (subdeviceRole !== 'Parent' && listOf(change, 'deviceBays').length > 0) {
    tell('BAYS_OF_NO_PARENT', 'subdeviceRole', 'a type with device bays is a parent', subdeviceRole, 'Parent');
  }
  return found;
}
