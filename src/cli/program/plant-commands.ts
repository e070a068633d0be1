import { type Command, Option } from 'commander';
import type { TraceOptions } from '../commands/trace.ts';
import { positive } from './arguments.ts';
import type { Commands } from './commands.ts';

/** `trace`: how the plant hangs together. */
export function addPlantCommands({ add, sessionOf, onDone }: Commands): void {
  add('trace', 'Draw the path from a port over cables, through panels and circuits, to where it ends.')
    .argument('<port>', 'name of the port')
    .addOption(
      new Option('--position <number>', 'of a port with several strands: the one to follow').argParser(positive),
    )
    .option('--inwards', 'go through the panel or the circuit first, and not over what is plugged in')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (port: string, options: TraceOptions, self: Command) =>
      onDone(await (await import('../commands/trace.ts')).trace(sessionOf(self), port, options)),
    );
}
