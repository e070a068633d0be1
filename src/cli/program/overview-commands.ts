import { type Command, Option } from 'commander';
import type { SummaryOptions } from '../commands/summary.ts';
import type { TreeOptions } from '../commands/tree.ts';
import type { Commands } from './commands.ts';

/** What `--by` of `summary` takes; labels derived from where an object is say in which of them it is. */
const scopes = ['organization', 'project', 'region', 'site', 'rack'];

/** `tree` and `summary`: what there is, at a glance. */
export function addOverviewCommands({ add, sessionOf, onDone }: Commands): void {
  add('tree', 'Draw the plant: regions, their facilities, racks and devices.')
    .argument('[root...]', 'region/NAME, site/NAME or rack/NAME; default: all regions')
    .addOption(
      new Option('--depth <level>', 'the innermost level; default: device below a root, else rack').choices([
        'region',
        'site',
        'rack',
        'device',
      ]),
    )
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (words: string[], options: TreeOptions, self: Command) =>
      onDone(await (await import('../commands/tree.ts')).tree(sessionOf(self), words, options)),
    );
  add('summary', 'Count objects by kind and state, or by kind and scope.')
    .argument('[kinds...]', 'kinds to count; default: all that there is something of')
    .option('-l, --selector <labels>', 'label selector')
    .option('-n, --namespace <name>', 'this namespace only')
    .option('--project <name>', 'this project only')
    .addOption(new Option('--by <scope>', 'a column for each scope of this kind').choices(scopes))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .action(async (words: string[], options: SummaryOptions, self: Command) =>
      onDone(await (await import('../commands/summary.ts')).summary(sessionOf(self), words, options)),
    );
}
