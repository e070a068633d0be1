import { count } from './sizes.ts';
import { createTable } from './table.ts';

export interface ComparedChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly rule: string | null;
  readonly message: string | null;
  readonly advice: string | null;
  /** The first of them, by name, and how many there are. */
  readonly meters: readonly string[];
  readonly meterCount: number;
  readonly quotaLimits: readonly string[];
  readonly quotaLimitCount: number;
  readonly charges: readonly string[];
  readonly chargeCount: number;
}

/** So many characters of a value are shown. */
const LONGEST_VALUE = 32;

/** One row for each change; what refuses it in full, and what to do instead, is said by refusals. */
export const comparisonTable = (changes: readonly ComparedChange[]): string =>
  changes.length === 0
    ? ''
    : createTable(['CHANGE', 'ELEMENT', 'BEFORE', 'AFTER', 'ALLOWED', 'TOUCHES']).rows(
        changes.map((change) => [
          wordFor(change),
          change.path,
          shown(change.before),
          shown(change.after),
          change.rule ?? 'yes',
          touched(change),
        ]),
      );

const wordFor = ({ before, after }: ComparedChange): string =>
  before === null ? 'added' : after === null ? 'removed' : 'modified';

const shown = (json: string | null): string => {
  if (json === null) return '-';
  return json.length <= LONGEST_VALUE ? json : `${json.slice(0, LONGEST_VALUE - 1)}…`;
};

const touched = ({ meterCount, quotaLimitCount, chargeCount }: ComparedChange): string =>
  [count(meterCount, 'meter'), count(quotaLimitCount, 'limit'), count(chargeCount, 'charge')]
    .filter((text) => !text.startsWith('0 '))
    .join(', ') || '-';
