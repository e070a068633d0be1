import { Command, Option } from 'commander';
import { examples } from './examples.ts';
import { defaultPersona } from './identity.ts';
import { addAccessCommands } from './program/access-commands.ts';
import { duration } from './program/arguments.ts';
import { addChangingCommands } from './program/changing-commands.ts';
import type { Commands } from './program/commands.ts';
import { addConfigCommand } from './program/config-command.ts';
import { takePlaceFromContext } from './program/context-place.ts';
import { addEnablementCommands } from './program/enablement-commands.ts';
import { addApplyTypeCommand, addImportCommand } from './program/import-commands.ts';
import { addLocalCommands } from './program/local-commands.ts';
import { addLoginCommands } from './program/login-commands.ts';
import { addManifestCommands } from './program/manifest-commands.ts';
import { addObjectCommands } from './program/object-commands.ts';
import { addOverviewCommands } from './program/overview-commands.ts';
import { addPlantCommands } from './program/plant-commands.ts';
import { addPublishCommands } from './program/publish-commands.ts';
import { addRegistryCommands } from './program/registry-commands.ts';
import { addSchemaCommands } from './program/schema-commands.ts';
import type { GlobalOptions, Session } from './session.ts';

export interface ProgramOptions {
  readonly openSession: (options: GlobalOptions) => Session;
  /** Path of the command itself, for the shells. */
  readonly programPath: string;
  readonly version: string;
  readonly onDone: (exitCode: number) => void;
}

/** The whole command line: what can be typed, its help, and what runs. */
export function createProgram({ openSession, programPath, version, onDone }: ProgramOptions): Command {
  const program = createRoot(version);
  const commands: Commands = {
    program,
    openSession,
    onDone,
    add: (name, description) =>
      program
        .command(name)
        .description(description)
        .addHelpText('after', () => exampleText(name)),
    sessionOf: (command) => openSession(command.optsWithGlobals<GlobalOptions>()),
  };
  addManifestCommands(commands);
  addImportCommand(commands);
  addApplyTypeCommand(commands);
  addObjectCommands(commands);
  addChangingCommands(commands);
  addEnablementCommands(commands);
  addPublishCommands(commands);
  addRegistryCommands(commands);
  addPlantCommands(commands);
  addOverviewCommands(commands);
  addSchemaCommands(commands);
  addAccessCommands(commands);
  addLoginCommands(commands);
  addConfigCommand(commands);
  addLocalCommands(commands, programPath);
  takePlaceFromContext(commands);
  program.addHelpText('after', () => exampleText('catalog'));
  return program;
}

/** The command without subcommands: its help and the options that all of them take. */
const createRoot = (version: string): Command =>
  new Command('catalog')
    .description('Read and change the catalog: tenants, services, meters and physical inventory.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .version(version, '--version', 'print the version')
    .addOption(new Option('--context <name>', 'context to work in (CATALOG_CONTEXT); default: the current one'))
    .addOption(
      new Option(
        '-s, --server <url>',
        'URL of the service (CATALOG_SERVER); default: that of the context, else the embedded service of this folder',
      ),
    )
    .addOption(new Option('--token <token>', 'bearer token (CATALOG_TOKEN)'))
    .addOption(new Option('--as <persona>', `persona to act as, embedded service only (default: ${defaultPersona})`))
    .addOption(
      new Option('--timeout <time>', 'longest wait for an answer; 0 for no limit')
        .argParser(duration)
        .default(600_000, '10m'),
    )
    .addOption(new Option('--no-color', 'no colors (NO_COLOR)'))
    .addOption(new Option('-q, --quiet', 'print errors and requested output only'))
    .addOption(new Option('-v, --verbose', 'print progress details'));

const exampleText = (name: string): string => {
  const known = examples[name] ?? [];
  const width = Math.max(0, ...known.map(([line]) => line.length));
  const lines = known.map(([line, meaning]) => `  ${line.padEnd(width)}   ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}`;
};
