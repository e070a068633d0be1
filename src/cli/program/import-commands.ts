import type { Command } from 'commander';
import { type ImportTypesOptions, importDeviceTypes } from '../commands/import-device-types.ts';
import type { Commands } from './commands.ts';

/** `import`: what comes in other forms than manifests. */
export function addImportCommand({ add, sessionOf, onDone }: Commands): void {
  const group = add('import', 'Bring in what is written in another form than manifests.');
  group
    .command('device-types')
    .description(
      'Types of devices, modules and racks in the form of the community library: a line for each file, with what of it has no place.',
    )
    .argument('<folder>', 'a folder of such files, with its subfolders, or one file')
    .option('--validate-only', 'validate and authorize, but change nothing')
    .action(async (folder: string, options: ImportTypesOptions, self: Command) =>
      onDone(await importDeviceTypes(sessionOf(self), folder, options)),
    );
}
