import type { RootQuery } from '../../../catalog/root-query.ts';
import { apiDiscovery } from './api-discovery.ts';
import { dependencyPaths } from './dependency-paths.ts';
import { deploymentImpact } from './deployment-impact.ts';
import { deploymentPlan } from './deployment-plan.ts';
import { importClosureQuery } from './import-closure.ts';
import { registryLists } from './registry-lists.ts';
import { serviceDependents } from './service-dependents.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import { serviceUsability } from './service-usability.ts';
import { servicesInRegion } from './services-in-region.ts';
import { versionReadiness } from './version-readiness.ts';
import { versionSkew } from './version-skew.ts';

/** What can run where, and what depends on what: the questions Q1 to Q20 of the registry. */
export const discoveryQueries: readonly RootQuery[] = [
  ...registryLists,
  apiDiscovery,
  dependencyPaths,
  deploymentImpact,
  deploymentPlan,
  importClosureQuery,
  serviceDependents,
  serviceEndpoints,
  serviceUsability,
  servicesInRegion,
  versionReadiness,
  versionSkew,
];
