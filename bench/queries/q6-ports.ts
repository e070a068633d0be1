import { rackName, type Size } from '../sizes.ts';
import { SEEN_RACKS } from '../world/people.ts';
import type { Query } from './query.ts';

/** A page out of the middle of the longest list, each row with what it is cabled to. */
export function q6(size: Size): Query {
  const prefix = (index: number): string => `${rackName(size, index % SEEN_RACKS)}-d`;
  return {
    id: 'Q6',
    title: '100 ports by name, cable, far port and device',
    catalog: {
      document:
        'query Q6($p:String!){ports(first:100,where:{name:{startsWith:$p}}){nodes{name label cable{name} farPort{name label device{name}}}}}',
      variables: (index) => ({ p: prefix(index) }),
    },
    postgraphile: {
      document:
        'query Q6($p:String!){ports:portsByPrefixList(first:100,prefix:$p){name label:portLabel cable{name} farPort{name label:portLabel device:networkDeviceByDeviceNetworkDeviceId{name}}}}',
      variables: (index) => ({ p: prefix(index) }),
    },
    sql: {
      text: `
        select '{"ports":{"nodes":[' || coalesce(string_agg('{"name":"' || p.name || '","label":' || to_json(p.port_label) || ',"cable":'
          || case when c.id is null then 'null' else '{"name":"' || c.name || '"}' end
          || ',"farPort":' || case when f.id is null then 'null' else '{"name":"' || f.name || '","label":' || to_json(f.port_label)
          || ',"device":{"name":"' || fd.name || '"}}' end || '}', ',' order by p.name collate natural_order), '') || ']}}'
        from (select * from port where name >= $1 and name < $2 order by name collate natural_order, id limit 100) p
        left join cable_termination t on t.port_id = p.id left join cable c on c.id = t.cable_id
        left join cable_termination u on u.cable_id = t.cable_id and u.position <> t.position
        left join port f on f.id = u.port_id left join network_device fd on fd.id = f.device_network_device_id`,
      values: (index) => [prefix(index), `${prefix(index).slice(0, -1)}e`],
    },
  };
}
