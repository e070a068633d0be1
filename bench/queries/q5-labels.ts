import { deviceLabels } from '../world/plant.ts';
import { instant, type Query } from './query.ts';

const labels = (index: number) => deviceLabels(index % 20);

/** A page of what carries two labels, with the number of all of them. */
export const q5: Query = {
  id: 'Q5',
  title: '100 devices by labels, counted',
  catalog: {
    document:
      'query Q5($s:String!){networkDevices(first:100,labelSelector:$s){totalCount pageInfo{hasNextPage} nodes{name createdAt}}}',
    variables: (index) => ({ s: `env=${labels(index).env},zone=${labels(index).zone}` }),
  },
  postgraphile: {
    document:
      'query Q5($l:JSON!){networkDevices:devicesByLabel(first:100,l:$l){totalCount pageInfo{hasNextPage} nodes{name createdAt}}}',
    variables: (index) => ({ l: labels(index) }),
  },
  sql: {
    text: `
      select '{"networkDevices":{"totalCount":' || (select count(*) from network_device where labels @> $1::jsonb)
        || ',"pageInfo":{"hasNextPage":' || case when count(*) > 100 then 'true' else 'false' end
        || '},"nodes":[' || coalesce(string_agg(case when number <= 100 then json end, ',' order by number), '') || ']}}'
      from (select row_number() over () as number, row_to_json(x)::text as json from (
        select name, ${instant('created_at')} as "createdAt"
        from network_device where labels @> $1::jsonb order by name collate natural_order, id limit 101) x) y`,
    values: (index) => [JSON.stringify(labels(index))],
  },
};
