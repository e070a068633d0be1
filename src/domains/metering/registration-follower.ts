import type { Follower } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { settleOutputs } from '../services/index.ts';

/** A registration that is stated by hand takes the place of one that follows from a limit, until it is deleted. */
export const registrationFollower: Follower = {
  kind: 'ResourceRegistration',
  follow: async (registrations, store) => {
    const types = registrations.map(({ spec }) => JSON.stringify([{ metric: spec.resourceType }]));
    const rows = await store.query<{ service_id: string }>(
      sql`select distinct service_id from service_configuration where quota_limits @> any(${types}::jsonb[])`,
    );
    await settleOutputs(
      store,
      rows.map((row) => row.service_id),
    );
  },
};
