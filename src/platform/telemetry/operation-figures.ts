import type { OperationScope } from '../http/delivery.ts';
import type { Metrics } from './metrics.ts';
import { createOperationNames } from './names.ts';
import type { Slot } from './series.ts';

/** Of an operation whose type is not known, since it was refused before that was clear. */
export const UNRESOLVED = 'unresolved';
/** Names that are labels of their own. */
const MOST_NAMES = 100;

/** What one operation came to. */
export interface OperationOutcome {
  readonly outcome: string;
  readonly ms: number;
  readonly statements: number;
}

/** The numbers of operations that have the same labels. */
interface Alike {
  readonly type: string;
  readonly transport: string;
  readonly duration: Slot;
  readonly statements: Slot;
  readonly cost: Slot;
  readonly totals: Map<string, Slot>;
}

/** Counts operations. Their numbers are looked for once for all that are alike. */
export function createOperationFigures({ slot }: Metrics): (scope: OperationScope, came: OperationOutcome) => void {
  const names = createOperationNames(MOST_NAMES);
  const known = new Map<string, Alike[]>();

  const alikeOf = (operation: string, type: string, transport: string): Alike => {
    const named = known.get(operation) ?? [];
    known.set(operation, named);
    const found = named.find((one) => one.type === type && one.transport === transport);
    if (found !== undefined) return found;
    const made: Alike = {
      type,
      transport,
      duration: slot('catalog_operation_duration_seconds', { operation, type, transport }),
      statements: slot('catalog_operation_statements', { type }),
      cost: slot('catalog_operation_cost', { type }),
      totals: new Map(),
    };
    named.push(made);
    return made;
  };

  return ({ notes, transport }, { outcome, ms, statements }) => {
    const { type = UNRESOLVED } = notes;
    const operation = notes.type === undefined ? UNRESOLVED : names.labelOf(notes.name, notes.caller === '');
    const alike = alikeOf(operation, type, transport);
    const total =
      alike.totals.get(outcome) ?? slot('catalog_operations_total', { operation, type, transport, outcome });
    alike.totals.set(outcome, total);
    total.add(1);
    alike.duration.add(ms / 1_000);
    alike.statements.add(statements);
    if (notes.cost !== undefined) alike.cost.add(notes.cost);
  };
}
