import { instant, type Query } from './query.ts';

/** A short page with one related object in each row. */
export const q2: Query = {
  id: 'Q2',
  title: '50 projects with their organization',
  catalog: {
    document: 'query Q2{projects(first:50){nodes{name createdAt organization{name}}}}',
    variables: () => ({}),
  },
  postgraphile: {
    document:
      'query Q2{projects:allProjectsList(first:50,orderBy:[NAME_ASC]){name createdAt organization:organizationByOwnerId{name}}}',
    variables: () => ({}),
  },
  sql: {
    text: `
      select '{"projects":{"nodes":' || (select json_agg(x)::text from (
        select p.name, ${instant('p.created_at')} as "createdAt",
          (select row_to_json(y) from (select o.name) y) as organization
        from (select * from project order by name, id limit 50) p join organization o on o.id = p.owner_id
        order by p.name) x) || '}}'`,
    values: () => [],
  },
};
