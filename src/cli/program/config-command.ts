import { type Command, Option } from 'commander';
import * as config from '../commands/config.ts';
import type { Commands } from './commands.ts';

/** `config`: named contexts, as kubectl has them. */
export function addConfigCommand({ add, sessionOf, onDone }: Commands): void {
  const group = add('config', 'Show and change contexts: which service, project and namespace to work with.');
  group
    .command('get-contexts')
    .description('List the contexts.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'name']).default('table'))
    .action(async (options: { readonly output: 'table' | 'name' }, self: Command) =>
      onDone(await config.getContexts(sessionOf(self), options)),
    );
  group
    .command('current-context')
    .description('Print the name of the current context.')
    .action(async (_options: object, self: Command) => onDone(await config.currentContext(sessionOf(self))));
  group
    .command('use-context')
    .description('Make a context the current one.')
    .argument('<name>', 'its name')
    .action(async (name: string, _options: object, self: Command) =>
      onDone(await config.useContext(sessionOf(self), name)),
    );
  group
    .command('set-context')
    .description('Create a context, or change what is given of it; --server names its service.')
    .argument('<name>', 'its name')
    .option('--issuer <url>', 'identity provider to sign in at')
    .option('--client-id <id>', 'id of the command line there')
    .option('--project <name>', 'project of commands that are given none; "" for none')
    .option('-n, --namespace <name>', 'namespace of commands that are given none; "" for none')
    .action(async (name: string, options: config.ContextOptions, self: Command) =>
      onDone(await config.setContext(sessionOf(self), name, options)),
    );
  group
    .command('delete-context')
    .description('Delete a context and its tokens.')
    .argument('<name>', 'its name')
    .action(async (name: string, _options: object, self: Command) =>
      onDone(await config.deleteContext(sessionOf(self), name)),
    );
  group
    .command('rename-context')
    .description('Give a context another name.')
    .argument('<name>', 'its name')
    .argument('<new-name>', 'the new one')
    .action(async (name: string, newName: string, _options: object, self: Command) =>
      onDone(await config.renameContext(sessionOf(self), name, newName)),
    );
  group
    .command('view')
    .description('Print the file of contexts; tokens are not in it.')
    .action(async (_options: object, self: Command) => onDone(await config.view(sessionOf(self))));
}
