import { choice } from '../../catalog/fields.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** How a deployment does, as far as the program that runs it says so of the deployment as it is now. */
export const deploymentHealth = choice(
  'DeploymentHealth',
  {
    Serving: 'It says that it serves: its condition `Serving`, or `Ready` where it does not tell that one, is True.',
    Degraded: 'It serves, or does not tell, and says that something is wrong: `Degraded` is True.',
    NotServing: 'It says that it does not serve: `Serving`, or `Ready` where it does not tell that one, is False.',
    Unknown: 'It says nothing, or nothing of its present generation.',
  },
  { description: 'How a deployment does.' },
);

const saying = (type: string): Sql =>
  sql`nullif(max(c->>'status') filter (where c->>'type' = ${sql.raw(`'${type}'`)}), 'Unknown')`;

const healthSaid = (conditions: Sql, generation: Sql): Sql => sql`(case when ${conditions} is null then 'Unknown' else (
  select case when h.serves = 'False' then 'NotServing' when h.is_degraded = 'True' then 'Degraded' when h.serves = 'True' then 'Serving'
    else 'Unknown' end
  from (
    select coalesce(${saying('Serving')}, ${saying('Ready')}) as serves, ${saying('Degraded')} as is_degraded
    from jsonb_array_elements(${conditions}) c
    where (c->>'observedGeneration')::int >= ${generation}) h) end)`;

/** The health of a row of `deployment`. */
export const healthOf = (deployment: Sql): Sql =>
  healthSaid(sql`${deployment}.conditions`, sql`${deployment}.generation`);

/**
 * How fresh what is reported of a row of `deployment` is. Reports have no term: a program says what has changed, so the last word
 * holds until the deployment is another one.
 */
export const freshnessOf = (
  deployment: Sql,
): Sql => sql`(case when ${deployment}.conditions is null then 'NotReported' else (
  select case when max((c->>'observedGeneration')::int) >= ${deployment}.generation then 'Current' else 'Stale' end
  from jsonb_array_elements(${deployment}.conditions) c) end)`;

/** Whether traffic sent to a deployment arrives, as far as is known. */
export const takesTraffic = (deployment: Sql): Sql =>
  sql`(not ${deployment}.disabled and ${healthOf(deployment)} <> 'NotServing')`;

/**
 * What is reported on a row of `deployment`, as a select of one row or none. Rules ask the report itself: a deployment takes over
 * what is reported on it after the rules have been asked.
 */
export const reportOn = (deployment: Sql): Sql => sql`
  select ${healthSaid(sql`r.conditions`, sql`${deployment}.generation`)} = 'NotServing' as is_down, r.upgrade, r.available_upgrade
  from deployment_report r where r.deployment_id = ${deployment}.id`;
