import { stringifyJson } from '../../catalog/manifests/json.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { type Elevation, elevationText } from '../elevation-text.ts';
import type { Printer, Sink } from '../printing.ts';
import type { Session } from '../session.ts';
import { nameIn } from '../targets.ts';

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
export async function elevation(session: Session, word: string, { output }: ElevationOptions): Promise<number> {
  const name = await nameIn(session, 'Rack', word);
  const found = await load(await session.client(), name);
  if (found === undefined) throw new CliError(`rack '${name}' does not exist or is not visible to you`);
  await session.terminal.print(output === 'json' ? `${stringifyJson(found, 2)}\n` : elevationText(found));
  return 0;
}

async function load({ execute }: Client, name: string): Promise<Elevation | undefined> {
  const { rack } = await execute<{ rack: { elevation: Elevation } | null }>(DOCUMENT, { name });
  return rack?.elevation;
}

/** `get racks -o elevation`: the drawings of racks, each below its name where there may be several. */
export function elevationPrinter(client: Client, terminal: Sink, isSingle: boolean): Printer {
  let isFirst = true;
  return {
    page: async ({ kind, plural }, racks) => {
      if (kind !== 'Rack') throw usageError(`there is no elevation of ${plural}`, '-o elevation is for racks');
      for (const { name } of racks) {
        const found = await load(client, name);
        if (found === undefined) continue;
        await terminal.print(`${isFirst ? '' : '\n'}${isSingle ? '' : `${name}\n`}${elevationText(found)}`);
        isFirst = false;
      }
    },
    end: async () => undefined,
  };
}
