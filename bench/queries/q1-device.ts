import { deviceName, rackName, type Size } from '../sizes.ts';
import { SEEN_RACKS } from '../world/people.ts';
import { instant, type Query } from './query.ts';

/** One object by its name, with two related ones. */
export function q1(size: Size): Query {
  const name = (index: number): string =>
    deviceName(rackName(size, index % SEEN_RACKS), (index * 7) % size.devicesPerRack);
  return {
    id: 'Q1',
    title: 'a device by name, its site and rack',
    catalog: {
      document:
        'query Q1($n:String!){networkDevice(name:$n){name createdAt site{name displayName} rack{name heightU}}}',
      variables: (index) => ({ n: name(index) }),
    },
    postgraphile: {
      document:
        'query Q1($n:String!){networkDevice:networkDeviceByName(name:$n){name createdAt site:siteBySiteId{name displayName} rack:rackByPlacementRackId{name heightU}}}',
      variables: (index) => ({ n: name(index) }),
    },
    sql: {
      text: `
        select row_to_json(answer)::text from (select (select row_to_json(x) from (
          select d.name, ${instant('d.created_at')} as "createdAt",
            (select row_to_json(y) from (select s.name, s.display_name as "displayName") y) as site,
            (select row_to_json(y) from (select r.name, r.height_u as "heightU") y) as rack
          from network_device d join site s on s.id = d.site_id left join rack r on r.id = d.placement_rack_id
          where d.name = $1) x) as "networkDevice") answer`,
      values: (index) => [name(index)],
    },
  };
}
