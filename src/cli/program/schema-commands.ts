import { type Command, Option } from 'commander';
import type { ExplainOptions } from '../commands/explain.ts';
import type { QueryOptions } from '../commands/query.ts';
import type { SearchOptions } from '../commands/search.ts';
import type { OutputFormat } from '../output.ts';
import { collect, positive } from './arguments.ts';
import type { Commands } from './commands.ts';

/** `search` over all kinds; `kinds`, `explain` and `query`: the kinds and the GraphQL schema. */
export function addSchemaCommands({ add, sessionOf, onDone }: Commands): void {
  add('search', 'Find objects by name, label, serial number or the like, whatever their kind.')
    .argument('<text>', 'the beginning of it, or of words of it')
    .addOption(new Option('-k, --kind <kind>', 'only objects of this kind; can be repeated').argParser(collect))
    .addOption(new Option('--limit <number>', 'how many at most').argParser(positive).default(20))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json', 'name']).default('table'))
    .action(async (text: string, options: SearchOptions, self: Command) =>
      onDone(await (await import('../commands/search.ts')).search(sessionOf(self), text, options)),
    );
  add('kinds', 'List all kinds of objects.')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['table', 'wide', 'json', 'name']).default('table'),
    )
    .action(async (options: { readonly output: OutputFormat }, self: Command) =>
      onDone(await (await import('../commands/kinds.ts')).kinds(sessionOf(self), options)),
    );
  add('explain', 'Show what manifests of a kind may say: type, required, immutable, default, accepted values.')
    .argument('<what>', 'KIND or KIND.spec.FIELD.FIELD …')
    .option('--recursive', 'all fields below, a line each')
    .option('--graphql', 'fields of the graph instead: KIND or KIND.FIELD.FIELD …')
    .action(async (what: string, options: ExplainOptions, self: Command) =>
      onDone(await (await import('../commands/explain.ts')).explain(sessionOf(self), what, options)),
    );
  add('query', 'Run a GraphQL document and print its data.')
    .argument('[file]', 'GraphQL file, - for stdin')
    .option('--document <text>', 'the GraphQL document as text')
    .addOption(new Option('--var <name=value>', 'value of a variable; can be repeated').argParser(collect))
    .option('--variables <file>', 'JSON file with values of variables')
    .option('--operation <name>', 'operation to run, when the document has several')
    .option('--explain', 'print the executed SQL statements to stderr')
    .action(async (file: string | undefined, options: QueryOptions, self: Command) =>
      onDone(await (await import('../commands/query.ts')).query(sessionOf(self), file, options)),
    );
}
