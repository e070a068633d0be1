import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { sql } from '../../../platform/db/sql.ts';
import { portHolders } from '../devices.ts';
import { traceOfPort } from '../trace/trace-walks.ts';
import { type TraceBox, traceSvg } from './trace-svg.ts';

type Labels = Readonly<Record<string, { readonly name: string; readonly note: string | null }>>;

/** The picture of the trace from a port, by the port's name; undefined where there is no such port that the caller may see. */
export async function drawTrace(ask: AskValue, see: See, name: string): Promise<string | undefined> {
  const id = await ask(sql`(select to_jsonb(p.id) from port p where p.name = ${name} and ${see('Port', sql`p`)})`);
  if (typeof id !== 'string') return undefined;
  const trace = (await traceOfPort.walk([id], {}, see, ask)).get(id) as WalkValue | null | undefined;
  const steps = ((trace?.steps ?? []) as readonly WalkValue[]).map(keysOf);
  const keys = steps.flatMap((step) => step.flatMap((key) => key ?? []));
  const labels = keys.length === 0 ? {} : ((await ask(labelsOf(keys, see))) as Labels);
  const boxes = steps.map((step) =>
    step.map((key): TraceBox => {
      const label = key && labels[key.id];
      return label === null || label === undefined ? null : { kind: key?.kind ?? '', ...label };
    }),
  );
  return traceSvg(name, boxes, trace === null || trace === undefined ? undefined : String(trace.stop));
}

/** The objects of a step; null for what is hidden there. */
function keysOf(step: WalkValue): (ObjectKey | null)[] {
  const own = ((): readonly ObjectKey[] => {
    if (step.__typename === 'TracedPorts') return step.ports as readonly ObjectKey[];
    if (step.__typename === 'TracedCables') return step.cables as readonly ObjectKey[];
    if (step.__typename === 'TracedPlaces') return step.places as readonly ObjectKey[];
    return (step.ends as readonly WalkValue[]).flatMap(({ circuit, port }) => (circuit ?? port ?? []) as ObjectKey[]);
  })();
  return step.hasHidden === true ? [...own, null] : [...own];
}

/** What objects are called, and a word more of each: of a port the device that it is on. */
const labelsOf = (keys: readonly ObjectKey[], see: See) => {
  const ids = (kind: string): string[] => keys.filter((key) => key.kind === kind).map(({ id }) => id);
  const device = sql`coalesce(${sql.join(
    portHolders.map(
      ([kind, table, column]) =>
        sql`(select d.name from ${sql.ident(table)} d where d.id = o.${sql.ident(column)} and ${see(kind, sql`d`)})`,
    ),
    ', ',
  )})`;
  const tables = [
    ['Port', 'port', sql`concat_ws(' ', ${device}, o.port_label)`],
    ['Cable', 'cable', sql`concat_ws(', ', o.media::text, o.length_m || ' m', nullif(o.status::text, 'Connected'))`],
    ['Circuit', 'circuit', sql`nullif(o.circuit_id, '')`],
    ['Site', 'site', sql`o.display_name`],
    ['ProviderNetwork', 'provider_network', sql`null`],
  ] as const;
  const rows = tables
    .filter(([kind]) => ids(kind).length > 0)
    .map(
      ([kind, table, note]) =>
        sql`select o.id, o.name, ${note} as note from ${sql.ident(table)} o where o.id = any(${ids(kind)}::uuid[]) and ${see(kind, sql`o`)}`,
    );
  return sql`(select jsonb_object_agg(l.id, jsonb_build_object('name', l.name, 'note', l.note)) from (${sql.join(rows, ' union all ')}) l)`;
};
