import { type Command, Option } from 'commander';
import { apply, type ManifestOptions, validate } from '../commands/apply.ts';
import { applyInBatches } from '../commands/apply-in-batches.ts';
import { diff } from '../commands/diff.ts';
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
          ? apply(sessionOf(self), options)
          : applyInBatches(sessionOf(self), { ...options, batch: size })),
      ),
    );
  withTrial(
    fileCommand('create', 'Create what manifests describe: all of it, or nothing. What exists already is refused.'),
  ).action(async (options: ManifestOptions, self: Command) =>
    onDone(await apply(sessionOf(self), { ...options, createOnly: true })),
  );
  manifestCommand('validate', 'Check manifests against the catalog without changing anything.').action(
    async (options: ManifestOptions, self: Command) => onDone(await validate(sessionOf(self), options)),
  );
  manifestCommand('diff', 'Show what apply would change. Exit code 0: nothing, 1: something, 2: error.').action(
    async (options: ManifestOptions, self: Command) => onDone(await diff(sessionOf(self), options)),
  );
}
