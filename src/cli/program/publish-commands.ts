import { type Command, Option } from 'commander';
import type { ManifestOptions } from '../commands/apply.ts';
import type { CompareOptions } from '../commands/compare.ts';
import type { PublishOptions } from '../comparison.ts';
import { fileOption, positive, twoNumbers } from './arguments.ts';
import { type Commands, withPlace } from './commands.ts';

/** `publish`, `roll-back` and `compare`: revisions of what services meter, bill and limit. */
export function addPublishCommands({ add, sessionOf, onDone }: Commands): void {
  const output = (which = ''): Option =>
    new Option('-o, --output <format>', `output format of the report${which}`).choices([
      'text',
      'table',
      'json',
      'yaml',
    ]);
  const publishing = (name: string, description: string): Command =>
    add(name, description).option('--dry-run', 'show what would change, but change nothing');
  withPlace(
    publishing('publish', 'Publish a revision, or files that state drafts, and show what that changes.')
      .argument('[revision...]', 'NAME, or serviceconfiguration/NAME')
      .addOption(fileOption())
      .option('-R, --recursive', 'include subfolders')
      .option('--manager <name>', 'field manager of the files: owns the fields that they contain and changes no others')
      .option('--force', 'take over fields of other managers')
      .addOption(output('; default: table for files, else text')),
  ).action(async (words: string[], options: PublishOptions & Partial<ManifestOptions>, self: Command) =>
    onDone(await (await import('../commands/publish.ts')).publish(sessionOf(self), words, options)),
  );
  publishing('roll-back', 'Put an earlier revision of a service in force again, by the same rules.')
    .argument('<revision...>', 'service/NAME, or one of its revisions: serviceconfiguration/NAME')
    .addOption(output().default('text'))
    .addOption(
      new Option('--to <number>', 'number of that revision; default: the one before the present one').argParser(
        positive,
      ),
    )
    .action(async (words: string[], options: PublishOptions & { readonly to?: number }, self: Command) =>
      onDone(await (await import('../commands/publish.ts')).rollBack(sessionOf(self), words, options)),
    );
  add(
    'compare',
    'Show what changes from one revision to another, or from the one in force. Exit code 1: publishing it is not allowed.',
  )
    .argument(
      '<revisions...>',
      'serviceconfiguration/EARLIER serviceconfiguration/LATER, one to compare with what is in force, or service/NAME with --revisions',
    )
    .addOption(new Option('--revisions <numbers>', 'numbers of both revisions of a service: 2,3').argParser(twoNumbers))
    .addOption(output().default('text'))
    .action(async (words: string[], options: CompareOptions, self: Command) =>
      onDone(await (await import('../commands/compare.ts')).compare(sessionOf(self), words, options)),
    );
}
