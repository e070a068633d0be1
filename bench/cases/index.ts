import type { Case } from '../case.ts';
import { reads } from './reads.ts';

/** Everything that is measured, in the order in which it is run. */
export const cases: Readonly<Record<string, Case>> = { reads };
