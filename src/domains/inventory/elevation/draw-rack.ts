import type { See } from '../../../catalog/link.ts';
import type { AskValue } from '../../../catalog/walk.ts';
import { sql } from '../../../platform/db/sql.ts';
import { elevationSvg } from './elevation-svg.ts';
import { loadElevations } from './load-elevations.ts';

/** The picture of a rack by its name; undefined where there is none that the caller may see. */
export async function drawRack(ask: AskValue, see: See, name: string): Promise<string | undefined> {
  const id = await ask(sql`(select to_jsonb(r.id) from rack r where r.name = ${name} and ${see('Rack', sql`r`)})`);
  if (typeof id !== 'string') return undefined;
  const elevation = (await loadElevations(ask, see, [id])).get(id);
  return elevation && elevationSvg(elevation);
}
