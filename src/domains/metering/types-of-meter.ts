import type { Change, FinalState, Remark } from '../../catalog/kind.ts';
import { type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { isInForce } from '../services/index.ts';

/** The resource types that meters name, each with its place in the list. */
const named = (ids: readonly string[]): Sql => sql`meter_definition m
  cross join lateral unnest(m.monitored_resource_types) with ordinality as n(name, place)
  where m.id = any(${ids}::uuid[])`;

const namesOf = ({ spec }: Pick<Change, 'spec'>): readonly string[] =>
  (spec.monitoredResourceTypes ?? []) as readonly string[];

/** Whether the meter has not named the type yet, or not while it was in force. */
const isNew = ({ before }: Change, name: string): boolean =>
  before === undefined || !isInForce(before.spec.phase) || !namesOf(before).includes(name);

const isOfSameService = ({ spec }: Change, name: string): boolean =>
  String(spec.meterName).split('/', 1)[0] === name.split('/', 1)[0];

const pathOf = (place: number): string => `spec.monitoredResourceTypes[${place}]`;

interface NamedType {
  readonly place: number;
  readonly name: string;
  readonly meter_phase: string;
  /** Null: no resource type has the name, or none that the author may see. */
  readonly phase: string | null;
  readonly is_there: boolean;
  readonly type_kind: string;
  readonly type_id: string;
}

/** The resource types of a name, as their documents and services will be: `phase`, and whether the author may see them. */
const typesNamed = (name: Sql, state: FinalState): Sql => sql`
  select 'MonitoredResourceType' as kind, t.id, t.phase, ${state.isVisible('MonitoredResourceType', sql`t`)} as is_seen
  from monitored_resource_type t where t.resource_type_name = ${name} and t.configuration_id is null
  union all
  select 'ServiceConfiguration', c.id, greatest(s.phase, c.phase), ${state.isVisible('ServiceConfiguration', sql`c`)} or exists (
    select from monitored_resource_type t where t.resource_type_name = ${name} and ${state.isVisible('MonitoredResourceType', sql`t`)})
  from service s join service_configuration c on c.service_id = s.id
  where s.service_name = split_part(${name}, '/', 1)
    and c.monitored_resource_types @> jsonb_build_array(jsonb_build_object('type', ${name}))`;

/** Resource types that a meter names are declared; one in force names none anew that is a Draft or Retired. */
export const typesOffered: RowRule = (changes, state) =>
  rowRule<NamedType>(
    (ids) => sql`
     select n.id, n.meter_phase, n.place, n.name, p.is_there, p.found[1][1] as type_kind, p.found[1][2] as type_id, p.found[1][3] as phase
     from (
       select m.id, m.name as meter, m.phase as meter_phase, (n.place - 1)::int as place, n.name,
         split_part(n.name, '/', 1) = split_part(m.meter_name, '/', 1) as is_own
       from ${named(ids)}) n
     cross join lateral (
       select count(*) > 0 as is_there, (array_agg(array[t.kind, t.id::text, t.phase::text] order by t.phase in ('Published', 'Deprecated') desc, t.phase desc)
         filter (where t.is_seen or n.is_own))[1:1] as found
       from (${typesNamed(sql`n.name`, state)}) t) p
     where p.found is null or p.found[1][3] in ('Draft', 'Retired')
     order by n.meter, n.place`,
    refuseType,
  )(changes, state);

function refuseType(
  change: Change,
  { place, name, meter_phase: own, phase, is_there: isThere, type_kind: kind, type_id: id }: NamedType,
): Violation[] {
  // One that the author sees no longer may stay.
  if (phase === null && isThere && change.before !== undefined && namesOf(change.before).includes(name)) return [];
  const asksForOffered = isInForce(own) && isNew(change, name);
  // What others prepare is not told of.
  if (phase === null || (asksForOffered && phase === 'Draft' && !isOfSameService(change, name))) {
    const evidence = { value: name, accepted: 'the canonical name of a declared resource type' };
    const message = `There is no MonitoredResourceType ${name}.`;
    return [refuse(change, 'REFERENCE_NOT_FOUND', pathOf(place), message, evidence)];
  }
  if (!asksForOffered) return [];
  const message = `${name} is ${phase}: a meter that is in force is emitted by Published or Deprecated resource types.`;
  const evidence = { value: name, accepted: 'a resource type that is Published', mentions: [{ kind, id, name }] };
  return [refuse(change, 'RESOURCE_TYPE_NOT_OFFERED', pathOf(place), message, evidence)];
}

/** A resource type that is deprecated may still be named, but not for long. */
export async function remarkOnEndingTypes(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const rows = await state.query<{ id: string; place: number; name: string }>(sql`
    select m.id, (n.place - 1)::int as place, n.name from ${named([...byId.keys()])}
      and exists (select from monitored_resource_type t where t.resource_type_name = n.name and t.phase = 'Deprecated'
        and ${state.isVisible('MonitoredResourceType', sql`t`)})
    order by m.name, n.place`);
  return rows.flatMap(({ id, place, name }) => {
    const change = byId.get(id);
    if (change === undefined || !isNew(change, name)) return [];
    const message = `MonitoredResourceType ${name} is Deprecated`;
    return [{ objectId: id, code: 'REFERENCE_ENDING', path: pathOf(place), message }];
  });
}
