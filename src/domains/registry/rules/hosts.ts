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
const hostOf = (domain: string): string => domain.split(':', 1)[0] ?? '';

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

/** A regional domain that is named as recommended: the global one with the region after its first label. */
export function recommendedDomain(globalDomain: string, region: string): string {
  const labels = hostOf(globalDomain).split('.');
  return [labels[0], region, ...(labels.length > 2 ? labels.slice(1) : labels)].join('.');
}

const host = (domain: Sql): Sql => sql`split_part(${domain}, ':', 1)`;

/**
 * Whether a regional domain is named as recommended, given the global one (rule E3): it ends as that does, and has the region as a
 * label of its own before that. Asked of columns, for the rule as for the condition of a deployment, which is worked out as it is read.
 */
export const isRegional = (globalDomain: Sql, domain: Sql, region: Sql): Sql => sql`(
  select right(m.own, length(k.ending) + 1) = '.' || k.ending
    and ${region} = any(string_to_array(left(m.own, length(m.own) - length(k.ending) - 1), '.'))
  from (select ${host(globalDomain)} as host, ${host(domain)} as own) m
  cross join lateral (select case when m.host like '%.%.%' then regexp_replace(m.host, '^[^.]*\\.', '') else m.host end as ending) k)`;
