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
  if (milliseconds < 1_000) throw new InvalidArgumentError('Accepted: from 1s on, for example 30m or 12h.');
  return milliseconds;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Accepted: a whole number from 1 on.');
  return Number(text);
}

const fileOption = (): Option =>
  new Option('-f, --filename <path...>', 'files or folders of manifests, - for stdin; may be repeated');

/** The whole command line: what can be typed, its help, and what runs. */
export function createProgram({ openSession, programPath, version: own, onDone }: ProgramOptions): Command {
  const sessionOf = (command: Command): Session => openSession(command.optsWithGlobals<GlobalOptions>());
  const program = new Command('catalog')
    .description('Applies and reads manifests of the catalog: tenants, services, meters and physical inventory.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(--help shows what is accepted)')
    .version(own, '--version', 'print the version')
    .addOption(new Option('-s, --server <url>', 'address of the service (CATALOG_SERVER); else the one running here'))
    .addOption(new Option('--token <token>', 'bearer token (CATALOG_TOKEN)'))
    .addOption(new Option('--as <persona>', `who to be beside an embedded service; else ${defaultPersona}`))
    .addOption(
      new Option('--timeout <time>', 'longest wait for an answer; 0: no limit')
        .argParser(duration)
        .default(600_000, '10m'),
    )
    .addOption(new Option('--no-color', 'no colours (NO_COLOR)'))
    .addOption(new Option('-q, --quiet', 'only errors, and what was asked for'))
    .addOption(new Option('-v, --verbose', 'also say what is being done'));
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addHelpText('after', () => exampleText(name));
  const placed = (one: Command): Command =>
    one
      .option('-n, --namespace <name>', 'namespace of what names none')
      .option('--project <name>', 'project of what lives in a project and names none');
  const batch = (name: string, description: string): Command =>
    placed(
      command(name, description)
        .addOption(fileOption().makeOptionMandatory())
        .option('-R, --recursive', 'folders in folders, too')
        .option('--manager <name>', 'who applies: owns the fields that the manifests say, and those only')
        .option('--force', 'take fields over from other managers'),
    );

  batch('apply', 'Bring the catalog into the state that manifests describe: all of them, or none.')
    .option('--validate-only', 'run everything but the commit')
    .addOption(
      new Option('--batch <documents>', 'in batches of so many, one after the other, each all or nothing')
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
  batch('validate', 'Say what is wrong with manifests; nothing is written.').action(
    async (options: BatchOptions, self: Command) => onDone(await validate(sessionOf(self), options)),
  );
  batch('diff', 'Show what apply would change. Exit code 0: nothing, 1: something, 2: it cannot be told.').action(
    async (options: BatchOptions, self: Command) => onDone(await diff(sessionOf(self), options)),
  );

  command('get', 'Show objects: KIND, KIND NAME …, KIND/NAME …, KIND,KIND or all.')
    .argument('<what...>', 'what to show')
    .option('-l, --selector <labels>', 'label selector: tier=gold,env in (dev,test),!legacy')
    .addOption(new Option('-o, --output <format>', 'form of the output').choices(outputFormats).default('table'))
    .option('-n, --namespace <name>', 'only this namespace')
    .option('-A, --all-namespaces', 'every namespace (as without -n)')
    .option('--project <name>', 'only this project')
    .addOption(new Option('--limit <number>', 'at most so many objects').argParser(positive))
    .option('--no-headers', 'no headings')
    .option('--show-labels', 'labels as the last column')
    .option('-w, --watch', 'then show every change as it happens')
    .option('--watch-only', 'only the changes')
    .action(async (what: string[], options: GetOptions, self: Command) =>
      onDone(await get(sessionOf(self), what, options)),
    );

  command('history', 'Show who did what to an object, newest first: KIND/NAME or KIND NAME.')
    .argument('<what...>', 'the object, which may be gone')
    .option('-n, --namespace <name>', 'its namespace, when several have one of that name')
    .option('--project <name>', 'its project, for kinds that live in one')
    .addOption(new Option('--limit <number>', 'at most so many changes').argParser(positive))
    .addOption(
      new Option('-o, --output <format>', 'form of the output; wide and json say by which request, from where')
        .choices(['text', 'wide', 'json', 'yaml'])
        .default('text'),
    )
    .action(async (what: string[], options: HistoryOptions, self: Command) =>
      onDone(await history(sessionOf(self), what, options)),
    );

  command('export', 'Write manifests that apply unchanged, kinds in load order; all kinds when none is named.')
    .argument('[kinds...]', 'kinds to export')
    .option('-l, --selector <labels>', 'label selector')
    .addOption(new Option('-o, --output <format>', 'form of the output').choices(['yaml', 'json']).default('yaml'))
    .option('-d, --directory <folder>', 'write one file per kind into this folder')
    .option('-n, --namespace <name>', 'only this namespace')
    .option('--project <name>', 'only this project')
    .action(async (words: string[], options: ExportOptions, self: Command) =>
      onDone(await exportManifests(sessionOf(self), words, options)),
    );

  placed(
    command('delete', 'Delete objects: all of them, or none; refused while anything refers to one.')
      .argument('[what...]', 'KIND/NAME … or KIND NAME …')
      .addOption(fileOption())
      .option('-R, --recursive', 'folders in folders, too')
      .option('--ignore-not-found', 'what is not there is no error')
      .option('--cascade', 'what the objects own goes with them: the ports of a device, the placement of a project')
      .option('--validate-only', 'run everything but the commit'),
  ).action(async (what: string[], options: DeleteOptions, self: Command) =>
    onDone(await remove(sessionOf(self), what, options)),
  );

  command('kinds', 'List the kinds that the catalog holds.')
    .addOption(
      new Option('-o, --output <format>', 'form of the output')
        .choices(['table', 'wide', 'json', 'name'])
        .default('table'),
    )
    .action(async (options: { readonly output: OutputFormat }, self: Command) =>
      onDone(await kinds(sessionOf(self), options)),
    );
  command('explain', 'Explain a kind, or a field of it: KIND[.FIELD…].')
    .argument('<what>', 'kind, and fields behind dots')
    .action(async (what: string, _options: object, self: Command) => onDone(await explain(sessionOf(self), what)));
  command('query', 'Run a GraphQL document and print its data.')
    .argument('[file]', 'file with the document, - for stdin')
    .option('--document <text>', 'the document itself')
    .addOption(new Option('--var <name=value>', 'a variable; may be repeated').argParser(collect))
    .option('--variables <file>', 'JSON file with variables')
    .option('--operation <name>', 'which operation of the document')
    .option('--explain', 'show the SQL that it took, on stderr')
    .action(async (file: string | undefined, options: QueryOptions, self: Command) =>
      onDone(await query(sessionOf(self), file, options)),
    );

  command('whoami', 'Print as whom the service knows you.')
    .addOption(new Option('-o, --output <format>', 'form of the output').choices(['table', 'json']).default('table'))
    .action(async (options: { readonly output: 'table' | 'json' }, self: Command) =>
      onDone(await whoami(sessionOf(self), options)),
    );
  const asked = (name: string, description: string): Command =>
    command(name, description)
      .argument('<verb>', 'get, list, watch, create, update, delete, …, or a permission in full')
      .argument('<what...>', 'the object: KIND/NAME or KIND NAME')
      .option('--in <object>', 'of objects of the kind in another one: KIND/NAME')
      .option('-n, --namespace <name>', 'its namespace, when several have one of that name')
      .option('--project <name>', 'its project, for kinds that live in one');
  asked(
    'can-i',
    'Say whether you may do something with an object, or anywhere. Exit code 0: yes, 1: no, 2: it cannot be told.',
  ).action(async (verb: string, what: string[], options: AccessOptions, self: Command) =>
    onDone(await canI(sessionOf(self), [verb, ...what], options)),
  );
  asked('who-can', 'Show who may do something with an object, and by which binding, role, group and scope.')
    .addOption(
      new Option('-o, --output <format>', 'form of the output').choices(['table', 'json', 'yaml']).default('table'),
    )
    .action(async (verb: string, what: string[], options: WhoCanOptions, self: Command) =>
      onDone(await whoCan(sessionOf(self), [verb, ...what], options)),
    );
  command('authz', 'Compare what OpenFGA holds with what the catalog says, or fill it anew; for the platform’s staff.')
    .addArgument(new Argument('<task>', 'what to do').choices(authzTasks))
    .action(async (task: AuthzTask, _options: object, self: Command) => onDone(await authz(sessionOf(self), task)));

  command('token', 'Print a token for an embedded service of this machine.')
    .argument('[persona]', 'someone of the example world')
    .option('--subject <name>', 'any other user or service account')
    .addOption(new Option('--lifetime <time>', 'how long it is valid').argParser(lifetime).default(3_600_000, '1h'))
    .action(async (persona: string | undefined, options: TokenOptions, self: Command) =>
      onDone(await token(sessionOf(self), persona, options)),
    );
  command('completion', 'Print the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
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
  command('version', 'Print the version, and which service is talked to.').action(
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
