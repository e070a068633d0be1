import type { Tally } from '../carried.ts';
import type { OperationNotes, OperationScope } from '../http/delivery.ts';
import { shortName } from './names.ts';
import { type OperationOutcome, UNRESOLVED } from './operation-figures.ts';
import { planOf } from './plan-of.ts';

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

export const nameOf = ({ name }: OperationNotes): string | null => (name === undefined ? null : shortName(name));

/** What the log says of every operation, as the members of a JSON object: written here, since a logger takes its time. */
export function operationFields(
  { requestId, traceId, transport, notes }: OperationScope,
  { statements, openfgaCalls, rows }: Tally,
  { outcome, ms }: OperationOutcome,
  isSlow: boolean,
): string {
  const { type = UNRESOLVED, caller, cost, reason } = notes;
  let text = `"requestId":${JSON.stringify(requestId)}`;
  if (traceId !== undefined) text += `,"traceId":${JSON.stringify(traceId)}`;
  text += `,"operation":${JSON.stringify(nameOf(notes))},"type":"${type}","transport":"${transport}"`;
  text += caller ? `,"caller":${JSON.stringify(caller)}` : ',"caller":null';
  if (cost !== undefined) text += `,"cost":${cost}`;
  text += `,"statements":${statements.length},"openfgaCalls":${openfgaCalls},"rows":${rows},"ms":${tenths(ms)}`;
  text += `,"outcome":${JSON.stringify(outcome)}`;
  if (reason !== undefined && outcome === notes.outcome) text += `,"reason":${JSON.stringify(reason)}`;
  return isSlow ? `${text},"plan":${JSON.stringify(planOf(statements))}` : text;
}
