import { type AccessOptions, askAccess } from '../ask-access.ts';
import { answering } from '../cli-error.ts';
import type { Session } from '../session.ts';

/** `catalog can-i update rack/a14`: 0 and yes, 1 and no, 2 on an error. */
export const canI = (session: Session, words: readonly string[], options: AccessOptions): Promise<number> =>
  answering(() => answer(session, words, options));

async function answer(session: Session, words: readonly string[], options: AccessOptions): Promise<number> {
  const { terminal } = session;
  const { on, permission, access, held } = await askAccess(session, words, options, false);
  const isAllowed = on === undefined ? held.includes(permission) : access?.allowed === true;
  await terminal.print(`${isAllowed ? terminal.paint('green', 'yes') : terminal.paint('red', 'no')}\n`);
  if (on === undefined && isAllowed)
    terminal.note(`you have ${permission} on some scope; give KIND/NAME to ask about one object`);
  if (on !== undefined && access === null)
    terminal.note(`${on.kind} '${on.name}' does not exist or is not visible to you`);
  return isAllowed ? 0 : 1;
}
