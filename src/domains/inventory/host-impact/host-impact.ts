import { choice, objects, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { importFrom } from '../../registry/index.ts';
import { plantLosses } from './plant-losses.ts';

const lost = objects(
  'PlantLoss',
  {
    kind: choice(
      'PlantLossKind',
      {
        Region: 'Everything in the region.',
        Site: 'Everything in the facility.',
        Rack: 'Every device that is placed in the rack.',
        Cluster: 'The cluster.',
        Node: 'The server.',
        NetworkDevice: 'The network device, with the cables that are plugged into it.',
        Equipment: 'The equipment, with the cables that are plugged into it.',
        Cable: 'The cable.',
        Circuit: 'The circuit.',
        Provider: 'Every circuit that the provider supplies.',
      },
      { description: 'What it is.', required: true },
    ),
    name: text({ description: 'Its name.', required: true, max: 253 }),
  },
  { description: 'What is lost, or taken out for maintenance.', required: true, min: 1, max: 1_000 },
);

const wayOut = {
  of: choice(
    'WayOutKind',
    { Circuit: 'A circuit that leads out of the facility.', Cable: 'A cable that is plugged into the server.' },
    { description: 'What it is.', required: true },
  ),
  name: text({ description: 'Its name.', required: true }),
  lostWith: text({ description: 'What takes it along, as kind and name; null when it stays.' }),
};

const host = objects(
  'DeploymentHostImpact',
  {
    kind: text({ description: 'Site, Cluster or Node.', required: true }),
    name: text({ description: 'Name of what the deployment runs on.', required: true }),
    lostWith: text({
      description: 'What of the things asked about takes it along, as kind and name; null when it stays.',
    }),
    waysOut: objects('WayOut', wayOut, {
      description:
        'The circuits that lead out of its facility, and the cables of a server: those of either if one of them is lost.',
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

/** What of the plant a deployment's row `p` runs on, and in which facility its traffic goes out: `x (kind, id, name, site_id)`. */
const hostsOf = (see: See): Sql => sql`(
  select 'Site' as kind, f.id, f.name, f.id as site_id from site f where f.id = p.site_id and ${see('Site', sql`f`)}
  union all
  select 'Cluster', q.id, q.name, q.control_plane_site_id from cluster q where q.id = p.cluster_id and ${see('Cluster', sql`q`)}
  union all
  select 'Node', n.id, n.name, n.site_id from node n where n.id = p.node_id and ${see('Node', sql`n`)})`;

/** The ways out of a host's facility, and those of a server itself. Few are left where of either there is at most one. */
const waysOf = sql`(
  select jsonb_agg(jsonb_build_object('of', t.of, 'name', w.name, 'lostWith', w.because) order by t.of desc, w.name) as ways,
    count(*) filter (where t.of = 'Circuit' and w.because is null) < 2 and bool_or(t.of = 'Circuit')
      or count(*) filter (where t.of = 'Cable' and w.because is null) < 2 and bool_or(t.of = 'Cable') as are_few
  from way w
  cross join lateral (select case w.kind when 'Site' then 'Circuit' else 'Cable' end as of) t
  where w.kind = 'Site' and w.id = x.site_id or w.kind = 'Node' and x.kind = 'Node' and w.id = x.id)`;

/**
 * Q16: what suffers when something of the plant is lost, as far as deployments say what they run on. What lies between a server
 * and the circuits of its facility is not looked at.
 */
export const hostImpact: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'hostImpact',
  description:
    'Which deployments suffer when something of the plant is lost or taken out for maintenance, all at once: by what they say that they run on, by the circuits that lead out of a facility, and by the cables of a server. Deployments that lose nothing are left out.',
  args: { lost },
  sizedBy: 'lost',
  record: {
    name: 'HostImpact',
    description: 'What becomes of a deployment.',
    fields,
    choices: [
      choice(
        'HostImpactVerdict',
        {
          Isolated: 'Everything that it runs on is lost or cut off.',
          RedundancyLost:
            'Something that it runs on is lost or cut off, and something is left; or there is but one way out left of whatever it runs on.',
          Unaffected: 'It loses ways out, and has more than one left.',
        },
        { description: 'What becomes of a deployment that loses something it runs on.' },
      ),
    ],
  },
  rows: ({ lost: given }, see, _, within) => {
    const list = given as readonly { readonly kind: string; readonly name: string }[];
    return sql`
      with asked (kind, name, because) as (
        select k.kind, k.name, k.kind || ' ' || k.name
        from unnest(${list.map(({ kind }) => kind)}::text[], ${list.map(({ name }) => name)}::text[]) k (kind, name)),
      ${plantLosses(see)}
      select s.name || ' ' || d.name as key, d.id, s.id as service_id, h.hosts,
        case when h.is_all then 'Isolated' when h.is_any or h.are_few then 'RedundancyLost' else 'Unaffected' end as verdict,
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
        select bool_or(g.id is not null) as is_any, bool_and(g.id is not null) as is_all, bool_or(w.ways is not null) as is_touched,
          bool_and(w.are_few is true) as are_few, jsonb_agg(jsonb_build_object('kind', x.kind, 'name', x.name, 'lostWith', g.because,
            'waysOut', coalesce(w.ways, '[]')) order by x.kind, x.name) as hosts
        from deployment_runs_on p
        cross join lateral ${hostsOf(see)} x
        cross join lateral ${waysOf} w
        left join out g on g.kind = x.kind and g.id = x.id
        where p.deployment_id = d.id) h
      where (h.is_any or h.is_touched) and ${see('Deployment', sql`d`)}${within(sql`s.name || ' ' || d.name`)}`;
  },
};
