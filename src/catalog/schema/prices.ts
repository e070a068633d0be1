import type { Prices } from '../../platform/graphql/operation-cost.ts';

/**
 * What a field costs beside an object with a few columns, which costs 1: by its name, or as `Type.field`. A gateway
 * finds the same figures in the schema as `@cost`.
 */
export const prices: Prices = {
  // Counted up to 10,000 rows.
  totalCount: 10,
  pageInfo: 0,
  labelValue: 1,
  fieldManagers: 2,
  // The whole object written out.
  manifest: 10,
  // Some 15 kB each on an organization.
  myPermissions: 20,
  can: 1,
  // States before and after, written out.
  'ObjectChangeConnection.nodes': 10,
  'ObjectChangeConnection.edges': 10,
  'ObjectStateConnection.nodes': 10,
  'ObjectStateConnection.edges': 10,
  'AuditRecordConnection.nodes': 3,
  'AuditRecordConnection.edges': 3,
  // OpenFGA is asked, and everybody who holds a permission is looked for.
  'Query.access': 200,
  'Query.accesses': 500,
};
