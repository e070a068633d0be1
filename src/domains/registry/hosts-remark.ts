import { isDeepStrictEqual } from 'node:util';
import type { Change, FinalState, Remark } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';

const NOWHERE = 'It is not said what the deployment runs on: impact does not tell of it, whatever is lost.';
const ONE_SITE = 'The deployment runs in one facility alone: what takes that down takes the deployment down.';

/** What would be lost with a deployment's hosts (rule P2), told when it is made and when its hosts change. */
export async function remarkOnHosts(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const told = changes.filter(({ spec, before }) => !isDeepStrictEqual(hostsIn(spec), before && hostsIn(before.spec)));
  if (told.length === 0) return [];
  const rows = await state.query<{ id: string; sites: number }>(sql`
    select l.deployment_id as id, count(distinct coalesce(l.site_id, c.control_plane_site_id, n.site_id))::int as sites
    from deployment_runs_on l left join cluster c on c.id = l.cluster_id left join node n on n.id = l.node_id
    where l.deployment_id = any(${told.map(({ id }) => id)}::uuid[])
    group by l.deployment_id`);
  const sitesOf = new Map(rows.map(({ id, sites }) => [id, sites]));
  return told.flatMap(({ id: objectId }): Remark[] => {
    const sites = sitesOf.get(objectId) ?? 0;
    if (sites > 1) return [];
    const [code, message] = sites === 0 ? ['P2_HOSTS_UNKNOWN', NOWHERE] : ['P2_ONE_FACILITY', ONE_SITE];
    return [{ objectId, code, path: 'spec.runsOn', message }];
  });
}

const hostsIn = ({ runsOn }: Change['spec']): unknown => runsOn ?? [];
