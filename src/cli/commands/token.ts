import { CliError, usageError } from '../cli-error.ts';
import { checkPersona, describePersonas, embeddedToken } from '../identity.ts';
import { freshToken, signInAgain } from '../login/fresh-token.ts';
import type { Session } from '../session.ts';

export interface TokenOptions {
  readonly subject?: string;
  /** In milliseconds, as all times of the command line. */
  readonly lifetime: number;
}

/**
 * `catalog token PERSONA`: prints a token, and nothing else, that the embedded service accepts; without a persona that of
 * whoever signed in in the context.
 */
export async function token(session: Session, persona: string | undefined, options: TokenOptions): Promise<number> {
  const context = persona === undefined && options.subject === undefined ? await session.context() : undefined;
  const signedIn = context && (await freshToken(session.signIns, context.name));
  if (signedIn !== undefined) {
    await session.terminal.print(`${signedIn}\n`);
    return 0;
  }
  if (context !== undefined) {
    throw new CliError(`nobody is signed in in context ${context.name}`, { advice: [signInAgain(context.name)] });
  }
  if ((persona === undefined) === (options.subject === undefined))
    throw usageError('give a persona, or any subject with --subject', ...describePersonas());
  const subject = options.subject ?? checkPersona(persona ?? '');
  const server = await session.server();
  const made = await embeddedToken(server, subject, Math.ceil(options.lifetime / 1_000));
  if (made === undefined) {
    throw new CliError(`${new URL(server.url).origin} is not an embedded service on this machine`, {
      advice: ['get a token from its identity provider'],
    });
  }
  await session.terminal.print(`${made}\n`);
  return 0;
}
