import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { isInForce } from './lifecycle.ts';

const producerOf = ({ spec }: Pick<Change, 'spec'>): string =>
  (spec.owner as { readonly producerProjectRef: { readonly name: string } }).producerProjectRef.name;

/** Whoever uses a service has an agreement with the project that produces it. */
export const keepsProducer = rowRule<{ count: number }>(
  (ids) => sql`select s.id, u.count from service s
    cross join lateral (
      select count(*)::int as count from (
        select project_id from service_entitlement where service_id = s.id
        union select consumer_project_id from service_consumer where service_id = s.id) p) u
    where s.id = any(${ids}::uuid[]) and u.count > 0`,
  (change, { count }) => {
    const { before } = change;
    if (before === undefined || producerOf(before) === producerOf(change)) return [];
    const who = count === 1 ? 'A project uses' : `${count} projects use`;
    const message = `${who} the service, whose producer therefore stays; another project offers a service of its own.`;
    const evidence = { value: producerOf(change), accepted: 'the producer as it is' };
    return refuse(change, 'PRODUCER_FROZEN', 'spec.owner.producerProjectRef', message, evidence);
  },
);

/** A service is retired before it goes with what it has in force. */
export async function checkOutOfForce(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const current = objects.filter(({ spec }) => isInForce(spec.phase));
  // The service as it was before this batch, with what counted for it then.
  const rows = await state.query<{ id: string; configuration: string | null }>(sql`
    select w.id, c.state #>> '{status,activeConfiguration,name}' as configuration
    from unnest(${current.map(({ id }) => id)}::uuid[]) w(id)
    cross join lateral (select b.state from change b where b.object_id = w.id order by b.position desc limit 1) c`);
  const inForce = new Map(rows.map(({ id, configuration }) => [id, configuration]));
  return current.flatMap((object) => {
    const configuration = inForce.get(object.id);
    if (configuration === undefined || configuration === null) return [];
    const message = `${object.name} is ${String(object.spec.phase)}, and what ${configuration} states is in force: retire the service first.`;
    return [refuse(object, 'IN_FORCE', 'metadata.name', message, { accepted: 'a service that is Retired' })];
  });
}
