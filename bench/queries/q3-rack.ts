import { rackName, type Size } from '../sizes.ts';
import { SEEN_RACKS } from '../world/people.ts';
import type { Query } from './query.ts';

/** Four levels deep: a rack, its devices, their 500 ports, and what each is cabled to. */
export function q3(size: Size): Query {
  const name = (index: number): string => rackName(size, index % SEEN_RACKS);
  return {
    id: 'Q3',
    title: 'a rack with 500 ports, cables and far ends',
    catalog: {
      document:
        'query Q3($n:String!){rack(name:$n){name devices(first:50){nodes{name ... on NetworkDevice{ports(first:50){nodes{name label cable{name label} farPort{name label device{name ... on NetworkDevice{rack{name}}}}}}}}}}}',
      variables: (index) => ({ n: name(index) }),
    },
    postgraphile: {
      document:
        'query Q3($n:String!){rack:rackByName(name:$n){name devices:networkDevicesByPlacementRackIdList(first:50,orderBy:[IN_ORDER_ASC]){name ports:portsByDeviceNetworkDeviceIdList(first:50,orderBy:[IN_ORDER_ASC]){name label:portLabel cable{name label} farPort{name label:portLabel device:networkDeviceByDeviceNetworkDeviceId{name rack:rackByPlacementRackId{name}}}}}}}',
      variables: (index) => ({ n: name(index) }),
    },
    sql: {
      text: `
        select '{"rack":{"name":' || to_json(r.name) || ',"devices":{"nodes":[' || coalesce((
          select string_agg('{"name":' || to_json(d.name) || ',"ports":{"nodes":[' || coalesce(ports.json, '') || ']}}', ',' order by d.name collate natural_order)
          from network_device d left join lateral (
            select string_agg('{"name":"' || p.name || '","label":' || to_json(p.port_label) || ',"cable":'
              || case when c.id is null then 'null' else '{"name":"' || c.name || '","label":' || coalesce(to_json(c.label)::text, 'null') || '}' end
              || ',"farPort":' || case when f.id is null then 'null' else '{"name":"' || f.name || '","label":' || to_json(f.port_label)
              || ',"device":{"name":"' || fd.name || '","rack":{"name":"' || fr.name || '"}}}' end || '}', ',' order by p.name collate natural_order) as json
            from port p
            left join cable_termination t on t.port_id = p.id left join cable c on c.id = t.cable_id
            left join cable_termination u on u.cable_id = t.cable_id and u.position <> t.position
            left join port f on f.id = u.port_id
            left join network_device fd on fd.id = f.device_network_device_id left join rack fr on fr.id = fd.placement_rack_id
            where p.device_network_device_id = d.id) ports on true
          where d.placement_rack_id = r.id), '') || ']}}}' from rack r where r.name = $1`,
      values: (index) => [name(index)],
    },
  };
}
