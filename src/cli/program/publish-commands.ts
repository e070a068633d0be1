import { type Command, Option } from 'commander';
import { type CompareOptions, compare } from '../commands/compare.ts';
import { type PublishOptions, publish, rollBack } from '../commands/publish.ts';
import { positive, twoNumbers } from './arguments.ts';
import type { Commands } from './commands.ts';

/** `publish`, `roll-back` and `compare`: revisions of what services meter, bill and limit. */
export function addPublishCommands({ add, sessionOf, onDone }: Commands): void {
  const output = (): Option =>
    new Option('-o, --output <format>', 'output format of the report')
      .choices(['text', 'json', 'yaml'])
      .default('text');
  const publishing = (name: string, description: string): Command =>
    add(name, description)
      .argument('<revision...>', 'serviceconfiguration/NAME')
      .option('--dry-run', 'show what would change, but change nothing')
      .addOption(output());
  publishing('publish', 'Show what a revision changes against the one in force, and publish it.').action(
    async (words: string[], options: PublishOptions, self: Command) =>
      onDone(await publish(sessionOf(self), words, options)),
  );
  publishing('roll-back', 'Put an earlier revision of the same service in force again, by the same rules.')
    .addOption(
      new Option('--to <number>', 'number of that revision; default: the one before the present one').argParser(
        positive,
      ),
    )
    .action(async (words: string[], options: PublishOptions & { readonly to?: number }, self: Command) =>
      onDone(await rollBack(sessionOf(self), words, options)),
    );
  add('compare', 'Show what changes from one revision to another. Exit code 1: publishing it is not allowed.')
    .argument(
      '<revisions...>',
      'serviceconfiguration/EARLIER serviceconfiguration/LATER, or service/NAME with --revisions',
    )
    .addOption(new Option('--revisions <numbers>', 'numbers of both revisions of a service: 2,3').argParser(twoNumbers))
    .addOption(output())
    .action(async (words: string[], options: CompareOptions, self: Command) =>
      onDone(await compare(sessionOf(self), words, options)),
    );
}
