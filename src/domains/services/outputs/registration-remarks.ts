import type { Change, FinalState, Remark } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';

/** Tells authors of limits that a registration which somebody states by hand takes the place of theirs. */
export async function remarkOnRegistrations(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const ids = changes.map(({ id }) => id);
  const rows = await state.query<{ id: string; place: number; metric: string }>(sql`
    select c.id, (x.place - 1)::int as place, r.resource_type as metric
    from service_configuration c
    cross join lateral jsonb_array_elements(coalesce(c.quota_limits, '[]')) with ordinality as x(e, place)
    join resource_registration r on r.resource_type = x.e->>'metric' and r.configuration_id is null
    where c.id = any(${ids}::uuid[]) and c.phase <> 'Draft' order by c.name, x.place`);
  return rows.map(({ id, place, metric }) => ({
    objectId: id,
    code: 'REGISTERED_BY_HAND',
    path: `spec.quota.limits[${place}]`,
    message: `A ResourceRegistration of ${metric} is stated by hand; it takes the place of the one that would follow from this limit.`,
  }));
}
