import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { circuitEnds } from '../circuit-use.ts';
import { siteOfPort } from '../devices.ts';
import { Explorer } from '../impact/explore.ts';
import type { Facts } from '../impact/facts.ts';
import { Survey } from '../impact/survey.ts';
import type { ReachHost } from './load-hosts.ts';

/** Whether a way leads out of the facility, over cables that are installed and circuits that are in use. */
export type Reach = 'Reachable' | 'CutOff' | 'Unknown';

/** Of hosts: whether a way leads from there out of their facility, as `impact` sees the plant before anything is lost. */
export async function reachOfHosts(ask: AskValue, hosts: readonly ReachHost[]): Promise<(host: ReachHost) => Reach> {
  const survey = new Survey(ask);
  const siteIds = [...new Set(hosts.flatMap(({ site }) => site ?? []))];
  const servers = [...new Set(hosts.flatMap((host) => host.servers))];
  const [[sites, found] = []] = await survey.run([
    async () => {
      const ways = await reachOfSites(ask, survey.facts, siteIds);
      return [ways, await new Explorer(survey).reaches(servers)] as const;
    },
  ]);
  const ofSite = (site: string | null): Reach => (site === null ? 'Unknown' : (sites?.get(site) ?? 'Unknown'));
  return ({ kind, site, servers: own, serverCount }) => {
    const outside = ofSite(site);
    if (kind === 'Site' || outside === 'CutOff') return outside;
    const inside = own.map((server) => found?.get(server) ?? 'Unknown');
    if (inside.length === serverCount && serverCount > 0 && inside.every((one) => one === 'CutOff')) return 'CutOff';
    return inside.includes('Reachable') ? outside : 'Unknown';
  };
}

/** A facility is cut off when ways out of it are recorded, and none of them is in use. */
async function reachOfSites(ask: AskValue, facts: Facts, sites: readonly string[]): Promise<Map<string, Reach>> {
  await facts.loadWaysOut(sites);
  const without = sites.filter((site) => facts.waysOut(site).ways.length === 0);
  const recorded = new Set(without.length === 0 ? [] : ((await ask(sitesWithCircuits(without))) as readonly string[]));
  return new Map(
    sites.map((site) => [site, !without.includes(site) ? 'Reachable' : recorded.has(site) ? 'CutOff' : 'Unknown']),
  );
}

/** Which of these facilities a circuit leads out of, or is to. */
const sitesWithCircuits = (sites: readonly string[]): Sql => sql`(
  select coalesce(jsonb_agg(distinct e.site_id), '[]') from (
    select coalesce(e.site_id, ${siteOfPort(sql`p`)}) as site_id
    from (${circuitEnds(sql`select k.id from circuit k where k.type <> 'CrossConnect'`)}) e left join port p on p.id = e.port_id) e
  where e.site_id = any(${sites}::uuid[]))`;
