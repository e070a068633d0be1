import { CliError } from '../cli-error.ts';
import { revoke } from '../login/revoke.ts';
import type { Session } from '../session.ts';

/** `catalog logout`: the tokens of a context are ended at the provider, if it can, and deleted here in any case. */
export async function logout({ terminal, context, signIns }: Session): Promise<number> {
  const here = await context();
  if (here === undefined) throw new CliError('there is no current context', { advice: ['name one with --context'] });
  const { name } = here;
  return signIns.exclusively(name, async () => {
    const signIn = await signIns.read(name);
    if (signIn === undefined) {
      terminal.note(`nobody is signed in in context ${name}`);
      return 0;
    }
    let problem: CliError | undefined;
    const isRevoked = await revoke(signIn).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      problem = error;
      return false;
    });
    await signIns.remove(name);
    terminal.note(`signed out of context ${name}`);
    if (problem !== undefined) terminal.note(`the tokens are deleted here, but not ended: ${problem.message}`);
    else if (!isRevoked) terminal.note(`${signIn.issuer} cannot end tokens; they are deleted here`);
    return problem === undefined ? 0 : 1;
  });
}
