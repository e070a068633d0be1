import { type Command, Option } from 'commander';
import { explain } from '../commands/explain.ts';
import { kinds } from '../commands/kinds.ts';
import { type QueryOptions, query } from '../commands/query.ts';
import type { OutputFormat } from '../output.ts';
import { collect } from './arguments.ts';
import type { Commands } from './commands.ts';

/** `kinds`, `explain` and `query`: the kinds and the GraphQL schema. */
export function addSchemaCommands({ add, sessionOf, onDone }: Commands): void {
  add('kinds', 'List all kinds of objects.')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['table', 'wide', 'json', 'name']).default('table'),
    )
    .action(async (options: { readonly output: OutputFormat }, self: Command) =>
      onDone(await kinds(sessionOf(self), options)),
    );
  add('explain', 'Show the documentation of a kind or field of the graph.')
    .argument('<what>', 'KIND or KIND.FIELD.FIELD …')
    .action(async (what: string, _options: object, self: Command) => onDone(await explain(sessionOf(self), what)));
  add('query', 'Run a GraphQL document and print its data.')
    .argument('[file]', 'GraphQL file, - for stdin')
    .option('--document <text>', 'the GraphQL document as text')
    .addOption(new Option('--var <name=value>', 'value of a variable; can be repeated').argParser(collect))
    .option('--variables <file>', 'JSON file with values of variables')
    .option('--operation <name>', 'operation to run, when the document has several')
    .option('--explain', 'print the executed SQL statements to stderr')
    .action(async (file: string | undefined, options: QueryOptions, self: Command) =>
      onDone(await query(sessionOf(self), file, options)),
    );
}
