import type { ExtraField } from '../../catalog/extra-field.ts';
import type { Change, FinalState, Remark } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** The service of this catalog that a circuit names as what it carries, by either of its names: from and where of a select. */
export const serviceOf = (circuit: Sql): Sql => sql`from service s
  where ${circuit}.service_ref_api_group = 'services.miloapis.com' and ${circuit}.service_ref_kind = 'Service'
    and ${circuit}.service_ref_name in (s.name, s.service_name) limit 1`;

/** What is not in this catalog stays a text: it may live on another control plane, or be misspelt. So does what its writer may not see. */
export async function remarkOnServices(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const naming = changes.filter(({ spec, before }) => spec.serviceRef !== undefined && !isSame(spec, before?.spec));
  if (naming.length === 0) return [];
  const linked = await state.query<{ id: string }>(
    sql`select k.id from circuit k cross join lateral (select s.* ${serviceOf(sql`k`)}) s
      where k.id = any(${naming.map(({ id }) => id)}::uuid[]) and ${state.isVisible('Service', sql`s`)}`,
  );
  const known = new Set(linked.map(({ id }) => id));
  return naming.flatMap((change): Remark[] => {
    if (known.has(change.id)) return [];
    const { apiGroup, kind, name } = change.spec.serviceRef as Record<string, string>;
    const message = `${kind}/${name} of ${apiGroup} is no service of this catalog: its name is kept as a text`;
    return [{ objectId: change.id, code: 'SERVICE_ELSEWHERE', path: 'spec.serviceRef', message }];
  });
}

const isSame = (one: Change['spec'], other: Change['spec'] | undefined): boolean =>
  JSON.stringify(one.serviceRef) === JSON.stringify(other?.serviceRef);

export const circuitServiceFields: readonly ExtraField[] = [
  {
    on: 'Circuit',
    name: 'service',
    gives: 'one',
    to: 'Service',
    description:
      'The service of this catalog that the circuit carries; null if it names none, or one of another control plane.',
    link: { on: (from, to) => sql`${to}.id = (select s.id ${serviceOf(from)})` },
  },
  {
    on: 'Service',
    name: 'circuits',
    gives: 'many',
    to: 'Circuit',
    description: 'The circuits that carry the service, as they say.',
    link: {
      hops: [{ table: 'service', on: (from, own) => sql`${own}.id = ${from}.id` }],
      on: (own, to) => sql`${to}.service_ref_api_group = 'services.miloapis.com' and ${to}.service_ref_kind = 'Service'
        and ${to}.service_ref_name in (${own}.name, ${own}.service_name)`,
    },
  },
];
