import type { Change, GroupRefusal, ManifestHead, Spec } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { isObject } from '../../catalog/values/is-object.ts';
import type { Violation } from '../../platform/errors.ts';

/** An entry of `endpoints`, completed. */
interface CableEnd {
  readonly name: string;
  readonly side: 'A' | 'B';
  readonly connector: number;
}

type Given = Partial<CableEnd>;

const PLAIN = 'inventory.miloapis.com';

/**
 * Each entry with its side and its connector: without a side the first is A and all others are B; without a connector an
 * entry takes the next one of its end that no entry names.
 */
export function completeEnds(entries: readonly Given[]): CableEnd[] {
  const sideOf = ({ side }: Given, index: number): CableEnd['side'] => side ?? (index === 0 ? 'A' : 'B');
  const taken = new Set(entries.map((entry, index) => `${sideOf(entry, index)}.${entry.connector}`));
  return entries.map((entry, index) => {
    const side = sideOf(entry, index);
    let { connector } = entry;
    for (let next = 1; connector === undefined; next++) if (!taken.has(`${side}.${next}`)) connector = next;
    taken.add(`${side}.${connector}`);
    return { ...entry, name: entry.name ?? '', side, connector };
  });
}

/** Upstream's manifest of a cable has two ends, and no word for a side, a connector, a profile or a status. */
export function refusesInPlain(spec: Readonly<Record<string, unknown>>, { group }: ManifestHead): GroupRefusal[] {
  if (group !== PLAIN) return [];
  const unknown = (name: string, steps: GroupRefusal['steps']): GroupRefusal => ({
    rule: 'UNKNOWN_FIELD',
    message: `unknown field '${name}' of a cable of ${PLAIN}`,
    accepted:
      'apiVersion: catalog.miloapis.com/v1alpha1, for a cable that has more than two ends, a profile or a status',
    steps: [...steps, name],
  });
  const found = ['profileRef', 'status'].filter((name) => name in spec).map((name) => unknown(name, ['spec']));
  const { endpoints } = spec;
  if (!Array.isArray(endpoints)) return found;
  for (const [index, entry] of endpoints.entries()) {
    if (!isObject(entry)) continue;
    const members = ['side', 'connector'].filter((name) => name in entry);
    found.push(...members.map((name) => unknown(name, ['spec', 'endpoints', index])));
  }
  const count = endpoints.length;
  if (count === 2) return found;
  const [rule, accepted] = count < 2 ? ['TOO_FEW', 'at least 2'] : ['TOO_MANY', 'at most 2'];
  const message = `endpoints has ${count} ${count === 1 ? 'entry' : 'entries'}; accepted: ${accepted}`;
  return [...found, { rule, message, accepted, steps: ['spec', 'endpoints'] }];
}

/** The spec as the manifest's group has words for it. */
export const withoutConnectors = (spec: Spec, { group }: ManifestHead): Spec => {
  if (group !== PLAIN || !Array.isArray(spec.endpoints)) return spec;
  const { status: _, ...rest } = spec;
  return { ...rest, endpoints: (spec.endpoints as CableEnd[]).map(({ name }) => ({ name })) };
};

/** A new cable has a port at both ends; later an end may be empty (cable-trace.md 2.1). No connector holds two ports. */
export function hasBothEnds(change: Change): Violation[] {
  const ends = change.spec.endpoints as readonly CableEnd[];
  const path = 'spec.endpoints';
  const missing = (['A', 'B'] as const).find((side) => !ends.some((end) => end.side === side));
  if (change.before === undefined && missing !== undefined) {
    const message = `nothing is at end ${missing}: a new cable is plugged in at both`;
    return [refuse(change, 'END_EMPTY', path, message, { accepted: 'at least one port with each side' })];
  }
  return ends.flatMap(({ side, connector }, index) => {
    const first = ends.findIndex((end) => end.side === side && end.connector === connector);
    if (first === index) return [];
    const message = `connector ${connector} of end ${side} holds port ${ends[first]?.name} already`;
    const evidence = { value: connector, accepted: 'a connector for each port' };
    return [refuse(change, 'CONNECTOR_TAKEN', `${path}[${index}].connector`, message, evidence)];
  });
}
