import { Argument, type Command, Option } from 'commander';
import type { AccessOptions } from '../ask-access.ts';
import { type AuthzTask, authz, authzTasks } from '../commands/authz.ts';
import type { WhoCanOptions } from '../commands/who-can.ts';
import type { Commands } from './commands.ts';

/** `whoami`, `can-i`, `who-can` and `authz`: who may do what. */
export function addAccessCommands({ add, sessionOf, onDone }: Commands): void {
  add('whoami', 'Print your identity as the service sees it.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .action(async (options: { readonly output: 'table' | 'json' }, self: Command) =>
      onDone(await (await import('../commands/whoami.ts')).whoami(sessionOf(self), options)),
    );
  const asked = (name: string, description: string): Command =>
    add(name, description)
      .argument('<verb>', 'get, list, watch, create, update, delete, …, or a full permission name')
      .argument('<what...>', 'KIND/NAME, KIND NAME, or KIND alone')
      .option('--in <object>', 'ask about objects of the kind inside this one: KIND/NAME')
      .option('-n, --namespace <name>', 'its namespace, when the name alone is ambiguous')
      .option('--project <name>', 'its project, for kinds that are located in projects');
  asked('can-i', 'Check whether you have a permission. Exit code 0: yes, 1: no, 2: error.').action(
    async (verb: string, what: string[], options: AccessOptions, self: Command) =>
      onDone(await (await import('../commands/can-i.ts')).canI(sessionOf(self), [verb, ...what], options)),
  );
  asked('who-can', 'List who has a permission on an object, with binding, role, group and scope.')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (verb: string, what: string[], options: WhoCanOptions, self: Command) =>
      onDone(await (await import('../commands/who-can.ts')).whoCan(sessionOf(self), [verb, ...what], options)),
    );
  add('authz', 'Compare OpenFGA with the catalog, or refill it; for platform staff.')
    .addArgument(new Argument('<task>', 'verify: compare; rebuild: refill').choices(authzTasks))
    .action(async (task: AuthzTask, _options: object, self: Command) => onDone(await authz(sessionOf(self), task)));
}
