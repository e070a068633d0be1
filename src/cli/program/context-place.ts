import type { Command } from 'commander';
import type { Commands } from './commands.ts';

/** Commands that look for, or put, objects where the context says when nothing else does. `export` leaves nothing out. */
const COMMANDS = [
  'apply',
  'validate',
  'diff',
  'get',
  'describe',
  'label',
  'annotate',
  'patch',
  'edit',
  'wait',
  'history',
  'delete',
  'can-i',
  'who-can',
  'enable',
  'disable',
  'requests',
];

/** Namespace and project of the context are those of commands that take them and are given none. */
export function takePlaceFromContext({ program, sessionOf }: Commands): void {
  program.hook('preAction', async (_program: Command, command: Command) => {
    if (!COMMANDS.includes(command.name()) || command.parent !== program) return;
    const session = sessionOf(command);
    // With an address of its own, it may be about another catalog than that of the context.
    if (session.wantedServer !== undefined && session.wantedContext === undefined) return;
    const context = await session.context();
    for (const option of ['namespace', 'project'] as const) {
      const value = context?.[option];
      if (value !== undefined && command.getOptionValue(option) === undefined)
        command.setOptionValueWithSource(option, value, 'config');
    }
  });
}
