import type { TerminationKind } from './plant.ts';

/** What is said of a port of which nobody has said more, and what it may turn out to be. */
const sorts: readonly (readonly [TerminationKind, readonly TerminationKind[]])[] = [
  ['Panel', ['Front', 'Rear']],
  ['Power', ['Inlet', 'Outlet', 'Feed']],
  ['Serial', ['ConsolePort', 'ConsoleServerPort']],
];

/** Whether they can be members of one group; what is known no nearer counts as any of its sort. */
export function areOfOneKind(kinds: readonly TerminationKind[]): boolean {
  const unsaid = kinds.filter((kind) =>
    sorts.some(([sort, members]) => kind === sort && kinds.some((other) => members.includes(other))),
  );
  return new Set(kinds.filter((kind) => !unsaid.includes(kind))).size <= 1;
}

const inside: readonly TerminationKind[] = ['Panel', 'Front', 'Rear', 'Circuit'];

/** Whether a signal begins or ends there. */
export const isEndpoint = (kind: TerminationKind): boolean => !inside.includes(kind);

export interface PortRow {
  readonly type: string;
  readonly side: 'Front' | 'Rear' | null;
  readonly role: 'Inlet' | 'Outlet' | 'Feed' | null;
  readonly part: string | null;
  readonly isDemarcation: boolean;
}

/** What a port is to a trace, from what has been said of it. */
export function portKind({ type, side, role, part, isDemarcation }: PortRow): TerminationKind {
  if (side !== null) return side;
  if (isDemarcation) return 'Circuit';
  if (type === 'PatchPanel') return 'Panel';
  if (type === 'Power') return role ?? 'Power';
  if (type !== 'Serial') return 'Interface';
  return part === 'ConsolePort' || part === 'ConsoleServerPort' ? part : 'Serial';
}
