import { type Sql, sql } from '../../platform/db/sql.ts';

/** An entry of an offer's `servicePricingRefs` names the price. */
export const isPriceNamed = (entry: Sql, pricing: Sql): Sql =>
  sql`${pricing}.name = ${entry}->>'name' and ${pricing}.namespace = coalesce(${entry}->>'namespace', 'milo-system')`;
