import type { AuthorizationStore } from './catalog/access/authorization-store.ts';
import { InvalidInputError, UnavailableError } from './platform/errors.ts';

/** Names a write whose effect on rights has to be in force before a request is answered. */
export const AFTER_REVISION_HEADER = 'x-catalog-after-revision';

const WAIT_MS = 2_000;

/** Waits until what a write did to rights is in force. */
export async function waitForRevision(authorization: AuthorizationStore, revision: string): Promise<void> {
  if (!/^\d{1,18}$/.test(revision)) {
    const message = `${AFTER_REVISION_HEADER} is the \`revision\` of a payload’s \`authorization\``;
    throw new InvalidInputError(message, {
      violations: [{ rule: 'INVALID_VALUE', path: AFTER_REVISION_HEADER, message }],
    });
  }
  if (await authorization.isApplied(BigInt(revision), WAIT_MS)) return;
  throw new UnavailableError('what the write did to rights is not in force yet; try again', {
    reason: 'RIGHTS_PENDING',
    retryable: true,
  });
}
