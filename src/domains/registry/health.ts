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

/** Whether traffic sent to a deployment arrives, as far as is known. */
export const takesTraffic = (deployment: Sql): Sql =>
  sql`(not ${deployment}.disabled and ${healthOf(deployment)} <> 'NotServing')`;

/**
 * Ids of deployments to which no traffic should be sent. Rules ask the reports themselves: a deployment takes over what is
 * reported on it after the rules have been asked.
 */
export const outOfService: Sql = sql`
  select d.id from deployment d where d.disabled
  union all
  select d.id from deployment_report x join deployment d on d.id = x.deployment_id
  where ${healthSaid(sql`x.conditions`, sql`d.generation`)} = 'NotServing'`;

/** What is reported of the upgrade of a row of `deployment`, for rules. */
export const reportedOf = (deployment: Sql, member: 'upgrade' | 'available_upgrade'): Sql =>
  sql`(select x.${sql.ident(member)} from deployment_report x where x.deployment_id = ${deployment}.id)`;
