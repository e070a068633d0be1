import { type Command, Option } from 'commander';
import type { GlobalOptions, Session } from '../session.ts';

/** What the commands are added to and run with. */
export interface Commands {
  readonly program: Command;
  readonly openSession: (options: GlobalOptions) => Session;
  readonly onDone: (exitCode: number) => void;
  /** Adds a command, whose help ends with its examples. */
  add(name: string, description: string): Command;
  sessionOf(command: Command): Session;
}

/** Objects as most commands take them. */
export const WHAT = 'KIND NAME … or KIND/NAME …';

/** Options for where the objects of manifests and names are, as far as those do not say it. */
export const withPlace = (command: Command): Command =>
  command
    .option('-n, --namespace <name>', 'namespace of manifests or names that do not give one')
    .option('--project <name>', 'project of manifests or names that need one and do not give it');

/** Options that ask what would happen; `--dry-run` is what kubectl calls it. */
export const withTrial = (command: Command): Command =>
  command
    .option('--validate-only', 'validate and authorize, but change nothing')
    .addOption(new Option('--dry-run', 'the same').implies({ validateOnly: true }));

/** Every trial takes place at the service, so `--dry-run=server` and `--dry-run=client`, as kubectl has it, say nothing more. */
export const withoutPlaceOfTrial = (words: readonly string[]): string[] =>
  words.flatMap((word) => (word === '--dry-run=none' ? [] : word.replace(/^--dry-run=(server|client)$/, '--dry-run')));
