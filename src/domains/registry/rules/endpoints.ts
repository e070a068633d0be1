import { type Sql, sql } from '../../../platform/db/sql.ts';
import { broken, type Rule, side } from './rule.ts';

/** A domain without its port. */
const host = (domain: Sql): Sql => sql`split_part(${domain}, ':', 1)`;
const labels = (row: string) => sql`jsonb_path_query(${sql.raw(row)}.labelled_domains, '$[*].domain')`;

/** Every host name that a service states, and what states it. */
const hosts = (where: (service: Sql) => Sql): Sql => sql`
  select 'Deployment' as kind, d.id, d.name, d.service_id, 'spec.publicDomain' as path, ${host(sql`d.public_domain`)} as host
    from deployment d where ${where(sql`d.service_id`)}
  union all select 'Deployment', d.id, d.name, d.service_id, 'spec.labelledDomains', ${host(sql`l.domain #>> '{}'`)}
    from deployment d cross join lateral (select ${labels('d')} as domain) l where ${where(sql`d.service_id`)}
  union all select 'ServiceRuntime', u.id, u.name, u.service_id, 'spec.globalDomain', ${host(sql`u.global_domain`)}
    from service_runtime u where ${where(sql`u.service_id`)}
  union all select 'ServiceRuntime', u.id, u.name, u.service_id, 'spec.labelledDomains', ${host(sql`l.domain #>> '{}'`)}
    from service_runtime u cross join lateral (select ${labels('u')} as domain) l where ${where(sql`u.service_id`)}`;

/** What the global and the regional domains of a service end in: the global one without its first label. */
const shared = sql`case when m.host like '%.%.%' then regexp_replace(m.host, '^[^.]*\\.', '') else m.host end`;

/** Whether a regional domain is named as recommended, given the global one. */
export const isRegional = (globalDomain: Sql, domain: Sql, region: Sql): Sql => sql`(
  select right(m.own, length(k.ending) + 1) = '.' || k.ending
    and ${region} = any(string_to_array(left(m.own, length(m.own) - length(k.ending) - 1), '.'))
  from (select ${host(globalDomain)} as host, ${host(domain)} as own) m
  cross join lateral (select ${shared} as ending) k)`;

export const endpointRules: readonly Rule[] = [
  {
    id: 'E2',
    code: 'E2_DOMAIN_TAKEN',
    severity: 'error',
    sentence: 'A host name leads to one service, and to one of its deployments or to all of them.',
    on: ['Deployment', 'ServiceRuntime'],
    find: (within) => sql`
      select jsonb_build_array(
          jsonb_build_object('kind', a.kind, 'name', a.name, 'path', a.path, 'missing', '[]'::jsonb),
          jsonb_build_object('kind', b.kind, 'name', b.name, 'path', b.path, 'missing', '[]'::jsonb)) as sides,
        format('%s is the domain of %s/%s and of %s/%s.', a.host, a.kind, a.name, b.kind, b.name) as clause,
        jsonb_build_array(jsonb_build_object('kind', a.kind, 'id', a.id, 'name', a.name), jsonb_build_object('kind', b.kind, 'id', b.id, 'name', b.name)) as named
      from (${hosts((service) => within.service(service))}) a
      join (${hosts(() => sql`true`)}) b on b.host = a.host and b.id <> a.id
        and not (b.service_id = a.service_id and b.kind <> a.kind)`,
  },
  {
    id: 'E3',
    code: 'E3_ENDPOINT_NAME',
    severity: 'warning',
    sentence: 'A regional domain ends as the global one does, and has the region as a label of its own before that.',
    on: ['Deployment', 'ServiceRuntime'],
    find: (within) =>
      broken(
        sql`format('%s is not a recommended name: recommended is %s.%s.%s, for example.', d.public_domain, split_part(m.host, '.', 1), r.name, k.ending)`,
        {
          sides: [
            side('Deployment', sql`d.name`, 'spec.publicDomain'),
            side('ServiceRuntime', sql`u.name`, 'spec.globalDomain', { of: sql`s.name` }),
          ],
          named: { Service: ['s'], Deployment: ['d'], Region: ['r'] },
          from: sql`from deployment d
          join service s on s.id = d.service_id
          join region r on r.id = d.region_id
          join service_runtime u on u.service_id = s.id
          cross join lateral (select ${host(sql`u.global_domain`)} as host) m
          cross join lateral (select ${shared} as ending) k
          where ${within.service(sql`d.service_id`)} and not ${isRegional(sql`u.global_domain`, sql`d.public_domain`, sql`r.name`)}`,
        },
      ),
  },
  {
    id: 'E4',
    code: 'E4_PRIVATE_DOMAIN',
    severity: 'warning',
    sentence: 'A private domain is reached from a local network, whose id is given with it.',
    on: ['Deployment'],
    find: (within) =>
      broken(
        sql`format('%s has a %s without a %s.', d.name, case when d.local_network_id is null then 'private domain' else 'local network' end,
          case when d.local_network_id is null then 'local network' else 'private domain' end)`,
        {
          sides: [side('Deployment', sql`d.name`, 'spec.privateDomain')],
          named: { Deployment: ['d'] },
          from: sql`from deployment d
          where ${within.service(sql`d.service_id`)} and (d.private_domain is null) <> (d.local_network_id is null)`,
        },
      ),
  },
];
