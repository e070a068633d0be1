import { type Command, Option } from 'commander';
import type { EditOptions } from '../commands/edit.ts';
import type { LabelOptions } from '../commands/label.ts';
import type { PatchOptions } from '../commands/patch.ts';
import type { WaitOptions } from '../commands/wait.ts';
import { type Commands, WHAT, withTrial } from './commands.ts';

/** `label`, `annotate`, `patch` and `edit`: what changes parts of objects; and `wait`, until others have. */
export function addChangingCommands({ add, sessionOf, onDone }: Commands): void {
  const place = (name: string, description: string): Command =>
    add(name, description)
      .argument('<what...>', WHAT)
      .option('-n, --namespace <name>', 'in this namespace only')
      .option('--project <name>', 'in this project only');
  const changing = (name: string, description: string): Command =>
    withTrial(
      place(name, description)
        .option('-l, --selector <labels>', 'all that have these labels')
        .option('--all', 'all of the kind'),
    );

  for (const [name, member] of [
    ['label', 'labels'],
    ['annotate', 'annotations'],
  ] as const)
    changing(name, `Set ${member} of objects (KEY=VALUE) or take them away (KEY-): of all of them, or of none.`)
      .option('--overwrite', `replace ${member} that have another value`)
      .action(async (words: string[], options: LabelOptions, self: Command) =>
        onDone(await (await import('../commands/label.ts')).label(sessionOf(self), words, options, member)),
      );
  changing('patch', 'Change parts of objects by a patch: of all of them, or of none.')
    .addOption(
      new Option('--type <type>', 'JSON merge patch (RFC 7386) or JSON patch (RFC 6902)')
        .choices(['merge', 'json'])
        .default('merge'),
    )
    .option('-p, --patch <text>', 'the patch, as JSON or YAML')
    .option('--patch-file <file>', 'file with the patch')
    .action(async (words: string[], options: PatchOptions, self: Command) =>
      onDone(await (await import('../commands/patch.ts')).patch(sessionOf(self), words, options)),
    );
  place('edit', 'Edit the manifest of an object, and apply what is saved.').action(
    async (words: string[], options: EditOptions, self: Command) =>
      onDone(await (await import('../commands/edit.ts')).edit(sessionOf(self), words, options)),
  );
  place('wait', 'Wait until something is so of all objects that are named; --timeout says how long.')
    .addOption(
      new Option(
        '--for <condition>',
        "create, delete, condition=TYPE[=STATUS] or jsonpath='{PATH}'=VALUE",
      ).makeOptionMandatory(),
    )
    .action(async (words: string[], options: WaitOptions, self: Command) =>
      onDone(await (await import('../commands/wait.ts')).wait(sessionOf(self), words, options)),
    );
}
