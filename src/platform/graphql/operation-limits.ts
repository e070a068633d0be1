import type { ShareLimits } from '../fair-shares.ts';
import type { CostLimits } from './cost-limit.ts';
import type { TimeLimits } from './operation-turns.ts';

/** Limits of one operation, and of one caller at a time, from the settings. */
export type OperationLimits = CostLimits & TimeLimits & ShareLimits;
