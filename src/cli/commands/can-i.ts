import { type AccessOptions, askAccess } from '../ask-access.ts';
import { answering } from '../cli-error.ts';
import type { Session } from '../session.ts';

/** `catalog can-i update rack/a14`: 0 and yes, 1 and no, 2 when it cannot be told. */
export const canI = (session: Session, words: readonly string[], options: AccessOptions): Promise<number> =>
  answering(() => answer(session, words, options));

async function answer(session: Session, words: readonly string[], options: AccessOptions): Promise<number> {
  const { terminal } = session;
  const { on, permission, access, held } = await askAccess(session, words, options, false);
  const isAllowed = on === undefined ? held.includes(permission) : access?.allowed === true;
  await terminal.print(`${isAllowed ? terminal.paint('green', 'yes') : terminal.paint('red', 'no')}\n`);
  if (on === undefined && isAllowed) terminal.note(`${permission} is held somewhere; KIND/NAME asks of an object`);
  if (on !== undefined && access === null) terminal.note(`for you there is no ${on.kind} '${on.name}'`);
  return isAllowed ? 0 : 1;
}
