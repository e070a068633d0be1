import { type Waiting, waitUntilUsable } from '../wait-until-usable.ts';
import { type OpenFgaServer, requireSafeServer } from './require-safe-server.ts';
import { OpenFgaUnreachableError, OpenFgaUnusableError } from './unusable.ts';

/** Resolves when a server answers that is safe; tries for so long while it is only not there. */
export async function waitForOpenFga(server: OpenFgaServer, waiting: Waiting): Promise<void> {
  let last: OpenFgaUnusableError | undefined;
  await waitUntilUsable(
    'OpenFGA',
    async () => {
      try {
        last = undefined;
        await requireSafeServer(server);
        return undefined;
      } catch (error) {
        if (!(error instanceof OpenFgaUnusableError)) throw error;
        last = error;
        return { cause: error.message, isPassing: error instanceof OpenFgaUnreachableError };
      }
    },
    waiting,
  );
  if (last !== undefined) throw last;
}
