import { type Command, Option } from 'commander';
import type { DeleteOptions } from '../commands/delete.ts';
import type { DescribeOptions } from '../commands/describe.ts';
import type { ExportOptions } from '../commands/export.ts';
import type { GetOptions } from '../commands/get-options.ts';
import type { HistoryOptions } from '../commands/history.ts';
import { outputWords, readOutput } from '../output.ts';
import { fileOption, positive } from './arguments.ts';
import { type Commands, WHAT, withPlace, withTrial } from './commands.ts';

/** `get`, `describe`, `history`, `export` and `delete`: what names objects. */
export function addObjectCommands({ add, sessionOf, onDone }: Commands): void {
  add('get', 'List or show objects.')
    .argument('<what...>', 'KIND, KIND NAME …, KIND/NAME …, KIND,KIND or all')
    .option('-l, --selector <labels>', 'label selector: tier=gold,env in (dev,test),!legacy')
    .addOption(
      new Option('-o, --output <format>', 'output format')
        .choices(outputWords)
        .argParser(readOutput)
        .default(readOutput('table'), 'table'),
    )
    .option('--field-selector <terms>', 'only objects whose manifests say so: spec.type=Edge,metadata.name!=fra1')
    .option('--sort-by <path>', 'order by what stands at a path: .metadata.creationTimestamp')
    .option('-n, --namespace <name>', 'this namespace only')
    .option('-A, --all-namespaces', 'all namespaces (the default)')
    .option('--project <name>', 'this project only')
    .addOption(new Option('--limit <number>', 'show at most this many objects').argParser(positive))
    .addOption(new Option('--chunk-size <number>', 'ask for so many objects at a time').argParser(positive))
    .option('--ignore-not-found', 'a name that does not exist is no error')
    .option('--no-headers', 'omit the header line')
    .option('--show-labels', 'show labels as the last column')
    .option('-w, --watch', 'after the list, show changes as they happen')
    .option('--watch-only', 'show changes as they happen, without the list')
    .action(async (what: string[], options: GetOptions, self: Command) =>
      onDone(await (await import('../commands/get.ts')).get(sessionOf(self), what, options)),
    );

  add('describe', 'Show objects with what they are related to, their last changes, and what you may do with them.')
    .argument('<what...>', WHAT)
    .option('-l, --selector <labels>', 'label selector')
    .option('-n, --namespace <name>', 'this namespace only')
    .option('--project <name>', 'this project only')
    .addOption(new Option('--limit <number>', 'describe at most this many objects').argParser(positive).default(10))
    .action(async (what: string[], options: DescribeOptions, self: Command) =>
      onDone(await (await import('../commands/describe.ts')).describe(sessionOf(self), what, options)),
    );

  add('history', 'Show who changed an object, and how, newest first.')
    .argument('<what...>', 'KIND/NAME or KIND NAME; the object may be deleted')
    .option('-n, --namespace <name>', 'its namespace, when the name alone is ambiguous')
    .option('--project <name>', 'its project, for kinds that are located in projects')
    .addOption(new Option('--limit <number>', 'show at most this many changes').argParser(positive))
    .addOption(
      new Option('-o, --output <format>', 'output format; wide and json include the request behind each change')
        .choices(['text', 'wide', 'json', 'yaml'])
        .default('text'),
    )
    .option('--bare', 'states without uid, versions and status: `apply` takes them back')
    .action(async (what: string[], options: HistoryOptions, self: Command) =>
      onDone(await (await import('../commands/history.ts')).history(sessionOf(self), what, options)),
    );

  const exporting = add('export', 'Print manifests that apply accepts unchanged, kinds in load order.')
    .argument('[kinds...]', 'kinds to export (default: all)')
    .option('-l, --selector <labels>', 'label selector')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .option('-d, --directory <folder>', 'write one file per kind into this folder')
    .option('--portable', 'leave out the uids in references, which only this installation knows: for another one')
    .option('-n, --namespace <name>', 'this namespace only')
    .option('--project <name>', 'this project only')
    .action(async (words: string[], options: ExportOptions, self: Command) =>
      onDone(await (await import('../commands/export.ts')).exportManifests(sessionOf(self), words, options)),
    );
  exporting
    .command('csv')
    .description('Print objects as CSV, under headings that `catalog import csv` takes.')
    .argument('<sheet>', 'devices, placements, mountings, ports, cables, circuits or assets')
    .option('-l, --selector <labels>', 'label selector')
    .action(async (sheet: string, _options: object, self: Command) =>
      onDone(
        await (await import('../commands/export-csv.ts')).exportCsv(sessionOf(self), sheet, self.optsWithGlobals()),
      ),
    );

  withPlace(
    withTrial(
      add('delete', 'Delete objects: all of them, or none. Refused while another object refers to one of them.')
        .argument('[what...]', 'KIND/NAME … or KIND NAME …')
        .addOption(fileOption())
        .option('-R, --recursive', 'include subfolders')
        .option('--ignore-not-found', 'treat missing objects as deleted')
        .option('--cascade', 'also delete what the objects own, such as the ports of a device')
        .option('--disconnect', 'also delete the cables that are plugged into what is deleted'),
    ),
  ).action(async (what: string[], options: DeleteOptions, self: Command) =>
    onDone(await (await import('../commands/delete.ts')).remove(sessionOf(self), what, options)),
  );
}
