import { type Sql, sql } from '../../../platform/db/sql.ts';

interface Domains {
  readonly publicDomain?: string | null;
  readonly globalDomain?: string;
  readonly labelledDomains: readonly { readonly domain: string }[] | null;
}

export interface Domain {
  readonly host: string;
  /** Where it is stated. */
  readonly path: string;
}

/** A domain without its port. */
export const hostOf = (domain: string): string => domain.split(':', 1)[0] ?? '';

/** Every host name that a deployment or a runtime states. */
export function domainsOf({ publicDomain, globalDomain, labelledDomains }: Domains): Domain[] {
  const found: Domain[] = [];
  if (publicDomain !== undefined && publicDomain !== null)
    found.push({ host: hostOf(publicDomain), path: 'spec.publicDomain' });
  if (globalDomain !== undefined) found.push({ host: hostOf(globalDomain), path: 'spec.globalDomain' });
  for (const { domain } of labelledDomains ?? []) found.push({ host: hostOf(domain), path: 'spec.labelledDomains' });
  return found;
}

export const hostsOf = (row: Domains): string[] => domainsOf(row).map(({ host }) => host);

/** What the global and the regional domains of a service end in: the global one without its first label. */
export const sharedEnd = (host: string): string =>
  host.split('.').length > 2 ? host.slice(host.indexOf('.') + 1) : host;

/** Whether a regional domain is named as recommended, given the global one. */
export function isRegional(globalDomain: string, domain: string, region: string): boolean {
  const [own, end] = [hostOf(domain), `.${sharedEnd(hostOf(globalDomain))}`];
  return own.endsWith(end) && own.slice(0, -end.length).split('.').includes(region);
}

const host = (domain: Sql): Sql => sql`split_part(${domain}, ':', 1)`;

/** The same where the names are columns: for the condition of a deployment, which is worked out as it is read. */
export const isRegionalSql = (globalDomain: Sql, domain: Sql, region: Sql): Sql => sql`(
  select right(m.own, length(k.ending) + 1) = '.' || k.ending
    and ${region} = any(string_to_array(left(m.own, length(m.own) - length(k.ending) - 1), '.'))
  from (select ${host(globalDomain)} as host, ${host(domain)} as own) m
  cross join lateral (select case when m.host like '%.%.%' then regexp_replace(m.host, '^[^.]*\\.', '') else m.host end as ending) k)`;
