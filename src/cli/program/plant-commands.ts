import { type Command, Option } from 'commander';
import type { DependsOnOptions } from '../commands/depends-on.ts';
import type { ElevationOptions } from '../commands/elevation.ts';
import type { ImpactOptions } from '../commands/impact.ts';
import type { TraceOptions } from '../commands/trace.ts';
import { positive } from './arguments.ts';
import { type Commands, WHAT } from './commands.ts';

/** `elevation`, `trace`, `impact`, `depends-on`: what stands where, how the plant hangs together, what breaks, and on what it stands. */
export function addPlantCommands({ add, sessionOf, onDone }: Commands): void {
  add('elevation', 'Draw a rack: what stands in which unit, on the front and on the rear.')
    .argument('<rack>', 'name of the rack')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (rack: string, options: ElevationOptions, self: Command) =>
      onDone(await (await import('../commands/elevation.ts')).elevation(sessionOf(self), rack, options)),
    );
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
  add('impact', 'Tell what breaks when something of the plant is lost, all that is named at once.')
    .argument('<what...>', WHAT)
    .option('--with <what...>', 'compare: what is down when these are lost as well, and with neither alone')
    .addOption(new Option('--most <number>', 'show so many of each list at most').argParser(positive))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (what: string[], options: ImpactOptions, self: Command) =>
      onDone(await (await import('../commands/impact.ts')).impact(sessionOf(self), what, options)),
    );
  add(
    'depends-on',
    'Tell what something stands on, down to cables, circuits and feeds, with its single points of failure.',
  )
    .argument('<what...>', 'KIND NAME or KIND/NAME')
    .addOption(new Option('--most <number>', 'show so many of each list at most').argParser(positive))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (what: string[], options: DependsOnOptions, self: Command) =>
      onDone(await (await import('../commands/depends-on.ts')).dependsOn(sessionOf(self), what, options)),
    );
}
