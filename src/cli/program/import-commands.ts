import { type Command, Option } from 'commander';
import type { ApplyTypeOptions } from '../commands/apply-type.ts';
import type { ImportCsvOptions } from '../commands/import-csv.ts';
import type { ImportTypesOptions } from '../commands/import-device-types.ts';
import { positive } from './arguments.ts';
import { type Commands, withTrial } from './commands.ts';

/** `import`: what comes in other forms than manifests. */
export function addImportCommand({ add, sessionOf, onDone }: Commands): void {
  const group = add('import', 'Bring in what is written in another form than manifests.');
  withTrial(group.command('device-types'))
    .description(
      'Types of devices, modules and racks in the form of the community library: a line for each file, with what of it has no place.',
    )
    .argument('<folder>', 'a folder of such files, with its subfolders, or one file')
    .action(async (folder: string, options: ImportTypesOptions, self: Command) =>
      onDone(
        await (await import('../commands/import-device-types.ts')).importDeviceTypes(sessionOf(self), folder, options),
      ),
    );
  withTrial(group.command('csv'))
    .description('A spreadsheet as CSV: each row becomes an object, or changes what its columns say of one.')
    .argument('<sheet>', 'devices, placements, mountings, ports, cables, circuits or assets')
    .argument('<file>', 'the file, - for stdin; its first row has the headings')
    .option('--mapping <file>', 'what the file calls otherwise: columns, values, defaults (YAML)')
    .addOption(new Option('--batch <rows>', 'rows of one transaction').argParser(positive).default(2_500))
    .action(async (sheet: string, file: string, options: ImportCsvOptions, self: Command) =>
      onDone(await (await import('../commands/import-csv.ts')).importCsv(sessionOf(self), sheet, file, options)),
    );
}

/** `apply-type`: devices follow their type when somebody says so. */
export function addApplyTypeCommand({ add, sessionOf, onDone }: Commands): void {
  add('apply-type', 'Bring devices to what their type says now: a table of what is added, changed, deleted and kept.')
    .argument('<type>', 'name of the device type')
    .option('--device <names...>', 'only these devices, by name or by kind and name: Node/fra1-1')
    .option('--dry-run', 'show what would happen, but change nothing')
    .action(async (type: string, options: ApplyTypeOptions, self: Command) =>
      onDone(await (await import('../commands/apply-type.ts')).applyType(sessionOf(self), type, options)),
    );
}
