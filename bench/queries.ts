/** The five queries that are measured, each with one hand-written statement that gives the same answer. */
export const queries: readonly { readonly name: string; readonly document: string; readonly sql: string }[] = [
  {
    name: 'point',
    document: '{ rack(name: "s1-r1") { name heightU site { name } } }',
    sql: `select json_build_object('rack', json_build_object('name', r.name, 'heightU', r.height_u, 'site', json_build_object('name', s.name)))
          from rack r join site s on s.id = r.site_id where r.name = 's1-r1'`,
  },
  {
    name: 'small list',
    document: '{ sites(first: 20) { nodes { name displayName region { name } } } }',
    sql: `select json_build_object('sites', json_build_object('nodes', json_agg(x.o))) from (
          select json_build_object('name', s.name, 'displayName', s.display_name, 'region', json_build_object('name', g.name)) o
          from site s join region g on g.id = s.region_id order by s.name limit 20) x`,
  },
  {
    name: '500-port traversal',
    document:
      '{ site(name: "s1") { name racks { nodes { name devices { nodes { name ... on NetworkDevice { ports(first: 250) { nodes { label cable { name } farPort { label } } } } } } } } } }',
    sql: `select json_build_object('site', json_build_object('name', s.name, 'racks', json_build_object('nodes', (select json_agg(json_build_object('name', r.name, 'devices',
          json_build_object('nodes', (select json_agg(json_build_object('name', d.name, 'ports', json_build_object('nodes', (
            select json_agg(json_build_object('label', p.port_label, 'cable', json_build_object('name', c.name), 'farPort', json_build_object('label', f.port_label)) order by p.name)
            from port p left join cable_termination t on t.port_id = p.id left join cable c on c.id = t.cable_id
            left join cable_termination u on u.cable_id = t.cable_id and u.position <> t.position left join port f on f.id = u.port_id
            where p.device_network_device_id = d.id))) order by d.name) from network_device d where d.placement_rack_id = r.id))) order by r.name)
          from rack r where r.site_id = s.id)))) from site s where s.name = 's1'`,
  },
  {
    name: 'services, meters, types',
    document:
      '{ services(first: 50) { nodes { displayName meters { nodes { meterName billing { pricingUnit } resourceTypes { nodes { resourceTypeName } } } } } } }',
    sql: `select json_build_object('services', json_build_object('nodes', json_agg(json_build_object('displayName', s.display_name, 'meters', json_build_object('nodes', (
          select json_agg(json_build_object('meterName', m.meter_name, 'billing', json_build_object('pricingUnit', m.pricing_unit), 'resourceTypes', json_build_object('nodes', (
            select json_agg(json_build_object('resourceTypeName', y.resource_type_name)) from meter_resource_type l join monitored_resource_type y on y.id = l.monitored_resource_type_id
            where l.meter_definition_id = m.id))) order by m.name) from meter_definition m where m.service_id = s.id and m.in_force))) order by s.name))) from service s`,
  },
  {
    name: 'filtered page with count',
    document:
      '{ ports(first: 50, where: {label: {startsWith: "Ethernet1"}, speed: {gte: 100000000000}}) { totalCount nodes { name label } } }',
    sql: `select json_build_object('ports', json_build_object('totalCount', (select count(*) from (select 1 from port where port_label like 'Ethernet1%' and speed_value >= 100000000000 limit 10001) c),
          'nodes', (select json_agg(x.o) from (select json_build_object('name', name, 'label', port_label) o from port
          where port_label like 'Ethernet1%' and speed_value >= 100000000000 order by name, id limit 50) x)))`,
  },
];
