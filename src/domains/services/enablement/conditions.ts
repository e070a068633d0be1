import { objects, text } from '../../../catalog/fields.ts';
import { type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { instantText } from '../../../platform/db/instant-text.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { Ids } from './phases.ts';

/** What is the case with an object, as Kubernetes' objects say it. */
export const conditionsField = (which: string) =>
  objects(
    'Condition',
    {
      type: text({ description: 'What it is about, such as `Ready`.', required: true }),
      status: text({ description: '`True`, `False` or `Unknown`.', required: true }),
      reason: text({ description: 'Why, in one word for programs.', required: true }),
      message: text({ description: 'The same for people.', required: true }),
      lastTransitionTime: text({ description: 'Time at which the status last changed, in ISO 8601.', required: true }),
    },
    { description: `What is the case with the object: ${which}.` },
  );

/** Rows `(place, type, status, reason, message)` as conditions; the time stays while the status does. */
const conditionsOf = (rows: Sql, before: Sql): Sql => sql`(
  select jsonb_agg(jsonb_build_object('type', v.type, 'status', v.status, 'reason', v.reason, 'message', v.message,
    'lastTransitionTime', coalesce(o.since, ${instantText(sql`write_instant()`)}))
    order by v.place)
  from (values ${rows}) v(place, type, status, reason, message)
  left join lateral (
    select b->>'lastTransitionTime' as since from jsonb_array_elements(coalesce(${before}, '[]')) b
    where b->>'type' = v.type and b->>'status' = v.status) o on true
  where v.status is not null)`;

/** `x` is the entitlement or the record, `c` the record, `s` the service, `p` says whether the project is suspended. */
const ready = sql`(1, 'Ready',
  case when x.status_phase = 'Active' then 'True' else 'False' end,
  case when x.status_phase = 'Active' then 'EntitlementActive'
    when x.status_phase = 'PendingApproval' then 'EntitlementPendingApproval'
    when c.approval_decision = 'Denied' then 'EntitlementRejected' else 'ServiceNotPublished' end,
  case when x.status_phase = 'Active' then 'The project may use the service.'
    when x.status_phase = 'PendingApproval' then 'The provider has not decided yet.'
    when c.approval_decision = 'Denied' then coalesce(c.approval_message, 'The provider has denied the request.')
    else 'The service is not offered any more.' end)`;

const suspended = sql`(2, 'Suspended',
  case when p.is_suspended or c.suspended then 'True' else 'False' end,
  case when p.is_suspended then 'ProjectSuspended' when c.suspended then 'SuspendedByProvider' else 'ProjectActive' end,
  case when p.is_suspended then 'The project is suspended.'
    when c.suspended then 'The provider has suspended the project from using the service.'
    else 'The project is not suspended.' end)`;

const dependenciesReady = sql`(3, 'DependenciesReady',
  case when x.status_phase <> 'Active' or n.count = 0 then null when n.active = n.count then 'True' else 'False' end,
  case when n.active = n.count then 'DependenciesActive' when n.rejected > 0 then 'DependencyRejected' else 'DependencyPending' end,
  n.active || ' of ' || n.count || ' services that it depends on, directly or through others, can be used.')`;

const isSuspended = (projectId: Sql): Sql =>
  sql`(select exists (select from project_suspension b where b.project_id = ${projectId}) as is_suspended)`;

/**
 * Each service of some projects with every service that it depends on, directly or through others: also through one that
 * the project may not use yet, for which nothing is enrolled before it may.
 *
 *     a ──► b (waits) ──► c        a: b, c       b: c
 */
const neededBy = (projectIds: Ids): Sql => sql`
  recursive needed(dependent_id, service_id) as (
    select d.dependent_service_id, d.service_id from service_dependency d
    where d.dependent_service_id in (select service_id from service_entitlement where project_id = any(${projectIds}::uuid[]))
    union
    select n.dependent_id, d.service_id from needed n join service_dependency d on d.dependent_service_id = n.service_id)`;

/** Says of the entitlements of some projects, and of the records of them, what is the case. */
export async function writeConditions(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  await store.execute(sql`
    with ${neededBy(projectIds)}
    update service_entitlement e set conditions = w.conditions, ${newRevision}
    from (
      select x.id, ${conditionsOf(sql`${ready}, ${suspended}, ${dependenciesReady}`, sql`x.conditions`)} as conditions
      from service_entitlement x
      left join service_consumer c on c.service_id = x.service_id and c.consumer_project_id = x.project_id
      cross join lateral ${isSuspended(sql`x.project_id`)} p
      cross join lateral (
        select count(*) as count, count(*) filter (where h.status_phase = 'Active') as active,
          count(*) filter (where h.status_phase = 'Rejected') as rejected
        from needed d
        left join service_entitlement h on h.project_id = x.project_id and h.service_id = d.service_id and h.id <> all(${going}::uuid[])
        where d.dependent_id = x.service_id) n
      where x.project_id = any(${projectIds}::uuid[]) and x.id <> all(${going}::uuid[])) w
    where e.id = w.id and e.conditions is distinct from w.conditions`);
  await store.execute(sql`
    update service_consumer e set conditions = w.conditions, ${newRevision}
    from (
      select x.id, ${conditionsOf(sql`${ready}, ${suspended}`, sql`x.conditions`)} as conditions
      from service_consumer x
      cross join lateral (select x.approval_decision, x.approval_message, x.suspended) c
      cross join lateral ${isSuspended(sql`x.consumer_project_id`)} p
      where x.consumer_project_id = any(${projectIds}::uuid[])) w
    where e.id = w.id and e.conditions is distinct from w.conditions`);
}
