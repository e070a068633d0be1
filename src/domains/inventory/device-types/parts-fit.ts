import type { Change } from '../../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse } from '../../../catalog/rules.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { Violation } from '../../../platform/errors.ts';
import { deviceOf } from '../devices.ts';
import { declarationRules } from '../panel-rules.ts';
import { consoleRules } from '../port-rules.ts';
import { powerRules } from '../power-rules.ts';
import { devicesOf, typedNow } from './make-parts.ts';
import { isUsed } from './port-uses.ts';

/*
 *   port that was there, with its cable, circuit or termination  ◄── PassThroughPort or PowerPort that a type has made of it,
 *                                                                    or, of a serial port, which end of a console it is
 */

interface MadePart {
  readonly asset_id: string;
  readonly kind: keyof typeof rules;
  readonly id: string;
  readonly name: string;
  readonly spec: Change['spec'];
  readonly port: string;
  readonly port_id: string;
}

const rules = { PassThroughPort: declarationRules, PowerPort: powerRules, Port: consoleRules } as const;

/** What this write has made of ports of typed devices that are used already; of others it fits by itself. */
const madeParts = (assetIds: readonly string[]): Sql => sql`
  with used as materialized (
    select o.id as asset_id, p.id, p.name, p.type, p.hardware, p.updated_at
    from (${devicesOf(assetIds)}) o
    cross join lateral (select * from port p where ${deviceOf(sql`p`)} = o.device and p.module_id is null offset 0) p
    where ${isUsed(sql`p.id`)}
  )
  select p.asset_id, 'PassThroughPort' as kind, d.id, d.name, jsonb_build_object('side', d.side, 'positions', d.positions) as spec,
    p.name as port, p.id as port_id
  from used p cross join lateral (select * from pass_through_port d where d.port_id = p.id offset 0) d where d.created_at = write_instant()
  union all
  select p.asset_id, 'PowerPort', d.id, d.name, jsonb_build_object('role', d.power_role), p.name, p.id
  from used p cross join lateral (select * from power_port d where d.port_id = p.id offset 0) d where d.created_at = write_instant()
  union all
  select p.asset_id, 'Port', p.id, p.name, jsonb_build_object('type', p.type, 'hardware', p.hardware), p.name, p.id
  from used p where p.type = 'Serial' and p.hardware ->> 'part' is not null and p.updated_at = write_instant()`;

/** What follows from a type on ports that were there before is judged by the rules of what is written by hand. */
export const partsFit: RowRule = async (changes, state) => {
  const ids = typedNow(changes);
  if (ids.length === 0) return [];
  const assets = new Map(changes.map((change) => [change.id, change]));
  const made = await state.query<MadePart>(madeParts(ids));
  const found: Violation[] = [];
  for (const [kind, parts] of Map.groupBy(made, (part) => part.kind)) {
    const byId = new Map(parts.map((part) => [part.id, part]));
    for (const { objectId = '', rule, message, accepted, mentions = [] } of await rules[kind](
      parts.map(asWritten),
      state,
    )) {
      const part = byId.get(objectId);
      const asset = assets.get(part?.asset_id ?? '');
      if (part === undefined || asset === undefined) continue;
      const port = `Port/${part.port}`;
      found.push(
        refuse(asset, rule, 'spec.typeRef.name', `of ${port} the type makes ${whatOf(part)}: ${message}`, {
          ...(accepted !== undefined && { accepted }),
          mentions: [...mentions, mentionOf(port, part.port_id)],
        }),
      );
    }
  }
  return found;
};

const whatOf = ({ kind, spec }: MadePart): string =>
  kind === 'Port' ? `a ${(spec.hardware as { readonly part: string }).part}` : `a ${kind}`;

/** A part as a change that makes it. */
const asWritten = ({ kind, id, name, spec }: MadePart): Change => ({
  kind,
  group: 'catalog.miloapis.com',
  id,
  name,
  namespace: null,
  labels: {},
  annotations: {},
  spec,
  before: undefined,
});
