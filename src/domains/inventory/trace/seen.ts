import type { See } from '../../../catalog/link.ts';
import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { Plant } from './plant.ts';
import type { TracePath } from './trace-path.ts';

/** Whether the caller may get an object that a path leads over. */
export type IsSeen = (kind: string, id: string) => boolean;

const tables = {
  Port: 'port',
  Cable: 'cable',
  Circuit: 'circuit',
  CircuitTermination: 'circuit_termination',
  Site: 'site',
  ProviderNetwork: 'provider_network',
} as const;

type SeenKind = keyof typeof tables;
const seenKinds = Object.keys(tables) as SeenKind[];

/** Asks, by one statement, which of all objects of these paths the caller may get. */
export async function loadSeen(ask: AskValue, see: See, plant: Plant, paths: readonly TracePath[]): Promise<IsSeen> {
  const ids = new Map(seenKinds.map((kind) => [kind, new Set<string>()]));
  for (const path of paths) for (const [kind, id] of objectsOf(plant, path)) ids.get(kind)?.add(id);
  const found = (await ask(seenAmong(see, ids))) as Readonly<Record<string, readonly string[]>>;
  const seen = new Map(Object.entries(found).map(([kind, some]) => [kind, new Set(some)]));
  return (kind, id) => seen.get(kind)?.has(id) === true;
}

const seenAmong = (see: See, ids: ReadonlyMap<SeenKind, ReadonlySet<string>>): Sql => {
  const parts = seenKinds.map((kind) => {
    const wanted = [...(ids.get(kind) ?? [])];
    return sql`${kind}::text, array(select r.id from ${sql.ident(tables[kind])} r where r.id = any(${wanted}::uuid[]) and ${see(kind, sql`r`)})`;
  });
  return sql`jsonb_build_object(${sql.join(parts, ', ')})`;
};

function* objectsOf(plant: Plant, { groups, choices }: TracePath): Generator<readonly [SeenKind, string]> {
  for (const { of, members } of groups)
    for (const member of members) {
      if (of === 'Ports') yield ['Port', member];
      else if (of === 'Cables') yield ['Cable', member];
      else if (of === 'Places') yield [kindOfPlace(member), idOfPlace(member)];
      else {
        const end = plant.circuitEnd(member);
        if (end === undefined) continue;
        yield ['Circuit', end.circuit];
        if (end.termination !== null) yield ['CircuitTermination', end.termination];
        if (end.port !== null) yield ['Port', end.port];
      }
    }
  for (const { port, to, toCables } of choices) {
    yield ['Port', port];
    yield ['Port', to];
    for (const cable of toCables) yield ['Cable', cable];
  }
}

export const kindOfPlace = (place: string): 'Site' | 'ProviderNetwork' =>
  place.startsWith('Site/') ? 'Site' : 'ProviderNetwork';
export const idOfPlace = (place: string): string => place.slice(place.indexOf('/') + 1);
