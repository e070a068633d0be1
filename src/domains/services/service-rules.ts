import { isStaff } from '../../catalog/access/rights.ts';
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
  // The service as it was before this batch, with what counted for it then: whoever deletes it need not see that.
  const rows = await state.query<{ id: string }>(sql`
    select w.id from unnest(${current.map(({ id }) => id)}::uuid[]) w(id)
    cross join lateral (select b.state from change b where b.object_id = w.id order by b.position desc limit 1) c
    where c.state #>> '{status,activeConfiguration,name}' is not null`);
  const stating = new Set(rows.map(({ id }) => id));
  return current
    .filter(({ id }) => stating.has(id))
    .map((object) => {
      const message = `${object.name} is ${String(object.spec.phase)}, and what it states is in force: retire the service first.`;
      return refuse(object, 'IN_FORCE', 'metadata.name', message, { accepted: 'a service that is Retired' });
    });
}

/**
 * A service belongs to the project of the service account that creates it, and only service accounts create services: so it is
 * known who maintains it. Platform staff may do both for others.
 */
export async function checkCreator(changes: readonly Change[], { by, query }: FinalState): Promise<Violation[]> {
  const created = changes.filter(({ before }) => before === undefined);
  if (created.length === 0 || by.rights === undefined || isStaff(by.rights)) return [];
  if (by.caller.kind !== 'ServiceAccount') {
    const message = 'Services are created by service accounts, each in its own project.';
    const evidence = { value: `${by.caller.kind}/${by.caller.name}`, accepted: 'a ServiceAccount, or platform staff' };
    return created.map((change) => refuse(change, 'SERVICE_ACCOUNT_REQUIRED', 'metadata.name', message, evidence));
  }
  const [own] = await query<{ name: string }>(sql`
    select p.name from service_account a join project p on p.id = a.scope_id where a.id = ${by.caller.principalId}::uuid`);
  return created
    .filter((change) => producerOf(change) !== own?.name)
    .map((change) => {
      const message = `The service account ${by.caller.name} creates services of its own project only.`;
      const accepted = own === undefined ? 'a service account that belongs to a project' : own.name;
      const evidence = { value: producerOf(change), accepted };
      return refuse(change, 'ANOTHER_PROJECT', 'spec.owner.producerProjectRef', message, evidence);
    });
}
