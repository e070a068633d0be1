import { objects, ref } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind, newRevision } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { instantText } from '../../platform/db/instant-text.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { reportedCondition, reportedProgress } from './deployment-status.ts';
import { checkReported, checkReporter, checkTypes, checkUpgrade, keepsReports } from './report-rules.ts';

/** Conditions of a report `x` with the time of their last change; the time stays while the status does. */
const conditions = sql`(
  select jsonb_agg(c.entry || jsonb_build_object('lastTransitionTime',
    coalesce(o.since, ${instantText(sql`write_instant()`)})) order by c.place)
  from jsonb_array_elements(coalesce(x.conditions, '[]')) with ordinality c (entry, place)
  left join lateral (
    select b->>'lastTransitionTime' as since from jsonb_array_elements(coalesce(d.conditions, '[]')) b
    where b->>'type' = c.entry->>'type' and b->>'status' = c.entry->>'status') o on true)`;

/** What deployments have in their status. */
const take = (ids: readonly string[]): Sql => sql`
  update deployment d set conditions = w.conditions, available_upgrade = w.available_upgrade, upgrade = w.upgrade, data_tasks = w.data_tasks,
    ${newRevision}
  from (
    select d.id, ${conditions} as conditions, x.available_upgrade, x.upgrade, x.data_tasks
    from deployment_report x join deployment d on d.id = x.deployment_id where x.id = any(${ids}::uuid[])) w
  where d.id = w.id and (d.conditions, d.available_upgrade, d.upgrade, d.data_tasks)
    is distinct from (w.conditions, w.available_upgrade, w.upgrade, w.data_tasks)`;

const forget = (ids: readonly string[]): Sql => sql`
  update deployment d set conditions = null, available_upgrade = null, upgrade = null, data_tasks = null, ${newRevision}
  from deployment_report x where x.id = any(${ids}::uuid[]) and d.id = x.deployment_id
    and num_nonnulls(d.conditions, d.available_upgrade, d.upgrade, d.data_tasks) > 0`;

const idsOf = (objects: readonly Pick<Change, 'id'>[]): string[] => objects.map(({ id }) => id);

export const deploymentReport = defineKind({
  domain: 'registry',
  group: 'catalog.miloapis.com',
  kind: 'DeploymentReport',
  plural: 'deploymentreports',
  description:
    'What the program that runs a deployment says of it: how it does, which upgrade it could make, and how far it has got. It is written by the service account that the deployment names, and by nobody else. The deployment shows it as its status.',
  scope: { home: ['deploymentRef'] },
  publicReading: 'where its scope is public',
  draftThrough: [],
  isReport: true,
  spec: {
    deploymentRef: ref('Deployment', {
      owned: 'always',
      description: 'The deployment. There is one report on it, which has its name.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'report',
        description: 'What the program that runs the deployment says of it; null if it has said nothing.',
        one: true,
      },
    }),
    conditions: objects('ReportedCondition', reportedCondition, {
      description: 'How the deployment does.',
      key: 'type',
      max: 32,
    }),
    ...reportedProgress,
  },
  printer: [
    { name: 'DEPLOYMENT', path: 'spec.deploymentRef.name' },
    { name: 'UPGRADE', path: 'spec.upgrade.stage' },
    { name: 'AVAILABLE', path: 'spec.availableUpgrade.apiVersion' },
  ],
  check: (change) => [...checkTypes(change), ...checkUpgrade(change)],
  checkAll: allOf(checkReporter, checkReported),
  checkGone: keepsReports,
  derive: async (changes, store: DerivedStore) => {
    await store.execute(take(idsOf(changes)));
  },
  undo: async (objects, store) => {
    await store.execute(forget(idsOf(objects)));
  },
});
