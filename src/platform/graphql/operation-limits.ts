import type { ShareLimits } from '../fair-shares.ts';
import type { CostLimits } from './cost-limit.ts';
import type { TimeLimits } from './operation-turns.ts';

/** What one operation, and what one caller at a time, may come to; settings. */
export type OperationLimits = CostLimits & TimeLimits & ShareLimits;
