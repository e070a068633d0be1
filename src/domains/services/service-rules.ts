import type { CatalogObject, Change, FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables, writeInstant } from '../../platform/db/tables.ts';
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
  const rows = await state.query(
    tables
      .selectFrom('configuration_activation')
      .select(['service_id', 'configuration_name'])
      .where('service_id', '=', among(current.map(({ id }) => id)))
      .where('deactivated_at', '=', writeInstant),
  );
  const inForce = new Map(rows.map((row) => [row.service_id, row.configuration_name]));
  return current.flatMap((object) => {
    const configuration = inForce.get(object.id);
    if (configuration === undefined) return [];
    const message = `${object.name} is ${String(object.spec.phase)}, and what ${configuration} states is in force: retire the service first.`;
    return [refuse(object, 'IN_FORCE', 'metadata.name', message, { accepted: 'a service that is Retired' })];
  });
}
