import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { AccessOptions } from './ask-access.ts';
import { apply, type BatchOptions, validate } from './commands/apply.ts';
import { applyInBatches } from './commands/apply-in-batches.ts';
import { type AuthzTask, authz, authzTasks } from './commands/authz.ts';
import { canI } from './commands/can-i.ts';
import { type DeleteOptions, remove } from './commands/delete.ts';
import { diff } from './commands/diff.ts';
import { explain } from './commands/explain.ts';
import { type ExportOptions, exportManifests } from './commands/export.ts';
import { get } from './commands/get.ts';
import type { GetOptions } from './commands/get-options.ts';
import { type HistoryOptions, history } from './commands/history.ts';
import { kinds } from './commands/kinds.ts';
import { type QueryOptions, query } from './commands/query.ts';
import { type TokenOptions, token } from './commands/token.ts';
import { version } from './commands/version.ts';
import { type WhoCanOptions, whoCan } from './commands/who-can.ts';
import { whoami } from './commands/whoami.ts';
import { complete } from './completion/complete.ts';
import { completionScript, type Shell, shells } from './completion/scripts.ts';
import { examples } from './examples.ts';
import { defaultPersona } from './identity.ts';
import { type OutputFormat, outputFormats } from './printer.ts';
import type { GlobalOptions, Session } from './session.ts';

export interface ProgramOptions {
  readonly openSession: (options: GlobalOptions) => Session;
  /** Path of the command itself, for the shells. */
  readonly programPath: string;
  readonly version: string;
  readonly onDone: (exitCode: number) => void;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `30s`, `5m`, `500ms`, `0` → milliseconds. */
function duration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Accepted: 30s, 5m, 500ms, 1h, or 0 for no limit.');
  return Number(number) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
}

function lifetime(text: string): number {
  const milliseconds = duration(text);
  if (milliseconds < 1_000) throw new InvalidArgumentError('Accepted: 1s or more, for example 30m or 12h.');
  return milliseconds;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Accepted: a whole number, 1 or more.');
  return Number(text);
}

const fileOption = (): Option =>
  new Option('-f, --filename <path...>', 'manifest files or folders, - for stdin; can be repeated');

/** The whole command line: what can be typed, its help, and what runs. */
export function createProgram({ openSession, programPath, version: own, onDone }: ProgramOptions): Command {
  const sessionOf = (command: Command): Session => openSession(command.optsWithGlobals<GlobalOptions>());
  const program = new Command('catalog')
    .description('Read and change the catalog: tenants, services, meters and physical inventory.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .version(own, '--version', 'print the version')
    .addOption(
      new Option(
        '-s, --server <url>',
        'URL of the service (CATALOG_SERVER); default: the embedded service of this folder',
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
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addHelpText('after', () => exampleText(name));
  const placed = (one: Command): Command =>
    one
      .option('-n, --namespace <name>', 'namespace of manifests or names that do not give one')
      .option('--project <name>', 'project of manifests or names that need one and do not give it');
  const batch = (name: string, description: string): Command =>
    placed(
      command(name, description)
        .addOption(fileOption().makeOptionMandatory())
        .option('-R, --recursive', 'include subfolders')
        .option('--manager <name>', 'field manager: owns the fields that the manifests contain and changes no others')
        .option('--force', 'take over fields of other managers'),
    );

  batch('apply', 'Create or update what manifests describe: all of it, or nothing.')
    .option('--validate-only', 'validate and authorize, but change nothing')
    .addOption(
      new Option('--batch <documents>', 'split into transactions of at most this many documents')
        .argParser(positive)
        .conflicts('validateOnly'),
    )
    .action(async ({ batch: size, ...options }: BatchOptions & { batch?: number }, self: Command) =>
      onDone(
        await (size === undefined
          ? apply(sessionOf(self), options)
          : applyInBatches(sessionOf(self), { ...options, batch: size })),
      ),
    );
  batch('validate', 'Check manifests against the catalog without changing anything.').action(
    async (options: BatchOptions, self: Command) => onDone(await validate(sessionOf(self), options)),
  );
  batch('diff', 'Show what apply would change. Exit code 0: nothing, 1: something, 2: error.').action(
    async (options: BatchOptions, self: Command) => onDone(await diff(sessionOf(self), options)),
  );

  command('get', 'List or show objects.')
    .argument('<what...>', 'KIND, KIND NAME …, KIND/NAME …, KIND,KIND or all')
    .option('-l, --selector <labels>', 'label selector: tier=gold,env in (dev,test),!legacy')
    .addOption(new Option('-o, --output <format>', 'output format').choices(outputFormats).default('table'))
    .option('-n, --namespace <name>', 'this namespace only')
    .option('-A, --all-namespaces', 'all namespaces (the default)')
    .option('--project <name>', 'this project only')
    .addOption(new Option('--limit <number>', 'show at most this many objects').argParser(positive))
    .option('--no-headers', 'omit the header line')
    .option('--show-labels', 'show labels as the last column')
    .option('-w, --watch', 'after the list, show changes as they happen')
    .option('--watch-only', 'show changes as they happen, without the list')
    .action(async (what: string[], options: GetOptions, self: Command) =>
      onDone(await get(sessionOf(self), what, options)),
    );

  command('history', 'Show who changed an object, and how, newest first.')
    .argument('<what...>', 'KIND/NAME or KIND NAME; the object may be deleted')
    .option('-n, --namespace <name>', 'its namespace, when the name alone is ambiguous')
    .option('--project <name>', 'its project, for kinds that are located in projects')
    .addOption(new Option('--limit <number>', 'show at most this many changes').argParser(positive))
    .addOption(
      new Option('-o, --output <format>', 'output format; wide and json include the request behind each change')
        .choices(['text', 'wide', 'json', 'yaml'])
        .default('text'),
    )
    .action(async (what: string[], options: HistoryOptions, self: Command) =>
      onDone(await history(sessionOf(self), what, options)),
    );

  command('export', 'Print manifests that apply accepts unchanged, kinds in load order.')
    .argument('[kinds...]', 'kinds to export (default: all)')
    .option('-l, --selector <labels>', 'label selector')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['yaml', 'json']).default('yaml'))
    .option('-d, --directory <folder>', 'write one file per kind into this folder')
    .option('-n, --namespace <name>', 'this namespace only')
    .option('--project <name>', 'this project only')
    .action(async (words: string[], options: ExportOptions, self: Command) =>
      onDone(await exportManifests(sessionOf(self), words, options)),
    );

  placed(
    command('delete', 'Delete objects: all of them, or none. Refused while another object refers to one of them.')
      .argument('[what...]', 'KIND/NAME … or KIND NAME …')
      .addOption(fileOption())
      .option('-R, --recursive', 'include subfolders')
      .option('--ignore-not-found', 'treat missing objects as deleted')
      .option('--cascade', 'also delete what the objects own, such as the ports of a device')
      .option('--validate-only', 'validate and authorize, but change nothing'),
  ).action(async (what: string[], options: DeleteOptions, self: Command) =>
    onDone(await remove(sessionOf(self), what, options)),
  );

  command('kinds', 'List all kinds of objects.')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['table', 'wide', 'json', 'name']).default('table'),
    )
    .action(async (options: { readonly output: OutputFormat }, self: Command) =>
      onDone(await kinds(sessionOf(self), options)),
    );
  command('explain', 'Show the documentation of a kind or field of the graph.')
    .argument('<what>', 'KIND or KIND.FIELD.FIELD …')
    .action(async (what: string, _options: object, self: Command) => onDone(await explain(sessionOf(self), what)));
  command('query', 'Run a GraphQL document and print its data.')
    .argument('[file]', 'GraphQL file, - for stdin')
    .option('--document <text>', 'the GraphQL document as text')
    .addOption(new Option('--var <name=value>', 'value of a variable; can be repeated').argParser(collect))
    .option('--variables <file>', 'JSON file with values of variables')
    .option('--operation <name>', 'operation to run, when the document has several')
    .option('--explain', 'print the executed SQL statements to stderr')
    .action(async (file: string | undefined, options: QueryOptions, self: Command) =>
      onDone(await query(sessionOf(self), file, options)),
    );

  command('whoami', 'Print your identity as the service sees it.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .action(async (options: { readonly output: 'table' | 'json' }, self: Command) =>
      onDone(await whoami(sessionOf(self), options)),
    );
  const asked = (name: string, description: string): Command =>
    command(name, description)
      .argument('<verb>', 'get, list, watch, create, update, delete, …, or a full permission name')
      .argument('<what...>', 'KIND/NAME, KIND NAME, or KIND alone')
      .option('--in <object>', 'ask about objects of the kind inside this one: KIND/NAME')
      .option('-n, --namespace <name>', 'its namespace, when the name alone is ambiguous')
      .option('--project <name>', 'its project, for kinds that are located in projects');
  asked('can-i', 'Check whether you have a permission. Exit code 0: yes, 1: no, 2: error.').action(
    async (verb: string, what: string[], options: AccessOptions, self: Command) =>
      onDone(await canI(sessionOf(self), [verb, ...what], options)),
  );
  asked('who-can', 'List who has a permission on an object, with binding, role, group and scope.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (verb: string, what: string[], options: WhoCanOptions, self: Command) =>
      onDone(await whoCan(sessionOf(self), [verb, ...what], options)),
    );
  command('authz', 'Compare OpenFGA with the catalog, or refill it; for platform staff.')
    .addArgument(new Argument('<task>', 'verify: compare; rebuild: refill').choices(authzTasks))
    .action(async (task: AuthzTask, _options: object, self: Command) => onDone(await authz(sessionOf(self), task)));

  command('token', 'Print a token for the embedded service on this machine.')
    .argument('[persona]', 'persona of the example world')
    .option('--subject <name>', 'any other user or service account by name')
    .addOption(new Option('--lifetime <time>', 'validity').argParser(lifetime).default(3_600_000, '1h'))
    .action(async (persona: string | undefined, options: TokenOptions, self: Command) =>
      onDone(await token(sessionOf(self), persona, options)),
    );
  command('completion', 'Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'shell').choices(shells))
    .action(async (shell: Shell, _options: object, self: Command) => {
      await sessionOf(self).terminal.print(completionScript(shell, programPath));
      onDone(0);
    });
  program
    .command('__complete [words...]', { hidden: true })
    .action(async (words: string[], _options: object, self: Command) => {
      const options = { ...self.optsWithGlobals<GlobalOptions>(), timeout: 2_000, ...serverOf(words) };
      onDone(await complete(program, openSession(options), words));
    });
  command('version', 'Print the versions of this command and of the service.').action(
    async (_options: object, self: Command) => onDone(await version(sessionOf(self))),
  );
  program.addHelpText('after', () => exampleText('catalog'));
  return program;
}

/** `--server`, `--token` and `--as` as far as they are typed already. */
function serverOf(words: readonly string[]): Partial<GlobalOptions> {
  const given = (name: string): string | undefined => words[words.indexOf(name) + 1 || words.length];
  const server = given('--server');
  const token = given('--token');
  const as = given('--as');
  return { ...(server && { server }), ...(token && { token }), ...(as && { as }) };
}

const exampleText = (name: string): string => {
  const known = examples[name] ?? [];
  const width = Math.max(0, ...known.map(([line]) => line.length));
  const lines = known.map(([line, meaning]) => `  ${line.padEnd(width)}   ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}`;
};
