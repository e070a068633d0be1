import type { Command } from 'commander';
import type { LoginOptions } from '../commands/login.ts';
import type { Commands } from './commands.ts';

/** `login` and `logout`: at the identity provider of a service. */
export function addLoginCommands({ add, sessionOf, onDone }: Commands): void {
  add('login', 'Sign in at the identity provider of a service, in a browser or on another device.')
    .option('--device', 'show a code to type in a browser on any other device')
    .option('--no-browser', 'print the address only, and open no browser')
    .option('--issuer <url>', 'identity provider; default: that of the context, else the one that the service names')
    .option('--client-id <id>', 'id of the command line there; default: as for --issuer')
    .option('--scope <scopes>', 'scopes to ask for, separated by spaces; default: what the service names')
    .action(async (options: LoginOptions, self: Command) =>
      onDone(await (await import('../commands/login.ts')).login(sessionOf(self), options)),
    );
  add('logout', 'End the sign-in of a context, at its identity provider as well.').action(
    async (_options: object, self: Command) =>
      onDone(await (await import('../commands/logout.ts')).logout(sessionOf(self))),
  );
}
