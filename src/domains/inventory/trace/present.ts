import type { ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { lengthOf } from './length.ts';
import { originKey } from './origin-key.ts';
import type { CircuitEnd, Plant } from './plant.ts';
import { type IsSeen, idOfPlace, kindOfPlace } from './seen.ts';
import type { Group, TracePath } from './trace-path.ts';

/** A path as the caller may see it (cable-trace.md 11): in place of what is hidden stands that something is. */
export function presentTrace(plant: Plant, path: TracePath, isSeen: IsSeen): WalkValue {
  const steps = path.groups.map((group) => presentGroup(plant, group, isSeen));
  const { metres, isDefinite } = lengthOf(plant, path.groups, isSeen);
  const hidesAny = steps.some(({ hasHidden }) => hasHidden === true);
  const { isComplete, isActive, isSplit, isLoop, stop } = path;
  return {
    __typename: 'Trace',
    steps,
    isComplete,
    isActive,
    isSplit,
    isLoop,
    stop,
    lengthM: { text: metres, value: metres },
    isLengthDefinite: isDefinite,
    lostStrands: hidesAny ? null : path.lost,
    choices: path.choices
      .filter(({ port, to }) => isSeen('Port', port) && isSeen('Port', to))
      .map(({ port, position, to, toCables }) => ({
        __typename: 'TraceChoice',
        port: { kind: 'Port', id: port },
        position,
        to: { kind: 'Port', id: to },
        cables: toCables.filter((id) => isSeen('Cable', id)).map((id): ObjectKey => ({ kind: 'Cable', id })),
        trace: originKey({ port, goes: 'Inwards', position }),
      })),
  };
}

function presentGroup(plant: Plant, { of, members }: Group, isSeen: IsSeen): WalkValue {
  if (of === 'CircuitEnds') {
    const ends = members.flatMap((key) => plant.circuitEnd(key) ?? []).flatMap((end) => presentEnd(end, isSeen));
    return { __typename: 'TracedCircuitEnds', hasHidden: ends.length < members.length, ends };
  }
  const keys = members.map((member): ObjectKey => {
    if (of === 'Places') return { kind: kindOfPlace(member), id: idOfPlace(member) };
    return { kind: of === 'Cables' ? 'Cable' : 'Port', id: member };
  });
  const seen = keys.filter(({ kind, id }) => isSeen(kind, id));
  const hasHidden = seen.length < keys.length;
  if (of === 'Places') return { __typename: 'TracedPlaces', hasHidden, places: seen };
  return of === 'Cables'
    ? { __typename: 'TracedCables', hasHidden, cables: seen }
    : { __typename: 'TracedPorts', hasHidden, ports: seen };
}

/** Shown to whoever may see the circuit, its termination or the demarcation; what of these is hidden is null. */
function presentEnd({ circuit, side, termination, port, isDirect }: CircuitEnd, isSeen: IsSeen): WalkValue[] {
  const shown = (kind: string, id: string | null): ObjectKey | null =>
    id !== null && isSeen(kind, id) ? { kind, id } : null;
  const end = {
    circuit: shown('Circuit', circuit),
    termination: shown('CircuitTermination', termination),
    port: shown('Port', port),
  };
  const saysSide = end.circuit !== null || end.termination !== null;
  if (!saysSide && (isDirect || end.port === null)) return [];
  return [{ __typename: 'TracedCircuitEnd', side: saysSide ? side : null, ...end }];
}
