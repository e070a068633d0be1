import { fullAccess } from '../../src/catalog/access/access.ts';
import { createCursors } from '../../src/catalog/read/cursor.ts';
import { planList } from '../../src/catalog/read/list.ts';
import type { PlanContext } from '../../src/catalog/read/plan-types.ts';
import { unlimited } from '../../src/catalog/read/row-budget.ts';
import { listLimits } from './list-limits.ts';
import { slicesOfTen } from './turns.ts';

/** What reads are planned with, of the system itself unless an access is given, and without a bound of rows. */
export const planContext = (own: Pick<PlanContext, 'catalog' | 'operation'> & Partial<PlanContext>): PlanContext => ({
  access: fullAccess,
  caller: { principalId: null, kind: 'System', name: 'system' },
  cursors: createCursors('secret'),
  slices: slicesOfTen(),
  limits: listLimits,
  budget: unlimited,
  planList,
  ...own,
});
