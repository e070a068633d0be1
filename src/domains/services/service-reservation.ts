import { ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { instantText } from '../../platform/db/instant-text.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { serviceNamePattern } from './service-name.ts';

/** A name is reserved while nobody has it, for an account of the project that reserves it. */
const checkReservation = rowRule<{ taken: boolean; held: string | null; account: string; is_own: boolean }>(
  (ids) => sql`select r.id, a.name as account, a.scope_id = r.project_id as is_own,
      exists (select from service s where s.service_name = r.service_name and s.owner_producer_project_id <> r.project_id) as taken,
      (select ${instantText(sql`h.free_at`)} from held_name h where h.kind = 'Service' and h.path = 'spec.serviceName' and h.value = r.service_name
        and h.free_at > write_instant() and h.holder is distinct from r.project_id) as held
    from service_reservation r join service_account a on a.id = r.admin_account_id
    where r.id = any(${ids}::uuid[])`,
  (change, { taken, held, account, is_own: isOwn }) => {
    const found: Violation[] = [];
    const name = String(change.spec.serviceName);
    const free = 'a name that no other project has or had';
    if (taken) {
      const message = `There is a service ${name} of another project.`;
      found.push(refuse(change, 'SERVICE_NAME_TAKEN', 'spec.serviceName', message, { value: name, accepted: free }));
    }
    if (held !== null) {
      const message = `serviceName ${name} belonged to a Service that was deleted; it is free again from ${held}`;
      found.push(refuse(change, 'NAME_HELD', 'spec.serviceName', message, { value: name, accepted: free }));
    }
    if (!isOwn) {
      const message = 'A service is created by a service account of its own project.';
      const evidence = { value: account, accepted: 'a service account of the project that reserves the name' };
      found.push(refuse(change, 'ANOTHER_PROJECT', 'spec.adminAccountRef', message, evidence));
    }
    return found;
  },
);

/** A name that is reserved is for the account that it is reserved for, and its project (rule A3). */
export async function checkReserved(changes: readonly Change[], { by, query }: FinalState): Promise<Violation[]> {
  const created = changes.filter(({ before }) => before === undefined);
  if (created.length === 0 || by.rights === undefined) return [];
  const rows = await query<{ id: string }>(sql`
    select s.id from service s join service_reservation r on r.service_name = s.service_name
    where s.id = any(${created.map(({ id }) => id)}::uuid[])
      and (r.admin_account_id is distinct from ${by.caller.principalId}::uuid or r.project_id <> s.owner_producer_project_id)`);
  const reserved = new Set(rows.map(({ id }) => id));
  return created
    .filter(({ id }) => reserved.has(id))
    .map((change) => {
      const { serviceName } = change.spec;
      const message = `${String(serviceName)} is reserved for another account, which alone creates the service.`;
      const evidence = { value: serviceName, accepted: 'the service account that the name is reserved for' };
      return refuse(change, 'A3_SERVICE_NAME_RESERVED', 'spec.serviceName', message, evidence);
    });
}

export const serviceReservation = defineKind({
  domain: 'services',
  group: 'catalog.miloapis.com',
  kind: 'ServiceReservation',
  plural: 'servicereservations',
  description:
    'Reserves the canonical name of a service that there is not yet for a project: only the named service account creates the service.',
  scope: { home: ['projectRef'] },
  spec: {
    serviceName: text({
      description: 'The canonical name that is reserved.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
      ...serviceNamePattern,
    }),
    projectRef: ref('Project', {
      owned: true,
      description: 'The project that is to produce the service.',
      required: true,
      immutable: 'always',
      inverse: {
        name: 'serviceReservations',
        description: 'The names that are reserved for services of the project.',
      },
    }),
    adminAccountRef: ref('ServiceAccount', {
      form: 'subject',
      description: 'The service account of the project that creates the service.',
      required: true,
      inverse: {
        name: 'serviceReservations',
        description: 'The names of services that the service account alone may create.',
      },
    }),
  },
  printer: [
    { name: 'SERVICE NAME', path: 'spec.serviceName' },
    { name: 'PROJECT', path: 'spec.projectRef.name' },
    { name: 'ACCOUNT', path: 'spec.adminAccountRef.name' },
  ],
  checkAll: allOf(
    checkReservation,
    uniqueIn('service_reservation', [
      {
        columns: ['service_name'],
        rule: 'DUPLICATE_RESERVATION',
        path: 'spec.serviceName',
        message: 'The name is reserved already',
      },
    ]),
  ),
});
