import { type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { siteOf } from './circuit-site.ts';

interface Spread {
  readonly circuit: string;
  readonly a: string;
  readonly a_id: string;
  readonly z: string;
  readonly z_id: string;
}

const all = (): Sql => sql`true`;

/** A cross-connect stays within one facility, wherever its ends are said: by the circuit or by its terminations. */
export const crossConnectStaysInside = (subject: 'circuit' | 'termination'): RowRule => {
  const judged =
    subject === 'circuit'
      ? sql`select k.id, k.id as circuit_id from circuit k`
      : sql`select t.id, t.circuit_id from circuit_termination t`;
  return rowRule<Spread>(
    (ids) => sql`select j.id, k.name as circuit, a.name as a, a.id as a_id, z.name as z, z.id as z_id
      from (${judged}) j join circuit k on k.id = j.circuit_id
      join site a on a.id = ${siteOf(sql`k`, 'a', all)} join site z on z.id = ${siteOf(sql`k`, 'z', all)}
      where j.id = any(${ids}::uuid[]) and k.type = 'CrossConnect' and a.id <> z.id`,
    (change, { circuit, a, a_id: aId, z, z_id: zId }) => {
      const mentions = [
        { kind: 'Site', id: aId, name: a },
        { kind: 'Site', id: zId, name: z },
      ];
      return subject === 'circuit'
        ? refuse(change, 'CROSS_CONNECT_BETWEEN_SITES', 'spec.type', `its ends are in the sites ${a} and ${z}`, {
            value: change.spec.type,
            accepted: 'ends in one site, or the type ProviderCircuit',
            mentions,
          })
        : refuse(
            change,
            'CROSS_CONNECT_BETWEEN_SITES',
            'spec.placeRef',
            `the ends of cross-connect ${circuit} are in the sites ${a} and ${z}`,
            {
              accepted: 'a place in the site of the other end',
              mentions,
            },
          );
    },
  );
};
