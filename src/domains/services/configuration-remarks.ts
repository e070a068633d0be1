import type { Change, FinalState, Remark } from '../../catalog/kind.ts';
import { listed } from '../../catalog/values/listed.ts';
import { sql } from '../../platform/db/sql.ts';
import { activeAfter } from './activate.ts';
import { isInForce } from './lifecycle.ts';
import { loadLeftOut } from './name-collisions.ts';

/**
 * Prices and limits of what a revision goes on to state, without saying anything of them: a meter may be meant to be free, but
 * `meters` has no place for prices at all. Prices are kept when they end, so that invoices can be explained; limits are not.
 */
export async function remarkOnDropped(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const activations = await activeAfter(changes, state);
  const counting = activations.flatMap(({ now, was }) => (now !== was && was !== null ? (now ?? []) : []));
  if (counting.length === 0) return [];
  const rows = await state.query<{ id: string; code: string; names: readonly string[] }>(sql`
    with gone as (
      select c.id, 'PRICES_DROPPED' as code, p.metric as name from service_configuration c
      join service_pricing p on p.service_id = c.service_id and p.phase in ('Published', 'Deprecated') and p.configuration_id <> c.id
      where c.id = any(${counting}::uuid[]) and not coalesce(c.charges, '[]') @> jsonb_build_array(
        jsonb_build_object('usage', jsonb_build_object('metricRef', p.metric)))
      union
      select c.id, 'LIMITS_DROPPED', r.resource_type from service_configuration c
      join service_configuration o on o.service_id = c.service_id and o.id <> c.id
      join resource_registration r on r.configuration_id = o.id
      where c.id = any(${counting}::uuid[]) and not coalesce(c.quota_limits, '[]') @> jsonb_build_array(
        jsonb_build_object('metric', r.resource_type)))
    select g.id, g.code, array_agg(g.name order by g.name) as names from gone g
    join service_configuration c on c.id = g.id
    where coalesce(c.metrics, '[]') || coalesce(c.meters, '[]') @> jsonb_build_array(jsonb_build_object('name', g.name))
    group by g.id, g.code order by g.code desc`);
  return rows.map(({ id, code, names }) => {
    const what = code === 'PRICES_DROPPED' ? 'a price' : 'a limit';
    const message = `metrics that had ${what}, and for which it states none: ${listed(names)}`;
    return { objectId: id, code, path: 'spec', message };
  });
}

const words: Readonly<Record<string, { readonly what: string; readonly code: string }>> = {
  MeterDefinition: { what: 'meters', code: 'METERS' },
  MonitoredResourceType: { what: 'resource types', code: 'RESOURCE_TYPES' },
};

/** A meter that was billed does not vanish silently: what a revision leaves out, and what goes with a retired one. */
export async function remarkOnLeftOut(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const activations = (await activeAfter(changes, state)).filter(({ phase }) => isInForce(phase));
  const active = activations.flatMap(({ now }) => now ?? []);
  if (active.length === 0) return [];
  const byId = new Map(changes.map((change) => [change.id, change]));
  const superseding = new Map(
    activations.map(({ was, now, service_id }) => [service_id, was === now ? undefined : byId.get(now ?? '')]),
  );
  const isRetired = (change: Change | undefined): change is Change =>
    change?.spec.phase === 'Retired' && isInForce(change.before?.spec.phase);
  if (![...superseding.values()].some(Boolean) && !changes.some(isRetired)) return [];
  const left = await loadLeftOut(state, [...superseding.keys()], active);
  return left.flatMap(({ service_id, kind, configuration_id, configuration, names, published }): Remark[] => {
    const { what = '', code = '' } = words[kind] ?? {};
    const retired = byId.get(configuration_id);
    if (isRetired(retired)) {
      const message = `${what} that no later revision states go out of force with it: ${listed(names)}`;
      return [{ objectId: retired.id, code: `${code}_RETIRED`, path: 'spec.phase', message }];
    }
    const change = superseding.get(service_id);
    if (change === undefined || published.length === 0) return [];
    const message = `${what} that it leaves out become Deprecated, and are billed until ${configuration} is retired: ${listed(published)}`;
    return [{ objectId: change.id, code: `${code}_LEFT_OUT`, path: 'spec', message }];
  });
}
