import { type Command, Option } from 'commander';
import type { ManifestOptions } from '../commands/apply.ts';
import type { DiffOptions } from '../commands/diff.ts';
import { fileOption, positive } from './arguments.ts';
import { type Commands, withPlace, withTrial } from './commands.ts';

/** `apply`, `create`, `validate` and `diff`: what takes manifests. */
export function addManifestCommands({ add, sessionOf, onDone }: Commands): void {
  const fileCommand = (name: string, description: string): Command =>
    withPlace(
      add(name, description)
        .addOption(fileOption().makeOptionMandatory())
        .option('-R, --recursive', 'include subfolders'),
    );
  const manifestCommand = (name: string, description: string): Command =>
    fileCommand(name, description)
      .option('--manager <name>', 'field manager: owns the fields that the manifests contain and changes no others')
      .option('--force', 'take over fields of other managers');

  withTrial(manifestCommand('apply', 'Create or update what manifests describe: all of it, or nothing.'))
    .addOption(
      new Option('--batch <documents>', 'split into transactions of at most this many documents')
        .argParser(positive)
        .conflicts('validateOnly'),
    )
    .action(async ({ batch: size, ...options }: ManifestOptions & { batch?: number }, self: Command) =>
      onDone(
        await (size === undefined
          ? (await import('../commands/apply.ts')).apply(sessionOf(self), options)
          : (await import('../commands/apply-in-batches.ts')).applyInBatches(sessionOf(self), {
              ...options,
              batch: size,
            })),
      ),
    );
  withTrial(
    fileCommand('create', 'Create what manifests describe: all of it, or nothing. What exists already is refused.'),
  ).action(async (options: ManifestOptions, self: Command) =>
    onDone(await (await import('../commands/apply.ts')).apply(sessionOf(self), { ...options, createOnly: true })),
  );
  manifestCommand('validate', 'Check manifests against the catalog without changing anything.').action(
    async (options: ManifestOptions, self: Command) =>
      onDone(await (await import('../commands/apply.ts')).validate(sessionOf(self), options)),
  );
  withPlace(
    add('diff', 'Show what apply would change, or what is different. Exit code 0: nothing, 1: something, 2: error.')
      .argument('[kinds...]', 'with --from: only these kinds')
      .addOption(fileOption())
      .option('-R, --recursive', 'include subfolders')
      .option('--manager <name>', 'field manager of the files')
      .option('--force', 'take over fields of other managers')
      .option('--against <path...>', 'files that those of -f are compared with, in place of the catalog')
      .option('--from <moment>', 'compare the catalog at two moments: an instant or a position')
      .option('--to <moment>', 'the later moment; default: now'),
  ).action(async (words: string[], options: DiffOptions, self: Command) =>
    onDone(await (await import('../commands/diff.ts')).diff(sessionOf(self), words, options)),
  );
}
