import type { Change, FinalState, Remark } from '../../catalog/kind.ts';
import { listed } from '../../catalog/values/listed.ts';
import { activeAfter } from './activate.ts';
import { isInForce } from './lifecycle.ts';
import { loadLeftOut } from './name-collisions.ts';

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
