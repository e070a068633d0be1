import { bool, choice, texts } from '../../../catalog/fields.ts';
import type { RootQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { regionState } from '../region-state.ts';
import { serviceRuntime } from '../service-runtime.ts';

const { state } = regionState.spec;
const { visibility } = serviceRuntime.spec;
const states = state?.type === 'choice' ? state.values : [];
const visibilities = visibility?.type === 'choice' ? visibility : undefined;

/** Q1: which regions there are. */
const registryRegions: RootQuery = {
  name: 'registryRegions',
  gives: 'many',
  to: 'Region',
  description:
    'The regions that services can be deployed in, or could be some day: those whose state is stated, whether or not anything is deployed there.',
  args: {
    states: texts({ description: 'Only regions in one of these states. Default: any.', values: states, min: 1 }),
  },
  where: (region, { states: wanted }, see) => sql`exists (
    select from region_state g where g.region_id = ${region}.id and ${see('RegionState', sql`g`)}
      and (${wanted === undefined} or g.state::text = any(${wanted ?? []}::text[])))`,
};

/** Q2: which services there are. */
const registryServices: RootQuery = {
  name: 'registryServices',
  gives: 'many',
  to: 'Service',
  description:
    'The services that are multi-region APIs: those that have runtime settings. Phase, project and labels are asked for as in every list.',
  args: {
    core: bool({ description: 'Only core services, or only others. Default: both.' }),
    visibility: choice(visibilities?.name ?? 'ServiceVisibility', visibilities?.meanings ?? {}, {
      description: 'Only services that these callers may see and import. Default: all.',
    }),
  },
  where: (service, { core, visibility: wanted }, see) => sql`exists (
    select from service_runtime o where o.service_id = ${service}.id and ${see('ServiceRuntime', sql`o`)}
      and (${core ?? null}::boolean is null or o.core = ${core ?? null}::boolean)
      and (${wanted ?? null}::text is null or o.visibility::text = ${wanted ?? null}::text))`,
};

export const registryLists: readonly RootQuery[] = [registryRegions, registryServices];
