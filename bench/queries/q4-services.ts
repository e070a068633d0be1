import type { Query } from './query.ts';

/** What billing reads in bulk: every service with its meters and resource types. */
export const q4: Query = {
  id: 'Q4',
  title: 'all services with meters and types',
  catalog: {
    document:
      'query Q4{services(first:1000){nodes{name serviceName displayName meters(first:100,where:{inForce:{eq:true}}){nodes{meterName displayName}} resourceTypes(first:100,where:{inForce:{eq:true}}){nodes{resourceTypeName displayName}}}}}',
    variables: () => ({}),
  },
  postgraphile: {
    document:
      'query Q4{services:allServicesList(first:1000,orderBy:[NAME_ASC]){name serviceName displayName meters:meterDefinitionsByServiceIdList(first:100,orderBy:[NAME_ASC]){meterName displayName} resourceTypes:monitoredResourceTypesByServiceIdList(first:100,orderBy:[NAME_ASC]){resourceTypeName displayName}}}',
    variables: () => ({}),
  },
  sql: {
    text: `
      select '{"services":{"nodes":[' || string_agg('{"name":"' || s.name || '","serviceName":"' || s.service_name
        || '","displayName":' || to_json(s.display_name) || ',"meters":{"nodes":[' || coalesce(m.json, '')
        || ']},"resourceTypes":{"nodes":[' || coalesce(t.json, '') || ']}}', ',' order by s.name) || ']}}'
      from (select * from service order by name, id limit 1000) s
      left join (
        select service_id, string_agg('{"meterName":"' || meter_name || '","displayName":' || to_json(display_name) || '}', ',' order by name) as json
        from meter_definition where in_force group by service_id) m on m.service_id = s.id
      left join (
        select service_id, string_agg('{"resourceTypeName":"' || resource_type_name || '","displayName":' || to_json(display_name) || '}', ',' order by name) as json
        from monitored_resource_type where in_force group by service_id) t on t.service_id = s.id`,
    values: () => [],
  },
};
