import { type Command, Option } from 'commander';
import type { DecideOptions, UseOptions } from '../commands/enablement.ts';
import type { RequestsOptions } from '../commands/requests.ts';
import type { Commands } from './commands.ts';

/** `enable`, `disable`, `requests`, `approve` and `deny`: who uses which service. */
export function addEnablementCommands({ add, sessionOf, onDone }: Commands): void {
  const using = (name: 'enable' | 'disable', description: string): Command =>
    add(name, description)
      .argument('<service>', 'its name, or its canonical name')
      .option('--project <name>', 'project that uses it')
      .option('--dry-run', 'show what would happen, but change nothing');
  using('enable', 'Ask for a service for a project: it is active at once, or waits for its provider.')
    .option('--message <text>', 'message to the provider')
    .action(async (service: string, options: UseOptions, self: Command) =>
      onDone(await (await import('../commands/enablement.ts')).use(sessionOf(self), 'enable', service, options)),
    );
  using('disable', 'End the use of a service by a project.').action(
    async (service: string, options: UseOptions, self: Command) =>
      onDone(await (await import('../commands/enablement.ts')).use(sessionOf(self), 'disable', service, options)),
  );

  add('requests', 'List the requests for services that wait for your decision, oldest first.')
    .option('--project <name>', 'of services that this project produces only')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'name', 'json']).default('table'))
    .action(async (options: RequestsOptions, self: Command) =>
      onDone(await (await import('../commands/requests.ts')).requests(sessionOf(self), options)),
    );

  const deciding = (name: 'approve' | 'deny', description: string, message: string): void => {
    add(name, description)
      .argument('<request...>', 'names as `catalog requests` lists them: SERVICE--PROJECT')
      .option('--message <text>', message)
      .option('--dry-run', 'show what would happen, but change nothing')
      .action(async (names: string[], options: DecideOptions, self: Command) =>
        onDone(await (await import('../commands/enablement.ts')).decide(sessionOf(self), name, names, options)),
      );
  };
  deciding('approve', 'Approve requests of projects for services: all of them, or none.', 'note on the decision');
  deciding(
    'deny',
    'Deny projects the use of services, also when it was approved before: all of them, or none. It is final.',
    'reason, which the projects get to read',
  );
}
