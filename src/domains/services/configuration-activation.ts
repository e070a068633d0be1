import { type Change, type DerivedStore, type FinalState, newRevision } from '../../catalog/kind.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { isInForce } from './lifecycle.ts';

/** A changed configuration, in the order of the batch. */
export interface Candidate {
  readonly id: string;
  readonly serviceId: string;
  readonly phase: string;
  /** Phase before the batch; undefined for a new one. */
  readonly wasPhase: string | undefined;
}

/** The configuration that a service has in force before the batch, and the phase it has after it. */
export interface Active {
  readonly serviceId: string;
  readonly activeId: string | null;
  readonly activePhase: string | null;
}

const last = (candidates: readonly Candidate[], phase: string): string | undefined =>
  candidates.findLast((candidate) => candidate.phase === phase)?.id;

/**
 * Which configuration each service has in force afterwards. Publishing one puts it in force, the last one of the
 * batch when there are several; a Deprecated one comes into force only when there is none; a Draft never does. A
 * retired one is in force no longer.
 */
export function chooseActive(
  candidates: readonly Candidate[],
  services: readonly Active[],
): Map<string, string | null> {
  return new Map(
    services.map(({ serviceId, activeId, activePhase }) => {
      const own = candidates.filter((candidate) => candidate.serviceId === serviceId);
      const published = last(
        own.filter((candidate) => candidate.wasPhase !== 'Published'),
        'Published',
      );
      if (published !== undefined) return [serviceId, published];
      if (activeId !== null && isInForce(activePhase)) return [serviceId, activeId];
      return [serviceId, last(own, 'Published') ?? last(own, 'Deprecated') ?? null];
    }),
  );
}

/** The active configuration of each changed configuration's service after the batch. */
export async function activeAfter(changes: readonly Change[], state: FinalState): Promise<Map<string, string | null>> {
  const rows = await state.query(
    tables
      .selectFrom('service_configuration as c')
      .innerJoin('service as s', 's.id', 'c.service_id')
      .leftJoin('service_configuration as a', 'a.id', 's.active_configuration_id')
      .select(['c.id', 'c.service_id', 'c.phase', 'a.id as active_id', 'a.phase as active_phase'])
      .where('c.id', '=', among(changes.map(({ id }) => id))),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const candidates = changes.flatMap((change): Candidate[] => {
    const row = byId.get(change.id);
    const wasPhase = change.before === undefined ? undefined : String(change.before.spec.phase);
    return row === undefined ? [] : [{ id: row.id, serviceId: row.service_id, phase: row.phase, wasPhase }];
  });
  const services = new Map(
    rows.map((row) => [
      row.service_id,
      { serviceId: row.service_id, activeId: row.active_id, activePhase: row.active_phase },
    ]),
  );
  return chooseActive(candidates, [...services.values()]);
}

/** Records which configuration each service has in force, and since when. */
export async function activate(store: DerivedStore, chosen: ReadonlyMap<string, string | null>): Promise<void> {
  const serviceIds = [...chosen.keys()];
  await store.execute(
    sql`update service s set active_configuration_id = w.configuration_id, ${newRevision}
     from unnest(${serviceIds}::uuid[], ${[...chosen.values()]}::uuid[]) as w(service_id, configuration_id)
     where s.id = w.service_id and s.active_configuration_id is distinct from w.configuration_id`,
  );
  await store.execute(
    sql`update configuration_activation h set deactivated_at = now()
     from service s
     where s.id = h.service_id and h.service_id = any(${serviceIds}::uuid[]) and h.deactivated_at is null
       and h.configuration_id is distinct from s.active_configuration_id`,
  );
  await store.execute(
    sql`insert into configuration_activation (id, service_id, configuration_id, configuration_name, activated_at)
     select uuidv7(), s.id, c.id, c.name, now()
     from service s join service_configuration c on c.id = s.active_configuration_id
     where s.id = any(${serviceIds}::uuid[]) and not exists (
       select from configuration_activation h where h.service_id = s.id and h.deactivated_at is null)`,
  );
}

/** Before configurations are deleted: services whose active configuration is among them have none afterwards. */
export async function deactivate(store: DerivedStore, configurationIds: readonly string[]): Promise<void> {
  const rows = await store.query(
    tables.selectFrom('service').select('id').where('active_configuration_id', '=', among(configurationIds)),
  );
  if (rows.length > 0) await activate(store, new Map(rows.map((row) => [row.id, null])));
}
