import { choice, objects, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { one, value } from './record-fields.ts';
import { importFrom } from './walk.ts';

const hosts = objects(
  'LostHost',
  {
    kind: choice(
      'LostHostKind',
      {
        Region: 'Everything in the region.',
        Site: 'Everything in the facility.',
        Rack: 'Every server that is placed in the rack.',
        Cluster: 'The cluster.',
        Node: 'The server.',
      },
      { description: 'What it is.', required: true },
    ),
    name: text({ description: 'Its name.', required: true, max: 253 }),
  },
  { description: 'What is lost, or taken out for maintenance.', required: true, min: 1, max: 1_000 },
);

const host = objects(
  'DeploymentHostImpact',
  {
    kind: text({ description: 'Site, Cluster or Node.', required: true }),
    name: text({ description: 'Name of what the deployment runs on.', required: true }),
    lostWith: text({
      description: 'What of the things asked about takes it along, as kind and name; null when it stays.',
    }),
  },
  { description: 'Something that a deployment runs on.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  deployment: one('Deployment', 'id', 'The deployment.'),
  service: one('Service', 'service_id', 'Its service.'),
  verdict: value('HostImpactVerdict', 'verdict', 'What becomes of it.'),
  hosts: {
    gives: 'objects',
    objects: host,
    description: 'What it runs on, as far as you see that, and what of it is lost.',
    value: (row) => sql`${row}.hosts`,
  },
  importers: value(
    'String',
    'importers',
    'Names of deployments in the same region that serve a version which imports the service, and suffer when it is isolated.',
    { list: true },
  ),
  entitledProjectCount: value(
    'Int',
    'project_count',
    'How many projects use the service now, of those whose entitlement you may see.',
  ),
};

/** What is asked about, with the kind of host that it takes along. */
const lost = (see: See): Sql => sql`
  lost (kind, id, because) as (
    select 'Site', f.id, k.because from asked k join site f on k.kind = 'Site' and f.name = k.name and ${see('Site', sql`f`)}
    union all
    select 'Site', f.id, k.because from asked k join region r on k.kind = 'Region' and r.name = k.name and ${see('Region', sql`r`)}
      join site f on f.region_id = r.id and ${see('Site', sql`f`)}
    union all
    select 'Node', n.id, k.because from asked k join node n on k.kind = 'Node' and n.name = k.name and ${see('Node', sql`n`)}
    union all
    select 'Node', n.id, k.because from asked k join rack u on k.kind = 'Rack' and u.name = k.name and ${see('Rack', sql`u`)}
      join node n on n.rack_id = u.id and ${see('Node', sql`n`)}
    union all
    select 'Cluster', q.id, k.because from asked k join cluster q on k.kind = 'Cluster' and q.name = k.name and ${see('Cluster', sql`q`)}),
  gone (kind, id, because) as (
    select kind, id, min(because) from (
      select * from lost
      union all
      select 'Node', n.id, l.because from lost l join node n on l.kind = 'Site' and n.site_id = l.id and ${see('Node', sql`n`)}
      union all
      select 'Cluster', q.id, l.because from lost l join cluster q on l.kind = 'Site' and q.control_plane_site_id = l.id and ${see('Cluster', sql`q`)}
      union all
      select 'Cluster', q.id, max(l.because) from cluster q
      join node n on n.assignment_cluster_id = q.id and ${see('Node', sql`n`)}
      left join lost l on l.kind = 'Node' and l.id = n.id or l.kind = 'Site' and l.id = n.site_id
      where ${see('Cluster', sql`q`)}
      group by q.id having bool_and(l.id is not null)) every
    group by kind, id)`;

/** Q16: what suffers when something of the plant is lost, as far as deployments say what they run on. */
export const hostImpact: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'hostImpact',
  description:
    'Which deployments suffer when facilities, racks, clusters or servers are lost or taken out for maintenance, all at once: by what the deployments say that they run on. Deployments that lose nothing are left out; cables and circuits are not looked at.',
  args: { hosts },
  sizedBy: 'hosts',
  record: {
    name: 'HostImpact',
    description: 'What becomes of a deployment.',
    fields,
    choices: [
      choice(
        'HostImpactVerdict',
        {
          Isolated: 'Everything that it runs on is lost.',
          RedundancyLost: 'Something that it runs on is lost, and something is left.',
        },
        { description: 'What becomes of a deployment that loses something it runs on.' },
      ),
    ],
  },
  rows: ({ hosts: given }, see, _, within) => {
    const list = given as readonly { readonly kind: string; readonly name: string }[];
    return sql`
      with asked (kind, name, because) as (
        select k.kind, k.name, k.kind || ' ' || k.name
        from unnest(${list.map(({ kind }) => kind)}::text[], ${list.map(({ name }) => name)}::text[]) k (kind, name)),
      ${lost(see)}
      select s.name || ' ' || d.name as key, d.id, s.id as service_id, h.hosts,
        case when h.is_all then 'Isolated' else 'RedundancyLost' end as verdict,
        array(
          select distinct near.name from service_version w
          ${importFrom('importedBy', sql`w.id`, see)}
          join deployment near on near.service_id = v.service_id and near.region_id = d.region_id and ${see('Deployment', sql`near`)}
          join service_version cur on cur.id = near.current_version_id and cur.release_order >= v.release_order
          where w.service_id = s.id order by near.name) as importers,
        (select count(*)::int from service_entitlement e where e.service_id = s.id and e.status_phase = 'Active'
          and ${see('ServiceEntitlement', sql`e`)}) as project_count
      from deployment d
      join service s on s.id = d.service_id and ${see('Service', sql`s`)}
      cross join lateral (
        select bool_or(g.id is not null) as is_any, bool_and(g.id is not null) as is_all,
          jsonb_agg(jsonb_build_object('kind', x.kind, 'name', x.name, 'lostWith', g.because) order by x.kind, x.name) as hosts
        from deployment_runs_on p
        cross join lateral (
          select 'Site' as kind, f.id, f.name from site f where f.id = p.site_id and ${see('Site', sql`f`)}
          union all select 'Cluster', q.id, q.name from cluster q where q.id = p.cluster_id and ${see('Cluster', sql`q`)}
          union all select 'Node', n.id, n.name from node n where n.id = p.node_id and ${see('Node', sql`n`)}) x
        left join gone g on g.kind = x.kind and g.id = x.id
        where p.deployment_id = d.id) h
      where h.is_any and ${see('Deployment', sql`d`)}${within(sql`s.name || ' ' || d.name`)}`;
  },
};
