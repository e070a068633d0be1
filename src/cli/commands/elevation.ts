import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError } from '../cli-error.ts';
import { type Elevation, elevationText } from '../elevation-text.ts';
import type { Session } from '../session.ts';

export interface ElevationOptions {
  readonly output: 'text' | 'json';
}

const DOCUMENT = `query CatalogElevation($name: String!) {
  rack(name: $name) { elevation { heightU beside { name } front { ...face } rear { ...face } } }
}
fragment face on RackFaceElevation {
  freeUnits largestFreeBlock { startUnit unitHeight } freeBlocks { startUnit unitHeight }
  devices { device { kind name } startUnit unitHeight width isMountedHere slots { name occupant { kind name } } }
  reservations { reservation { name requestedBy reason until } startUnit unitHeight }
}`;

/** `catalog elevation RACK`: what stands in which unit. */
export async function elevation(session: Session, name: string, { output }: ElevationOptions): Promise<number> {
  const { execute } = await session.client();
  const { rack } = await execute<{ rack: { elevation: Elevation } | null }>(DOCUMENT, { name });
  if (rack === null) throw new CliError(`rack '${name}' does not exist or is not visible to you`);
  const text = output === 'json' ? `${stringifyJson(rack.elevation, 2)}\n` : elevationText(rack.elevation);
  await session.terminal.print(text);
  return 0;
}
