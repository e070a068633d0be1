import { Command } from 'commander';
import { applyManifests, deleteObjects, diffManifests } from './apply.ts';
import { type Client, createClient } from './client.ts';
import { complete, completion } from './completion.ts';
import { findConnection, UsageError } from './environment.ts';
import { readManifests } from './files.ts';
import { getObjects, listKinds, type Output, readTargets } from './get.ts';
import { table } from './table.ts';

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const err = (line: string): void => void process.stderr.write(`${line}\n`);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const program = new Command('catalog')
  .description('Reads and changes a Milo catalog.')
  .option('-s, --server <url>', 'the catalog to use (CATALOG_SERVER); by default the one running here')
  .option('--token <token>', 'token to identify with (CATALOG_TOKEN)')
  .showHelpAfterError('(--help says more)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

const client = (): Client => createClient(findConnection(program.opts<{ server?: string; token?: string }>()));

interface ManifestOptions {
  readonly filename: string[];
  readonly recursive?: boolean;
  readonly namespace?: string;
  readonly project?: string;
}

const scope = ({ namespace, project }: { readonly namespace?: string; readonly project?: string }) => ({
  ...(namespace !== undefined && { namespace }),
  ...(project !== undefined && { project }),
});

const withFiles = (command: Command): Command =>
  command
    .requiredOption('-f, --filename <path...>', 'files, folders, or - for standard input')
    .option('-R, --recursive', 'folders with everything below')
    .option('-n, --namespace <name>', 'namespace of what names none')
    .option('--project <name>', 'project of what lives in one and names none');

/** Says what long work waits for, on a terminal only. */
async function waiting<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const startedAt = Date.now();
  const timer = setInterval(
    () => process.stderr.write(`\r${what} … ${Math.floor((Date.now() - startedAt) / 1_000)} s`),
    1_000,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  }
}

withFiles(program.command('apply').description('Bring the catalog into the state that manifests describe.'))
  .option('--validate-only', 'run everything but the commit')
  .addHelpText(
    'after',
    '\nExamples:\n  catalog apply -f service.yaml\n  catalog apply -f manifests/ -R\n  cat rack.yaml | catalog apply -f -',
  )
  .action(async (options: ManifestOptions & { validateOnly?: boolean }) => {
    const files = await readManifests(options.filename, options.recursive === true);
    const settings = { validateOnly: options.validateOnly === true, ...scope(options) };
    const isSound = await waiting(
      `applying ${files.length} files`,
      applyManifests(client(), files, settings, out, err),
    );
    process.exitCode = isSound ? 0 : 1;
  });

withFiles(program.command('validate').description('Say what is wrong with manifests, changing nothing.'))
  .addHelpText('after', '\nExamples:\n  catalog validate -f service.yaml')
  .action(async (options: ManifestOptions) => {
    const files = await readManifests(options.filename, options.recursive === true);
    process.exitCode = (await applyManifests(client(), files, { validateOnly: true, ...scope(options) }, out, err))
      ? 0
      : 1;
  });

withFiles(
  program.command('diff').description('Show what an apply would change: exit code 0 nothing, 1 something, 2 refused.'),
)
  .addHelpText('after', '\nExamples:\n  catalog diff -f service.yaml')
  .action(async (options: ManifestOptions) => {
    const files = await readManifests(options.filename, options.recursive === true);
    const verdict = await diffManifests(client(), files, scope(options), out, err);
    process.exitCode = { same: 0, different: 1, refused: 2 }[verdict];
  });

const outputs: readonly Output[] = ['table', 'wide', 'yaml', 'json', 'name'];

program
  .command('get <kind> [names...]')
  .description('Print objects: a kind, KIND/NAME, several kinds joined by commas, or all.')
  .option('-l, --selector <selector>', 'label selector: tier=gold,env in (dev,test)')
  .option('-o, --output <form>', outputs.join(', '), 'table')
  .option('-n, --namespace <name>', 'only of this namespace')
  .option('--project <name>', 'only of this project')
  .addHelpText(
    'after',
    '\nExamples:\n  catalog get services -o wide\n  catalog get rack/fra1-a01 -o yaml\n  catalog get ports -l topology.inventory.miloapis.com/site=fra1',
  )
  .action(
    async (
      kind: string,
      names: string[],
      options: { selector?: string; output: string; namespace?: string; project?: string },
    ) => {
      const output = outputs.find((known) => known === options.output);
      if (output === undefined) throw new UsageError(`-o ${options.output}: one of ${outputs.join(', ')}`);
      const connection = client();
      const targets = readTargets([kind, ...names], await listKinds(connection));
      const settings = {
        bare: false,
        ...(options.selector !== undefined && { selector: options.selector }),
        ...scope(options),
      };
      process.exitCode = (await getObjects(connection, targets, output, settings, out, err)) ? 0 : 1;
    },
  );

program
  .command('export [kinds...]')
  .description('Print manifests that apply unchanged: all kinds, or those named.')
  .option('-l, --selector <selector>', 'label selector')
  .option('-o, --output <form>', 'yaml or json', 'yaml')
  .addHelpText('after', '\nExamples:\n  catalog export > backup.yaml\n  catalog export services serviceconfigurations')
  .action(async (kinds: string[], options: { selector?: string; output: string }) => {
    if (options.output !== 'yaml' && options.output !== 'json')
      throw new UsageError(`-o ${options.output}: yaml or json`);
    const connection = client();
    const known = await listKinds(connection);
    const targets =
      kinds.length === 0 ? readTargets(['all'], known) : kinds.flatMap((kind) => readTargets([kind], known));
    const settings = { bare: true, ...(options.selector !== undefined && { selector: options.selector }) };
    await getObjects(connection, targets, options.output, settings, out, err);
  });

program
  .command('delete [objects...]')
  .description('Delete objects, all or none: KIND/NAME, or those that manifests describe.')
  .option('-f, --filename <path...>', 'files, folders, or - for standard input')
  .option('-R, --recursive', 'folders with everything below')
  .option('-n, --namespace <name>', 'namespace of what names none')
  .option('--project <name>', 'project of what lives in one')
  .option('--ignore-not-found', 'what does not exist is no error')
  .option('--validate-only', 'run everything but the commit')
  .addHelpText(
    'after',
    '\nExamples:\n  catalog delete cable/fra1-trunk1\n  catalog delete -f service.yaml --ignore-not-found',
  )
  .action(
    async (
      words: string[],
      options: Partial<ManifestOptions> & { ignoreNotFound?: boolean; validateOnly?: boolean },
    ) => {
      const files = await readManifests(options.filename ?? [], options.recursive === true);
      if (words.length + files.length === 0) throw new UsageError('name what to delete: catalog delete rack/a1');
      const connection = client();
      const targets = words.length === 0 ? [] : readTargets(words, await listKinds(connection));
      const objects = targets.flatMap(([kind, names]) => {
        if (names === undefined) throw new UsageError(`name the ${kind.plural} to delete: ${kind.singular}/NAME`);
        return names.map((name) => ({ kind: kind.kind, name }));
      });
      const settings = {
        validateOnly: options.validateOnly === true,
        allowMissing: options.ignoreNotFound === true,
        ...scope(options),
      };
      process.exitCode = (await deleteObjects(connection, objects, files, settings, out, err)) ? 0 : 1;
    },
  );

program
  .command('kinds')
  .description('List the kinds that the catalog holds.')
  .addHelpText('after', '\nExamples:\n  catalog kinds')
  .action(async () => {
    const kinds = await listKinds(client());
    out(
      table(
        ['NAME', 'SHORT', 'APIVERSION', 'NAMESPACED', 'KIND'],
        kinds.map((kind) => [
          kind.plural,
          kind.shortNames.join(','),
          `${kind.group}/${kind.version}`,
          String(kind.namespaced),
          kind.kind,
        ]),
      ),
    );
  });

program
  .command('completion <shell>')
  .description('Print a completion script for bash, zsh or fish.')
  .addHelpText('after', '\nExamples:\n  source <(catalog completion bash)')
  .action((shell: string) => out(completion(shell)));

program
  .command('__complete [words...]', { hidden: true })
  .allowUnknownOption()
  .action(async (words: string[]) => {
    const commands = program.commands.map((command) => command.name()).filter((name) => !name.startsWith('_'));
    for (const candidate of await complete(words, commands, client).catch(() => [])) out(candidate);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  err(`catalog: ${error.message}`);
  process.exitCode = 2;
}
