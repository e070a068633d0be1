import type { RootQuery } from '../../../catalog/root-query.ts';
import { importClosureQuery } from './import-closure.ts';
import { serviceDependents } from './service-dependents.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import { servicesInRegion } from './services-in-region.ts';

/** What can run where, and what depends on what: the questions Q1 to Q20 of the registry. */
export const discoveryQueries: readonly RootQuery[] = [
  importClosureQuery,
  serviceDependents,
  serviceEndpoints,
  servicesInRegion,
];
