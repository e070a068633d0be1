import { Argument, type Command, Option } from 'commander';
import { type TokenOptions, token } from '../commands/token.ts';
import { complete } from '../completion/complete.ts';
import { completionScript, type Shell, shells } from '../completion/scripts.ts';
import type { GlobalOptions } from '../session.ts';
import { lifetime } from './arguments.ts';
import type { Commands } from './commands.ts';

/** `token`, `completion` and `version`: what is about this machine and its shell. */
export function addLocalCommands(
  { program, add, sessionOf, openSession, onDone }: Commands,
  programPath: string,
): void {
  add('token', 'Print a token: of the embedded service on this machine, or of the sign-in of the context.')
    .argument('[persona]', 'persona of the example world, for the embedded service')
    .option('--subject <name>', 'any other subject: who it is, a link says')
    .addOption(new Option('--lifetime <time>', 'validity').argParser(lifetime).default(3_600_000, '1h'))
    .action(async (persona: string | undefined, options: TokenOptions, self: Command) =>
      onDone(await token(sessionOf(self), persona, options)),
    );
  add('completion', 'Print a completion script for a shell.')
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
  add('version', 'Print the versions of this command and of the service.').action(
    async (_options: object, self: Command) =>
      onDone(await (await import('../commands/version.ts')).version(sessionOf(self))),
  );
}

/** `--context`, `--server`, `--token` and `--as` as far as they are typed already. */
function serverOf(words: readonly string[]): Partial<GlobalOptions> {
  const given = (name: string): string | undefined => words[words.indexOf(name) + 1 || words.length];
  const context = given('--context');
  const server = given('--server');
  const token = given('--token');
  const as = given('--as');
  return { ...(context && { context }), ...(server && { server }), ...(token && { token }), ...(as && { as }) };
}
